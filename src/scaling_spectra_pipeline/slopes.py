"""Slopes of simulated risks beside those of the theory over the same points and teachers, and the verdict on them."""

import numpy as np
import pandas as pd

from scaling_spectra.fits import SlopeFit, fit_slope
from scaling_spectra_pipeline.tables import theory as theory_table
from scaling_spectra_pipeline.tables import training as training_table
from scaling_spectra_pipeline.tables.columns import KEY, read

# slopes of constant risks, whose intervals have no width
ROUNDING = 1e-9
RISKS = ("risk", "risk_theory")


def compared(training: str, theory: str) -> pd.DataFrame:
    """Trained points with the risk of state evolution of the same teachers, ``risk_theory``."""
    trained = read(training, training_table.SCHEMA)
    solved = read(theory, theory_table.SCHEMA)[[*KEY, "replica", "risk"]]
    both = trained.merge(solved, on=[*KEY, "replica"], suffixes=("", "_theory"), validate="one_to_one")
    if len(both) < len(trained):
        raise RuntimeError(f"{theory}: {len(trained) - len(both)} trained points have no theory; rebuild the stage")
    return both


def by_replica(points: pd.DataFrame, abscissa: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulated and predicted risks, a row a replica and a column a value of `abscissa`.

    Risks that are not certified, or whose minimiser is not unique, are missing.
    """
    sound = points.assign(**{name: points[name].where(points["converged"] & points["unique"]) for name in RISKS})
    simulated, predicted = (sound.pivot(index="replica", columns=abscissa, values=name) for name in RISKS)
    return simulated, predicted


def fitted(
    simulated: pd.DataFrame,
    predicted: pd.DataFrame,
    tilt: float,
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
    tilt : float
        Change of slope that the known deviation may cause.
    """
    x, inside = simulated.columns.to_numpy(dtype=float), simulated.dropna()
    row = {"points": x.size, "replicas": len(inside)}
    row |= dict.fromkeys(("theory", "slope", "low", "high", "difference_half_width", "tilt"), np.nan)
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
    row |= {"slope": fit.slope, "low": fit.low, "high": fit.high, "theory": fit.reference, "tilt": tilt}
    return row | {"difference_half_width": fit.difference_half_width, "verdict": _verdict(fit, tilt)}


def _verdict(fit: SlopeFit, tilt: float) -> str:
    distance, half_width = abs(fit.slope - fit.reference), fit.difference_half_width + ROUNDING
    if distance <= half_width:
        return "agrees"
    return "agrees within the known deviation" if distance <= half_width + tilt else "differs"
