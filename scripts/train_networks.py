"""Train a network for every weight decay of one (ensemble, n_eff) and one batch of replicas."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.records import TrainingRecord
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.points import find_points


def main(data: str, table: str, spectra: str, width: float, tolerance: float, options: dict[str, Any], **point: Any):
    """`options` are those of training; `point` as in `find_points`."""

    def prepare(draw: Callable, teacher: np.ndarray, seed: np.random.SeedSequence) -> Callable[[float], TrainingRecord]:
        train = training_of(point["network"]).prepare(draw, teacher, width=width, tol=tolerance, **options)
        # the same initial weights for every lambda
        return lambda weight_decay: train(weight_decay, datasets.child_rng(seed, datasets.INITIALISATION))

    find_points(prepare, data, table, spectra, method="network", **point)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.spectra,
            **snakemake.params.arguments,
        )
