"""What feature learning is worth along n_eff: optimal risks in theory, for the study's teachers and at large d."""

import itertools
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.records import SOLVED, attempt_mean
from scaling_spectra.spectrum import Spectrum, from_values
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import feature_learning_gain as study_table
from scaling_spectra_pipeline.schemas import gain_curves as gain_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"study": "studies/feature_learning_gain"}
DATA = "feature_learning_gain"
# where lazy learning is not risky either there is nothing to gain
NOISELESS = False
PARAMETERS = {
    "teachers": "teachers",
    "width": "width",
    "points": "theory.optimal_points",
}
# curves of the study's teachers end at this n_eff/d
LAST = 30.0
# dimensions that show how the largest gain grows, and the n_eff/d around it
LARGE_DIMS = (100_000, 100_000_000)
LARGE = np.geomspace(0.08, 1.6, 6)
# lazy curves bend within a decade: points for one of other curves
FINER = 2


def main(
    output: str,
    inputs: dict[str, Any],
    teachers: dict[str, Settings],
    width: Width,
    points: int,
):
    study = read(inputs["study"], study_table.SCHEMA)
    study = study[study["noise_var"] > 0]
    data, made = Data(inputs["data"]), {key: make(settings) for key, settings in teachers.items()}
    rows, families = [], {}
    for ensemble, examined in ensembles_of(study):
        network, noise_var, dim = ensemble.network, ensemble.noise_var, ensemble.dim
        families[network, ensemble.teacher, noise_var] = None
        drawn = np.unique(data.teachers(ensemble, sorted(examined["replica"].unique())), axis=0)
        spectrum, problem = made[ensemble.teacher].spectrum(dim), problem_of(network)
        ratio = share(width, dim)
        for n in sorted({problem.samples(n_eff, dim) for n_eff in np.geomspace(1.0, LAST * dim, FINER * points)}):
            found = _risks(network, spectrum, n, noise_var, ratio, drawn)
            rows.append(ensemble.columns() | {"n_eff": problem.effective_samples(n, dim), **found})
        # replicas of one teacher have the risk of all
        for n_eff in examined["n_eff"].unique() if len(drawn) > 1 else ():
            n = problem.samples(n_eff, dim)
            found = _risks(network, spectrum, n, noise_var, ratio)
            rows.append(ensemble.columns() | {"n_eff": n_eff, **found})
    for (network, key, noise_var), dim in itertools.product(families, LARGE_DIMS):
        ensemble = Ensemble.of(network, teachers[key], noise_var, dim)
        spectrum, per_n_eff = merged_spectrum(made[key], dim), 1 / problem_of(network).effective_samples(1, dim)
        for n_eff in LARGE * dim:
            found = _risks(network, spectrum, n_eff * per_n_eff, noise_var, share(width, dim), bayes=False)
            rows.append(ensemble.columns() | {"n_eff": n_eff, **found})
    write(pd.DataFrame(rows), output, gain_table.SCHEMA)


def _risks(
    network: str,
    spectrum: Spectrum,
    samples: float,
    noise_var: float,
    width: float,
    teachers: np.ndarray | None = None,
    bayes: bool = True,
) -> dict:
    """Optimal risks, averaged over the given teachers or over all of the spectrum."""
    theory = theory_of(network)
    best = optimal_weight_decay(network, spectrum, samples, noise_var, teachers=teachers, width=width)
    if teachers is None:
        lazy = theory.lazy_risk(spectrum, samples, noise_var)
        least, status = attempt_mean(theory.bayes_risk, [spectrum], samples, noise_var) if bayes else (np.nan, SOLVED)
    else:
        lazy = np.mean([theory.lazy_risk(from_values(np.abs(teacher)), samples, noise_var) for teacher in teachers])
        least, status = attempt_mean(theory.conditional_bayes_risk, teachers, spectrum, samples, noise_var)
    return {
        "teachers": 0 if teachers is None else len(teachers),
        "every_teacher": teachers is None or len(teachers) == 1,
        "weight_decay": best.weight_decay,
        "risk": best.risk,
        "lazy_risk": float(lazy),
        "gain": float(lazy) / best.risk,
        "bayes_risk": least,
        "status": status if best.status == SOLVED else best.status,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
