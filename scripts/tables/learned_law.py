"""Learned weights of one point in every phase, pooled over replicas, beside their predicted law (Result 2)."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.pooled import pool
from scaling_spectra.records import SOLVED
from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.learned_weights import learned_weights, solved_points
from scaling_spectra_pipeline.reading import read_tables
from scaling_spectra_pipeline.schemas import learned_law as learned_law_table
from scaling_spectra_pipeline.schemas.columns import POINT, ensembles_of, write

INPUTS = {"training": "training/spectra", "theory": "theory/spectra", "spectra": "spectra/spectra"}
DATA = "spectra"
OF_PHASE = ["network", "noise_var", "phase"]
# points shown of a teacher without phases
SHOWN = 8


def main(output: str, inputs: dict[str, Any]):
    data, tables = Data(inputs["data"]), read_tables({name: inputs[name] for name in INPUTS})
    solved = tables["training"][tables["training"]["status"] == SOLVED]
    tables["training"] = solved_points(solved, tables["theory"])
    found = [_law(point, tables, data) for point in _deepest(tables["training"])]
    write(pd.concat(found, ignore_index=True), output, learned_law_table.SCHEMA)


def _deepest(training: pd.DataFrame) -> list[dict]:
    """Of the points in each phase the one farthest from its boundaries; sound ones first, of equals that of first KEY.

    Where the teacher is no power law points are spread over the experiment instead, and numbered.
    """
    points = training.assign(sound=training["converged"] & training["unique"])
    points = (
        points.groupby(list(POINT), dropna=False).agg(sound=("sound", "all"), method=("method", "first")).reset_index()
    )
    if points["gamma"].isna().all():
        return _spread(points)
    points = points[points["gamma"].notna()].copy()
    for ensemble, rows in ensembles_of(points):
        diagram = PhaseDiagram(ensemble.network, ensemble.dim, ensemble.gamma, ensemble.noise_var)
        points.loc[rows.index, "phase"] = [diagram.phase(*at) for at in rows[["n_eff", "weight_decay"]].to_numpy()]
        points.loc[rows.index, "margin"] = diagram.margin(rows["n_eff"], rows["weight_decay"])
    points = points[points["phase"] != "peak"]
    points = points[points["sound"] == points.groupby(OF_PHASE)["sound"].transform("max")]
    deepest = points.groupby(OF_PHASE)["margin"].transform("max")
    return points[points["margin"] >= deepest - TIE].drop_duplicates(OF_PHASE).to_dict("records")


def _spread(points: pd.DataFrame) -> list[dict]:
    """Up to SHOWN points of each network's largest d and noise, from few samples to many; sound ones if there are."""
    chosen = []
    for _, rows in points.groupby("network"):
        rows = rows[(rows["dim"] == rows["dim"].max()) & (rows["noise_var"] == rows["noise_var"].max())]
        rows = rows[rows["sound"]] if rows["sound"].any() else rows
        rows = rows.sort_values(["n_eff", "weight_decay"])
        rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, SHOWN).round().astype(int))]
        chosen.append(rows.assign(phase=[f"point {place}" for place in range(1, len(rows) + 1)], margin=0.0))
    return pd.concat(chosen).to_dict("records")


def _law(point: dict, tables: dict[str, pd.DataFrame], data: Data) -> pd.DataFrame:
    learned = learned_of(point["network"])
    teachers, solutions, weights = learned_weights(tables, point, data)
    pooled = pool(point["network"], teachers, solutions, weights)
    replicas = len(weights)
    rows = [("zeros", 0.0, 0.0, pooled.predicted_zeros, pooled.zeros.mean(), pooled.zeros.std(ddof=1) / replicas**0.5)]
    rows += zip(
        ["bin"] * pooled.counts.size,
        pooled.edges[:-1],
        pooled.edges[1:],
        pooled.predicted,
        pooled.counts,
        np.sqrt(pooled.counts / replicas),
        strict=True,
    )
    curve = learned.conditional_profile(teachers[0], solutions[0])
    # curves are drawn over bins of equal width
    width = pooled.edges[-1] - pooled.edges[-2]
    rows += [("curve", x, x, point["dim"] * width * y, np.nan, np.nan) for x, y in zip(*curve, strict=True)]
    for rank, (place, found) in enumerate(zip(pooled.predicted_places, pooled.places.T, strict=True), start=1):
        rows.append(("outlier", rank, rank, place, found.mean(), found.std(ddof=1) / replicas**0.5))
    frame = pd.DataFrame(rows, columns=["series", "left", "right", "predicted", "measured", "error"])
    means = {
        name: float(np.mean([getattr(solution, name) for solution in solutions])) for name in ("delta", "threshold")
    }
    return frame.assign(**point, **means, replicas=replicas, distance=pooled.distance)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
