"""A build against the committed numbers of a released one: results/reference.

What may differ between machines is the last digits of floating-point sums, which depend on processor and
libraries. Theory is solved to 1e-9 or better, and its numbers agree to a relative 1e-6. Training stops anywhere
within its duality gap: objectives agree within it, risks and spectra only to about its square root, because the gap
bounds squares of errors; so does the accuracy of a risk for the place of its flat minimum. Not compared is what
rounding may decide: how a solver got there, which of several minima is lowest, the cut-off of a tail, points whose
minimiser is not unique.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.checks.finding import Finding, where

MANIFEST = "manifest.json"
CHECK = "reference numbers"
# rows of a series of a figure that are kept; the diagrams' grids have tens of thousands
KEPT_ROWS = 1500
ROW = "row"
# share of rows whose phase may be another: points of a grid that lie on a boundary
ON_BOUNDARY = 0.002
# settings that say what is accepted, not what is computed
NOT_NUMBERS = ("checks",)
# tables beside the figures' numbers, by their name in the reference
TABLES = {
    "exponents.csv": "exponent_summary/exponents.csv",
    "spectral_phases.csv": "spectral_phases/spectral_phases.csv",
}


@dataclass(frozen=True)
class Tolerance:
    """Accepted difference: relative, and absolute in units of `scale` (a column of the row) or of one."""

    relative: float = 0.0
    absolute: float = 0.0
    scale: str | None = None


THEORY = Tolerance(relative=1e-6, absolute=1e-9)
# local exponents: differences of logarithms
SLOPE = Tolerance(relative=1e-6, absolute=1e-5)
# fits of tails to quantiles of a law
FITTED_LAW = Tolerance(relative=1e-3)
TRAINED = Tolerance(relative=0.01)
# slopes of trained risks over a third of a decade or more
FITTED = Tolerance(absolute=0.03)
# a weight or two on the other side of the edge of a bin, in one replica of several
COUNTED = Tolerance(relative=0.01, absolute=1.0)
# place of a flat minimum of risks of theory
MINIMUM = Tolerance(relative=0.01)
FREE = Tolerance(absolute=np.inf)


def _spread(of: str) -> Tolerance:
    """Standard errors: each risk may move by its tolerance."""
    return Tolerance(relative=0.01, absolute=0.01, scale=of)


# how training and solving got there, and what certificates leave open; the other checks bound these
COURSE = dict.fromkeys(
    [
        *("objective_difference", "bound", "gap_network", "gap_convex", "relative_gap", "risk_difference"),
        *("spectrum_distance", "rank_network", "rank_convex", "evaluations", "lbfgs_evaluations", "residual_gap"),
        *("sharpened", "iterations", "solver_network", "solver_convex", "solver", "rank"),
    ],
    FREE,
)
TAIL = dict.fromkeys(["exponent", "error", "start", "count"], FREE)
# bins reach as far as the largest weight
EDGES = dict.fromkeys(["left", "right"], TRAINED)
IN_BINS = {"predicted": Tolerance(relative=0.01, absolute=0.01), "measured": COUNTED, "error": COUNTED}
LAW = {"distance": Tolerance(absolute=0.02), **EDGES, **IN_BINS}
RISKS = {"risk": TRAINED, "value": TRAINED, "standard_error": _spread("value|risk")}
# a weight at the threshold is kept, or not, in one replica of several
PRUNED = RISKS | dict.fromkeys(["risk", "value"], Tolerance(relative=0.05))
# of each series with trained networks in it; other rows are theory
SERIES: dict[str, dict[str, Tolerance]] = {
    "trained": RISKS,
    "convex equivalent": RISKS,
    "networks": RISKS,
    "networks near the best weight decay": RISKS,
    "as trained": RISKS,
    "pruned, noise estimated from the data": PRUNED,
    "pruned, noise of state evolution": PRUNED,
    # guides stand clear of the points
    "predicted slope": RISKS,
    "not certified or not unique": dict.fromkeys(RISKS, FREE),
    # several minima at large d are as good as each other
    "best weight decay": {"value": FREE, "weight_decay": MINIMUM},
    "best weight decay, scaled": {"value": FREE, "weight_decay": MINIMUM},
    # stand at the same place
    "risk at the best weight decay": {"weight_decay": MINIMUM},
    "Bayes-optimal risk": {"weight_decay": MINIMUM},
    "noise bulk disappears, scaled": {"weight_decay": MINIMUM},
    "zeros": LAW,
    "bin": LAW,
    "outlier": LAW,
    "curve": LAW,
}
# further columns by file
FILES: dict[str, dict[str, Tolerance]] = {
    "figures/equivalence.csv": COURSE
    | {
        **dict.fromkeys(["objective_network", "objective_convex"], Tolerance(relative=1e-5)),
        **dict.fromkeys(["risk_network", "risk_convex"], TRAINED),
    },
    # in units of the risk
    "figures/gaussian_design.csv": dict.fromkeys(
        [
            f"{part}{kind}"
            for part in ("excess", "systematic", "diagonal_noise", "rows", "rest")
            for kind in ("", "_error")
        ],
        Tolerance(absolute=0.01),
    ),
    "figures/heavy_tails.csv": TAIL
    | {
        **{"risk": TRAINED, "risk_error": _spread("risk"), "ratio": TRAINED},
        **dict.fromkeys(["predicted", "teacher"], FITTED_LAW),
    },
    "tables/exponents.csv": {
        **dict.fromkeys(["slope", "low", "high"], FITTED),
        # over the points of the trained slopes, with their weights
        **dict.fromkeys(["theory", "finite_size"], Tolerance(absolute=0.003)),
        # and by averages over draws, to 1e-3
        "real_inputs": Tolerance(absolute=0.005),
        **dict.fromkeys(["large_slope", "large_predicted"], SLOPE),
        "verdict": FREE,
    },
    "tables/spectral_phases.csv": {
        "tail_exponent": FITTED_LAW,
        "measured_zero_mass": Tolerance(absolute=0.02),
        "measured_outliers": Tolerance(absolute=1.0),
        **dict.fromkeys(["measured_tail_exponent", "measured_tail_error"], FREE),
    },
}
LABELS_OF_GRIDS = ("phase", "rate", "predicted", "expected_class")
SLOPES = ("slope",)


def version(folder: str) -> str:
    """Digest of the reference's manifest; empty without one."""
    manifest = Path(folder) / MANIFEST
    return seals.digest(manifest) if manifest.exists() else ""


