"""Networks of p <= d hidden units, trained from several initial weights, beside state evolution."""

import logging
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.narrow import NarrowRecord
from scaling_spectra.networks.interface.narrow import narrow_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.width import width_of
from scaling_spectra.records import SOLVED, attempt_or
from scaling_spectra.replicas import Replica
from scaling_spectra.spectrum import from_values
from scaling_spectra.widths import decay_at, tried
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows
from scaling_spectra_pipeline.schemas.few_hidden_units import TRAINED

# of the diagonal network there are as many hidden units as inputs
NETWORKS = ("quadratic",)
# initial weights of each point: minima are several, and so are what training finds
STARTS = 3
UNSOLVED = dict.fromkeys((*TRAINED, "relaxation_gap"), np.nan) | {"stationary": 0, "starts": STARTS}


def main(
    data: list[str],
    output: str,
    ensemble: dict[str, Any],
    n_eff: float,
    replicas: int,
    root_seed: int,
    width: float,
    tolerance: float,
    options: dict[str, float],
    hidden: list[int] | None = None,
):
    """hidden: numbers p, by default some from 1 to d."""
    of, drawn = Ensemble(**ensemble), Data(data)
    samples = problem_of(of.network).samples(n_eff, of.dim)
    every = tried(of.dim) if hidden is None else np.array(hidden)
    decays = decay_at(n_eff, of.dim)(every)
    rows = []
    for number in range(replicas):
        replica = drawn.replica(of, number, samples, root_seed)
        curve = width_of(of.network).width_curve(from_values(replica.teacher), samples, decays, of.noise_var, every)
        for p, decay, theory in zip(every, decays, curve, strict=True):
            found = UNSOLVED | {"status": theory.status}
            if theory.solved:
                examine = partial(examined, of, replica, int(p), float(decay), options, tolerance)
                found = attempt_or(examine, lambda reason: UNSOLVED | {"status": reason})
            point = {"weight_decay": decay, "n_eff": n_eff, "samples": samples, "hidden": p, "replica": number}
            told = {"risk_theory": theory.risk, "branch": theory.branch}
            logging.info("p = %d, replica %d: %s", p, number, found)
            rows.append(of.columns() | point | found | told)
    write_rows(rows, output)


def examined(*arguments: Any) -> dict[str, Any]:
    """`summary` of what `trained` finds."""
    return summary(trained(*arguments))


def trained(
    of: Ensemble, replica: Replica, hidden: int, decay: float, options: dict[str, float], tolerance: float
) -> list[NarrowRecord]:
    """Where training ends from each of the initial weights, the lowest objective first."""
    train = narrow_of(of.network).prepare(replica.draw, replica.teacher, hidden=hidden, tol=tolerance, **options)
    source = partial(datasets.child_rng, replica.seed, datasets.INITIALISATION, hidden)
    return sorted((train(decay, source(start)) for start in range(STARTS)), key=lambda record: record.objective)


def summary(records: list[NarrowRecord]) -> dict[str, Any]:
    """Columns of a point: the lowest objective, and the spread over initial weights."""
    best, risks = records[0], [record.risk for record in records]
    return {
        "risk": best.risk,
        "risk_least": min(risks),
        "risk_largest": max(risks),
        "objective": best.objective,
        "objective_spread": records[-1].objective / best.objective - 1,
        "gradient": max(record.gradient for record in records),
        "curvature": min(record.curvature for record in records),
        "relaxation_gap": best.relaxation_gap,
        "stationary": sum(record.stationary for record in records),
        "starts": len(records),
        "status": SOLVED,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
