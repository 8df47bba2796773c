"""Train a network for every weight decay of one (ensemble, n_eff) and one batch of replicas."""

from collections.abc import Callable
from typing import Any

from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.records import TrainingRecord
from scaling_spectra.replicas import Replica
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.points import find_points


def main(data: str, table: str, spectra: str, width: float, tolerance: float, options: dict[str, Any], **point: Any):
    """`options` are those of training; `point` as in `find_points`."""

    def prepare(replica: Replica) -> Callable[[float], TrainingRecord]:
        training = training_of(point["ensemble"]["network"])
        train = training.prepare(replica.draw, replica.teacher, width=width, tol=tolerance, **options)
        return lambda weight_decay: train(weight_decay, replica.initialisation())

    find_points(prepare, data, table, spectra, method="network", **point)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.spectra,
            **snakemake.params.arguments,
        )