def compare(folder: str, results: str, figures: str, settings: dict[str, Any]) -> list[Finding]:
    """Findings for a build: one a file of the reference, or one that says why it is not compared.

    Parameters
    ----------
    folder : str
        Where the reference is.
    results, figures : str
        Folders of the build.
    settings : dict
        Configuration of the build.
    """
    manifest_file = Path(folder) / MANIFEST
    if not manifest_file.exists():
        return [Finding(CHECK, folder, True, "not compared: there is no reference")]
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    difference = _first_difference(manifest["settings"], numbers(settings))
    if difference:
        return [Finding(CHECK, folder, True, f"not compared: the reference belongs to {difference}")]
    findings = []
    for name, entry in manifest["files"].items():
        stored, built = Path(folder) / name, _built(name, results, figures)
        if not stored.exists() or seals.digest(stored) != entry["sha256"]:
            findings.append(Finding(CHECK, str(stored), False, "is not what its manifest says: check it out again"))
        elif not Path(built).exists():
            findings.append(Finding(CHECK, built, False, f"missing, but in the reference ({stored})"))
        else:
            findings.append(_compare_file(name, built, stored, entry["rows"]))
    return findings


def numbers(settings: dict[str, Any]) -> dict[str, Any]:
    """The part of a configuration that numbers depend on."""
    return json.loads(json.dumps({key: value for key, value in settings.items() if key not in NOT_NUMBERS}))


def _first_difference(theirs: Any, ours: Any, key: str = "") -> str:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        # the scale first: it implies most others
        for name in sorted({*theirs, *ours}, key=lambda name: (name != "scale", name)):
            found = _first_difference(theirs.get(name), ours.get(name), f"{key}.{name}" if key else name)
            if found:
                return found
        return ""
    return "" if theirs == ours else f"{key} = {json.dumps(theirs)}, this build has {json.dumps(ours)}"


def _built(name: str, results: str, figures: str) -> str:
    kind, file = name.split("/")
    return f"{figures}/{file}" if kind == "figures" else f"{results}/{TABLES[file]}"


