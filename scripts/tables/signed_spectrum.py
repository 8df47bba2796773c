"""Learned eigenvalues of the signed network at one point, pooled over replicas, beside their law."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.networks.signed import learned
from scaling_spectra.records import SOLVED
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.learned_weights import learned_weights, solved_points
from scaling_spectra_pipeline.reading import read_tables
from scaling_spectra_pipeline.schemas import signed_spectrum as spectrum_table
from scaling_spectra_pipeline.schemas.columns import POINT, write

INPUTS = {"training": "training/signed", "theory": "theory/signed", "spectra": "spectra/signed"}
DATA = "signed"
# bins of learned eigenvalues, and room beyond the farthest
BINS, ROOM = 60, 1.05


def main(output: str, inputs: dict[str, Any]):
    data, tables = Data(inputs["data"]), read_tables({name: inputs[name] for name in INPUTS})
    training = tables["training"][tables["training"]["status"] == SOLVED]
    tables["training"] = training = solved_points(training, tables["theory"])
    point = chosen(training)
    teachers, solutions, weights = learned_weights(tables, point, data)
    reach = ROOM * max(np.abs(found).max(initial=0.0) for found in weights) or 1.0
    edges = np.linspace(-reach, reach, BINS + 1)
    counts = np.histogram(np.concatenate(weights), edges)[0] / len(weights)
    law = np.mean([learned.expected_counts(*of, edges) for of in zip(teachers, solutions, strict=True)], axis=0)
    middles, places = (edges[:-1] + edges[1:]) / 2, learned.signed_outliers(teachers[0], solutions[0])
    series = {"eigenvalues": (middles, counts), "law": (middles, law), "outlier": (places, np.zeros(places.size))}
    of = {name: point[name] for name in POINT}
    rows = [
        of | {"series": name, "place": place, "value": value}
        for name, values in series.items()
        for place, value in zip(*values, strict=True)
    ]
    write(pd.DataFrame(rows), output, spectrum_table.SCHEMA)


def chosen(training: pd.DataFrame) -> dict[str, Any]:
    """The point of the middle weight decay, at the median n_eff of the largest dimension and noise."""
    rows = training[(training["dim"] == training["dim"].max())]
    rows = rows[rows["noise_var"] == rows["noise_var"].max()]
    for column in ("weight_decay", "n_eff"):
        values = np.sort(rows[column].unique())
        rows = rows[rows[column] == values[values.size // 2]]
    found: dict[str, Any] = rows.iloc[0].to_dict()
    return found


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()))
