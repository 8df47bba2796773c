"""Trained networks against state evolution: certificates, standardised residuals, exponents."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import bdtrc, stdtrit

from scaling_spectra.arrays import Numbers
from scaling_spectra.asymptotics import DEEP
from scaling_spectra.finite_size import known_deviation, real_inputs_deviation
from scaling_spectra.measurement_ensembles import MEASURED
from scaling_spectra.phases import PHASES, logarithmic
from scaling_spectra_pipeline.checks.finding import Finding, where
from scaling_spectra_pipeline.schemas.columns import KEY
from scaling_spectra_pipeline.slopes import AGREES, BOUNDED, EXPLAINED

# coverage of the interval of each point, and of those whose share is told
COVERAGE, SHARED = 0.99, 0.95
OF_INPUTS = "simulation against real inputs"


def points_are_certified(path: str, table: pd.DataFrame, tolerance: float) -> Finding:
    """Every trained point carries a duality gap within the tolerance."""
    # what was drawn needs none; where one is needed, no number is no certificate
    table = table[table["model"].isin(MEASURED)] if "model" in table else table
    gaps = table["relative_gap"].fillna(np.inf)
    worst, above = table.loc[gaps.idxmax()], int((~(gaps <= tolerance)).sum())
    detail = f"{above} of {len(table)} above {tolerance:g}; largest {worst['relative_gap']:.1e} at {where(worst)}"
    return Finding("certificates", path, above == 0, detail)


def residuals(
    training: pd.DataFrame, theory: pd.DataFrame, allowance: Callable[[str, float, float], Numbers] = known_deviation
) -> pd.DataFrame:
    """Trained minus predicted risk of the same teachers, averaged over replicas.

    The known deviation is allowed for before the rest is measured in standard errors.

    Returns
    -------
    DataFrame
        One row per point: risk, theory, relative deviation, allowance, z (deviation beyond the
        allowance in standard errors) and outlier (beyond the 99 % interval of Student's t).
    """
    both = training.merge(theory, on=[*KEY, "replica"], suffixes=("", "_theory"), validate="one_to_one")
    both = both[both["converged"] & both["unique"]]
    both["difference"] = both["risk"] - both["risk_theory"]
    points = both.groupby(KEY, sort=True).agg(
        risk=("risk", "mean"),
        theory=("risk_theory", "mean"),
        difference=("difference", "mean"),
        error=("difference", "sem"),
        replicas=("difference", "count"),
    )
    points = points[points["replicas"] > 1].reset_index()
    points["relative"] = points["difference"] / points["theory"]
    points["allowance"] = [
        allowance(row.network, row.n_eff, row.dim) for row in points[["network", "n_eff", "dim"]].itertuples()
    ]
    excess = (points["difference"].abs() - points["allowance"] * points["theory"]).clip(lower=0)
    points["z"] = excess / points["error"].clip(lower=1e-12 * points["theory"])
    points["outlier"] = points["z"] > stdtrit(points["replicas"] - 1, (1 + COVERAGE) / 2)
    return points


def simulation_follows_inputs(path: str, training: pd.DataFrame, inputs: pd.DataFrame, chance: float) -> Finding:
    """The same against the theory of the network's inputs, whose error is known better; with shares within 95 %.

    Without any allowance the shares say how well each theory explains the points.
    """
    known = training.merge(inputs.dropna(subset="risk_inputs"), on=KEY)
    if known.empty:
        return Finding(OF_INPUTS, path, True, "nothing to compare: no point has such a theory")
    simulated = known[[*KEY, "replica", "risk", "converged", "unique"]]
    both = [
        residuals(simulated, known[[*KEY, "replica"]].assign(risk=known[column]), allowance)
        for column, allowance in (
            ("risk_theory", lambda *_: 0.0),
            ("risk_inputs", lambda *_: 0.0),
            ("risk_inputs", lambda _, n_eff, dim: real_inputs_deviation(n_eff, dim)),
        )
    ]
    within = [(points["z"] <= stdtrit(points["replicas"] - 1, (1 + SHARED) / 2)).mean() for points in both]
    found = simulation_follows_theory(path, both[-1], chance)
    shares = f"{within[0]:.0%} of points within {SHARED:.0%} of state evolution, {within[1]:.0%} of real inputs"
    return replace(found, check=OF_INPUTS, detail=f"{shares}; {found.detail}")


def simulation_follows_theory(path: str, points: pd.DataFrame, chance: float) -> Finding:
    """The number of points outside their 99 % interval is one that chance explains.

    If theory were exact up to the known deviation, each of n points would lie outside with probability at most 1 %
    and their number would be binomial. It fails if that many or more would come about with a probability below
    `chance`. Points that share samples move together, which widens the distribution; that most points use only a
    part of their allowance makes it narrower.
    """
    if points.empty:
        return Finding("simulation against theory", path, False, "no point has two certified replicas to judge by")
    count, expected = int(points["outlier"].sum()), (1 - COVERAGE) * len(points)
    probability = bdtrc(count - 1, len(points), 1 - COVERAGE)
    worst = points.loc[points["z"].idxmax()]
    detail = (
        f"{count} of {len(points)} points outside their {COVERAGE:.0%} interval, {expected:.1f} expected; that many or "
        f"more have probability {probability:.2g}, at least {chance:g} needed; median deviation "
        f"{points['relative'].abs().median():.1%}; farthest {worst['z']:.1f} standard errors beyond the known "
        f"deviation ({worst['relative']:+.1%}) at {where(worst)}"
    )
    return Finding("simulation against theory", path, bool(probability >= chance), detail)


def exponents_follow_theory(path: str, table: pd.DataFrame, agreeing: float) -> Finding:
    """At least a fraction `agreeing` of the fitted slopes agrees with the theory's.

    Where every window is too short there is nothing to judge; a window that lacks certified replicas is another matter.
    """
    fitted = table[table["slope"].notna()]
    if fitted.empty:
        lacking = int((table["verdict"] == "too few replicas").sum())
        detail = f"nothing to compare: of {len(table)} windows {len(table) - lacking} are too short to fit"
        detail += f" and {lacking} lack replicas" if lacking else ""
        return Finding("exponents", path, lacking == 0, detail)
    plain, explained, bounded = (int((fitted["verdict"] == verdict).sum()) for verdict in (AGREES, EXPLAINED, BOUNDED))
    count = plain + explained + bounded
    detail = (
        f"of {len(fitted)} fitted slopes {plain} hold state evolution's in their interval, {plain + explained} this or "
        f"that of real inputs, {count} within the known deviation, {agreeing:.0%} needed"
    )
    return Finding("exponents", path, count >= agreeing * len(fitted), detail)


def phases_follow_theory(path: str, table: pd.DataFrame, agreeing: float) -> Finding:
    """The same of every phase, by the widest of its windows, over both networks with and without noise."""
    found = exponents_follow_theory(path, table, agreeing)
    without = int(table["slope"].isna().sum())
    detail = "no phase has a fit" if without == len(table) else f"{found.detail}; {without} phases have no fit"
    return Finding("exponents of phases", path, found.passed, detail)


def exponents_come_near(path: str, table: pd.DataFrame, accepted: float) -> Finding:
    """Where a phase is deep, its exponent in state evolution is nearer to the predicted one at the largest d.

    Logarithms may first lead away from it.
    """
    with_log = [
        of in PHASES and logarithmic(of, network) for of, network in zip(table["phase"], table["network"], strict=True)
    ]
    deep = table[(table["depth"] >= DEEP) & ~np.array(with_log, bool)].sort_values("dim", kind="stable")
    ends = deep.groupby(["network", "noise_var", "phase"])["distance"].agg(["first", "last"]).abs()
    farther = ends[ends["last"] > ends["first"] + accepted]
    detail = f"{len(farther)} of {len(ends)} phases farther from their exponent at the largest d than where first deep"
    if len(farther):
        (network, noise_var, phase), (first, last) = farther.index[0], farther.iloc[0]
        detail += f": {phase} of the {network} network at Delta = {noise_var:g}, {last:.3f} after {first:.3f}"
    return Finding("exponents come near", path, farther.empty and len(ends) > 0, detail)


def large_exponents_are_those_of_the_phases(path: str, table: pd.DataFrame, accepted: float) -> Finding:
    """State evolution at huge d has the exponents of Result 1, wherever these come without logarithms."""
    judged = table[table["large_slope"].notna() & ~table["logarithmic"]]
    if judged.empty:
        return Finding("exponents at huge d", path, False, "no phase without logarithms was probed")
    error = (judged["large_slope"] - judged["large_predicted"]).abs()
    worst = judged.loc[error.idxmax()]
    detail = (
        f"{int((error > accepted).sum())} of {len(judged)} farther than {accepted:g} from the prediction at that d; "
        f"farthest {worst['large_slope']:.4f} for {worst['large_predicted']:.4f} in phase {worst['phase']} of the "
        f"{worst['network']} network at Delta = {worst['noise_var']:g} (limit {worst['predicted']:.4f})"
    )
    return Finding("exponents at huge d", path, bool((error <= accepted).all()), detail)
