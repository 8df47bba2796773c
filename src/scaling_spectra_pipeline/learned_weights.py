"""Learned weights of one point of an experiment, with the teachers that they were learned from."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import ENSEMBLE, Ensemble
from scaling_spectra.records import SOLVED, StateEvolution
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.schemas.columns import KEY


def solved_points(training: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Rows of points all of whose replicas have a solution of state evolution."""
    replicas = theory.assign(solved=theory["status"] == SOLVED).groupby(KEY)["solved"].all().rename("solved")
    kept = training.join(replicas, on=KEY)["solved"].fillna(True).astype(bool)
    return training[kept]


def learned_weights(
    tables: dict[str, pd.DataFrame], point: Mapping[str, Any], data: Data
) -> tuple[list[np.ndarray], list[StateEvolution], list[np.ndarray]]:
    """Teachers, solutions of state evolution and learned weights that are not zero, replica by replica that is solved.

    Parameters
    ----------
    tables : dict
        Tables ``training``, ``theory`` and ``spectra`` of the experiment.
    point : mapping
        Values of the columns KEY.
    data : Data
        Of the experiment.
    """
    here = {}
    for name, table in tables.items():
        chosen = np.ones(len(table), bool)
        for column in KEY:
            chosen &= (table[column] == point[column]).to_numpy()
        here[name] = table[chosen].set_index("replica")
    replicas = here["training"].index[here["training"]["status"] == SOLVED].to_list()
    teachers = list(data.teachers(Ensemble(*(point[name] for name in ENSEMBLE)), replicas))
    solutions, weights = [], []
    for replica in replicas:
        found = here["theory"].loc[replica]
        solutions.append(
            StateEvolution(
                delta=float(found["delta"]),
                threshold=float(found["threshold"]),
                risk=float(found["risk"]),
                divergence=float(found["divergence"]),
                train_loss=float(found["train_loss"]),
                residual=0.0,
                status=str(found["status"]),
            )
        )
        rank = here["training"].loc[replica, "rank"]
        weights.append(here["spectra"].loc[replica].sort_values("index")["value"].to_numpy()[:rank])
    return teachers, solutions, weights
