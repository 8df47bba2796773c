"""Teachers of several families: what feature learning gains over lazy learning, and the tails that it learns."""

import logging
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.lazy import lazy_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import VANISHING, Optimum, optimal_weight_decay, suppressing
from scaling_spectra.records import SOLVED, TrainingRecord, attempt_or
from scaling_spectra.replicas import Replica
from scaling_spectra.spectrum import from_values
from scaling_spectra.tails import fit_tail, law_sample
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows
from scaling_spectra_pipeline.schemas.teachers import NUMBERS, RANKS, TAILS

NETWORKS = ("diagonal", "quadratic")
UNSOLVED = dict.fromkeys(("weight_decay", *NUMBERS, *TAILS), np.nan)
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
    examine = partial(examined, of, teacher, samples, n_eff, found, width, tolerance)
    results = attempt_or(examine, lambda reason: [UNSOLVED | {"status": reason}] * replicas)
    rows = [
        of.columns() | {"n_eff": n_eff, "samples": samples, "replica": number} | row
        for number, row in enumerate(results)
    ]
    logging.info("%s", rows[0])
    write_rows(rows, output)


def examined(
    of: Ensemble,
    teacher: Settings,
    samples: int,
    n_eff: float,
    replicas: list[Replica],
    width: float,
    tolerance: float,
) -> list[dict]:
    """Columns of every replica at the weight decay that is best for their teachers on average."""
    spectrum, theory, lazy = make(teacher).spectrum(of.dim), theory_of(of.network), lazy_of(of.network)
    distinct = np.unique([replica.teacher for replica in replicas], axis=0)
    best = optimal_weight_decay(of.network, spectrum, samples, of.noise_var, teachers=distinct, width=width)
    if best.status != SOLVED:
        return [UNSOLVED | {"status": f"no best weight decay: {best.status}"}] * len(replicas)
    weight_decay = best.weight_decay or VANISHING * suppressing(of.network, spectrum, n_eff)
    point = (samples, weight_decay, of.noise_var)
    solutions = [theory.conditional_state_evolution(replica.teacher, *point, width=width) for replica in replicas]
    records = [
        solving_of(of.network).prepare(replica.draw, replica.teacher, width=width, tol=tolerance)(weight_decay)
        for replica in replicas
    ]
    tails = tails_of(of.network, replicas, records, Optimum(weight_decay, tuple(solutions)))
    rows = []
    for replica, record, solution in zip(replicas, records, solutions, strict=True):
        ridge = lazy.best_ridge(replica.teacher, of.noise_var)
        rows.append(
            {
                "weight_decay": weight_decay,
                "risk": record.risk,
                "risk_theory": solution.risk,
                "relative_gap": record.relative_gap,
                "converged": record.converged,
                "unique": record.unique,
                "solver": record.solver,
                "lazy_risk": lazy.prepare(replica.draw, replica.teacher).risk(ridge),
                "lazy_theory": theory.lazy_risk(from_values(np.abs(replica.teacher)), samples, of.noise_var),
                **ranked(record, replica.teacher),
                **tails,
                "status": SOLVED,
            }
        )
    return rows


def ranked(record: TrainingRecord, teacher: np.ndarray) -> dict[str, float]:
    """Magnitudes of learned weights and of the teacher's, by rank."""
    learned, true = (np.sort(np.abs(weights))[::-1] for weights in (record.spectrum[: record.rank], teacher))
    found = {f"learned_{rank}": learned[rank - 1] if rank <= learned.size else 0.0 for rank in RANKS}
    return found | {f"teacher_{rank}": true[rank - 1] if rank <= true.size else 0.0 for rank in RANKS}


def tails_of(network: str, replicas: list[Replica], records: list[TrainingRecord], best: Optimum) -> dict[str, float]:
    """Tail exponents of learned weights, of their predicted law and of the teachers, pooled over replicas."""
    teachers = [replica.teacher for replica in replicas]
    learned = np.concatenate([np.abs(record.spectrum[: record.rank]) for record in records])
    tail = fit_tail(learned)
    return {
        "tail": tail.exponent,
        "tail_error": tail.error,
        "tail_theory": fit_tail(law_sample(network, teachers, list(best.solutions))).exponent,
        "teacher_tail": fit_tail(np.abs(np.concatenate(teachers))).exponent,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
