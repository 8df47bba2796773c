"""Slopes of simulated risks beside those of the theory over the same points and teachers, and the verdict on them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from scaling_spectra import datasets
from scaling_spectra.fits import SlopeFit, fit_slope, slope
from scaling_spectra.networks import supports
from scaling_spectra.networks.interface.inputs import inputs_of
from scaling_spectra.spectrum import power_law
from scaling_spectra.ties import TIE
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.schemas import exponents as exponents_table
from scaling_spectra_pipeline.schemas import theory as theory_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import KEY, read

# slopes of constant risks, whose intervals have no width
ROUNDING = 1e-9
RISKS = ("risk", "risk_theory")
# draws of the theory at finite d, beside the data sets
SEED = "theory of inputs"
SLOPES = ("theory", "real_inputs", "slope", "low", "high", "difference_half_width", "tilt")
AGREES, DIFFERS = "agrees with state evolution", "differs"
EXPLAINED, BOUNDED = "agrees with the theory of real inputs", "agrees within the known deviation"


def compared(training: str, theory: str) -> pd.DataFrame:
    """Trained points with the risk of state evolution of the same teachers, ``risk_theory``."""
    trained = read(training, training_table.SCHEMA)
    solved = read(theory, theory_table.SCHEMA)[[*KEY, "replica", "risk"]]
    both = trained.merge(solved, on=[*KEY, "replica"], suffixes=("", "_theory"), validate="one_to_one")
    if len(both) < len(trained):
        raise RuntimeError(f"{theory}: {len(trained) - len(both)} trained points have no theory; rebuild the stage")
    return both


def by_replica(points: pd.DataFrame, abscissa: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulated and predicted risks, a row per replica and a column per value of `abscissa`.

    Risks that are not certified, whose minimiser is not unique, or without a solution of theory, are missing.
    """
    kept = points["converged"] & points["unique"] & points["risk_theory"].notna()
    sound = points.assign(**{name: points[name].where(kept) for name in RISKS})
    simulated, predicted = (sound.pivot(index="replica", columns=abscissa, values=name) for name in RISKS)
    return simulated, predicted


def fitted(
    simulated: pd.DataFrame,
    predicted: pd.DataFrame,
    change: float,
    of_inputs: Callable[[], np.ndarray | None],
    *,
    min_points: int,
    min_decades: float,
    bootstrap: int,
    confidence: float,
    root_seed: int,
) -> dict:
    """Slopes over one window, or why there are none.

    Parameters
    ----------
    simulated, predicted : DataFrame, replicas by points
        Their columns are the abscissa. A replica counts if it has all points.
    change : float
        Change of log R that the known deviation may cause over the window.
    of_inputs : callable
        Risks in the theory of the network's inputs at this d, or None, see `risks_of_inputs`.
    """
    x, inside = simulated.columns.to_numpy(dtype=float), simulated.dropna()
    row = {"points": x.size, "replicas": len(inside)}
    row |= dict.fromkeys(SLOPES, np.nan)
    if x.size < min_points or np.log10(x[-1] / x[0]) < min_decades * (1 - 1e-9):
        return row | {"verdict": "window too short"}
    if len(inside) < 2:
        return row | {"verdict": "too few replicas"}
    fit = fit_slope(
        x,
        inside.to_numpy(),
        predicted.loc[inside.index].to_numpy(),
        confidence=confidence,
        resamples=bootstrap,
        rng=np.random.default_rng(root_seed),
    )
    tilt = change / np.log(x[-1] / x[0])
    risks = of_inputs()
    real_inputs = np.nan if risks is None else float(slope(x, risks, fit.weights))
    row |= {"theory": fit.reference, "real_inputs": real_inputs, "tilt": tilt}
    row |= {"slope": fit.slope, "low": fit.low, "high": fit.high, "difference_half_width": fit.difference_half_width}
    return row | {"verdict": _verdict(fit, real_inputs, tilt)}


def windows_of(path: str) -> pd.DataFrame:
    """Windows along n_eff of one experiment, with the ranges that `widest` chooses by."""
    table = read(path, exponents_table.SCHEMA)
    decay = table["weight_decay"]
    return table.assign(experiment=Path(path).stem, weight_decay_min=decay, weight_decay_max=decay)


def widest(windows: pd.DataFrame, abscissa: str) -> pd.Series:
    """Of equally wide windows that of the largest d, then of the smallest lambda."""
    width = windows[f"{abscissa}_max"] / windows[f"{abscissa}_min"]
    found = windows[width >= width.max() * (1 - TIE)]
    return found.sort_values(["dim", "weight_decay_min"], ascending=[False, True], kind="stable").iloc[0]


def _verdict(fit: SlopeFit, real_inputs: float, tilt: float) -> str:
    half_width = fit.difference_half_width + ROUNDING
    if abs(fit.slope - fit.reference) <= half_width:
        return AGREES
    # its replicas share one teacher
    if abs(fit.slope - real_inputs) <= half_width:
        return EXPLAINED
    return BOUNDED if abs(fit.slope - fit.reference) <= half_width + tilt else DIFFERS


def risks_of_inputs(
    points: pd.DataFrame, values: np.ndarray, abscissa: str, *, width: Width, root_seed: int
) -> np.ndarray | None:
    """Risks at the `values` of the abscissa in the theory of the network's inputs at this d, if there is one.

    NaN where its equations are not solved.

    Parameters
    ----------
    points : DataFrame
        Points of one network, power law, noise level and d.
    width : float or dict
        p/d of networks that have one, or its rule.
    """
    first = points.iloc[0]
    network, dim = first["network"], int(first["dim"])
    if not supports(network, "inputs"):
        return None
    rows = points.drop_duplicates(abscissa).set_index(abscissa).loc[values]
    rng = np.random.default_rng(datasets.seed_sequence(root_seed, SEED, first["noise_var"], dim, 0))
    teacher = power_law(dim, first["gamma"]).values
    return inputs_of(network).risks(
        teacher, rows["samples"], rows["weight_decay"], first["noise_var"], rng, width=share(width, dim)
    )
