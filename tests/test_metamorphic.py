"""Last digits of what goes in decide no class, window, point or count of what comes out, and no number."""

import pandas as pd
import pytest
from metamorphic import differences, shifted, table

POWER_LAW = {"gamma": 1.0, "noise_var": 0.5}
DECAYS = [{"coefficient": 1.0, "exponent": 0.5}]
# small, and such that ties are there: points on lines of a diagram, halves of points, strips
FAST = {
    "phase_spectra": {"gamma": 0.75, "noise_var": 0.5, "dim": 200},
    "phase_regions": {**POWER_LAW, "large_dims": [10**12], "points": 41},
    "phase_boundaries": {**POWER_LAW, "dim": 200, "large_dims": [10**12]},
    "error_decomposition": {**POWER_LAW, "dim": 100, "points_per_decade": 1, "weight_decays": DECAYS},
}
OF_TEACHERS = {"root_seed": 1, "width": 1.0}
SLOW = FAST | {
    "overfitting_function": {"points_per_decade": 5},
    "risk_map": {**POWER_LAW, "dim": 100, "points": 12},
    "peak_height": {**POWER_LAW, "dim": 100, "large_dims": [10**6, 10**12], "points_per_decade": 2},
    "peak_profile": {**POWER_LAW, "large_dims": [10**12], "weight_decays": [1e-4, 1e-2], "points_per_decade": 5},
    "risk_along_decay": {**OF_TEACHERS, "points_per_decade": 5},
    "optimal_decay": {**POWER_LAW, **OF_TEACHERS, "large_dims": [10**4, 10**8], "points": 5},
    "pruning_curves": {
        **{**POWER_LAW, **OF_TEACHERS, "large_dims": [10**4], "points": 5, "points_per_decade": 8},
    },
}
SEEDS = range(1, 9)


def scan() -> pd.DataFrame:
    """Trained points along lambda, of which two rules name one."""
    rows = []
    for network, each in (("diagonal", 1), ("quadratic", 40)):
        for n_eff in (8.0, 60.0):
            for coefficient, exponent in ((0.1, 0.0), (4.0, -1.0), (10.0, 0.0)):
                row = {"network": network, **POWER_LAW, "dim": 40, "decay_coefficient": coefficient}
                row |= {"decay_exponent": exponent, "weight_decay": coefficient * 40**exponent, "n_eff": n_eff}
                row |= {"samples": round(n_eff * each), "replica": 0, "method": "network", "solver": "lbfgs"}
                row |= {"risk": 1.0, "train_loss": 1.0, "objective": 1.0, "relative_gap": 0.0, "iterations": 1}
                rows.append(row | {"rank": 1, "converged": True, "unique": True})
    return pd.DataFrame(rows)


def inputs(name: str, tmp_path) -> dict[str, pd.DataFrame]:
    """Tables that a script reads."""
    if name not in ("optimal_decay", "risk_along_decay", "pruning_curves"):
        return {}
    found = {"training": scan()}
    if name == "pruning_curves":
        found["optimal"] = table("optimal_decay", tmp_path, found, {**SLOW["optimal_decay"], "large_dims": [10**4]})
    return found


def alter(name: str, tmp_path, seeds) -> None:
    read, arguments = inputs(name, tmp_path), SLOW[name]
    plain = table(name, tmp_path, read, arguments)
    # teachers are drawn from a seed that the noise level is part of
    named = {"noise_var": POWER_LAW["noise_var"]} if read else {}
    kept = {name: value for name, value in named.items() if name in arguments}
    for seed in seeds:
        altered = {role: shifted(part, seed).assign(**named) for role, part in read.items()}
        found = differences(plain, table(name, tmp_path, altered, shifted(arguments, seed) | kept))
        assert not found, f"seed {seed}: {found}"


@pytest.mark.parametrize("name", FAST)
def test_last_digits_decide_nothing(name, tmp_path):
    alter(name, tmp_path, [1])


@pytest.mark.soak
@pytest.mark.parametrize("name", SLOW)
def test_last_digits_decide_nothing_whatever_they_are(name, tmp_path):
    alter(name, tmp_path, SEEDS)
