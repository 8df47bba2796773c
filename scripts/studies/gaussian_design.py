"""The quadratic network's problem with measurements of inputs, with Gaussian ones, and their effective models."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra import datasets
from scaling_spectra.datasets import gathered
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.measurement_ensembles import DRAWN, PARTS
from scaling_spectra.memory import HELD_IN_STUDIES
from scaling_spectra.networks.quadratic import convex, effective, theory
from scaling_spectra.networks.quadratic.entries import error_entries
from scaling_spectra.networks.quadratic.gaussian import draw_gaussian
from scaling_spectra.networks.quadratic.inputs import INPUTS
from scaling_spectra.networks.quadratic.real_inputs import real_inputs, squares
from scaling_spectra.networks.quadratic.solvers.solution import Solution
from scaling_spectra.point import Point
from scaling_spectra.records import SOLVED, StateEvolution, attempt_or, no_solution
from scaling_spectra.spectrum import from_values
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import gaussian_design as design_table
from scaling_spectra_pipeline.schemas.columns import write

# the diagonal network measures with Gaussian vectors as it is: nothing to compare
NETWORKS = ("quadratic",)
# a mean error is told from noise by products of two
LEAST_REPLICAS = 2
# draws of the effective model for each replica that is solved: its error bars are half as long
DRAWS = 4
# what else than the seeds of data sets draws at random here
SEED = "gaussian_design"
MEASUREMENTS, NOISE, DRAWN_INPUTS = range(3)

# the effective model, drawn, has no gap
CERTAIN = {"relative_gap": np.nan, "iterations": 0, "solver": "drawn", "converged": True, "unique": True}
CERTAIN |= {"status": SOLVED}

Solve = Callable[[float], Solution]
Draw = Callable[[], tuple[StateEvolution, np.ndarray]]


def main(
    data: list[str],
    output: str,
    ensemble: dict[str, Any],
    n_eff: float,
    weight_decays: list[tuple[float, float]],
    replicas: int,
    root_seed: int,
    width: float,
    tolerance: float,
):
    of, stored = Ensemble(**ensemble), Data(data)
    noise_var, dim = of.noise_var, of.dim
    points = [Point(of, coefficient, exponent, n_eff) for coefficient, exponent in weight_decays]
    samples = points[0].samples
    # eigenvalues, the same for every replica
    (teacher,) = stored.teachers(of, [0])
    spectrum = from_values(teacher)

    def inputs_of(number: int) -> Solve:
        replica = stored.replica(of, number, samples, root_seed)
        inputs, labels = gathered(replica.draw())
        return lambda penalty: convex.solve(inputs, labels, penalty, tol=tolerance, memory=HELD_IN_STUDIES)

    def gaussian_of(number: int) -> Solve:
        seed = datasets.seed_sequence(root_seed, SEED, noise_var, dim, number)
        data = draw_gaussian(teacher, samples, noise_var, datasets.child_rng(seed, MEASUREMENTS, samples))
        return lambda penalty: convex.solve_measured(data, penalty, tol=tolerance, memory=HELD_IN_STUDIES)

    penalties = [point.weight_decay * dim * width**0.5 for point in points]
    solved = {
        "inputs": solve_all(map(inputs_of, range(replicas)), penalties),
        "gaussian": solve_all(map(gaussian_of, range(replicas)), penalties),
    }
    seed = datasets.seed_sequence(root_seed, SEED, noise_var, dim, 0)
    noise = effective.goe(dim, DRAWS * replicas, datasets.child_rng(seed, NOISE, samples))
    drawn = squares(dim, INPUTS, datasets.child_rng(seed, DRAWN_INPUTS, samples))
    rows = []
    for index, (point, weight_decay) in enumerate((point.columns(), point.weight_decay) for point in points):
        equations = (teacher, samples, weight_decay, noise_var, noise)
        solve = partial(theory.state_evolution, spectrum, samples, weight_decay, noise_var, width=width)
        limit = attempt_or(solve, no_solution)
        if not limit.solved:
            unsolved = [*(number for _ in solved for number in range(replicas)), *[0] * len(DRAWN)]
            models = [*(model for model in solved for _ in range(replicas)), *DRAWN]
            rows += [missing(*row, limit.status) | point for row in zip(models, unsolved, strict=True)]
            continue
        top = int(np.sum(teacher > limit.delta))
        point |= {"top": top, "risk_theory": limit.risk}
        for model, found in solved.items():
            here = point | {"delta": limit.delta, "threshold": limit.threshold}
            rows += [columns | here for columns in measured(model, found[index], teacher, top, tolerance)]
        draws = (
            partial(at_limit, limit, teacher, noise),
            partial(self_consistent, *equations, limit, width=width),
            partial(real_inputs, *equations, drawn, limit, width=width),
        )
        for model, draw in zip(DRAWN, draws, strict=True):
            found = attempt_or(partial(columns_of, model, draw, teacher, top), partial(missing, model, 0))
            rows.append(found | point)
        logging.info("lambda %g: K = %d, %s", weight_decay, top, limit)
    table = pd.concat([pd.DataFrame(row) for row in rows], ignore_index=True)
    write(table, output, design_table.SCHEMA)


def columns_of(model: str, draw: Draw, teacher: np.ndarray, top: int) -> dict:
    """Columns of matrices that are drawn."""
    solution, learned = draw()
    here = {"model": model, "delta": solution.delta, "threshold": solution.threshold}
    return here | errors(learned, teacher, top) | CERTAIN


def at_limit(limit: StateEvolution, teacher: np.ndarray, noise: np.ndarray) -> tuple[StateEvolution, np.ndarray]:
    """State evolution and learned matrices drawn there."""
    return limit, effective.effective_draws(teacher, limit.delta, limit.threshold, noise).learned


def self_consistent(*equations, **options) -> tuple[StateEvolution, np.ndarray]:
    """Solution and learned matrices of the self-consistent model."""
    solution, draws = effective.self_consistent(*equations, **options)
    return solution, draws.learned


def solve_all(replicas: Iterable[Solve], penalties: list[float]) -> list[list[Solution | str]]:
    """For each penalty, replica by replica, the solution or why there is none; one's samples are held at a time."""
    by_replica = [[attempt_or(partial(solve, penalty), str) for penalty in penalties] for solve in replicas]
    return [list(solutions) for solutions in zip(*by_replica, strict=True)]


