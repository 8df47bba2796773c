"""The quadratic network's problem with measurements of inputs, with Gaussian ones, and their effective models."""

import logging
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from scaling_spectra import datasets
from scaling_spectra.networks.quadratic import convex, effective, theory
from scaling_spectra.networks.quadratic.entries import error_entries
from scaling_spectra.networks.quadratic.gaussian import draw_gaussian
from scaling_spectra.networks.quadratic.inputs import INPUTS
from scaling_spectra.networks.quadratic.problem import samples as sample_count
from scaling_spectra.networks.quadratic.real_inputs import real_inputs, squares
from scaling_spectra.networks.quadratic.solvers.solution import Solution
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.replicas import draw_replica
from scaling_spectra.teacher import teacher_spectrum
from scaling_spectra.weight_decays import weight_decay as weight_decay_of
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.tables import gaussian_design as design_table
from scaling_spectra_pipeline.tables.columns import write

# the diagonal network measures with Gaussian vectors as it is: nothing to compare
NETWORKS = ("quadratic",)
# a mean error is told from noise by products of two
LEAST_REPLICAS = 2
# draws of the effective model for each replica that is solved: its error bars are half as long
DRAWS = 4
# bytes that a solver may use beside the samples
MEMORY = 5e8
# what else than the seeds of data sets draws at random here
SEED = "gaussian_design"
MEASUREMENTS, NOISE, DRAWN_INPUTS = range(3)

Solve = Callable[[float], Solution]


def main(
    output: str,
    network: str,
    gamma: float,
    noise_var: float,
    dim: int,
    n_eff: float,
    weight_decays: list[tuple[float, float]],
    replicas: int,
    root_seed: int,
    width: float,
    tolerance: float,
    scales: list[float] | None = None,
):
    spectrum, samples = teacher_spectrum(dim, gamma, scales), sample_count(n_eff, dim)
    teacher = spectrum.values
    rules = [(c, e, weight_decay_of(c, e, dim)) for c, e in weight_decays]

    def inputs_of(number: int) -> Solve:
        replica = draw_replica(network, spectrum, noise_var, samples, number, root_seed)
        inputs, labels = (np.concatenate(parts) for parts in zip(*replica.draw(), strict=True))
        return lambda penalty: convex.solve(inputs, labels, penalty, tol=tolerance, memory=MEMORY)

    def gaussian_of(number: int) -> Solve:
        seed = datasets.seed_sequence(root_seed, SEED, noise_var, dim, number)
        data = draw_gaussian(teacher, samples, noise_var, datasets.child_rng(seed, MEASUREMENTS, samples))
        return lambda penalty: convex.solve_gaussian(data, penalty, tol=tolerance, memory=MEMORY)

    penalties = [weight_decay * dim * width**0.5 for *_, weight_decay in rules]
    solved = {
        "inputs": solve_all(map(inputs_of, range(replicas)), penalties),
        "gaussian": solve_all(map(gaussian_of, range(replicas)), penalties),
    }
    seed = datasets.seed_sequence(root_seed, SEED, noise_var, dim, 0)
    noise = effective.goe(dim, DRAWS * replicas, datasets.child_rng(seed, NOISE, samples))
    drawn = squares(dim, INPUTS, datasets.child_rng(seed, DRAWN_INPUTS, samples))
    rows = []
    for index, (coefficient, exponent, weight_decay) in enumerate(rules):
        limit = theory.state_evolution(spectrum, samples, weight_decay, noise_var, width=width)
        consistent, draws = effective.self_consistent(
            teacher, samples, weight_decay, noise_var, noise, limit, width=width
        )
        try:
            real = real_inputs(teacher, samples, weight_decay, noise_var, noise, drawn, limit, width=width)
            of_inputs = [("real inputs", *real, [])]
        except StateEvolutionError as error:
            logging.info("%s", error)
            of_inputs = []
        top = int(np.sum(teacher > limit.delta))
        point = {
            "network": network,
            "gamma": gamma,
            "noise_var": noise_var,
            "dim": dim,
            "decay_coefficient": coefficient,
            "decay_exponent": exponent,
            "weight_decay": weight_decay,
            "n_eff": n_eff,
            "samples": samples,
            "top": top,
            "risk_theory": limit.risk,
        }
        sampled = effective.effective_draws(teacher, limit.delta, limit.threshold, noise)
        for model, solution, learned, solutions in (
            *((model, limit, matrices(found[index]), found[index]) for model, found in solved.items()),
            ("effective", limit, sampled.learned, []),
            ("self-consistent", consistent, draws.learned, []),
            *of_inputs,
        ):
            here = point | {"model": model, "delta": solution.delta, "threshold": solution.threshold}
            rows.append(here | errors(learned, teacher, top) | certificates(solutions, tolerance))
        logging.info("lambda %g: K = %d, %s", weight_decay, top, limit)
    table = pd.concat([pd.DataFrame(row) for row in rows], ignore_index=True)
    write(table, output, design_table.SCHEMA)


def solve_all(replicas: Iterable[Solve], penalties: list[float]) -> list[list[Solution]]:
    """Solutions for each penalty, replica by replica; one replica's samples are held at a time."""
    by_replica = [[solve(penalty) for penalty in penalties] for solve in replicas]
    return [list(solutions) for solutions in zip(*by_replica, strict=True)]


def matrices(solutions: list[Solution]) -> np.ndarray:
    """S of each solution, shape (k, d, d)."""
    return np.array([solution.factor @ solution.factor.T for solution in solutions])


def errors(learned: np.ndarray, teacher: np.ndarray, top: int) -> dict:
    """Columns of learned matrices, shape (k, d, d): replica, risk and its parts."""
    parts = error_entries(learned, teacher, top)
    return {"replica": np.arange(len(learned)), "risk": sum(parts.values())} | parts


def certificates(solutions: list[Solution], tolerance: float) -> dict:
    """Columns that say how points were solved; the effective model, drawn, has no gap."""
    if not solutions:
        return {"relative_gap": np.nan, "iterations": 0, "solver": "drawn", "converged": True, "unique": True}
    gaps = np.array([solution.relative_gap for solution in solutions])
    return {
        "relative_gap": gaps,
        "iterations": [solution.iterations for solution in solutions],
        "solver": [solution.method for solution in solutions],
        "converged": gaps <= tolerance,
        "unique": [solution.unique for solution in solutions],
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
