"""Learned weights of one point of an experiment, with the teachers that they were learned from."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.records import SOLVED, StateEvolution
from scaling_spectra_pipeline.tables.columns import KEY
from scaling_spectra_pipeline.teachers import draw_teachers


def learned_weights(
    tables: dict[str, pd.DataFrame], point: Mapping[str, Any], root_seed: int, scales: Sequence[float] | None = None
) -> tuple[list[np.ndarray], list[StateEvolution], list[np.ndarray]]:
    """Teachers, solutions of state evolution and learned weights that are not zero, replica by replica that is solved.

    Parameters
    ----------
    tables : dict
        Tables ``training``, ``theory`` and ``spectra`` of the experiment.
    point : mapping
        Values of the columns KEY.
    root_seed : int
    scales : sequence of float, optional
        Scales of the build's teacher, if they are given.
    """
    here = {}
    for name, table in tables.items():
        chosen = np.ones(len(table), bool)
        for column in KEY:
            chosen &= (table[column] == point[column]).to_numpy()
        here[name] = table[chosen].set_index("replica")
    replicas = here["training"].index[here["training"]["status"] == SOLVED].to_list()
    ensemble = {name: point[name] for name in ("network", "gamma", "noise_var", "dim")}
    teachers = list(draw_teachers(**ensemble, replicas=replicas, root_seed=root_seed, scales=scales))
    solutions, weights = [], []
    for replica in replicas:
        found = here["theory"].loc[replica]
        fields = ("delta", "threshold", "risk", "divergence", "train_loss")
        solutions.append(StateEvolution(**{name: float(found[name]) for name in fields}, residual=0.0))
        rank = here["training"].loc[replica, "rank"]
        weights.append(here["spectra"].loc[replica].sort_values("index")["value"].to_numpy()[:rank])
    return teachers, solutions, weights
