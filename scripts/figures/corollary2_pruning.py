"""Corollary 2: pruning after training beside tuning the weight decay."""

from itertools import pairwise

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.plotting import pruning
from scaling_spectra.teacher import NO_POWER_LAW
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"points": "pruning/pruning", "curves": "pruned/pruning_curves"}
NOISELESS = False


def main(inputs: dict[str, str], outputs: dict[str, str]):
    tables = read_tables(inputs)
    noise_var = tables["points"]["noise_var"].max()
    tables = {name: table[table["noise_var"] == noise_var] for name, table in tables.items()}
    symbols = {network: problem_of(network).N_EFF for network in names()}
    families = tables["curves"][["network", "dim", "gamma"]].drop_duplicates()
    boundaries = {
        (row.network, row.dim): _phases(PhaseDiagram(row.network, row.dim, row.gamma, noise_var))
        for row in families.itertuples()
        if row.gamma != NO_POWER_LAW
    }
    write_figure(*pruning.compose(**tables, symbols=symbols, boundaries=boundaries), **outputs)


def _phases(diagram: PhaseDiagram) -> list[tuple[str, float, float]]:
    """Phases at lambda -> 0, each with the n_eff where it starts and ends."""
    starts = [column.start for column in diagram.columns] + [float("inf")]
    found: dict[str, tuple[float, float]] = {}
    for column, (start, end) in zip(diagram.columns, pairwise(starts), strict=True):
        phase = column.phases[0]
        found[phase] = (found.get(phase, (start,))[0], end)
    return [(phase, *ends) for phase, ends in found.items()]


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), dict(snakemake.output.items()))
