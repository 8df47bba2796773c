"""Find every weight decay of one (ensemble, n_eff) for one batch of replicas: train, or solve the convex equivalent."""

import logging
from dataclasses import asdict
from functools import partial

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.networks import load
from scaling_spectra.weight_decays import weight_decay as weight_decay_of
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.rows import write_rows
from scaling_spectra_pipeline.seals import verified


def main(
    data: str,
    table: str,
    spectra: str,
    network: str,
    gamma: float,
    noise_var: float,
    dim: int,
    n_eff: float,
    weight_decays: list[tuple[float, float]],
    replicas: list[int],
    root_seed: int,
    width: float,
    tolerance: float,
    options: dict | None,
):
    """`options` are those of training a network; without them the convex equivalent is solved."""
    problem = load(network, "problem")
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
        if options is None:
            find = load(network, "solving").prepare(draw, teacher, width=width, tol=tolerance)
        else:
            train = load(network, "training").prepare(draw, teacher, width=width, tol=tolerance, **options)
            find = partial(_from_random_weights, train, seed)
        for coefficient, exponent in weight_decays:
            weight_decay = weight_decay_of(coefficient, exponent, dim)
            record = find(weight_decay)
            logging.info("replica %d, lambda %g: %s", replica, weight_decay, record)
            fields = asdict(record)
            learned.append(np.stack([fields.pop("spectrum"), fields.pop("overlap")]))
            # of interest where methods are compared
            del fields["lbfgs_evaluations"], fields["residual_gap"]
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


def _from_random_weights(train, seed, weight_decay):
    """Train from the replica's initial weights, the same for every lambda."""
    return train(weight_decay, datasets.child_rng(seed, datasets.INITIALISATION))


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.spectra,
            **snakemake.params.arguments,
        )
