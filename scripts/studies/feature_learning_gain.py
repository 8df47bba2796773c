"""Feature learning and lazy learning at their best on the same samples: convex equivalent and ridge regression."""

import logging
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.lazy import lazy_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import VANISHING, optimal_weight_decay, suppressing
from scaling_spectra.records import SOLVED, attempt_or, failure
from scaling_spectra.replicas import Replica
from scaling_spectra.spectrum import Spectrum, from_values
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows

# columns of a replica where something is not solved
UNSOLVED = (
    dict.fromkeys(("risk", "risk_theory", "relative_gap"), np.nan)
    | {"converged": False, "unique": True, "solver": "none"}
    | dict.fromkeys(("ridge", "lazy_risk", "ridge_theory", "lazy_risk_ridge_theory"), np.nan)
    | dict.fromkeys(("lazy_theory", "lazy_finite_size", "bayes_risk"), np.nan)
)


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
    network, noise_var, dim = of.network, of.noise_var, of.dim
    spectrum, samples = make(teacher).spectrum(dim), problem_of(network).samples(n_eff, dim)
    distinct = np.unique(drawn.teachers(of, range(replicas)), axis=0)
    weight_decay, status = VANISHING * suppressing(network, spectrum, n_eff), SOLVED
    try:
        best = optimal_weight_decay(network, spectrum, samples, noise_var, teachers=distinct, width=width)
        weight_decay = best.weight_decay if best.weight_decay > 0 else weight_decay
        status = best.status if best.status == SOLVED else f"no best weight decay: {best.status}"
    except (ArithmeticError, np.linalg.LinAlgError) as error:
        status = f"no best weight decay: {failure(error)}"
    rows = []
    for number in range(replicas):
        replica = drawn.replica(of, number, samples, root_seed)
        row = {"weight_decay": weight_decay, "n_eff": n_eff, "samples": samples, "replica": number}
        found = UNSOLVED | {"status": status}
        if status == SOLVED:
            point = (network, replica, spectrum, samples, weight_decay, noise_var, width, tolerance)
            found = attempt_or(partial(compared, *point), lambda reason: UNSOLVED | {"status": reason})
        logging.info("replica %d: %s", number, found)
        rows.append(of.columns() | row | found)
    write_rows(rows, output)


def compared(
    network: str,
    replica: Replica,
    spectrum: Spectrum,
    samples: int,
    weight_decay: float,
    noise_var: float,
    width: float,
    tolerance: float,
) -> dict:
    """Columns of a replica: what it learns, lazily and not, and what theory says."""
    lazy, solving, theory = lazy_of(network), solving_of(network), theory_of(network)
    teacher = replica.teacher
    solved = solving.prepare(replica.draw, teacher, width=width, tol=tolerance)(weight_decay)
    path, ridge_theory = lazy.prepare(replica.draw, teacher), lazy.best_ridge(teacher, noise_var)
    ridge, lazy_risk = path.best()
    evolution = theory.conditional_state_evolution(teacher, samples, weight_decay, noise_var, width=width)
    return {
        "risk": solved.risk,
        "risk_theory": evolution.risk,
        "relative_gap": solved.relative_gap,
        "converged": solved.converged,
        "unique": solved.unique,
        "solver": solved.solver,
        "ridge": ridge,
        "lazy_risk": lazy_risk,
        "ridge_theory": ridge_theory,
        "lazy_risk_ridge_theory": path.risk(ridge_theory),
        "lazy_theory": theory.lazy_risk(from_values(np.abs(teacher)), samples, noise_var),
        "lazy_finite_size": lazy.finite_size_risk(teacher, samples, ridge_theory, noise_var),
        "bayes_risk": theory.conditional_bayes_risk(teacher, spectrum, samples, noise_var),
        "status": SOLVED,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
