"""Networks at the smallest weight decay, pruned after training (Corollary 2)."""

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.networks import supports
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.pruning import pruning_of
from scaling_spectra.records import SOLVED
from scaling_spectra.ties import TIE
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import pruning as pruning_table
from scaling_spectra_pipeline.schemas import spectra as spectra_table
from scaling_spectra_pipeline.schemas import theory as theory_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import KEY, read, write

INPUTS = {
    "training": "training/excess_risk",
    "theory": "theory/excess_risk",
    "spectra": "spectra/excess_risk",
}
PARAMETERS = {"width": "width"}
NOISELESS = False


def main(output: str, inputs: dict[str, str], width: Width):
    trained = read(inputs["training"], training_table.SCHEMA)
    trained = trained[(trained["noise_var"] > 0) & (trained["status"] == SOLVED)]
    trained = trained[trained["network"].map(lambda network: supports(network, "pruning"))]
    least = trained.groupby(list(ENSEMBLE))["weight_decay"].transform("min")
    trained = trained[trained["weight_decay"] <= least * (1 + TIE)]
    solved = read(inputs["theory"], theory_table.SCHEMA)[[*KEY, "replica", "delta", "threshold", "status"]]
    points = trained.drop(columns="status").merge(solved, on=[*KEY, "replica"], validate="one_to_one")
    spectra = read(inputs["spectra"], spectra_table.SCHEMA).merge(points[[*KEY, "replica"]])
    learned = {key: rows.sort_values("index") for key, rows in spectra.groupby([*KEY, "replica"])}
    rows = [
        _row(point, learned[tuple(point[name] for name in (*KEY, "replica"))], share(width, point["dim"]))
        for point in points.to_dict("records")
    ]
    write(pd.DataFrame(rows), output, pruning_table.SCHEMA)


def _row(point: dict, learned: pd.DataFrame, width: float) -> dict:
    pruning, problem = pruning_of(point["network"]), problem_of(point["network"])
    # weights beyond the rank are zeros up to the tolerance of training
    values = np.where(np.arange(len(learned)) < point["rank"], learned["value"], 0.0)
    overlap = learned["overlap"].to_numpy()

    def risk(weights: np.ndarray) -> float:
        """|S' - S*|^2 - |S - S*|^2, in units of the risk, for S' that has the eigenvectors of S."""
        unit = problem.risk(np.eye(1), np.zeros(1)) / point["dim"]
        # no difference of squares, whose rounding would exceed a risk of next to nothing
        change = (weights - values) @ (weights + values - 2 * overlap)
        return point["risk"] + unit * float(change)

    try:
        estimated = pruning.estimate(values, point["train_loss"], point["samples"], point["weight_decay"], width=width)
        pruned = risk(pruning.prune(values, *estimated))
    except ValueError:
        # the residual says nothing about the noise
        estimated, pruned = (np.nan, np.nan), np.nan
    return point | {
        "estimated_delta": estimated[0],
        "estimated_threshold": estimated[1],
        "pruned_risk": pruned,
        "pruned_risk_known": risk(pruning.prune(values, point["delta"], point["threshold"])),
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