def thinned(table: pd.DataFrame) -> pd.DataFrame:
    """Every k-th row of each series that has too many, with its row number."""
    table = table.rename_axis(ROW).reset_index()
    if "series" not in table:
        return table.iloc[:: max(1, -(-len(table) // KEPT_ROWS))]
    place = table.groupby("series", dropna=False).cumcount()
    step = -(-table.groupby("series", dropna=False)["series"].transform("size") // KEPT_ROWS)
    return table[place % step.fillna(1).clip(lower=1) == 0]


def _compare_file(name: str, built: str, stored: Path, rows: int) -> Finding:
    reference = pd.read_csv(stored, low_memory=False)
    fresh = pd.read_csv(built, low_memory=False)
    if len(fresh) != rows:
        return Finding(CHECK, built, False, f"{len(fresh)} rows, {rows} in the reference")
    if list(fresh) != [column for column in reference if column != ROW]:
        return Finding(CHECK, built, False, "other columns than in the reference")
    fresh = fresh.iloc[reference[ROW]].reset_index(drop=True)
    compared, worst, largest = 0, "", 0.0
    skipped = _not_unique(fresh) | _not_unique(reference)
    on_boundary = _labels_differ(fresh, reference)
    if on_boundary.mean() <= ON_BOUNDARY:
        skipped |= on_boundary
    for column in fresh:
        excess = _excess(name, column, fresh, reference)
        excess[skipped] = 0.0
        compared += int((~skipped).sum())
        if excess.max(initial=0.0) > 1:
            row = int(np.argmax(excess > 1))
            return Finding(
                CHECK,
                built,
                False,
                f"row {reference[ROW][row] + 1}: {column} = {fresh[column][row]}, {reference[column][row]} in the "
                f"reference{_place(fresh.iloc[row])}; {int((excess > 1).sum())} of {len(fresh)} rows differ",
            )
        if excess.max(initial=0.0) > largest:
            largest, worst = float(excess.max()), column
    used = f"; {worst} uses {largest:.1%} of its tolerance" if worst else ", all equal"
    return Finding(CHECK, built, True, f"{compared} numbers of {len(fresh)} rows as in the reference{used}")


def _place(row: pd.Series) -> str:
    series = f", {row['series']}" if "series" in row and isinstance(row["series"], str) else ""
    return f" at {where(row)}{series}"


def _not_unique(table: pd.DataFrame) -> np.ndarray:
    """Rows whose minimiser is not unique, or not certified."""
    skipped = np.zeros(len(table), bool)
    for flag in ("unique", "sound"):
        if flag in table:
            skipped |= ~table[flag].fillna(True).astype(bool).to_numpy()
    return skipped


def _labels_differ(fresh: pd.DataFrame, reference: pd.DataFrame) -> np.ndarray:
    """Points of a diagram's grid that belong to another phase."""
    differ = np.zeros(len(fresh), bool)
    if "phase" in fresh and "series" in fresh:
        differ |= (fresh["phase"].fillna("") != reference["phase"].fillna("")).to_numpy()
        differ &= fresh["series"].isin(["regions", "map"]).to_numpy()
    return differ


def _allowed(name: str, column: str, series: pd.Series, reference: pd.DataFrame) -> np.ndarray:
    """Accepted difference of each row of a column."""
    default = FILES.get(name, {}).get(column, SLOPE if column in SLOPES else THEORY)
    size = reference[column].abs().to_numpy(float)
    allowed = np.empty(len(reference))
    for value in series.unique():
        tolerance, rows = SERIES.get(value, {}).get(column, default), (series == value).to_numpy()
        allowed[rows] = tolerance.relative * size[rows] + tolerance.absolute * _scale(tolerance, reference)[rows]
    return allowed


def _excess(name: str, column: str, fresh: pd.DataFrame, reference: pd.DataFrame) -> np.ndarray:
    """Difference over tolerance, row by row; infinite where words or gaps differ."""
    new, old = fresh[column], reference[column]
    if not (pd.api.types.is_numeric_dtype(new) and pd.api.types.is_numeric_dtype(old)) or new.dtype == bool:
        free = FILES.get(name, {}).get(column) is FREE
        return np.where(free | (new.fillna("") == old.fillna("")).to_numpy(), 0.0, np.inf)
    series = (fresh["series"] if "series" in fresh else pd.Series("", index=fresh.index)).fillna("")
    allowed, difference = _allowed(name, column, series, reference), np.abs(new.to_numpy(float) - old.to_numpy(float))
    same = (difference == 0) | (new.isna() & old.isna()).to_numpy() | np.isposinf(allowed)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(same, 0.0, np.nan_to_num(difference / allowed, nan=np.inf))


def _scale(tolerance: Tolerance, reference: pd.DataFrame) -> np.ndarray:
    if tolerance.scale is None:
        return np.ones(len(reference))
    columns = [column for column in tolerance.scale.split("|") if column in reference]
    return reference[columns].abs().max(axis=1).to_numpy(float)
