"""Draw the teachers of one batch of replicas, and the seeds and first rows of their samples.

Samples themselves are cheaper to draw again than to store: a training job rebuilds them from the
seed and compares the first rows with those kept here.
"""

import numpy as np

from scaling_spectra import datasets
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.teachers import draw_teachers

HEAD_ROWS = 4


def main(
    output: str,
    network: str,
    gamma: float,
    noise_var: float,
    dim: int,
    replicas: list[int],
    root_seed: int,
    scales: list[float] | None = None,
):
    seeds = [datasets.seed_sequence(root_seed, network, noise_var, dim, replica) for replica in replicas]
    teachers = draw_teachers(network, gamma, noise_var, dim, replicas, root_seed, scales)
    heads = [np.column_stack(datasets.SampleStream(seed, dim).head(HEAD_ROWS)) for seed in seeds]
    with whole(output) as partial:
        np.savez(partial, replicas=replicas, teachers=teachers, heads=heads)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
