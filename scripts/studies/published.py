"""The quadratic network where others published its risk, in other dimensions at the same n/d^2, beside theory."""

import logging
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.inputs import inputs_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.records import SOLVED, attempt_or
from scaling_spectra.replicas import replica_of
from scaling_spectra.spectrum import normalised
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.published_numbers import DECAY
from scaling_spectra_pipeline.rows import write_rows

NETWORKS = ("quadratic",)
LEAST_REPLICAS = 2
# what else than the seeds of data sets draws at random here
SEED = "published"
UNSOLVED = dict.fromkeys(("risk", "relative_gap"), np.nan) | {"converged": False, "unique": True, "solver": "none"}


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
    options: dict[str, Any],
):
    of, drawn = Ensemble(**ensemble), Data(data)
    network, noise_var, dim = of.network, of.noise_var, of.dim
    samples, scales = problem_of(network).samples(n_eff, dim), make(teacher).spectrum(dim)
    spectrum = normalised(scales)
    weight_decay = DECAY * np.sqrt(samples / width) / dim

    def state_evolution() -> float:
        return float(theory_of(network).state_evolution(spectrum, samples, weight_decay, noise_var, width=width).risk)

    def real_inputs() -> float:
        rng = np.random.default_rng(datasets.seed_sequence(root_seed, SEED, noise_var, dim, 0))
        risks = inputs_of(network).risks(spectrum.values, [samples], [weight_decay], noise_var, rng, width=width)
        return float(risks[0])

    def trained(number: int) -> dict[str, Any]:
        (unscaled,) = drawn.teachers(of, [number])
        scaled = unscaled * spectrum.values[0] / scales.values[0]
        replica = replica_of(network, scaled, noise_var, samples, number, root_seed)
        train = training_of(network).prepare(replica.draw, replica.teacher, width=width, tol=tolerance, **options)
        record = train(weight_decay, replica.initialisation())
        return {name: getattr(record, name) for name in UNSOLVED} | {"status": SOLVED}

    theory = {"risk_theory": attempt_or(state_evolution, no_theory), "risk_inputs": attempt_or(real_inputs, no_theory)}
    rows = []
    for number in range(replicas):
        found = attempt_or(partial(trained, number), lambda reason: UNSOLVED | {"status": reason})
        logging.info("replica %d: %s", number, found)
        place = {"weight_decay": weight_decay, "n_eff": n_eff, "samples": samples, "replica": number}
        rows.append(of.columns() | place | theory | found)
    write_rows(rows, output)


def no_theory(reason: str) -> float:
    """What stands for a risk that is not known."""
    logging.info("no theory: %s", reason)
    return np.nan


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
