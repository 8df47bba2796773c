"""Gradient descent on samples beside gradient flow, with and without weight decay: what is learned when."""

import logging
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.arrays import Array
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.descent import descent_of
from scaling_spectra.networks.interface.flow import flow_of
from scaling_spectra.networks.interface.identities import identities_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.optimal import optimal_weight_decay, suppressing
from scaling_spectra.records import SOLVED, attempt_or
from scaling_spectra.replicas import Replica
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows
from scaling_spectra_pipeline.schemas.gradient_descent import INIT_SCALE, LEADING, OF_DESCENT, OF_FLOW, OF_LIMIT

NETWORKS = ("diagonal", "quadratic")
# weight decays in units of the best one in theory
FACTORS = (0.0, 0.5, 1.0, 2.0, 4.0)
# where lambda -> 0 is best, `FACTORS` count this fraction of what lets no weight survive: it shows by LAST/s_1
VISIBLE = 1e-3
# snapshots, and s_1 t of the first and the last one, for few samples this many times n_eff: noise is learned sooner
SNAPSHOTS, FIRST, LAST, FEW = 40, 1.5, 400.0, 20.0
# draws of the noise that drives a flow, and iterations to the noise that belongs to the risk that it reaches
NOISE_DRAWS, ITERATIONS = 4, 6
# what else than the seeds of data sets draws at random here
NOISE = 1
UNKNOWN = dict.fromkeys((*OF_DESCENT, *OF_FLOW, *OF_LIMIT), np.nan)


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
    spectrum, samples = make(teacher).spectrum(of.dim), problem_of(of.network).samples(n_eff, of.dim)
    scaled_times = np.geomspace(FIRST, min(LAST, FEW * n_eff), SNAPSHOTS)
    teachers = np.unique(drawn.teachers(of, range(replicas)), axis=0)
    weight_decay, status = best_decay(of.network, spectrum, teachers, samples, of.noise_var, width)
    times = scaled_times / spectrum.values[0]

    def lost(reason: str) -> list[dict]:
        decays = [{"decay_factor": factor, "weight_decay": factor * weight_decay} for factor in FACTORS]
        return [decay | {"status": reason} | UNKNOWN for decay in decays for _ in times]

    rows = []
    for number in range(replicas):
        replica = drawn.replica(of, number, samples, root_seed)
        at = of.columns() | {"n_eff": n_eff, "samples": samples, "replica": number}
        follow = partial(courses, of.network, replica, samples, of.noise_var, weight_decay, times, width, tolerance)
        found = attempt_or(follow, lost) if status == SOLVED else lost(status)
        logging.info("replica %d: %s", number, found[-1])
        for row, scaled_time in zip(found, np.tile(scaled_times, len(FACTORS)), strict=True):
            rows.append(at | {"decay_factor": 0.0, "weight_decay": 0.0, "scaled_time": scaled_time} | UNKNOWN | row)
    write_rows(rows, output)


def best_decay(
    network: str, spectrum: Spectrum, teachers: Array, samples: int, noise_var: float, width: float
) -> tuple[float, str]:
    """The lambda of smallest risk in state evolution of given teachers, and its status."""
    found = optimal_weight_decay(network, spectrum, samples, noise_var, teachers=teachers, width=width)
    n_eff = problem_of(network).effective_samples(samples, spectrum.dim)
    weight_decay = found.weight_decay if found.weight_decay > 0 else VISIBLE * suppressing(network, spectrum, n_eff)
    return float(weight_decay), found.status


def courses(
    network: str,
    replica: Replica,
    samples: int,
    noise_var: float,
    best: float,
    times: Array,
    width: float,
    tolerance: float,
) -> list[dict]:
    """Rows of a replica: one a weight decay and a time."""
    problem, limits, descent, flow = problem_of(network), limits_of(network), descent_of(network), flow_of(network)
    teacher, dim = replica.teacher, replica.teacher.size
    start = flow.initial(dim, width, INIT_SCALE, replica.initialisation())
    n_eff = problem.effective_samples(samples, dim)
    decays = np.array(FACTORS) * best
    thresholds = decays * dim / (limits.SAMPLES_FACTOR * n_eff) * width**limits.WIDTH_EXPONENT
    learned, losses = descent.descend(replica.draw, start, list(thresholds), times)
    population = flow.learned(teacher, start, times)
    driven, delta = driven_risk(network, replica, start, samples, noise_var, times)
    of_flow = {
        "flow_risk": risks(network, population, teacher),
        "flow_norm": descent.norm(population),
        "driven_risk": driven,
        "driven_delta": np.full(times.size, delta),
        **numbered("flow", descent.leading(population, LEADING)),
    }
    solve, rows = solving_of(network).prepare(replica.draw, teacher, width=width, tol=tolerance), []
    for m, (factor, weight_decay) in enumerate(zip(FACTORS, decays, strict=True)):
        weights = learned[:, m]
        columns = {
            "risk": risks(network, weights, teacher),
            "train_loss": losses[:, m],
            "norm": descent.norm(weights),
            "participation": descent.participation(weights),
            **numbered("learned", descent.leading(weights, LEADING)),
        }
        at = {"decay_factor": factor, "weight_decay": weight_decay, "status": SOLVED}
        if factor == 0:
            columns |= of_flow
        else:
            solved = solve(weight_decay)
            at |= {"limit_risk": solved.risk, "limit_gap": solved.relative_gap}
        rows += [at | {name: float(values[k]) for name, values in columns.items()} for k in range(len(times))]
    return rows


def driven_risk(
    network: str, replica: Replica, start: Array, samples: int, noise_var: float, times: Array
) -> tuple[Array, float]:
    """Risk of the flow driven by the teacher in noise delta, and delta: that of the least risk that it reaches."""
    flow, noise = flow_of(network), identities_of(network).effective_noise
    teacher, delta = replica.teacher, 0.0
    found = risks(network, flow.learned(teacher, start, times), teacher)
    for _ in range(ITERATIONS):
        delta = float(noise(noise_var, float(found.min()), samples, teacher.size))
        rng = datasets.child_rng(replica.seed, datasets.INITIALISATION, NOISE)
        draws = [flow.learned(flow.noisy(teacher, delta, rng), start, times) for _ in range(NOISE_DRAWS)]
        found = np.mean([risks(network, weights, teacher) for weights in draws], axis=0)
    return found, delta


def risks(network: str, weights: Array, teacher: Array) -> Array:
    """R of each of several effective weights."""
    return np.array([problem_of(network).risk(each, teacher) for each in weights])


def numbered(name: str, values: Array) -> dict[str, Array]:
    """Columns of `values`, shape (k, m), by their numbers from one."""
    return {f"{name}_{number}": column for number, column in enumerate(values.T, start=1)}


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
