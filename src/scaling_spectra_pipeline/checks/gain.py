"""Feature learning and lazy learning at their best: against theory, and against the Bayes-optimal risk."""

from dataclasses import replace

import pandas as pd

from scaling_spectra_pipeline.checks.finding import Finding
from scaling_spectra_pipeline.checks.simulation import residuals, simulation_follows_theory
from scaling_spectra_pipeline.schemas.columns import KEY

# relative error of the Bayes-optimal risk
BAYES_ROUNDING = 1e-6


def nothing_beats_bayes(path: str, table: pd.DataFrame) -> Finding:
    """Averaged over every teacher, neither feature learning nor lazy learning has less than the Bayes-optimal risk."""
    judged = table[table["every_teacher"] & table["bayes_risk"].notna()]
    if judged.empty:
        return Finding("Bayes-optimal risk", path, False, "no row with the Bayes-optimal risk of every teacher")
    share = judged[["risk", "lazy_risk"]].min(axis=1) / judged["bayes_risk"]
    below, nearest = int((share < 1 - BAYES_ROUNDING).sum()), judged.loc[share.idxmin()]
    detail = (
        f"{below} of {len(judged)} below it; nearest {share.min():.4f} times it, {nearest['network']} network, "
        f"teacher {nearest['teacher']}, d = {nearest['dim']}, n_eff = {nearest['n_eff']:.4g}"
    )
    return Finding("Bayes-optimal risk", path, below == 0, detail)


def gain_follows_theory(path: str, table: pd.DataFrame, chance: float) -> list[Finding]:
    """Simulated risks of feature learning and of lazy learning follow the theory of the same teachers.

    Lazy learning is judged at the ridge of theory, which was not chosen by looking at the risk.
    """
    pairs = {
        "feature learning": ("risk", "risk_theory"),
        "lazy learning": ("lazy_risk_ridge_theory", "lazy_theory"),
    }
    # a rule lambda = c d^0: the study chose lambda itself
    table = table.assign(decay_coefficient=table["weight_decay"], decay_exponent=0.0)
    point, findings = table[[*KEY, "replica", "converged", "unique"]], []
    for name, columns in pairs.items():
        simulated, predicted = (point.assign(risk=table[column]) for column in columns)
        finding = simulation_follows_theory(path, residuals(simulated, predicted), chance)
        findings.append(replace(finding, check=f"{name} against theory"))
    return findings
