"""Train a network for every weight decay of one (ensemble, n_eff) and one batch of replicas."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.records import TrainingRecord
from scaling_spectra.replicas import Replica
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.points import find_points


def main(data: str, table: str, spectra: str, width: float, tolerance: float, options: dict[str, Any], **point: Any):
    """`options` are those of training; `point` as in `find_points`."""

    def prepare(replicas: list[Replica], _: list[float]) -> Iterator[Callable[[float], TrainingRecord]]:
        training = training_of(point["ensemble"]["network"])
        for replica in replicas:
            train = training.prepare(replica.draw, replica.teacher, width=width, tol=tolerance, **options)
            yield partial(trained, train, replica)

    find_points(prepare, data, table, spectra, method="network", **point)


def trained(train: Callable[..., TrainingRecord], replica: Replica, weight_decay: float) -> TrainingRecord:
    """One point, from the replica's own initial weights."""
    return train(weight_decay, replica.initialisation())


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.spectra,
            **snakemake.params.arguments,
        )
