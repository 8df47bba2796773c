"""Training in time: monotone losses and risks, certified limits, rates, and theory from lazy to rich."""

import numpy as np
import pandas as pd
from scipy.special import stdtr

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.finite_size import known_deviation
from scaling_spectra_pipeline.checks.finding import Finding, where
from scaling_spectra_pipeline.summaries import dynamics
from scaling_spectra_pipeline.summaries.table import SLOPE

FAMILY = list(ENSEMBLE)
# relative steps the wrong way that are rounding
FLAT = 1e-9
# how far slopes at d = 10^6 lie from those of an endless power law: a logarithm of the start, and the last features
RATES = 0.03


def limits_are_certified(path: str, table: pd.DataFrame, tolerance: float) -> Finding:
    """Where descent with weight decay ends is certified by a duality gap within the tolerance."""
    gaps = table.loc[table["decay_factor"] > 0, "limit_gap"].fillna(np.inf)
    above, largest = int((~(gaps <= tolerance)).sum()), gaps.max()
    detail = f"{above} of {len(gaps)} above {tolerance:g}; largest {largest:.1e}"
    return Finding("certificates", path, above == 0, detail)


def descent_descends(path: str, table: pd.DataFrame) -> list[Finding]:
    """Without weight decay the training loss falls from snapshot to snapshot; so does the risk of the flow."""
    plain = table[table["decay_factor"] == 0]
    return [
        _falls(path, plain, column, [*FAMILY, "n_eff", "replica"], "scaled_time")
        for column in ("train_loss", "flow_risk")
    ]


def _falls(path: str, table: pd.DataFrame, column: str, by: list[str], along: str) -> Finding:
    ordered = table.sort_values([*by, along], kind="stable")
    change = ordered.groupby(by)[column].diff()
    scale = ordered.groupby(by)[column].transform("max")
    rising = change > FLAT * scale
    detail = f"{int(rising.sum())} of {int(change.notna().sum())} steps rise"
    detail += f"; {where(ordered[rising].iloc[0])}" if rising.any() else ""
    return Finding(f"{column} falls along {along}", path, not rising.any(), detail)


def flow_has_its_rates(path: str, table: pd.DataFrame) -> list[Finding]:
    """Slopes in time and in compute are those of an endless power law; the risk falls."""
    slopes = pd.DataFrame(dynamics.time_risk(table))
    slopes = slopes[slopes["statistic"] == SLOPE]
    error = (slopes["value"] - slopes["predicted"]).abs()
    worst = slopes.loc[error.idxmax()]
    detail = (
        f"{int((error > RATES).sum())} of {len(error)} farther than {RATES:g} from the prediction; farthest "
        f"{worst['value']:.3f} for {worst['predicted']:.3f}, {worst['quantity']}, {worst['network']} network"
    )
    in_time = table[table["series"] == dynamics.TIME]
    return [
        Finding("rates of the flow", path, bool((error <= RATES).all()), detail),
        _falls(path, in_time, "risk", ["network", "teacher_gamma", "dim"], "scaled_time"),
    ]


def both_are_best(path: str, table: pd.DataFrame) -> Finding:
    """Early stopping with weight decay is no worse than either: it may choose no decay, or never to stop."""
    risks = table.pivot_table(index=[*FAMILY, "n_eff"], columns="way", values="risk")
    either = risks[["early stopping", "weight decay"]].min(axis=1)
    worse = int((risks["both"] > either * (1 + FLAT)).sum())
    return Finding("both together", path, worse == 0, f"{worse} of {len(risks)} worse than one of them")


def lazy_to_rich_follows_theory(path: str, table: pd.DataFrame, chance: float) -> list[Finding]:
    """Descent interpolates from every scale; its risk, over all scales, is that of state evolution.

    Scales share their samples: one test for each number of samples, on each replica's mean over the scales.
    """
    stuck = table[~table["converged"]]
    detail = f"{len(table) - len(stuck)} of {len(table)} networks interpolate"
    found = [Finding("interpolation", path, stuck.empty, detail)]
    judged = table[table["converged"]].assign(relative=table["risk"] / table["risk_theory"] - 1)
    means = judged.groupby([*FAMILY, "n_eff", "replica"])["relative"].mean()
    sets = means.groupby(level=[*range(len(FAMILY) + 1)]).agg(["mean", "sem", "count"]).reset_index()
    sets = sets[sets["count"] > 1]
    allowed = [known_deviation(row.network, row.n_eff, row.dim) for row in sets.itertuples()]
    excess = (sets["mean"].abs() - allowed).clip(lower=0) / sets["sem"]
    probability = 2 * stdtr(sets["count"] - 1, -excess)
    least = float(probability.min()) if len(sets) else 0.0
    detail = f"{len(sets)} numbers of samples; mean deviations {sets['mean'].min():+.1%} to {sets['mean'].max():+.1%}"
    detail += f", probability of the least likely {least:.2g}, at least {chance:g} needed"
    return [*found, Finding("lazy to rich against theory", path, least >= chance, detail)]
