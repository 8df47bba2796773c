"""Solve a network's convex equivalent for every weight decay of one (ensemble, n_eff) and one batch of replicas."""

from collections.abc import Callable, Iterator
from typing import Any

from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.records import TrainingRecord
from scaling_spectra.replicas import Replica
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.points import find_points


def main(data: str, table: str, spectra: str, width: float, tolerance: float, **point: Any):
    """`point` as in `find_points`."""

    def prepare(replicas: list[Replica], _: list[float]) -> Iterator[Callable[[float], TrainingRecord]]:
        solving = solving_of(point["ensemble"]["network"])
        for replica in replicas:
            yield solving.prepare(replica.draw, replica.teacher, width=width, tol=tolerance)

    find_points(prepare, data, table, spectra, method="convex", **point)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.spectra,
            **snakemake.params.arguments,
        )