def measured(model: str, found: list[Solution | str], teacher: np.ndarray, top: int, tolerance: float) -> list[dict]:
    """Columns of the replicas that are solved, together, and of each other one."""
    solved = {number: item for number, item in enumerate(found) if isinstance(item, Solution)}
    reasons = {number: item for number, item in enumerate(found) if isinstance(item, str)}
    if len(solved) < LEAST_REPLICAS:
        reasons |= dict.fromkeys(solved, "too few other replicas are solved")
        solved = {}
    rows = [missing(model, number, reason) for number, reason in reasons.items()]
    if solved:
        columns = errors(matrices(list(solved.values())), teacher, top) | certificates(list(solved.values()), tolerance)
        rows.append(columns | {"model": model, "replica": list(solved)})
    return rows


def missing(model: str, replica: int, reason: str) -> dict:
    """Columns of one row without a solution."""
    numbers = {name: [np.nan] for name in ("delta", "threshold", "risk_theory", "risk", *PARTS, "relative_gap")}
    unsolved = {"top": 0, "iterations": 0, "solver": "none", "converged": False, "unique": True, "status": reason}
    return numbers | unsolved | {"model": model, "replica": replica}


def matrices(solutions: list[Solution]) -> np.ndarray:
    """S of each solution, shape (k, d, d)."""
    return np.array([solution.factor @ solution.factor.T for solution in solutions])


def errors(learned: np.ndarray, teacher: np.ndarray, top: int) -> dict:
    """Columns of learned matrices, shape (k, d, d): replica, risk and its parts."""
    parts = error_entries(learned, teacher, top)
    return {"replica": np.arange(len(learned)), "risk": sum(parts.values())} | parts


def certificates(solutions: list[Solution], tolerance: float) -> dict:
    """Columns that say how points were solved."""
    gaps = np.array([solution.relative_gap for solution in solutions])
    return {
        "relative_gap": gaps,
        "iterations": [solution.iterations for solution in solutions],
        "solver": [solution.method for solution in solutions],
        "converged": gaps <= tolerance,
        "unique": [solution.unique for solution in solutions],
        "status": SOLVED,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
