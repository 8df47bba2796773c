"""Tables from inputs whose last digits are changed, beside those from the inputs themselves."""

import itertools
from pathlib import Path
from runpy import run_path
from typing import Any

import numpy as np
import pandas as pd

from helpers.checkout import ROOT
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.point import Point
from scaling_spectra.records import SOLVED
from scaling_spectra.replicas import draw_teacher
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import write_data
from scaling_spectra_pipeline.literals import declared

SCRIPTS = ROOT / "scripts/tables"
# relative change of every float that goes in, and the largest relative difference of those that come out
SHIFT, CLOSE = 1e-13, 1e-8
NETWORKS = ["diagonal", "quadratic"]
DECAYS = ((0.1, 0.0), (4.0, -1.0), (10.0, 0.0))
SOLUTION = ("delta", "threshold", "risk", "divergence", "train_loss", "status")
# what is known less well, by table and column: the accepted difference
LOOSE = {
    # a risk that is known to 1e-10 has its minimum at a place that is known to 1e-5, or less where it is flat
    ("optimal_decay", "weight_decay"): 1e-3,
    ("gain_curves", "weight_decay"): 1e-3,
    ("correlated_curves", "weight_decay"): 1e-3,
    ("correlated_exponents", "weight_decay_min"): 1e-3,
    ("correlated_exponents", "weight_decay_max"): 1e-3,
    ("correlated_decays", "decay_plain"): 1e-3,
    ("correlated_decays", "decay_matched"): 1e-3,
    # at huge d risks are known to 1e-7
    **dict.fromkeys([("correlated_decays", name) for name in ("risk_plain", "risk_matched", "ratio")], 1e-6),
    # differences of risks at huge d, which are known to 1e-7
    **dict.fromkeys([("exponent_summary", name) for name in ("large_predicted", "large_slope")], 1e-7),
    **dict.fromkeys([("finite_size", name) for name in ("slope", "distance")], 1e-7),
    **dict.fromkeys([("correlated_exponents", name) for name in ("slope", "first", "last")], 1e-7),
    # quotients of differences on a grid
    ("risk_map", "slope"): 1e-7,
}
PARTS = ("overfitting", "displacement", "underfitting", "approximation", "price_found", "price_lost")
# what may vanish, being a difference or a part: the column, or the number, that measures it
SLOPES = ("slope", "first", "last", "slope_n_eff", "slope_hidden", "large_slope", "large_predicted")
UNITS = {**dict.fromkeys(PARTS, "risk"), **dict.fromkeys((*SLOPES, "distance", "value"), 1.0)}


