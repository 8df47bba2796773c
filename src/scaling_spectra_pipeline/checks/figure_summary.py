"""Numbers that sum up figures, against what theory says of them; landmarks in their order."""

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.phases import PHASES
from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.checks.finding import Finding, where
from scaling_spectra_pipeline.summaries.table import FAMILY, LARGEST, MEDIAN, SHARE, SMALLEST

# how far a number may lie below and above what is predicted as d grows
NEAR: dict[str, tuple[float, float]] = {
    "log rho in log t, t < 1e-3": (0.01, 0.01),
    # at moderate d the positive trace of the teacher caps the quadratic network's peak
    "log R at the peak in log lambda, lambda < 0.1": (0.03, 2 / 3 + 0.01),
    "n_eff of the largest risk over n_eff of the peak, smallest lambda": (0.02, 0.02),
    # between the rate before the whole spectrum is learned and the one after, -1
    "log of the best risk in log n_eff, large d": (1.0, 0.05),
    "log of the largest ratio in log d": (0.1, 0.1),
    "objectives within what both certificates allow": (0.0, 0.0),
}
# and quantities that are no more than so large
AT_MOST = {"distance of state evolution from the closed form": 1e-4}
# the parts of the risk add up, but for the quadratic network's bulk
EXACT, ADDING_UP = "diagonal", "the paper's sum over the risk"
ORDERED = [SMALLEST, MEDIAN, LARGEST]
GROUP = ["figure", "quantity", *FAMILY, "phase"]


def summaries_follow_theory(path: str, table: pd.DataFrame) -> Finding:
    """Exponents, places and shares lie where theory puts them; the smallest of points is below the largest."""
    of = table["quantity"]
    below, above = (of.map({quantity: sides[side] for quantity, sides in NEAR.items()}) for side in (0, 1))
    low, high = table["predicted"] - below, table["predicted"] + above
    shares = table["statistic"] == SHARE
    low, high = low.mask(shares & low.isna(), 0.0), high.mask(shares & high.isna(), 1.0)
    high = high.fillna(of.map(AT_MOST))
    adding = (of == ADDING_UP) & (table["network"] == EXACT)
    low, high = low.mask(adding, 1 - 1e-6), high.mask(adding, 1 + 1e-6)
    outside = (table["value"] < low - TIE) | (table["value"] > high + TIE)
    wide = table[table["statistic"].isin(ORDERED)].pivot_table(
        index=GROUP, columns="statistic", values="value", dropna=False, aggfunc="first"
    )
    steps = wide.reindex(columns=ORDERED).ffill(axis=1).diff(axis=1)
    unordered = int((steps < 0).any(axis=1).sum())
    detail = f"{int(outside.sum())} of {int((low.notna() | high.notna()).sum())} outside of what theory allows"
    for row in table[outside].head(1).to_dict("records"):
        detail += f"; {row['quantity']}: {row['value']:.4g} at {where(row)}"
    detail += f"; {unordered} with a smallest above the largest" if unordered else ""
    return Finding("figure summary", path, not (outside.any() or unordered), detail)


def landmarks_are_in_order(path: str, table: pd.DataFrame) -> Finding:
    """The peak stands where it must; every feature is above the noise where the last phase of a power law starts."""
    wrong = []
    for (network, _, _, dim), rows in table.groupby(FAMILY):
        n_eff = rows.set_index("landmark")["n_eff"]
        starts = n_eff[n_eff.index.isin(list(PHASES))]
        sound = np.isclose(n_eff.get("interpolation", np.nan), limits_of(network).INTERPOLATION * dim, rtol=1e-9)
        if rows["gamma"].notna().all():
            sound &= len(starts) > 1 and starts.min() == 0 and bool(starts.is_unique)
            sound &= bool(np.isclose(starts.max(), n_eff.get("full spectrum", np.nan), rtol=1e-9))
        if not sound:
            wrong.append(where(rows.iloc[0]))
    detail = f"{len(wrong)} of {table.groupby(FAMILY).ngroups} teachers with one out of place"
    return Finding("landmarks", path, not wrong, detail + "".join(f"; {place}" for place in wrong[:1]))
