"""State evolution against the number of hidden units: for the trained networks, and at large d against n_eff too."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.width import width_of
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.ties import rounded
from scaling_spectra.widths import decay_at
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import few_hidden_units as study_table
from scaling_spectra_pipeline.schemas import width_risk as width_risk_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"study": "studies/few_hidden_units"}
PARAMETERS = {"teachers": "teachers", "large_dims": "theory.large_dims", "points": "theory.optimal_points"}
# widths a decade, all where there are fewer, and the ends of the grid at large d: n_eff, and p as a share of d
PER_DECADE = 16
SAMPLES, WIDEST = (10.0, 1e4), 1e-2
# of networks' dimensions
FINER = 10


def main(output: str, inputs: dict[str, str], teachers: dict[str, Settings], large_dims: list[int], points: int):
    study, rows = read(inputs["study"], study_table.SCHEMA), []
    for ensemble, rows_of in ensembles_of(study):
        family = make(teachers[ensemble.teacher])
        every = np.unique([rounded(p) for p in np.geomspace(1, ensemble.dim, FINER * PER_DECADE)])
        for n_eff in sorted(rows_of["n_eff"].unique()):
            rows += _curve(ensemble, family.spectrum(ensemble.dim), n_eff, every)
    dim = large_dims[0]
    for ensemble in {of.teacher: of for of, _ in ensembles_of(study)}.values():
        large = Ensemble(ensemble.network, ensemble.teacher, ensemble.noise_var, dim, ensemble.gamma)
        spectrum, top = merged_spectrum(make(teachers[ensemble.teacher]), dim), np.log10(WIDEST * dim)
        hidden = np.unique([rounded(p) for p in 10 ** np.linspace(0, top, rounded(PER_DECADE * top) + 1)])
        for n_eff in np.geomspace(*SAMPLES, points):
            rows += _curve(large, spectrum, n_eff, hidden)
    write(pd.DataFrame(rows), output, width_risk_table.SCHEMA)


def _curve(ensemble: Ensemble, spectrum: Spectrum, n_eff: float, hidden: np.ndarray) -> list[dict[str, Any]]:
    samples = n_eff / problem_of(ensemble.network).effective_samples(1, ensemble.dim)
    decays = decay_at(n_eff, ensemble.dim)(hidden)
    curve = width_of(ensemble.network).width_curve(spectrum, samples, decays, ensemble.noise_var, hidden)
    return [
        ensemble.columns()
        | {
            "n_eff": n_eff,
            "hidden": p,
            "weight_decay": decay,
            "delta": point.delta,
            "threshold": point.threshold,
            "risk": point.risk,
            "branch": point.branch,
            "status": point.status,
        }
        for p, decay, point in zip(hidden, decays, curve, strict=True)
    ]


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