def shifted(value, seed: int):
    """The same with every float changed by at most SHIFT, relatively; equal floats stay equal."""
    if isinstance(value, dict):
        return {key: shifted(part, seed) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(shifted(part, seed) for part in value)
    if isinstance(value, pd.DataFrame):
        floats = value.select_dtypes(float)
        return value.assign(**{name: shifted(floats[name].to_numpy(), seed) for name in floats})
    if isinstance(value, float):
        return float(shifted(np.array([value]), seed)[0])
    if not isinstance(value, np.ndarray):
        return value
    distinct, place = np.unique(value, return_inverse=True)
    # drawn from its digits, so that one number has one shift wherever it stands
    draws = [np.random.default_rng([seed, int(bits)]).uniform(-1, 1) for bits in distinct.view(np.uint64)]
    return (distinct * (1 + SHIFT * np.array(draws)))[place].reshape(value.shape)


def table(name: str, folder: Path, inputs: dict[str, Any], arguments: dict) -> pd.DataFrame:
    """What a script of scripts/tables writes; `inputs` are tables, and ``data``, teachers by network."""
    script = SCRIPTS / f"{name}.py"
    reads, paths = declared(script, "INPUTS", {}), {}
    if "networks" in declared(script, "PARAMETERS", {}):
        arguments = {"networks": NETWORKS} | arguments
    for role, found in inputs.items():
        if role == "data":
            if declared(script, "DATA", ""):
                paths["data"] = [_drawn(folder / f"{of.network}.npz", of, teachers) for of, teachers in found.items()]
            continue
        # a table is known by the folder of its stage
        path = folder / f"{reads[role]}.csv"
        path.parent.mkdir(exist_ok=True)
        found.to_csv(path, index=False)
        paths[role] = str(path)
    run_path(str(script))["main"](str(folder / "output.csv"), **({"inputs": paths} if reads else {}), **arguments)
    return pd.read_csv(folder / "output.csv")


def _drawn(path: Path, ensemble: Ensemble, teachers: np.ndarray) -> str:
    write_data(str(path), ensemble, range(len(teachers)), teachers, 0)
    return str(path)


def trained(teacher: Settings, noise_var: float, dim: int, root_seed: int) -> dict[str, Any]:
    """Tables of points as if they had been trained: weights drawn from the law of state evolution; and teachers.

    Of the three rules of the weight decay two name the same one.
    """
    rng, parts = np.random.default_rng(0), {"training": [], "theory": [], "spectra": []}
    spectrum, data = make(teacher).spectrum(dim), {}
    for network, n_eff, rule, replica in itertools.product(NETWORKS, (8.0, 60.0), DECAYS, range(2)):
        problem, theory = problem_of(network), theory_of(network)
        ensemble = Ensemble.of(network, teacher, noise_var, dim)
        data[ensemble] = np.array([draw_teacher(network, spectrum, noise_var, k, root_seed) for k in range(2)])
        truth, point = data[ensemble][replica], Point(ensemble, *rule, n_eff)
        solution = theory.conditional_state_evolution(truth, point.samples, point.weight_decay, noise_var)
        matrix = np.diag(truth) if network == "quadratic" else truth
        drawn = rng.standard_normal(matrix.shape)
        if network == "quadratic":
            values, vectors = np.linalg.eigh(matrix + solution.delta * (drawn + drawn.T) / np.sqrt(2 * dim))
            values = np.maximum(values - solution.threshold, 0.0)
            risk, along = problem.risk(vectors * values @ vectors.T, truth), truth @ vectors**2
        else:
            values = truth + solution.delta * drawn
            values = np.sign(values) * np.maximum(np.abs(values) - solution.threshold, 0.0)
            risk, along = problem.risk(values, truth), truth
        order = np.argsort(-np.abs(values), kind="stable")
        columns = point.columns() | {"replica": replica}
        how = {"method": "network", "unique": True}
        found = {"risk": risk, "train_loss": solution.train_loss, "objective": 1.0, "relative_gap": 0.0}
        found |= {"iterations": 1, "rank": np.count_nonzero(values), "converged": True, "unique": True}
        found["status"] = SOLVED
        parts["training"].append(pd.DataFrame([{**columns, "method": "network", "solver": "lbfgs", **found}]))
        solved = {name: getattr(solution, name) for name in SOLUTION}
        parts["theory"].append(pd.DataFrame([columns | solved]))
        learned = {"index": np.arange(dim), "value": values[order], "overlap": along[order]}
        parts["spectra"].append(pd.DataFrame(columns | how | learned))
    return {name: pd.concat(part, ignore_index=True) for name, part in parts.items()} | {"data": data}


def differences(name: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """Where two tables of the same numbers, but for rounding, differ."""
    if ours.shape != theirs.shape:
        return [f"{len(ours)} rows, {len(theirs)} with changed digits"]
    found = []
    # a key is an exponent in words
    for column in ours.columns.drop("teacher", errors="ignore"):
        first, second = ours[column], theirs[column]
        if first.dtype != float or second.dtype != float:
            apart = ~((first == second) | (first.isna() & second.isna()))
        else:
            unit = UNITS.get(column, column)
            scale = unit if isinstance(unit, float) else np.maximum(ours[unit].abs(), theirs[unit].abs())
            apart = (first - second).abs() > LOOSE.get((name, column), CLOSE) * scale
            apart |= first.isna() != second.isna()
        if apart.any():
            row = int(apart.to_numpy().argmax())
            found.append(f"{column}: {apart.sum()} of {len(ours)} rows, {first[row]} and {second[row]} in row {row}")
    return found
