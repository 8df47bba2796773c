"""The diagonal network without weight decay from an initial scale c: what gradient descent interpolates with."""

import logging
from typing import Any

import numpy as np

from scaling_spectra.datasets import gathered
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.diagonal import initial_scale, lazy, theory
from scaling_spectra.networks.diagonal.problem import risk
from scaling_spectra.networks.diagonal.problem import samples as sample_count
from scaling_spectra.records import SOLVED, StateEvolutionError, failure
from scaling_spectra.replicas import Replica
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows

NETWORKS = ("diagonal",)
# a_i^2 - w_i^2 = c, from lazy to rich
SCALES = (300.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03)
# |r|^2/|y|^2 at which descent interpolates, and steps after which it has to
INTERPOLATED, MOST_STEPS = 1e-6, 400_000
# n/d beyond which descent takes too long to interpolate
MOST_SAMPLES = 0.6
# weight decay that stands for lambda -> 0
NO_DECAY = 1e-4
UNSOLVED = dict.fromkeys(("delta", "threshold", "risk_theory", "ridge_theory", "lasso_theory"), np.nan)


def main(
    data: list[str],
    output: str,
    ensemble: dict[str, Any],
    n_eff: float,
    replicas: int,
    root_seed: int,
    width: float,
    tolerance: float,
):
    of, drawn = Ensemble(**ensemble), Data(data)
    samples = sample_count(n_eff, of.dim)
    if samples > MOST_SAMPLES * of.dim:
        raise ValueError(f"n_eff: {n_eff:g} is not accepted for d = {of.dim}; must be at most {MOST_SAMPLES:g} d")
    rows = []
    for number in range(replicas):
        replica = drawn.replica(of, number, samples, root_seed)
        at = of.columns() | {"n_eff": n_eff, "samples": samples, "replica": number}
        rows += [at | row for row in from_lazy_to_rich(replica, samples, of.noise_var)]
        logging.info("replica %d: %s", number, rows[-1])
    write_rows(rows, output)


def from_lazy_to_rich(replica: Replica, samples: int, noise_var: float) -> list[dict]:
    """Rows of a replica, one a scale."""
    inputs, labels = gathered(replica.draw())
    teacher, status = replica.teacher, SOLVED
    try:
        solved = initial_scale.state_evolution(teacher, samples, SCALES, noise_var)
        limits = {
            "ridge_theory": lazy.risk(teacher, samples, 0.0, noise_var),
            "lasso_theory": theory.conditional_state_evolution(teacher, samples, NO_DECAY, noise_var).risk,
        }
    except StateEvolutionError as error:
        status = failure(error)
    rows = []
    for place, scale in enumerate(SCALES):
        found = initial_scale.descend(inputs, labels, scale, tolerance=INTERPOLATED, most=MOST_STEPS)
        row = {
            "initial_scale": scale,
            "risk": risk(found.weights, teacher),
            "residual": found.residual,
            "converged": found.residual <= INTERPOLATED,
            "drift": found.conserved,
            "steps": found.steps,
        }
        known = UNSOLVED
        if status == SOLVED:
            known = dict(zip(("delta", "threshold", "risk_theory"), solved[place], strict=True)) | limits
        rows.append(row | known | {"status": status})
    return rows


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
