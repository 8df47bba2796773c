"""What theory says about more and less: monotonicities along one variable, and bounds between risks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.networks import names
from scaling_spectra.networks.interface.identities import identities_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra_pipeline.checks.finding import Finding, Limits, where
from scaling_spectra_pipeline.schemas.columns import KEY

# relative step the wrong way that is rounding, or the accuracy of a minimum
FLAT = {"theory": 1e-8, "optimal_decay": 1e-6, "overfitting_function": 1e-8, "peak_height": 1e-8}
OF_VARIABLE = {"weight_decay": {"decay_coefficient", "decay_exponent", "weight_decay"}, "n_eff": {"n_eff", "samples"}}
FAMILY = [*KEY, "replica", "teachers"]
# of these, what a stage has found itself
OUTCOMES = {"optimal_decay": {"weight_decay"}}


@dataclass(frozen=True)
class Monotone:
    """A column that only rises, or only falls, along a variable, everything else fixed."""

    column: str
    along: str
    rising: bool
    noiseless: bool = False

    def __str__(self) -> str:
        noise = ", Delta = 0" if self.noiseless else ""
        return f"{self.column} {'rises' if self.rising else 'falls'} along {self.along}{noise}"


# Not so: the risk and the divergence along n_eff, even without noise (features that come late are noise to the others),
# and the effective noise with label noise, which may rise before interpolation.
BY_STAGE = {
    "theory": (
        Monotone("threshold", "weight_decay", rising=True),
        Monotone("divergence", "weight_decay", rising=False),
        Monotone("train_loss", "weight_decay", rising=True),
        Monotone("threshold", "n_eff", rising=False),
        Monotone("delta", "n_eff", rising=False, noiseless=True),
    ),
    "optimal_decay": (Monotone("risk", "n_eff", rising=False), Monotone("bayes_risk", "n_eff", rising=False)),
    "overfitting_function": (Monotone("rho", "ratio", rising=True), Monotone("asymptote", "ratio", rising=True)),
}


def theory_is_monotone(path: str, table: pd.DataFrame, stage: str) -> list[Finding]:
    """One finding for each monotonicity of a stage."""
    return [_moves_one_way(path, table, rule, stage) for rule in BY_STAGE[stage]]


def _moves_one_way(path: str, table: pd.DataFrame, rule: Monotone, stage: str) -> Finding:
    rows = table[table[rule.column].notna()]
    if rule.noiseless:
        rows = rows[rows["noise_var"] == 0]
    free = OF_VARIABLE.get(rule.along, {rule.along}) | OUTCOMES.get(stage, set())
    fixed = [name for name in FAMILY if name in rows and name not in free]
    rows = rows.sort_values([*fixed, rule.along])
    steps = rows.groupby(fixed, sort=False)[rule.column].diff() * (1 if rule.rising else -1)
    # numbers below the smallest sensible risk are zeros
    relative = (steps / rows[rule.column].abs().clip(lower=1e-12)).dropna()
    if relative.empty:
        return Finding("monotone", path, True, f"{rule}: nothing to compare")
    wrong = relative < -FLAT[stage]
    detail = f"{rule}: {int(wrong.sum())} of {len(relative)} steps the wrong way"
    if wrong.any():
        detail += f"; largest {-relative.min():.1e} up to {where(rows.loc[relative.idxmin()])}"
    return Finding("monotone", path, not wrong.any(), detail)


def trained_objectives_are_monotone(path: str, training: pd.DataFrame, limits: Limits) -> list[Finding]:
    """More weight decay raises objective and training loss; more samples raise the objective.

    These hold for minima whatever was drawn, the samples of a replica being nested. A point within its gap g of the
    minimum leaves room: P' >= P (1 - g) for the objective; for losses L at lambda < lambda',
    L' >= L - e - (e + e') lambda/(lambda' - lambda), e = g P.
    """
    sample = [name for name in (*KEY, "replica") if name not in OF_VARIABLE["weight_decay"]]
    ray = [name for name in (*KEY, "replica") if name not in OF_VARIABLE["n_eff"]]
    slack = training["relative_gap"].clip(lower=0) * training["objective"] + 1e-12 * training["objective"]
    loss = pd.concat(
        identities_of(network).data_term(rows["train_loss"], rows["samples"])
        for network, rows in training.groupby("network")
    )
    points = training.assign(slack=slack, loss=loss)
    findings = []
    for fixed, along, column in (
        (sample, "weight_decay", "objective"),
        (sample, "weight_decay", "loss"),
        (ray, "n_eff", "objective"),
    ):
        rows = points.sort_values([*fixed, along])
        before = rows.groupby(fixed, sort=False)[[column, "slack", along]].shift()
        room = before["slack"]
        if column == "loss":
            room = room + (room + rows["slack"]) * before[along] / (rows[along] - before[along])
        short = ((before[column] - room - rows[column]) / rows["objective"]).dropna()
        name = f"{'training loss' if column == 'loss' else column} rises along {along}"
        detail = f"{name}: {int((short > 0).sum())} of {len(short)} steps the wrong way"
        if (short > 0).any():
            detail += f"; largest {short.max():.1e} of the objective up to {where(rows.loc[short.idxmax()])}"
        findings.append(Finding("monotone", path, not (short > 0).any(), detail))
    return findings


def flags_follow_from_gaps(path: str, training: pd.DataFrame, limits: Limits) -> Finding:
    """A point is called converged where its gap meets the tolerance, and nowhere else."""
    wrong = training[training["converged"] != (training["relative_gap"] <= limits.tolerance)]
    detail = f"{len(wrong)} of {len(training)} points called converged or not against their gap"
    detail += f"; first at {where(wrong.iloc[0])}" if len(wrong) else ""
    return Finding("flags", path, wrong.empty, detail)


def _ordered(path: str, lower: pd.Series, upper: pd.Series, table: pd.DataFrame, claim: str) -> Finding:
    """lower <= upper in every row that has both, up to the accuracy of a minimum."""
    excess = (lower / upper - 1).dropna()
    wrong = excess > FLAT["optimal_decay"]
    detail = f"{claim}: {int(wrong.sum())} of {len(excess)} exceed it"
    detail += f"; by {excess.max():.1e} at {where(table.loc[excess.idxmax()])}" if wrong.any() else ""
    return Finding("bounds", path, not wrong.any(), detail)


def _prior_known(table: pd.DataFrame) -> pd.Series:
    """Where the Bayes-optimal risk bounds that of the same teachers.

    It averages over teachers, which few of them may undercut; where all are alike it is that of each.
    """
    random = [name for name in names() if problem_of(name).RANDOM_TEACHER]
    return ~table["network"].isin(random) | (table["teachers"] == 0)


def nothing_beats_bayes(path: str, table: pd.DataFrame, limits: Limits) -> Finding:
    """The Bayes-optimal risk is below the risk at the best weight decay."""
    best = "optimal_risk" if "optimal_risk" in table else "risk"
    known = table[_prior_known(table)]
    return _ordered(path, known["bayes_risk"], known[best], known, "no risk is below the Bayes-optimal one")


def best_decay_is_best(path: str, table: pd.DataFrame, limits: Limits) -> Finding:
    """The risk at the best weight decay is below the risk at another one."""
    return _ordered(path, table["optimal_risk"], table["risk"], table, "no risk is below that at the best weight decay")


def optimum_is_the_lowest_of_the_curve(
    paths: dict[str, str], curves: pd.DataFrame, optimal: pd.DataFrame, limits: Limits
) -> list[Finding]:
    """At any weight decay the risk is at least that at the best one, and at least the Bayes-optimal one."""
    on = [*ENSEMBLE, "n_eff", "teachers"]
    both = curves.merge(optimal.drop(columns="weight_decay"), on=on, suffixes=("", "_best"))
    known = both[_prior_known(both)]
    return [
        _ordered(
            paths["decay"], both["risk_best"], both["risk"], both, "no risk is below that at the best weight decay"
        ),
        _ordered(paths["decay"], known["bayes_risk"], known["risk"], known, "no risk is below the Bayes-optimal one"),
    ]


def overfitting_is_that_of_state_evolution(path: str, table: pd.DataFrame, limits: Limits) -> Finding:
    """The overfitting function in closed form is the risk of state evolution without a teacher, at tiny lambda."""
    error = np.abs(table["solved"] / table["rho"] - 1)
    worst = table.loc[error.idxmax()]
    detail = (
        f"closed form and state evolution differ by at most {error.max():.1e}, {1e-4:g} accepted, at {where(worst)}"
    )
    return Finding("overfitting function", path, bool((error <= 1e-4).all()), detail)
