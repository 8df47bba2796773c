"""Which check judges which table: by stage, and across the tables of a build."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from scaling_spectra.records import SOLVED
from scaling_spectra_pipeline.checks import (
    dynamics,
    figure_summary,
    gain,
    identities,
    inputs_and_teachers,
    order,
    simulation,
    width,
    width_regions,
)
from scaling_spectra_pipeline.checks.finding import Finding, Limits
from scaling_spectra_pipeline.checks.gaussian_design import gaussian_design_is_explained
from scaling_spectra_pipeline.checks.published import numbers_are_those_published
from scaling_spectra_pipeline.checks.tables import (
    points_are_solved,
    settings_are_those_asked_for,
    table_is_complete,
    valid_table,
)
from scaling_spectra_pipeline.schemas.columns import KEY
from scaling_spectra_pipeline.stages import stage_of

Judge = Callable[[str, pd.DataFrame, Limits], Finding | list[Finding]]

# what is judged of every table of a stage by itself
OF_STAGE: dict[str, list[Judge]] = {
    "training": [
        lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance),
        order.flags_follow_from_gaps,
        order.trained_objectives_are_monotone,
    ],
    "theory": [
        identities.solutions_solve_state_evolution,
        lambda path, table, limits: order.theory_is_monotone(path, table, "theory"),
    ],
    "exponents": [lambda path, table, limits: simulation.exponents_follow_theory(path, table, limits.agreeing)],
    "published_comparison": [lambda path, table, limits: numbers_are_those_published(path, table)],
    "equivalence": [
        lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance),
        lambda path, table, limits: identities.objectives_agree(path, table),
        identities.differences_are_those_of_the_columns,
    ],
    "peak_height": [identities.noise_is_that_of_the_risk],
    "peak_profile": [identities.noise_is_that_of_the_risk],
    "exponent_summary": [
        lambda path, table, limits: simulation.large_exponents_are_those_of_the_phases(path, table, limits.large_dim),
        lambda path, table, limits: simulation.phases_follow_theory(path, table, limits.agreeing),
    ],
    "figure_summary": [lambda path, table, limits: figure_summary.summaries_follow_theory(path, table)],
    "finite_size": [lambda path, table, limits: simulation.exponents_come_near(path, table, limits.large_dim)],
    "few_hidden_units": [lambda path, table, limits: width.networks_are_stationary(path, table)],
    "feature_learning_gain": [
        lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance),
        lambda path, table, limits: gain.gain_follows_theory(path, table, limits.outliers),
    ],
    "time_risk": [lambda path, table, limits: dynamics.flow_has_its_rates(path, table)],
    "gain_curves": [lambda path, table, limits: gain.nothing_beats_bayes(path, table)],
    "gaussian_design": [
        lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance),
        lambda path, table, limits: gaussian_design_is_explained(path, table),
    ],
    "feature_price": [lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance)],
    "published": [lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance)],
    "landmarks": [lambda path, table, limits: figure_summary.landmarks_are_in_order(path, table)],
    "gradient_descent": [
        lambda path, table, limits: dynamics.limits_are_certified(path, table, limits.tolerance),
        lambda path, table, limits: dynamics.descent_descends(path, table),
    ],
    "lazy_to_rich": [lambda path, table, limits: dynamics.lazy_to_rich_follows_theory(path, table, limits.outliers)],
    "optimal_decay": [
        order.nothing_beats_bayes,
        lambda path, table, limits: order.theory_is_monotone(path, table, "optimal_decay"),
    ],
    "overfitting_function": [
        order.overfitting_is_that_of_state_evolution,
        lambda path, table, limits: order.theory_is_monotone(path, table, "overfitting_function"),
    ],
    "early_stopping": [lambda path, table, limits: dynamics.both_are_best(path, table)],
    "width_best": [lambda path, table, limits: width.best_widths_are_best(path, table)],
    "width_phases": [lambda path, table, limits: width_regions.regions_are_those_of_state_evolution(path, table)],
    "width_published": [lambda path, table, limits: width.published_numbers_agree(path, table)],
    "pruning_curves": [order.nothing_beats_bayes, order.best_decay_is_best],
    "correlated_exponents": [
        lambda path, table, limits: inputs_and_teachers.exponents_are_the_predicted_ones(path, table, limits.large_dim)
    ],
    "correlated_inputs": [
        lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance),
        lambda path, table, limits: inputs_and_teachers.risks_follow_theory(
            path, table, ["network", "input_exponent", "position", "decay"]
        ),
    ],
    "family_tails": [lambda path, table, limits: inputs_and_teachers.tails_mirror_the_teacher(path, table)],
    "teachers": [
        lambda path, table, limits: simulation.points_are_certified(path, table, limits.tolerance),
        lambda path, table, limits: inputs_and_teachers.risks_follow_theory(path, table, ["network", "teacher"]),
    ],
}


def _simulation(paths: list[str], tables: list[pd.DataFrame], limits: Limits) -> Finding:
    training, theory = tables
    return simulation.simulation_follows_theory(paths[0], simulation.residuals(training, theory), limits.outliers)


def _inputs(paths: list[str], tables: list[pd.DataFrame], limits: Limits) -> Finding:
    training, inputs = tables
    return simulation.simulation_follows_inputs(paths[1], training, inputs, limits.outliers)


def _spectra(paths: list[str], tables: list[pd.DataFrame], limits: Limits) -> Finding:
    training, spectra = tables[0], tables[1].dropna(subset="value")
    of = dict(zip(("training", "spectra"), paths, strict=True))
    return identities.spectra_give_risk_and_objective(of, training, spectra, limits)


def _optimum(paths: list[str], tables: list[pd.DataFrame], limits: Limits) -> list[Finding]:
    curves, optimal = tables
    of = dict(zip(("decay", "optimal"), paths, strict=True))
    return order.optimum_is_the_lowest_of_the_curve(of, curves, optimal, limits)


def _pruned_risk(paths: list[str], tables: list[pd.DataFrame], limits: Limits) -> Finding:
    pruned, training = tables
    return identities.numbers_are_taken_over(paths[0], pruned, training, [*KEY, "replica"], ["risk"])


def _tail_risk(paths: list[str], tables: list[pd.DataFrame], limits: Limits) -> Finding:
    tails, training = tables[0].dropna(subset="risk"), tables[1]
    return identities.numbers_are_taken_over(paths[0], tails, training, KEY, ["risk"])


# what is judged of several tables together; {name} stands for each experiment
ACROSS: list[tuple[tuple[str, ...], Callable[[list[str], list[pd.DataFrame], Limits], Finding | list[Finding]]]] = [
    (("training/{name}", "theory/{name}"), _simulation),
    (("training/excess_risk", "tables/real_inputs"), _inputs),
    (("training/{name}", "spectra/{name}"), _spectra),
    (("tables/risk_along_decay", "tables/optimal_decay"), _optimum),
    (("tables/pruning", "training/excess_risk"), _pruned_risk),
    (("tables/heavy_tails", "training/weight_decay_scan"), _tail_risk),
]


def judge_tables(
    paths: list[str], grids: dict[str, list[dict[str, Any]]], settings: dict[str, list[float]], limits: Limits
) -> list[Finding]:
    """Findings on all tables of a build.

    Parameters
    ----------
    paths : list of str
        Collected tables, ``results/<build>/<stage>/<name>.csv``.
    grids : dict
        Points asked for, by the path of the table that holds them.
    settings : dict
        Values of noise_var and dim that the configuration holds, and exponents of power laws by their teachers.
    """
    findings: list[Finding] = []
    found: dict[str, pd.DataFrame] = {}
    of = {path: "/".join(path.removesuffix(".csv").split("/")[-2:]) for path in paths}
    for path in paths:
        stage = stage_of(path)
        valid, table = valid_table(path)
        findings.append(valid)
        if table is None:
            continue
        findings.append(settings_are_those_asked_for(path, table, settings))
        if path in grids:
            findings.append(table_is_complete(path, table, grids[path]))
        if "status" in table:
            findings.append(points_are_solved(path, table))
            table = table[table["status"] == SOLVED]
        found[of[path]] = table
        for judge in OF_STAGE.get(stage, []) if len(table) else ():
            findings += _listed(judge, path, table, limits)
    path_of = {name: path for path, name in of.items()}
    names = sorted({name.split("/")[1] for name in found})
    for wanted, judge_together in ACROSS:
        for tables in dict.fromkeys(tuple(table.format(name=name) for table in wanted) for name in names):
            if found.keys() >= set(tables):
                paths_of, tables_of = ([kept[name] for name in tables] for kept in (path_of, found))
                findings += _listed(judge_together, paths_of, tables_of, limits)
    return findings


def _listed(judge: Callable, artifact: Any, table: Any, limits: Limits) -> list[Finding]:
    """A judge's findings; one that stumbles over a table has found it unsound."""
    try:
        findings = judge(artifact, table, limits)
    except (ArithmeticError, KeyError, IndexError, ValueError) as error:
        path = artifact if isinstance(artifact, str) else artifact[0]
        return [Finding("judgement", path, False, f"cannot be judged: {type(error).__name__}: {error}")]
    return findings if isinstance(findings, list) else [findings]
