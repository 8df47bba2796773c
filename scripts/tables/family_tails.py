"""Tail exponents of learned weights in several phases of every teacher, in theory, beside the teacher's own."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.arrays import Array
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.places import Place, places
from scaling_spectra.records import SOLVED, attempt_solution, joint_status
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.tails import NO_TAIL, fit_tail, law_sample
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import family_tails as tails_table
from scaling_spectra_pipeline.schemas import teachers as study_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

NOISELESS = False
# its ensembles and replicas
INPUTS = {"study": "studies/teachers"}
DATA = "teachers"
PARAMETERS = {"teachers": "teachers", "width": "width"}


def main(output: str, inputs: dict[str, Any], teachers: dict[str, Settings], width: Width):
    study, data, rows = read(inputs["study"], study_table.SCHEMA), Data(inputs["data"]), []
    for ensemble, rows_of in ensembles_of(study[study["noise_var"] > 0]):
        drawn = data.teachers(ensemble, sorted(rows_of["replica"].unique()))
        spectrum, own = make(teachers[ensemble.teacher]).spectrum(ensemble.dim), fit_tail(np.abs(drawn).ravel())
        ratio = share(width, ensemble.dim)
        for place in places(ensemble.network, spectrum, ensemble.noise_var, ratio):
            teacher = {"replicas": len(drawn), "teacher_tail": own.exponent, "teacher_tail_error": own.error}
            rows.append(ensemble.columns() | teacher | _row(ensemble, spectrum, drawn, place, ratio))
    write(pd.DataFrame(rows), output, tails_table.SCHEMA)


def _row(ensemble: Ensemble, spectrum: Spectrum, drawn: Array, place: Place, width: float) -> dict[str, Any]:
    """The point, its noise and threshold, and the tail of the law of the teachers that were drawn."""
    network, theory = ensemble.network, theory_of(ensemble.network)
    samples = problem_of(network).samples(place.n_eff, ensemble.dim)
    point = (samples, place.weight_decay, ensemble.noise_var)
    mean = attempt_solution(theory.state_evolution, spectrum, *point, width=width)
    # replicas of a network whose teacher is not random share one
    known = {t.tobytes(): attempt_solution(theory.conditional_state_evolution, t, *point, width=width) for t in drawn}
    solutions = [known[teacher.tobytes()] for teacher in drawn]
    status = joint_status([mean, *solutions])
    tail = fit_tail(law_sample(network, list(drawn), solutions)) if status == SOLVED else NO_TAIL
    return {
        "phase": place.name,
        "n_eff": place.n_eff,
        "samples": samples,
        "weight_decay": place.weight_decay,
        "delta": mean.delta,
        "threshold": mean.threshold,
        "tail": tail.exponent,
        "tail_error": tail.error,
        "count": tail.count,
        "status": status,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
