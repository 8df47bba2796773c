"""Spectral class of every phase: zeros, bulk, outliers and tail, predicted and of trained networks."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.phases import NAMES, PHASES
from scaling_spectra.records import SOLVED, attempt_solution, joint_status
from scaling_spectra.replicas import draw_teacher
from scaling_spectra.spectral_class import summarise
from scaling_spectra.spectrum import power_law
from scaling_spectra.tails import NO_TAIL, fit_tail, law_sample
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.learned_weights import learned_weights
from scaling_spectra_pipeline.reading import read_tables
from scaling_spectra_pipeline.schemas import spectral_phases as spectral_phases_table
from scaling_spectra_pipeline.schemas.columns import write

INPUTS = {
    "widest": "tables/phase_spectra",
    "trained": "tables/learned_law",
    "training": "training/spectra",
    "theory": "theory/spectra",
    "spectra": "spectra/spectra",
}
DATA = "spectra"
PARAMETERS = {"root_seed": "seed"}
POINTS = ("widest", "trained")
MEASURED = ("measured_zero_mass", "measured_outliers", "measured_tail_exponent", "measured_tail_error")
# teachers over which the predicted tail is averaged
TEACHERS = 8
OF_POINT = ["network", "teacher", "gamma", "noise_var", "dim", "phase", "n_eff", "weight_decay"]


def main(output: str, inputs: dict[str, Any], root_seed: int):
    data, tables = Data(inputs["data"]), read_tables({name: inputs[name] for name in INPUTS})
    widest, trained = (tables.pop(name).drop_duplicates(["network", "noise_var", "phase"]) for name in POINTS)
    # a phase whose widest point has no solution has no spectrum to describe
    widest = widest[widest["status"] == SOLVED]
    rows = [_row(point, root_seed) for point in widest.to_dict("records")]
    rows += [_row(point, root_seed, tables, data) for point in trained.to_dict("records")]
    # phases in their order, of each the widest point before the trained one
    rows.sort(key=lambda row: (row["network"], -row["noise_var"], NAMES.index(row["phase"])))
    write(pd.DataFrame(rows), output, spectral_phases_table.SCHEMA)


def _row(point: dict, root_seed: int, tables: dict[str, pd.DataFrame] | None = None, data: Data | None = None) -> dict:
    network, dim, weight_decay, noise_var = (point[name] for name in ("network", "dim", "weight_decay", "noise_var"))
    spectrum, theory = power_law(dim, point["gamma"]), theory_of(network)
    at = (point["n_eff"] / problem_of(network).effective_samples(1, dim), weight_decay, noise_var)
    summary = summarise(network, spectrum, attempt_solution(theory.state_evolution, spectrum, *at))
    if tables is None or data is None:
        # of no data: the law is averaged over them
        teachers = [draw_teacher(network, spectrum, noise_var, number, root_seed) for number in range(TEACHERS)]
        solutions = [attempt_solution(theory.conditional_state_evolution, t, *at) for t in teachers]
        measured = dict.fromkeys(MEASURED, np.nan)
    else:
        teachers, solutions, weights = learned_weights(tables, point, data)
        own = fit_tail(np.abs(np.concatenate(weights)))
        zeros = np.mean([1 - found.size / dim for found in weights])
        above = np.mean([np.sum(np.abs(found) > summary.bulk_edge) for found in weights])
        above = np.nan if np.isnan(summary.bulk_edge) else above
        measured = dict(zip(MEASURED, (zeros, above, own.exponent, own.error), strict=True))
    solved = joint_status(solutions) == SOLVED
    tail = fit_tail(law_sample(network, teachers, solutions)) if solved else NO_TAIL
    return (
        {name: point[name] for name in OF_POINT}
        | {
            "point": "widest" if tables is None else "trained",
            "expected_class": PHASES[point["phase"]].spectral_class,
            "tail_exponent": tail.exponent,
        }
        | vars(summary)
        | measured
    )


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
