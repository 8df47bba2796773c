"""Points of one (ensemble, n_eff) for one batch of replicas, whichever way each is found."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.point import Point
from scaling_spectra.records import TrainingRecord, attempt
from scaling_spectra.replicas import Replica
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import whole
from scaling_spectra_pipeline.rows import write_rows

# of interest where methods are compared
METHODS_OWN = ("lbfgs_evaluations", "residual_gap")


def find_points(
    prepare: Callable[[list[Replica], list[float]], Iterable[Callable[[float], TrainingRecord]]],
    data: str,
    table: str,
    spectra: str,
    *,
    method: str,
    ensemble: dict[str, Any],
    n_eff: float,
    weight_decays: list[tuple[float, float]],
    replicas: list[int],
    root_seed: int,
) -> None:
    """Write a row of `table`, and learned weights in `spectra`, for each replica and weight decay.

    A point whose arithmetic fails is a row that says so.

    Parameters
    ----------
    prepare : callable
        Function of all replicas, whose samples are drawn when called, and of all lambda; it yields for each replica the
        function of lambda which finds the point.
    data : str
        File of the data stage.
    method : str
        Name of the way in the table.
    ensemble : dict
        Fields of `Ensemble`.
    weight_decays : list of pairs
        (c, e) of lambda = c d^e.
    """
    of, drawn = Ensemble(**ensemble), Data([data])
    points = [Point(of, coefficient, exponent, n_eff) for coefficient, exponent in weight_decays]
    rows, learned = [], []
    seeded = [drawn.replica(of, number, points[0].samples, root_seed) for number in replicas]
    found = prepare(seeded, [point.weight_decay for point in points])
    for number, find in zip(replicas, found, strict=True):
        for point in points:
            record = attempt(partial(find, point.weight_decay), of.dim, method)
            logging.info("replica %d, lambda %g: %s", number, point.weight_decay, record)
            fields = asdict(record)
            learned.append(np.stack([fields.pop("spectrum"), fields.pop("overlap")]))
            for name in METHODS_OWN:
                del fields[name]
            rows.append(point.columns() | {"replica": number} | fields)
    write_rows(rows, table)
    with whole(spectra) as partial_path:
        np.save(partial_path, np.array(learned), allow_pickle=False)
