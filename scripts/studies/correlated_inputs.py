"""Correlated inputs in several positions, each at its best weight decay: convex equivalent against state evolution."""

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.correlated_cases import CASES, at_best, own_theory, whitened_teacher
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.records import SOLVED, attempt_or
from scaling_spectra.replicas import Replica
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows

NETWORKS = ("diagonal", "quadratic")
UNSOLVED = {"weight_decay": np.nan, "risk": np.nan, "risk_theory": np.nan, "relative_gap": np.nan}
UNSOLVED |= {"converged": False, "unique": True, "solver": "none"}


def main(
    data: list[str],
    output: str,
    ensemble: dict[str, Any],
    teacher: Settings,
    n_eff: float,
    replicas: int,
    root_seed: int,
    width: float,
    tolerance: float,
):
    of, drawn = Ensemble(**ensemble), Data(data)
    samples = problem_of(of.network).samples(n_eff, of.dim)
    found = [drawn.replica(of, number, samples, root_seed) for number in range(replicas)]
    scales, rows = make(teacher).spectrum(of.dim).values, []
    for exponent, position, decay in CASES:
        at = (exponent, position, decay)
        solve = partial(solved, of, scales, at, samples, n_eff, found, width, tolerance)
        results = attempt_or(solve, lambda reason: [UNSOLVED | {"status": reason}] * replicas)
        case = {"input_exponent": exponent, "position": position, "decay": decay}
        for number, result in enumerate(results):
            rows.append(of.columns() | {"n_eff": n_eff, "samples": samples, "replica": number} | case | result)
        logging.info("a = %g, %s, %s: %s", exponent, position, decay, results[0])
    write_rows(rows, output)


def solved(
    of: Ensemble,
    scales: np.ndarray,
    case: tuple[float, str, str],
    samples: int,
    n_eff: float,
    replicas: list[Replica],
    width: float,
    tolerance: float,
) -> list[dict]:
    """Columns of every replica at the best lambda of the first one's inputs, averaged over teachers."""
    module, decay = correlated_of(of.network), case[-1]
    inputs, weight_decay, status = at_best(of, scales, case, samples, n_eff, replicas, width)
    if status != SOLVED:
        return [UNSOLVED | {"status": status}] * len(replicas)
    rows = []
    for replica, (features, variance) in zip(replicas, inputs, strict=True):
        truth = whitened_teacher(of, features, variance, replica)
        # decay matched to the inputs is plain decay on whitened ones
        seen = variance if decay == "plain" else np.ones_like(variance)
        draw = partial(labelled, of.network, truth, seen, samples, of.noise_var, replica)
        record = module.prepare(draw, truth, seen, width=width, tol=tolerance)(weight_decay)
        own = own_theory(of, features, truth, samples, weight_decay, width)
        rows.append(
            {
                "weight_decay": weight_decay,
                "risk": record.risk,
                "risk_theory": own.risk,
                "relative_gap": record.relative_gap,
                "converged": record.converged,
                "unique": record.unique,
                "solver": record.solver,
                "status": SOLVED,
            }
        )
    return rows


def labelled(
    network: str, truth: np.ndarray, variance: np.ndarray, samples: int, noise_var: float, replica: Replica
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of inputs and labels: those of a whitened teacher, a matrix or what the network takes."""
    for white, noise in datasets.SampleStream(replica.seed, len(truth)).blocks(samples):
        if truth.ndim == 2:
            clean = (np.einsum("ni,ni->n", white @ truth, white) - np.trace(truth)) / np.sqrt(len(truth))
        else:
            clean = problem_of(network).outputs(truth, white)
        yield white * np.sqrt(variance), clean + np.sqrt(noise_var) * noise


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
