"""Tail exponents of learned weights along the weight decay, beside those of their law and of the teacher."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.records import SOLVED, joint_status
from scaling_spectra.tails import fit_tail, law_sample
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.learned_weights import learned_weights
from scaling_spectra_pipeline.reading import read_tables
from scaling_spectra_pipeline.schemas import heavy_tails as tails_table
from scaling_spectra_pipeline.schemas.columns import KEY, POINT, write

INPUTS = {
    "training": "training/weight_decay_scan",
    "theory": "theory/weight_decay_scan",
    "spectra": "spectra/weight_decay_scan",
}
DATA = "weight_decay_scan"


def main(output: str, inputs: dict[str, Any]):
    data, tables = Data(inputs["data"]), read_tables({name: inputs[name] for name in INPUTS})
    rows, of_teachers = [], {}
    for _, trained in tables["training"].groupby(KEY):
        (point, *_) = trained[list(POINT)].to_dict("records")
        teachers, solutions, weights = learned_weights(tables, point, data)
        # none where no replica is solved
        tail = fit_tail(np.abs(np.concatenate([[], *weights])))
        pooled = np.abs(np.concatenate([[], *teachers]))
        status = joint_status(solutions)
        # the same at every n_eff and lambda
        if pooled.tobytes() not in of_teachers:
            of_teachers[pooled.tobytes()] = fit_tail(pooled).exponent
        rows.append(
            point
            | {
                "replicas": len(trained),
                "sound": bool((trained["converged"] & trained["unique"]).all()),
                "risk": trained["risk"].mean(),
                "risk_error": trained["risk"].sem(),
                "predicted_risk": np.mean([solution.risk for solution in solutions]) if solutions else np.nan,
                "exponent": tail.exponent,
                "error": tail.error,
                "start": tail.start,
                "count": tail.count,
                "predicted": fit_tail(law_sample(point["network"], teachers, solutions)).exponent
                if teachers and status == SOLVED
                else np.nan,
                "teacher_exponent": of_teachers[pooled.tobytes()],
                "limit": 1 + 1 / point["gamma"],
                "status": status,
            }
        )
    write(pd.DataFrame(rows), output, tails_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
