"""Train a network for all weight decays of one (ensemble, n_eff) and one batch of replicas at once, on a GPU."""

from collections.abc import Callable, Iterator
from typing import Any

from scaling_spectra.networks.interface.batched import batched_of
from scaling_spectra.records import TrainingRecord
from scaling_spectra.replicas import Replica
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.points import find_points


def main(
    data: str,
    table: str,
    spectra: str,
    width: float,
    tolerance: float,
    options: dict[str, Any],
    device: str,
    **point: Any,
):
    """`options` are those of training; `point` as in `find_points`."""
    batched = batched_of(point["ensemble"]["network"])

    def prepare(replicas: list[Replica], weight_decays: list[float]) -> Iterator[Callable[[float], TrainingRecord]]:
        return batched.prepare(replicas, weight_decays, device=device, width=width, tol=tolerance, **options)

    find_points(prepare, data, table, spectra, method="network", **point)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.spectra,
            **snakemake.params.arguments,
        )
