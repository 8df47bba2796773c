"""Corollary 1: risk along the weight decay, and at its best beside the Bayes-optimal risk."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.plotting import optimal
from scaling_spectra.teacher import NO_POWER_LAW
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {
    "training": "training/weight_decay_scan",
    "decay": "decay/risk_along_decay",
    "optimal": "optimal/optimal_decay",
}
NOISELESS = False


def main(inputs: dict[str, str], outputs: dict[str, str]):
    tables = read_tables(inputs)
    noise_var = tables["training"]["noise_var"].max()
    tables = {name: table[table["noise_var"] == noise_var] for name, table in tables.items()}
    symbols = {network: problem_of(network).N_EFF for network in names()}
    families = tables["optimal"][["network", "dim", "gamma"]].drop_duplicates()
    units = {(row.network, row.dim): _unit(row.network, row.dim, row.gamma, noise_var) for row in families.itertuples()}
    write_figure(*optimal.compose(**tables, symbols=symbols, units=units), **outputs)


def _unit(network: str, dim: int, gamma: float, noise_var: float) -> float:
    """n_eff from which every feature stands above the noise; of the interpolation peak without a power law."""
    if gamma == NO_POWER_LAW:
        return limits_of(network).INTERPOLATION * dim
    return PhaseDiagram(network, dim, gamma, noise_var).full_spectrum


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), dict(snakemake.output.items()))
