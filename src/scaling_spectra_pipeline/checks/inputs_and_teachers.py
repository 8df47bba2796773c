"""Correlated inputs and families of teachers: simulations against theory, slopes against predicted exponents."""

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.places import RESOLVED
from scaling_spectra_pipeline.checks.finding import Finding

# standard errors of the mean distance from theory that are accepted
ERRORS = 5.0
# the known deviation of real inputs, in units of that of white inputs: few features carry the signal
WIDER = 3.0
# where every feature is resolved, share of the teacher's tail exponent by which that of what is learned may differ, and
# standard errors of both fits beyond it: each fit chooses its own cut-off
TAIL, TAIL_ERRORS = 0.1, 3.0
# share of the risk by which means of few replicas may differ, and of points that may
SLACK, STRAY = 0.1, 0.05


def exponents_are_the_predicted_ones(path: str, table: pd.DataFrame, accepted: float) -> Finding:
    """Slopes of state evolution at huge d are the predicted ones; a logarithm is known to leading order only."""
    judged = table[table["expected"].notna() & ~table["logarithmic"]]
    off = (judged["slope"] - judged["expected"]).abs()
    if off.empty:
        return Finding("exponents of correlated inputs", path, False, "no row with a prediction")
    worst = judged.loc[off.idxmax()]
    detail = (
        f"{int((off > accepted).sum())} of {len(off)} differ by more than {accepted:g}; largest {off.max():.4f}, "
        f"{worst['network']}, {worst['limit']}, {worst['decay']}, {worst['position']}, a = {worst['input_exponent']:g}"
    )
    return Finding("exponents of correlated inputs", path, bool((off <= accepted).all()), detail)


def risks_follow_theory(path: str, table: pd.DataFrame, by: list[str]) -> Finding:
    """Mean simulated risks of every point are those of state evolution, up to noise and to what real inputs add."""
    strayed, total, worst, where = 0, 0, 0.0, "none"
    for key, rows in table[table["converged"] & table["unique"]].groupby([*by, "dim", "n_eff"]):
        of = dict(zip([*by, "dim", "n_eff"], key, strict=True))
        distance, theory = rows["risk"] - rows["risk_theory"], rows["risk_theory"].mean()
        slope, offset = problem_of(of["network"]).KNOWN_DEVIATION
        known = SLACK + WIDER * (slope / np.sqrt(of["n_eff"]) + offset / of["dim"])
        error = distance.sem() if len(rows) > 1 else theory
        ratio = abs(distance.mean()) / (ERRORS * error + known * theory)
        strayed, total = strayed + int(ratio > 1), total + 1
        if ratio > worst:
            worst, where = float(ratio), ", ".join(f"{name} {value}" for name, value in of.items())
    passed = total > 0 and strayed <= STRAY * total
    detail = f"{strayed} of {total} points too far from theory; farthest {worst:.2f} of what is accepted, {where}"
    return Finding("simulation against theory", path, passed, detail)


def tails_mirror_the_teacher(path: str, table: pd.DataFrame) -> Finding:
    """Where every feature is resolved, the law of learned weights has the tail of a teacher that is a power law."""
    judged = table[(table["phase"] == RESOLVED) & table["gamma"].notna()].dropna(subset=["tail", "teacher_tail"])
    error = np.hypot(judged["tail_error"], judged["teacher_tail_error"])
    off = (judged["tail"] - judged["teacher_tail"]).abs() / (TAIL * judged["teacher_tail"] + TAIL_ERRORS * error)
    if off.empty:
        return Finding("tails of teachers", path, True, "no power law with a tail to fit")
    worst = judged.loc[off.idxmax()]
    detail = (
        f"{int((off > 1).sum())} of {len(off)} resolved power laws are learned with another exponent; farthest "
        f"{off.max():.2f} of what is accepted, {worst['network']}, {worst['teacher']}"
    )
    return Finding("tails of teachers", path, bool((off <= 1).all()), detail)
