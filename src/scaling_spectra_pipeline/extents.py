"""How large the job of a rule is: its work, and the rows and weights that it makes or reads."""

from collections.abc import Mapping
from functools import cache
from math import log10

from scaling_spectra_pipeline import costs
from scaling_spectra_pipeline.plan import Plan

# a study's rule is named after it
EXAMINE = "examine_"


def work_of(plan: Plan, rule: str, wildcards: Mapping[str, str]) -> costs.Work | None:
    """Size of a training job or of a study's; None for other rules."""
    if rule == "train_networks":
        return plan.training_work(
            wildcards["experiment"],
            wildcards["network"],
            int(wildcards["dim"]),
            float(wildcards["n_eff"]),
            wildcards["method"],
            int(wildcards["batch"]),
        )
    if rule.startswith(EXAMINE):
        study = rule.removeprefix(EXAMINE)
        return plan.study_work(study, wildcards["network"], int(wildcards["dim"]), float(wildcards["n_eff"]))
    return None


def extent(plan: Plan, rule: str, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """Rows of the table that a job makes or reads, and weights that it writes as an array.

    Tables of their own, figures and pages count all points of the build: most read them.
    """
    work = work_of(plan, rule, wildcards)
    if work:
        return work.points, work.points * work.dim if rule == "train_networks" else 0
    if rule == "draw_data":
        replicas = plan.config.training.replicas_per_job
        return replicas, replicas * int(wildcards["dim"])
    name = wildcards.get("experiment", "")
    if rule == "solve_theory":
        return _solutions(plan, name, wildcards["network"], int(wildcards["dim"])), 0
    if rule == "collect_theory":
        return sum(_solutions(plan, name, e.network, e.dim) for e in plan.ensembles(name)), 0
    if rule == "collect_spectra":
        return _weights(plan, name), 0
    if rule == "check":
        # it reads every table, of which those of learned weights are the largest
        return sum(_weights(plan, experiment) for experiment in plan.config.experiments), 0
    if rule in ("collect_training", "fit_exponents"):
        return plan.trained_points(name), 0
    return _of_all(plan), 0


@cache
def _of_all(plan: Plan) -> int:
    """Points of all experiments and studies."""
    grids = (grid for of_table in plan.points_asked_for().values() for grid in of_table)
    return sum(len(grid["n_eff"]) * len(grid["replica"]) * max(1, len(grid["weight_decays"])) for grid in grids)


def _weights(plan: Plan, name: str) -> int:
    return sum(_points(plan, name, e.network, e.dim) * e.dim for e in plan.ensembles(name))


def _points(plan: Plan, name: str, network: str, dim: int) -> int:
    grid = plan.grid(name, network, dim)
    return len(grid.n_eff) * grid.replicas * len(plan.weight_decays(name))


def _solutions(plan: Plan, name: str, network: str, dim: int) -> float:
    """Solutions of state evolution: points of the grid and of the curves through it."""
    grid = plan.grid(name, network, dim)
    of_curves = plan.experiment(name).curve_points_per_decade * log10(grid.n_eff[-1] / grid.n_eff[0])
    return (len(grid.n_eff) + of_curves) * grid.replicas * len(plan.weight_decays(name))
