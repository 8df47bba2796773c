"""Equations that the numbers of a row fulfil, whatever was drawn: a wrong number among them cannot hide."""

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.identities import identities_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.teachers.interface import make
from scaling_spectra.widths import share
from scaling_spectra_pipeline.checks.finding import Finding, Limits, where
from scaling_spectra_pipeline.schemas.columns import KEY

# relative accuracy of solutions of state evolution, with room for cancellation
SOLVED = 1e-6
# relative accuracy of sums of squares that cancel: risks down to 1e-6 of |S*|^2
SUMMED = 1e-6
# relative error of an objective
ROUNDING = 1e-12


def _holds(check: str, path: str, table: pd.DataFrame, errors: dict[str, np.ndarray], accepted: float) -> Finding:
    """Every equation holds to a relative error `accepted`; otherwise the worst row is named."""
    stacked = np.nan_to_num(np.abs(np.column_stack(list(errors.values()))), nan=np.inf)
    row, equation = np.unravel_index(np.argmax(stacked), stacked.shape)
    wrong = int((stacked > accepted).any(axis=1).sum())
    detail = f"{wrong} of {len(table)} rows off by more than {accepted:g}; largest {stacked[row, equation]:.1e}: "
    detail += f"{list(errors)[equation]} at {where(table.iloc[row])}"
    return Finding(check, path, wrong == 0, detail)


def _stack(parts: list[tuple[pd.DataFrame, dict[str, np.ndarray]]]) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Rows and errors of several groups of a table under each other."""
    names = parts[0][1]
    return pd.concat([rows for rows, _ in parts]), {name: np.concatenate([e[name] for _, e in parts]) for name in names}


def solutions_solve_state_evolution(path: str, table: pd.DataFrame, limits: Limits) -> Finding:
    """delta, threshold, risk, divergence and training loss of each row solve the equations of state evolution."""
    parts = []
    for network, rows in table.groupby("network"):
        of = identities_of(network)
        noise, risk, n, dim, divergence = (
            rows[name].to_numpy() for name in ("noise_var", "risk", "samples", "dim", "divergence")
        )
        width = np.array([share(limits.width, d) for d in dim])
        errors = {
            "effective noise": of.effective_noise(noise, risk, n, dim) / rows["delta"] - 1,
            "weight decay": of.weight_decay(rows["threshold"], divergence, n, dim, width) / rows["weight_decay"] - 1,
            # without noise both vanish beyond full recovery
            "training loss": (of.train_loss(noise, risk, divergence, n, dim) - rows["train_loss"])
            / np.maximum(rows["train_loss"], 1e-12),
        }
        parts.append((rows, errors))
    return _holds("state evolution", path, *_stack(parts), SOLVED)


def noise_is_that_of_the_risk(path: str, table: pd.DataFrame, limits: Limits) -> Finding:
    """delta^2 is (Delta + R) over the number of samples a weight."""
    parts = []
    for network, rows in table.groupby("network"):
        samples = rows["n_eff"] / problem_of(network).effective_samples(1, rows["dim"])
        noise = identities_of(network).effective_noise(rows["noise_var"], rows["risk"], samples, rows["dim"])
        parts.append((rows, {"effective noise": noise / rows["delta"] - 1}))
    return _holds("state evolution", path, *_stack(parts), SOLVED)


def spectra_give_risk_and_objective(
    paths: dict[str, str], training: pd.DataFrame, spectra: pd.DataFrame, limits: Limits
) -> Finding:
    """Risk and objective of each trained point are those of its learned spectrum and training loss."""
    order, parts = [*KEY, "replica"], []
    stacked = spectra.sort_values([*order, "index"])
    for (network, key, dim), points in training.sort_values(order).groupby(["network", "teacher", "dim"]):
        mine = stacked[(stacked["network"] == network) & (stacked["teacher"] == key) & (stacked["dim"] == dim)]
        if len(mine) != len(points) * dim or not mine[order].iloc[::dim].reset_index(drop=True).equals(
            points[order].reset_index(drop=True)
        ):
            detail = f"{len(mine)} weights for {len(points)} points of the {network} network at d = {dim}"
            return Finding("learned spectra", paths["spectra"], False, detail)
        weights, overlap = (mine[name].to_numpy().reshape(-1, dim) for name in ("value", "overlap"))
        of, teacher = identities_of(network), make(limits.teachers[key]).spectrum(dim).values
        risk = of.risk(weights, overlap, teacher)
        objective = of.data_term(points["train_loss"], points["samples"])
        objective += of.penalty(weights, points["weight_decay"].to_numpy(), share(limits.width, dim))
        # the risk is a difference of squares of the size of the teacher's
        scale = np.maximum(points["risk"], SUMMED * np.sum(teacher**2) / dim)
        errors = {
            "risk": (risk - points["risk"]).to_numpy() / scale.to_numpy(),
            "objective": (objective / points["objective"] - 1).to_numpy(),
        }
        parts.append((points, errors))
    return _holds("learned spectra", paths["training"], *_stack(parts), SUMMED)


def differences_are_those_of_the_columns(path: str, table: pd.DataFrame, limits: Limits) -> Finding:
    """Relative differences, bounds and gaps follow from the objectives, risks and gaps beside them."""
    network, convex = table["objective_network"], table["objective_convex"]
    bound = (table["gap_network"] * network + table["gap_convex"] * convex) / convex
    errors = {
        "objective_difference": (network - convex) / convex - table["objective_difference"],
        "bound": bound - table["bound"],
        "relative_gap": table[["gap_network", "gap_convex"]].max(axis=1) - table["relative_gap"],
        "risk_difference": (table["risk_network"] - table["risk_convex"]) / table["risk_convex"]
        - table["risk_difference"],
    }
    return _holds("differences", path, table, {name: error.to_numpy() for name, error in errors.items()}, ROUNDING)


def objectives_agree(path: str, table: pd.DataFrame) -> Finding:
    """Network and convex equivalent agree in their objective within what their certificates leave open.

    Both objectives lie between the minimum and their own distance from it, so |P - P'| is at most the
    sum of the two duality gaps: strictly, but for rounding.
    """
    excess = table["objective_difference"].abs() - table["bound"]
    worst = table.loc[table["objective_difference"].abs().idxmax()]
    outside = int((excess > ROUNDING).sum())
    detail = (
        f"{outside} of {len(table)} differ by more than both gaps allow; largest relative difference of objectives "
        f"{abs(worst['objective_difference']):.1e} ({worst['bound']:.1e} allowed) at {where(worst)}"
    )
    return Finding("equivalence", path, outside == 0, detail)


def numbers_are_taken_over(
    path: str, table: pd.DataFrame, source: pd.DataFrame, on: list[str], columns: list[str]
) -> Finding:
    """Columns that a table takes from another one, averaged over what `on` leaves out, are the same there."""
    taken = source.groupby(on, sort=False)[columns].mean().reset_index()
    both = table.merge(taken, on=on, suffixes=("", "_source"), validate="one_to_one")
    if len(both) < len(table):
        return Finding("source", path, False, f"{len(table) - len(both)} of {len(table)} rows are not in their source")
    errors = {name: (both[name] / both[f"{name}_source"] - 1).to_numpy() for name in columns}
    return _holds("source", path, both, errors, ROUNDING)
