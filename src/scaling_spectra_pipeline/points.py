"""Points of one (ensemble, n_eff) for one batch of replicas, whichever way each is found."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.records import TrainingRecord, attempt
from scaling_spectra.weight_decays import weight_decay as weight_decay_of
from scaling_spectra_pipeline.job import whole
from scaling_spectra_pipeline.rows import write_rows
from scaling_spectra_pipeline.seals import verified

# of interest where methods are compared
METHODS_OWN = ("lbfgs_evaluations", "residual_gap")


def find_points(
    prepare: Callable[[Callable, np.ndarray, np.random.SeedSequence], Callable[[float], TrainingRecord]],
    data: str,
    table: str,
    spectra: str,
    *,
    method: str,
    network: str,
    gamma: float,
    noise_var: float,
    dim: int,
    n_eff: float,
    weight_decays: list[tuple[float, float]],
    replicas: list[int],
    root_seed: int,
) -> None:
    """Write a row of `table`, and learned weights in `spectra`, for each replica and weight decay.

    A point whose arithmetic fails is a row that says so.

    Parameters
    ----------
    prepare : callable
        Function of a replica's samples (drawn when called), teacher and seed; it returns that of lambda which finds
        the point.
    data : str
        File of the data stage.
    method : str
        Name of the way in the table.
    weight_decays : list of pairs
        (c, e) of lambda = c d^e.
    """
    problem = problem_of(network)
    samples = problem.samples(n_eff, dim)
    with np.load(verified(data), allow_pickle=False) as archive:
        stored = {int(replica): index for index, replica in enumerate(archive["replicas"])}
        teachers, heads = archive["teachers"], archive["heads"]
    rows, learned = [], []
    for replica in replicas:
        seed = datasets.seed_sequence(root_seed, network, noise_var, dim, replica)
        stream, teacher = datasets.SampleStream(seed, dim), teachers[stored[replica]]
        # other processors round differently; another stream differs altogether
        if not np.allclose(np.column_stack(stream.head(len(heads[0]))), heads[stored[replica]], rtol=1e-9, atol=0):
            raise RuntimeError(f"{data}: samples drawn now differ from those drawn then; rebuild the data stage")
        draw = partial(stream.labelled, samples, partial(problem.outputs, teacher), noise_var)
        find = prepare(draw, teacher, seed)
        for coefficient, exponent in weight_decays:
            weight_decay = weight_decay_of(coefficient, exponent, dim)
            record = attempt(partial(find, weight_decay), dim, method)
            logging.info("replica %d, lambda %g: %s", replica, weight_decay, record)
            fields = asdict(record)
            learned.append(np.stack([fields.pop("spectrum"), fields.pop("overlap")]))
            for name in METHODS_OWN:
                del fields[name]
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
                "replica": replica,
            }
            rows.append(point | fields)
    write_rows(rows, table)
    with whole(spectra) as partial_path:
        np.save(partial_path, np.array(learned), allow_pickle=False)
