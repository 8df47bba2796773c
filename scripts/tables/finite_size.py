"""How far exponents are from the predicted ones at finite d: state evolution in every phase, and fitted windows."""

import pandas as pd

from scaling_spectra.asymptotics import Slope, slopes
from scaling_spectra.teachers import Settings, key
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import exponent_summary as summary_table
from scaling_spectra_pipeline.schemas import finite_size as finite_size_table
from scaling_spectra_pipeline.schemas.columns import read, write
from scaling_spectra_pipeline.slopes import widest, windows_of

POWER_LAW = True
INPUTS = {"windows": "exponents/*", "summary": "tables/exponent_summary"}
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "networks": "networks",
}
# every factor 2 where networks are trained, then every decade
LARGE_DIMS = (
    50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800,
    100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
)  # fmt: skip
OF_PHASE = ["network", "noise_var", "phase"]
# what a window and a row of the summary share
SHARED = ["experiment", "points", "replicas", "predicted", "slope", "low", "high", "theory"]


def main(output: str, inputs: dict, teacher: Settings, noise_var: float, networks: list[str]):
    rows = [row for network in networks for delta in (noise_var, 0.0) for row in _at(network, delta, teacher)]
    curves = pd.DataFrame(rows).assign(source=finite_size_table.THEORY)
    summary = read(inputs["summary"], summary_table.SCHEMA)
    windows = [windows_of(path) for path in inputs["windows"]]
    # windows along n_eff are those of the fits; the others are in the summary alone, one a phase
    found = pd.concat([*windows, summary[summary["phase"].isin(finite_size_table.ALONG_LINES)]], ignore_index=True)
    found = found[(found["teacher"] == key(teacher)) & found["slope"].notna() & found["network"].isin(networks)]
    found = found[found["noise_var"].isin((noise_var, 0.0))]
    fitted = [widest(of, "n_eff").to_dict() for _, of in found.groupby([*OF_PHASE, "dim"])]
    fits = pd.DataFrame(fitted, columns=[*OF_PHASE, "dim", *SHARED]).assign(source=finite_size_table.NETWORKS)
    fits = fits[fits["phase"].isin(finite_size_table.PHASES)]
    table = pd.concat([curves, fits], ignore_index=True).assign(teacher=key(teacher), gamma=teacher["gamma"])
    table["distance"] = table["slope"] - table["predicted"]
    write(table[list(finite_size_table.SCHEMA.columns)], output, finite_size_table.SCHEMA)


def _at(network: str, noise_var: float, teacher: Settings) -> list[dict]:
    """Slopes of state evolution from the least d to the largest."""
    of, phases = (teacher["gamma"],), finite_size_table.PHASES
    found: dict[tuple[str, float], Slope] = {}
    for slope in slopes(network, noise_var, gammas=of, dims=LARGE_DIMS, phases=phases, by_weight_decay=False):
        # the first of the peak's is that of the largest lambda
        found.setdefault((slope.phase, slope.dim), slope)
    return [
        {"network": network, "noise_var": noise_var, "phase": slope.phase, "dim": slope.dim, "variable": slope.variable}
        | {"predicted": slope.predicted, "slope": slope.slope, "depth": slope.distance}
        for slope in found.values()
    ]


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
