"""Exponents of every phase: predicted, from state evolution at huge d, and from trained networks."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from scaling_spectra.asymptotics import Slope, slopes
from scaling_spectra.finite_size import known_change, known_deviation
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import PHASES, logarithmic
from scaling_spectra.teachers import Settings, key
from scaling_spectra.ties import TIE, alike
from scaling_spectra.widths import Width
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import exponent_summary as summary_table
from scaling_spectra_pipeline.schemas import feature_learning_gain as gain_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write
from scaling_spectra_pipeline.slopes import by_replica, compared, fitted, risks_of_inputs, widest, windows_of

POWER_LAW = True
INPUTS = {
    "windows": "exponents/*",
    "peak": "training/peak",
    "peak_theory": "theory/peak",
    "optimal": "studies/feature_learning_gain",
}
OPTIONAL = ("peak", "peak_theory", "optimal")
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "large_dim": "theory.exponent_dim",
    "width": "width",
    "root_seed": "seed",
    "margin": "fit.margin",
    "min_points": "fit.min_points",
    "min_decades": "fit.min_decades",
    "bootstrap": "fit.bootstrap",
    "confidence": "fit.confidence",
    "networks": "networks",
}
# of a fitted window
COPIED = ("experiment", "dim", "points", "replicas")
RANGES = ("weight_decay_min", "weight_decay_max", "n_eff_min", "n_eff_max")
FITTED = ("theory", "real_inputs", "slope", "low", "high")


def main(
    output: str,
    inputs: dict[str, str],
    teacher: Settings,
    noise_var: float,
    large_dim: int,
    width: Width,
    root_seed: int,
    margin: float,
    min_points: int,
    min_decades: float,
    bootstrap: int,
    confidence: float,
    networks: list[str],
):
    fit = {"min_points": min_points, "min_decades": min_decades}
    fit |= {"bootstrap": bootstrap, "confidence": confidence, "root_seed": root_seed}
    of_inputs = partial(risks_of_inputs, width=width, root_seed=root_seed)
    windows = [windows_of(path) for path in inputs["windows"]]
    if "peak" in inputs:
        windows.append(_of_peak(compared(inputs["peak"], inputs["peak_theory"]), margin, of_inputs, fit))
    if "optimal" in inputs:
        windows.append(_of_optimum(read(inputs["optimal"], gain_table.SCHEMA), margin, of_inputs, fit))
    # empty parts have no types to add
    found = pd.concat([part for part in windows if len(part)] or windows[:1], ignore_index=True)
    found = found[found["teacher"] == key(teacher)]
    rows = []
    for network in networks:
        for delta in (noise_var, 0.0):
            here = found[(found["network"] == network) & (found["noise_var"] == delta)]
            probed: dict[str, Slope] = {}
            gammas = (teacher["gamma"],)
            for slope in slopes(network, delta, gammas=gammas, dims=(large_dim,), by_weight_decay=False):
                # the first of the peak's is that of the largest lambda
                probed.setdefault(slope.phase, slope)
            rows += [_row(key(teacher), slope, here[here["phase"] == phase]) for phase, slope in probed.items()]
    write(pd.DataFrame(rows), output, summary_table.SCHEMA)


def _of_peak(points: pd.DataFrame, margin: float, of_inputs: Callable, fit: dict) -> pd.DataFrame:
    """Windows along lambda at interpolation, where the predicted peak stands `margin` decades above the noise."""
    rows = []
    for family, diagram, here in _families(points):
        top = here[np.isclose(here["n_eff"], diagram.interpolation)]
        # rules may name one lambda twice
        top = top.assign(weight_decay=alike(top["weight_decay"].to_numpy()))
        decays = np.sort(top["weight_decay"].unique())
        decays = decays[np.log10(diagram.peak_risk(decays) / diagram.noise_var) >= margin - TIE]
        if decays.size:
            # along lambda the deviation may take any value up to its bound
            change = known_deviation(diagram.network, diagram.interpolation, diagram.dim)
            rows.append(_window(family, "peak", "peak", top, "weight_decay", decays, change, of_inputs, fit))
    return pd.DataFrame(rows)


def _of_optimum(points: pd.DataFrame, margin: float, of_inputs: Callable, fit: dict) -> pd.DataFrame:
    """Windows along n_eff at the best lambda, `margin` decades between the first and the last feature to be found."""
    rows = []
    for family, diagram, here in _families(points):
        n_eff = np.sort(here["n_eff"].unique())
        to_ends = np.minimum(n_eff / diagram.detection, diagram.full_spectrum / n_eff)
        n_eff = n_eff[np.log10(to_ends) >= margin - TIE]
        if n_eff.size:
            change = known_change(diagram.network, n_eff[0], n_eff[-1], diagram.dim)
            name = "feature_learning_gain"
            rows.append(_window(family, "optimal", name, here, "n_eff", n_eff, change, of_inputs, fit))
    return pd.DataFrame(rows)


def _families(points: pd.DataFrame) -> Iterator[tuple[dict, PhaseDiagram, pd.DataFrame]]:
    for of, here in ensembles_of(points[(points["noise_var"] > 0) & points["gamma"].notna()]):
        yield of.columns(), PhaseDiagram(of.network, of.dim, of.gamma, of.noise_var), here


def _window(
    family: dict,
    phase: str,
    experiment: str,
    points: pd.DataFrame,
    abscissa: str,
    values: np.ndarray,
    change: float,
    of_inputs: Callable,
    fit: dict,
) -> dict:
    inside = points[points[abscissa].isin(values)].drop_duplicates(["replica", abscissa])
    ranges = {
        f"{name}_{end}": getattr(inside[name], end)() for name in ("weight_decay", "n_eff") for end in ("min", "max")
    }
    simulated, predicted = by_replica(inside, abscissa)
    row = family | {"phase": phase, "experiment": experiment} | ranges
    return row | fitted(simulated, predicted, change, partial(of_inputs, inside, values, abscissa), **fit)


def _row(teacher: str, large: Slope, windows: pd.DataFrame) -> dict:
    """A phase at huge d, with the widest of its fitted windows."""
    row = {
        "network": large.network,
        "teacher": teacher,
        "gamma": large.gamma,
        "noise_var": large.noise_var,
        "phase": large.phase,
        "variable": large.variable,
        "predicted": large.predicted,
        "logarithmic": large.phase in PHASES and logarithmic(large.phase, large.network),
        "large_dim": large.dim,
        "large_predicted": large.refined,
        "large_slope": large.slope if large.deep else np.nan,
        **dict.fromkeys((*COPIED, *RANGES, *FITTED), np.nan),
        "experiment": None,
        "finite_size": np.nan,
    }
    along = "weight_decay" if large.variable == "weight_decay" else "n_eff"
    fits = windows[windows["slope"].notna()]
    row["fits"] = len(fits)
    if fits.empty:
        return row | {"verdict": "no window" if windows.empty else widest(windows, along)["verdict"]}
    best = widest(fits, along)
    row |= {name: best[name] for name in (*COPIED, *RANGES, *FITTED)}
    return row | {"finite_size": best["theory"] - large.predicted, "verdict": best["verdict"]}


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
