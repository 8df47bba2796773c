"""Tables as people read them: few columns, few digits, in HTML for the report and in Markdown for the documentation."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from scaling_spectra_pipeline.schemas import exponent_summary
from scaling_spectra_pipeline.schemas import spectral_phases as spectral_phases_table
from scaling_spectra_pipeline.schemas.columns import read

TITLES = {
    "exponents": "Exponents of every phase",
    "spectral_phases": "Learned spectrum of every phase",
    "figure_summary": "Figures in numbers",
    "checks": "Checks",
}
NOTES = {
    "exponents": (
        "Slopes of log R in log n_eff (at the peak: in log lambda). Predicted: Results 1 and 4, with what sharper "
        "forms of the rates give at the huge d where that differs. State evolution is solved at that d deep inside "
        "the phase, and again at the networks' d over the same window and teachers as the fit; the finite-size "
        "distance is that of the latter from the prediction. The quadratic network's measurements are not Gaussian: "
        "the theory of real inputs says what that changes at the networks' d (docs/science.md). Networks, trained or "
        "solved by their convex equivalent, with their interval (fit.confidence, 95 % by default). Optimal: at the "
        "best lambda of every n_eff. Where no window lies far enough inside a phase, the verdict says why."
    ),
    "spectral_phases": (
        "What the learned spectrum consists of at a point that stands for the phase: where the phase is widest, and, "
        "with measured values, the trained point deepest inside. Expected: the class of the phase as d grows; found: "
        "that of state evolution at this d, which near a boundary may still be a neighbour's. Measured values are "
        "means over replicas."
    ),
    "figure_summary": (
        "What the tables behind each figure say in a few numbers; what the figures show is told in docs/figures.md. "
        "Smallest, median and largest are over points; n_eff is where an extreme is found. Predicted: as d grows."
    ),
    "checks": "What was checked, and what was found; failed ones first.",
}
STYLE = (
    "body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem;color:#222;background:#fff}"
    "table{border-collapse:collapse}th,td{padding:.25rem .6rem;border-bottom:1px solid #ddd;text-align:left}"
    "th{position:sticky;top:0;background:#f4f4f4}"
)


def exponents(table: pd.DataFrame) -> pd.DataFrame:
    """The table of exponents (schema ``exponent_summary``), one row per phase, as text."""
    shown = pd.DataFrame(
        {
            "network": table["network"],
            "Δ": table["noise_var"].map(_short),
            "phase": table["phase"],
            "predicted": [_prediction(row) for row in table.to_dict("records")],
            "huge d": table["large_dim"].map(_short),
            "state evolution, huge d": table["large_slope"].map(_fixed),
            "d": table["dim"].map(_short),
            "λ": _ranges(table, "weight_decay"),
            "window of n_eff": _ranges(table, "n_eff"),
            "points": table["points"].map(_short),
            "state evolution, there": table["theory"].map(_fixed),
            "finite-size distance": table["finite_size"].map(_fixed),
            "theory of real inputs, there": table["real_inputs"].map(_fixed),
            "networks": [_interval(row) for row in table.to_dict("records")],
            "verdict": table["verdict"],
        }
    )
    shown.columns = [name if name != "d" else "networks' d" for name in shown.columns]
    return shown


def spectral_phases(table: pd.DataFrame) -> pd.DataFrame:
    """The table of spectral phases (schema ``spectral_phases``), one row per point, as text."""
    return pd.DataFrame(
        {
            "network": table["network"],
            "Δ": table["noise_var"].map(_short),
            "phase": table["phase"],
            "d": table["dim"].map(_short),
            "n_eff": table["n_eff"].map(_short),
            "λ": table["weight_decay"].map(_short),
            "expected": table["expected_class"],
            "found": table["spectral_class"],
            "zeros": [_both(*pair) for pair in zip(table["zero_mass"], table["measured_zero_mass"], strict=True)],
            "outliers": [_both(*pair) for pair in zip(table["outliers"], table["measured_outliers"], strict=True)],
            "tail exponent": [
                _both(*pair) for pair in zip(table["tail_exponent"], table["measured_tail_exponent"], strict=True)
            ],
        }
    ).rename(columns={name: f"{name} (measured)" for name in ("zeros", "outliers", "tail exponent")})


def figure_summary(table: pd.DataFrame) -> pd.DataFrame:
    """The table that sums up figures (schema ``figure_summary``), one row per number, as text."""
    exponent = "γ = " + table["gamma"].map(_short)
    return pd.DataFrame(
        {
            "figure": table["figure"],
            "quantity": table["quantity"],
            "network": table["network"].fillna(""),
            "teacher": exponent.where(table["gamma"].notna(), table["teacher"].fillna("")),
            "Δ": table["noise_var"].map(_short),
            "d": table["dim"].map(_short),
            "phase": table["phase"].fillna(""),
            "n_eff": table["n_eff"].map(_short),
            "points": table["points"],
            "": table["statistic"],
            "value": table["value"].map(_short),
            "predicted": table["predicted"].map(_short),
        }
    )


def findings(summary: str) -> pd.DataFrame:
    """The verdicts in ``checks.json``, failed ones first."""
    rows = pd.DataFrame(json.loads(Path(summary).read_text(encoding="utf-8"))["findings"])
    rows = rows.sort_values("passed", kind="stable")
    rows["passed"] = np.where(rows["passed"], "passed", "FAILED")
    return rows.rename(columns={"passed": "verdict", "detail": "finding"})[["verdict", "check", "artifact", "finding"]]


def rendered(exponents_csv: str, spectral_phases_csv: str, checks_json: str) -> dict[str, pd.DataFrame]:
    """Every table that is shown, by name, from its file of results."""
    return {
        "exponents": exponents(read(exponents_csv, exponent_summary.SCHEMA)),
        "spectral_phases": spectral_phases(read(spectral_phases_csv, spectral_phases_table.SCHEMA)),
        "checks": findings(checks_json),
    }


def html(name: str, table: pd.DataFrame) -> str:
    """A page of its own."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{TITLES[name]}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{TITLES[name]}</h1>\n<p>{NOTES[name]}</p>\n"
        f"{table.to_html(index=False, border=0)}\n</body></html>\n"
    )


