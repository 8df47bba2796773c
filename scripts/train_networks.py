"""Train every weight decay of one (ensemble, n_eff) on one batch of replicas."""

import logging
from dataclasses import asdict

import numpy as np
import pandas as pd

from scaling_spectra import datasets
from scaling_spectra.networks import load
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.tables import training as training_table
from scaling_spectra_pipeline.tables.columns import write


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
    max_evaluations: int,
    init_scale: float,
):
    problem, training = load(network, "problem"), load(network, "training")
    samples = problem.samples(n_eff, dim)
    rows, learned = [], []
    with np.load(data, allow_pickle=False) as archive:
        stored = {int(k): i for i, k in enumerate(archive["replicas"])}
        teachers, heads = archive["teachers"], archive["heads"]
    for replica in replicas:
        seed = datasets.seed_sequence(root_seed, network, noise_var, dim, replica)
        stream, teacher = datasets.SampleStream(seed, dim), teachers[stored[replica]]
        if not np.array_equal(np.column_stack(stream.head(len(heads[0]))), heads[stored[replica]]):
            raise RuntimeError(f"{data}: samples drawn now differ from those drawn then; rebuild the data stage")
        inputs, noise = stream.head(samples)
        labels = problem.outputs(teacher, inputs) + np.sqrt(noise_var) * noise
        for coefficient, exponent in weight_decays:
            weight_decay = coefficient * dim**exponent
            record = training.train(
                inputs,
                labels,
                teacher,
                weight_decay,
                width=width,
                tol=tolerance,
                max_evaluations=max_evaluations,
                init_scale=init_scale,
                rng=datasets.child_rng(seed, datasets.INITIALISATION),
            )
            logging.info("replica %d, lambda %g: %s", replica, weight_decay, record)
            fields = asdict(record)
            learned.append(np.stack([fields.pop("spectrum"), fields.pop("overlap")]))
            rows.append(
                {
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
                    **fields,
                }
            )
    write(pd.DataFrame(rows), table, training_table.SCHEMA)
    with whole(spectra) as partial:
        np.save(partial, np.array(learned), allow_pickle=False)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.spectra,
            **snakemake.params.arguments,
        )
