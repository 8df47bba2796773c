"""Train the network and solve its convex equivalent on the same samples, for every weight decay and replica."""

import logging
from functools import partial

import numpy as np

from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.records import SOLVED, TrainingRecord, attempt
from scaling_spectra.replicas import draw_replica
from scaling_spectra.teacher import teacher_spectrum
from scaling_spectra.weight_decays import weight_decay as weight_decay_of
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows

# the convex problem is solved to this fraction of the tolerance: what differs is then the network's doing
SHARPER = 0.01


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
    options: dict,
    scales: list[float] | None = None,
):
    samples = problem_of(network).samples(n_eff, dim)
    training, solving = training_of(network), solving_of(network)
    spectrum = teacher_spectrum(dim, gamma, scales)
    rows = []
    for number in range(replicas):
        replica = draw_replica(network, spectrum, noise_var, samples, number, root_seed)
        train = training.prepare(replica.draw, replica.teacher, width=width, tol=tolerance, **options)
        solve = solving.prepare(replica.draw, replica.teacher, width=width, tol=SHARPER * tolerance)
        for coefficient, exponent in weight_decays:
            weight_decay = weight_decay_of(coefficient, exponent, dim)
            trained = attempt(partial(train, weight_decay, replica.initialisation()), dim, "network")
            solved = attempt(partial(solve, weight_decay), dim, "convex")
            logging.info("replica %d, lambda %g: %s; %s", number, weight_decay, trained, solved)
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
                "replica": number,
            }
            rows.append(point | compared(trained, solved, replica.teacher, tolerance))
    write_rows(rows, output)


def compared(trained: TrainingRecord, solved: TrainingRecord, teacher: np.ndarray, tolerance: float) -> dict:
    """Columns of a row that compare both ways to find a point."""
    allowed = trained.relative_gap * trained.objective + solved.relative_gap * solved.objective
    both = {"network": trained, "convex": solved}
    failed = [record.status for record in both.values() if record.status != SOLVED]
    return {
        **{f"objective_{way}": record.objective for way, record in both.items()},
        "objective_difference": (trained.objective - solved.objective) / solved.objective,
        "bound": allowed / solved.objective,
        **{f"gap_{way}": record.relative_gap for way, record in both.items()},
        "relative_gap": np.maximum(trained.relative_gap, solved.relative_gap),
        **{f"risk_{way}": record.risk for way, record in both.items()},
        "risk_difference": (trained.risk - solved.risk) / solved.risk,
        "spectrum_distance": np.linalg.norm(trained.spectrum - solved.spectrum) / np.linalg.norm(teacher),
        **{f"rank_{way}": record.rank for way, record in both.items()},
        "evaluations": trained.iterations,
        "lbfgs_evaluations": trained.lbfgs_evaluations,
        "residual_gap": trained.residual_gap,
        "sharpened": trained.residual_gap > tolerance,
        "iterations": solved.iterations,
        **{f"solver_{way}": record.solver for way, record in both.items()},
        **{f"converged_{way}": record.converged for way, record in both.items()},
        "unique": trained.unique and solved.unique,
        "status": "; ".join(dict.fromkeys(failed)) or SOLVED,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
