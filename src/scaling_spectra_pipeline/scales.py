"""The scales side by side: dimensions, training, exponents, agreement with theory, and what it costs."""

from pathlib import Path

import numpy as np
import pandas as pd

from scaling_spectra_pipeline.schemas import exponent_summary as summary_table
from scaling_spectra_pipeline.schemas import finite_size as finite_size_table
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.slopes import DIFFERS, compared

# experiments whose points are those of Figures 3 and 5
FIGURES = "excess_risk"
# points of which theory for many samples speaks
MANY = 10
TITLE = "Scales side by side"
NOTE = (
    "Of the points of Figures 3 and 5: their largest d, how many are trained networks (the others solve the convex "
    f"equivalent), how many have a certificate, and how far the mean risk is from state evolution at n_eff >= {MANY}, "
    "in the median. Of the exponents: how many windows within phases are wide enough for a fit, how many of these "
    "agree with theory, and how far the slopes of networks are from the exponents for d to infinity, in the median "
    "over the phases of the figure finite_size, each at its largest d."
)


def side_by_side(timings: pd.DataFrame) -> pd.DataFrame:
    """One row for each scale in `timings` (see ``gallery.timings``), from its checked build."""
    rows = [
        {"scale": scale} | _of_build(Path(f"results/{scale}")) | _cost(jobs)
        for scale, jobs in timings.groupby("scale", sort=False)
    ]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["scale"])


def _of_build(results: Path) -> dict[str, float]:
    points = compared(f"{results}/training/{FIGURES}.csv", f"{results}/theory/{FIGURES}.csv")
    sizes = {f"dim_{network}": of["dim"].max() for network, of in points.groupby("network")}
    shown = points[points["converged"] & points["unique"] & (points["n_eff"] >= MANY)]
    means = shown.groupby(["network", "noise_var", "dim", "weight_decay", "n_eff"])[["risk", "risk_theory"]].mean()
    summary = read(f"{results}/tables/exponent_summary.csv", summary_table.SCHEMA)
    fitted = summary[summary["slope"].notna()]
    windows = read(f"{results}/tables/finite_size.csv", finite_size_table.SCHEMA)
    of_networks = windows[windows["source"] == finite_size_table.NETWORKS].sort_values("dim", kind="stable")
    largest = of_networks.groupby(["network", "noise_var", "phase"]).last()
    return sizes | {
        "points": len(points),
        "networks": int((points["method"] == "network").sum()),
        "certified": int(points["converged"].sum()),
        "from_theory": float((means["risk"] / means["risk_theory"] - 1).abs().median()),
        "fits": len(fitted),
        "agree": int((fitted["verdict"] != DIFFERS).sum()),
        "from_exponent": float(largest["distance"].abs().median()) if len(largest) else np.nan,
    }


def _cost(jobs: pd.DataFrame) -> dict[str, float]:
    return {
        "jobs": int(jobs["jobs"].sum()),
        "cpu_minutes": round(float(jobs["cpu_seconds"].sum()) / 60, 1),
        "memory_mb": float(jobs["memory_mb"].max()),
    }


def text(found: pd.DataFrame) -> pd.DataFrame:
    """The table as people read it."""
    networks = [name for name in found if name.startswith("dim_")]
    shown = pd.DataFrame({"scale": found["scale"]})
    for name in networks:
        shown[f"largest d, {name.removeprefix('dim_')}"] = found[name].map("{:.0f}".format)
    share = found["networks"] / found["points"]
    return shown.assign(
        **{
            "points": found["points"].map("{:.0f}".format),
            "trained networks": share.map("{:.0%}".format),
            "certified": (found["certified"] / found["points"]).map("{:.1%}".format),
            "risk from theory": found["from_theory"].map("{:.1%}".format),
            "windows fitted": found["fits"].map("{:.0f}".format),
            "agree": found["agree"].map("{:.0f}".format),
            "slopes from exponents": found["from_exponent"].map("{:.2f}".format),
            "jobs": found["jobs"].map("{:.0f}".format),
            "CPU minutes": found["cpu_minutes"].map("{:.1f}".format),
            "most memory": (found["memory_mb"] / 1000).map("{:.1f} GB".format),
        }
    )