def markdown(table: pd.DataFrame) -> str:
    """A table of a Markdown page."""
    cells = table.astype(str).replace(r"\|", r"\\|", regex=True)
    lines = [cells.columns, ["---"] * len(cells.columns), *cells.to_numpy()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _missing(value: float | None) -> bool:
    return value is None or bool(np.isnan(value))


def _short(value: float) -> str:
    return "" if _missing(value) else f"{value:.3g}"


def _fixed(value: float) -> str:
    # no negative zero
    return "" if _missing(value) else f"{round(value, 3) + 0.0:.3f}"


def _prediction(row: dict) -> str:
    """The exponent of the phase, and what is predicted at the huge d if that is another number."""
    limit, there = _fixed(row["predicted"]), _fixed(row["large_predicted"])
    logarithm = " (log)" if row["logarithmic"] else ""
    return limit + logarithm + (f"; {there} at huge d" if there not in ("", limit) else "")


def _ranges(table: pd.DataFrame, name: str) -> list[str]:
    ends = zip(table[f"{name}_min"].map(_short), table[f"{name}_max"].map(_short), strict=True)
    return [low if low == high else f"{low} to {high}" for low, high in ends]


def _interval(row: dict) -> str:
    return "" if _missing(row["slope"]) else f"{_fixed(row['slope'])} [{_fixed(row['low'])}, {_fixed(row['high'])}]"


def _both(predicted: float, measured: float) -> str:
    return _short(predicted) + ("" if _missing(measured) else f" ({_short(measured)})")
