"""Exponents of every phase: predicted, from state evolution at huge d, and from trained networks."""

import numpy as np
import pandas as pd

from scaling_spectra.asymptotics import Slope, slopes
from scaling_spectra.networks import names
from scaling_spectra.phases import PHASES, logarithmic
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.tables import exponent_summary as summary_table
from scaling_spectra_pipeline.tables import exponents as exponents_table
from scaling_spectra_pipeline.tables.columns import read, write

STAGE = "exponent_summary"
POWER_LAW = True
ROLES = ("limits", "problem", "theory")
INPUTS = {"excess_risk": "exponents/excess_risk", "weight_decay_scan": "exponents/weight_decay_scan"}
PARAMETERS = {"gamma": "gamma", "noise_var": "theory.noise_var", "large_dim": "theory.exponent_dim"}
# of a fitted window
COPIED = ("experiment", "dim", "weight_decay", "n_eff_min", "n_eff_max", "points", "replicas")
FITTED = ("theory", "slope", "low", "high")


def main(output: str, inputs: dict[str, str], gamma: float, noise_var: float, large_dim: int):
    windows = pd.concat(
        [read(path, exponents_table.SCHEMA).assign(experiment=name) for name, path in inputs.items()],
        ignore_index=True,
    )
    windows = windows[windows["gamma"] == gamma]
    rows = []
    for network in names():
        for delta in (noise_var, 0.0):
            here = windows[(windows["network"] == network) & (windows["noise_var"] == delta)]
            probed: dict[str, Slope] = {}
            for slope in slopes(network, delta, gammas=(gamma,), dims=(large_dim,)):
                # the peak has a slope in lambda alone, the first is that of the largest lambda
                if slope.variable != "weight_decay" or slope.phase == "peak":
                    probed.setdefault(slope.phase, slope)
            rows += [_row(slope, here[here["phase"] == phase]) for phase, slope in probed.items()]
    write(pd.DataFrame(rows), output, summary_table.SCHEMA)


def _row(large: Slope, windows: pd.DataFrame) -> dict:
    """A phase at huge d, with the widest of its fitted windows."""
    row = {
        "network": large.network,
        "gamma": large.gamma,
        "noise_var": large.noise_var,
        "phase": large.phase,
        "variable": large.variable,
        "predicted": large.predicted,
        "logarithmic": large.phase in PHASES and logarithmic(large.phase, large.network),
        "large_dim": large.dim,
        "large_predicted": large.refined,
        "large_slope": large.slope,
        **dict.fromkeys((*COPIED, *FITTED), np.nan),
        "experiment": None,
        "finite_size": np.nan,
    }
    windows = windows.assign(width=(windows["n_eff_max"] / windows["n_eff_min"]).round(9))
    # of equally wide windows that of the largest d, then of the smallest lambda
    windows = windows.sort_values(["width", "dim", "weight_decay"], ascending=[False, False, True])
    fitted = windows[windows["slope"].notna()]
    row["fits"] = len(fitted)
    if large.variable != "n_eff":
        return row | {"verdict": "not fitted: networks are compared along n_eff at fixed lambda"}
    if fitted.empty:
        return row | {"verdict": "no window" if windows.empty else windows["verdict"].iloc[0]}
    best = fitted.iloc[0]
    row |= {name: best[name] for name in (*COPIED, *FITTED)}
    return row | {"finite_size": best["theory"] - large.predicted, "verdict": best["verdict"]}


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
