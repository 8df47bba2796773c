"""Best early stopping, best weight decay and both together, on the same samples; and the flow that noise drives."""

import numpy as np
import pandas as pd

from scaling_spectra.records import SOLVED
from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import early_stopping as stopping_table
from scaling_spectra_pipeline.schemas import gradient_descent as study_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"study": "studies/gradient_descent"}
PARAMETERS = {}


def main(output: str, inputs: dict[str, str]):
    study = read(inputs["study"], study_table.SCHEMA)
    rows = []
    for of, courses in ensembles_of(study[study["status"] == SOLVED]):
        for (n_eff, samples), examined in courses.groupby(["n_eff", "samples"]):
            rows += [of.columns() | {"n_eff": n_eff, "samples": samples} | row for row in _ways(examined)]
    write(pd.DataFrame(rows, columns=list(stopping_table.SCHEMA.columns)), output, stopping_table.SCHEMA)


def _ways(examined: pd.DataFrame) -> list[dict]:
    """One row a way to stop at the least risk, averaged over replicas."""
    plain = examined[examined["decay_factor"] == 0]
    decayed = examined[examined["decay_factor"] > 0]
    # for t -> infinity one number a weight decay
    limits = decayed.drop_duplicates(["decay_factor", "replica"]).assign(scaled_time=np.inf)
    limits["risk"] = limits["limit_risk"]
    candidates = {
        stopping_table.EARLY: plain,
        stopping_table.DECAY: limits,
        stopping_table.BOTH: pd.concat([examined, limits]),
        stopping_table.LAST: plain[plain["scaled_time"] == plain["scaled_time"].max()],
        stopping_table.DRIVEN: plain.assign(risk=plain["driven_risk"]),
    }
    best = {way: _best(found) for way, found in candidates.items()}
    of_decay = best[stopping_table.DECAY].set_index("replica")["risk"]
    rows = []
    for way, found in best.items():
        risks = found.set_index("replica")["risk"]
        apart = (risks - of_decay) / of_decay.mean()
        first = found.iloc[0]
        rows.append(
            {
                "way": way,
                "replicas": len(risks),
                "decay_factor": first["decay_factor"],
                "weight_decay": first["weight_decay"],
                "scaled_time": first["scaled_time"] if np.isfinite(first["scaled_time"]) else np.nan,
                "risk": risks.mean(),
                "standard_error": risks.sem(),
                "excess": apart.mean(),
                "excess_error": apart.sem(),
            }
        )
    return rows


def _best(candidates: pd.DataFrame) -> pd.DataFrame:
    """Rows of the (weight decay, time) of least mean risk; of equals the first in both."""
    means = candidates.groupby(["decay_factor", "scaled_time"])["risk"].mean()
    factor, time = means.index[means <= means.min() * (1 + TIE)][0]
    return candidates[(candidates["decay_factor"] == factor) & (candidates["scaled_time"] == time)]


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
