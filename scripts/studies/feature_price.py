"""What each of the first features costs a network: its row and column of the error matrix, in the teacher's basis."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra.datasets import gathered
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.quadratic.entries import own_entries
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.training import trained
from scaling_spectra.point import Point
from scaling_spectra.records import SOLVED, TrainingRecord, attempt_or, no_solution
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows
from scaling_spectra_pipeline.schemas.feature_price import FEATURES, OWN, SCALE

NETWORKS = ("quadratic",)
LEAST_REPLICAS = 2
UNSOLVED = {"risk": np.nan, "relative_gap": np.nan, "converged": False, "unique": True, "solver": "none"}
UNSOLVED |= dict.fromkeys(OWN, np.nan)


def main(
    data: list[str],
    output: str,
    ensemble: dict[str, Any],
    teacher: Settings,
    n_eff: float,
    weight_decays: list[tuple[float, float]],
    replicas: int,
    root_seed: int,
    width: float,
    tolerance: float,
    options: dict[str, Any],
):
    of, drawn = Ensemble(**ensemble), Data(data)
    points = [Point(of, c, e, n_eff) for c, e in weight_decays]
    samples, spectrum = points[0].samples, make(teacher).spectrum(of.dim)
    scales = dict(zip(SCALE, spectrum.values, strict=False))
    theory, rows = theory_of(of.network).state_evolution, []
    for number in range(replicas):
        replica = drawn.replica(of, number, samples, root_seed)
        measured = Measurements(*gathered(replica.draw()))
        for point in points:
            limited = partial(theory, spectrum, samples, point.weight_decay, of.noise_var, width=width)
            limit = attempt_or(limited, no_solution)
            found = unsolved(limit.status)
            if limit.solved:
                asked = (measured, replica.teacher, point.weight_decay, replica.initialisation())
                train = partial(trained, *asked, width=width, tol=tolerance, **options)
                found = attempt_or(partial(learned, train, replica.teacher), unsolved)
            logging.info("replica %d, lambda %g: %s", number, point.weight_decay, found)
            status = {"status": found.pop("status")}
            limits = {"delta": limit.delta, "threshold": limit.threshold}
            rows.append(point.columns() | {"replica": number} | limits | found | scales | status)
    write_rows(rows, output)


def unsolved(reason: str) -> dict[str, Any]:
    """Columns where there is no solution."""
    return UNSOLVED | {"status": reason}


def learned(train: Callable[[], tuple[TrainingRecord, np.ndarray]], teacher: np.ndarray) -> dict[str, Any]:
    """Columns of a network: risk, certificate, and what each feature's row and column hold of the error."""
    record, factor = train()
    error = factor @ factor.T - np.diag(teacher)
    found = {name: getattr(record, name) for name in ("risk", "relative_gap", "converged", "unique", "solver")}
    return found | {"status": SOLVED} | dict(zip(OWN, own_entries(error, FEATURES), strict=True))


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
