"""The best width against n_eff, beside the best weight decay, full width and the Bayes-optimal risk."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.interface.width import width_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.records import SOLVED, StateEvolutionError
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.widths import decay_at
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import few_hidden_units as study_table
from scaling_spectra_pipeline.schemas import width_best as width_best_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"study": "studies/few_hidden_units"}
PARAMETERS = {"teachers": "teachers", "large_dims": "theory.large_dims", "points": "theory.optimal_points"}
SAMPLES = (10.0, 1e4)
# risks of trained networks this near, relatively, are equal: wide ones share a minimum, which training ends near
NEAR = 1e-3
NUMBERS = ("best", "best_risk", "law", "law_risk", "full_risk", "decay_risk", "bayes_risk")


def main(output: str, inputs: dict[str, str], teachers: dict[str, Settings], large_dims: list[int], points: int):
    study, rows = read(inputs["study"], study_table.SCHEMA), []
    for ensemble, rows_of in ensembles_of(study):
        family = make(teachers[ensemble.teacher])
        trained = rows_of[rows_of["status"] == SOLVED].groupby(["n_eff", "hidden"])["risk"].mean()
        for n_eff in sorted(rows_of["n_eff"].unique()):
            found = _row(ensemble, family.spectrum(ensemble.dim), n_eff)
            of_networks = trained[trained.index.get_level_values("n_eff") == n_eff].droplevel("n_eff")
            rows.append(found | {"networks": narrowest(of_networks)})
    dim = large_dims[0]
    for ensemble in {of.teacher: of for of, _ in ensembles_of(study)}.values():
        large = Ensemble(ensemble.network, ensemble.teacher, ensemble.noise_var, dim, ensemble.gamma)
        spectrum = merged_spectrum(make(teachers[ensemble.teacher]), dim)
        rows += [_row(large, spectrum, n_eff) for n_eff in np.geomspace(*SAMPLES, points)]
    write(pd.DataFrame(rows), output, width_best_table.SCHEMA)


def narrowest(risks: pd.Series) -> float:
    """Width of the least of risks by width, of equal ones the narrowest; NaN of none."""
    widths = risks.index[risks <= risks.min() * (1 + NEAR)]
    return float(widths.min())


def _row(ensemble: Ensemble, spectrum: Spectrum, n_eff: float) -> dict[str, Any]:
    network, noise_var, dim = ensemble.network, ensemble.noise_var, ensemble.dim
    samples = n_eff / problem_of(network).effective_samples(1, dim)
    theory, width, decay = theory_of(network), width_of(network), decay_at(n_eff, dim)
    found: dict[str, Any] = {name: np.nan for name in NUMBERS} | {"status": SOLVED}
    try:
        best = width.best_width(spectrum, samples, lambda p: float(decay(p)), noise_var)
        law = width.best_width_law(spectrum, samples, lambda p: float(decay(p)), noise_var)
        found |= {
            "best": best.hidden,
            "best_risk": best.solution.risk,
            "law": law.hidden,
            "law_risk": law.solution.risk,
            "full_risk": theory.state_evolution(spectrum, samples, float(decay(dim)), noise_var).risk,
            "decay_risk": optimal_weight_decay(network, spectrum, samples, noise_var).risk,
            "bayes_risk": theory.bayes_risk(spectrum, samples, noise_var),
        }
    except StateEvolutionError as error:
        found["status"] = " ".join(str(error).split())
    return ensemble.columns() | {"n_eff": n_eff} | found | {"networks": np.nan}


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
