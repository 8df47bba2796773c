"""Networks of few hidden units: what training reaches, the best width, published numbers."""

import pandas as pd

from scaling_spectra_pipeline.checks.finding import Finding

# mean distance of networks from state evolution, in log risk, over all widths: their samples are few
NEAR = 0.15
# by how much the lowest objective that was found may rise with the width: it is no certified minimum
RISE = 0.01
# largest distance from the published state evolution, whose authors sampled matrices, and from their networks at
# n/d >= FROM
SAMPLED, TRAINED, FROM = 0.005, 0.035, 66
# numerical error of a risk
ROUNDING = 1e-6


def networks_are_stationary(path: str, table: pd.DataFrame) -> list[Finding]:
    """Training ends where the gradient vanishes and no direction leads down, lower for more units, near theory."""
    ended = table["stationary"] == table["starts"]
    found = [Finding("stationary", path, bool(ended.all()), f"{ended.sum()} of {len(table)} points from every start")]
    of = ["network", "teacher", "noise_var", "dim", "n_eff", "replica"]
    ordered = table.sort_values([*of, "hidden"], kind="stable")
    rise = ordered.groupby(of)["objective"].pct_change().max()
    found.append(Finding("objective falls with width", path, bool(not rise > RISE), f"largest rise {rise:.2g}"))
    ratio = (table["risk"] / table["risk_theory"] - 1).abs().mean()
    return [*found, Finding("networks against theory", path, bool(ratio <= NEAR), f"mean distance {ratio:.3f}")]


def best_widths_are_best(path: str, table: pd.DataFrame) -> Finding:
    """Nothing beats the Bayes-optimal risk; the best width beats the law's, and full width."""
    rivals = table[["law_risk", "full_risk"]].min(axis=1)
    over = (table["best_risk"] > rivals * (1 + ROUNDING)).sum()
    under = (table[["best_risk", "decay_risk"]].min(axis=1) < table["bayes_risk"] * (1 - ROUNDING)).sum()
    detail = f"{over} of {len(table)} best widths above the law's or full width, {under} risks below Bayes-optimal"
    return Finding("best width", path, not (over or under), detail)


def published_numbers_agree(path: str, table: pd.DataFrame) -> Finding:
    """State evolution within the published one's sampling, networks near it at many samples, best widths within 1."""
    sampled = (table["theory"] / table["published_theory"] - 1).abs().max()
    many = table[table["ratio"] >= FROM]
    trained = (many["published_networks"] / many["theory"] - 1).abs().max()
    widths = max((table[name] - table["published_best"]).abs().max() for name in ("best", "law"))
    detail = f"theory {sampled:.2g}, networks {trained:.2g} at n/d >= {FROM}, best widths {widths} off at most"
    return Finding("published numbers", path, bool(sampled <= SAMPLED and trained <= TRAINED and widths <= 1), detail)
