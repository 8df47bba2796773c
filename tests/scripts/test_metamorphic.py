"""Last digits of what goes in decide no class, window, point or count of what comes out, and no number."""

from typing import Any

import pandas as pd
import pytest

from helpers.metamorphic import differences, shifted, table, trained
from scaling_spectra.asymptotics import slopes
from scaling_spectra.teachers import with_exponent

POWER_LAW = {"teacher": with_exponent(1.0), "noise_var": 0.5}
DECAYS = [{"coefficient": 1.0, "exponent": 0.5}]
# small, and such that ties are there: points on lines of a diagram, halves of points, strips
FAST = {
    "phase_spectra": {"teacher": with_exponent(0.75), "noise_var": 0.5, "dim": 200},
    "phase_regions": {**POWER_LAW, "large_dims": [10**12], "points": 41},
    "phase_boundaries": {**POWER_LAW, "dim": 200, "large_dims": [10**12]},
    "error_decomposition": {**POWER_LAW, "dim": 100, "points_per_decade": 1, "weight_decays": DECAYS},
    "pruning": {"width": 1.0},
}
OF_TEACHERS = {"teachers": {"gamma1.0": with_exponent(1.0)}, "width": 1.0}
SLOW = FAST | {
    "overfitting_function": {"points_per_decade": 5},
    "risk_map": {**POWER_LAW, "dim": 100, "points": 12},
    "peak_height": {**POWER_LAW, "dim": 100, "large_dims": [10**6, 10**12], "points_per_decade": 2},
    "peak_profile": {**POWER_LAW, "large_dims": [10**12], "weight_decays": [1e-4, 1e-2], "points_per_decade": 5},
    # with p = n_eff/2 on the grid
    "width_phases": {**POWER_LAW, "large_dims": [10**6], "points": 4},
    "price_of_a_feature": {"noise_var": 0.5, "points_per_decade": 3},
    "risk_along_decay": {"width": 1.0, "points_per_decade": 5},
    "optimal_decay": {**POWER_LAW, **OF_TEACHERS, "large_dims": [10**4, 10**8], "points": 5},
    "pruning_curves": {**POWER_LAW, **OF_TEACHERS, "large_dims": [10**4], "points": 5, "points_per_decade": 8},
    "learned_law": {},
    "heavy_tails": {"width": 1.0, "points_per_decade": 4},
    "spectral_phases": {"root_seed": 1},
}
READ = {
    "risk_along_decay": ("training", "data"),
    "optimal_decay": ("training", "data"),
    "pruning_curves": ("training", "optimal", "data"),
    "learned_law": ("training", "theory", "spectra", "data"),
    "heavy_tails": ("training", "theory", "spectra", "data"),
    "pruning": ("training", "theory", "spectra"),
    "spectral_phases": ("widest", "trained", "training", "theory", "spectra", "data"),
}
SEEDS = range(1, 6)


def inputs(name: str, tmp_path) -> dict[str, Any]:
    """Tables, and teachers, that a script reads."""
    found = trained(**POWER_LAW, dim=40, root_seed=1) if name in READ else {}
    if "widest" in READ.get(name, ()):
        found["widest"] = table("phase_spectra", tmp_path, {}, SLOW["phase_spectra"])
        read = {role: found[role] for role in READ["learned_law"]}
        found["trained"] = table("learned_law", tmp_path, read, SLOW["learned_law"])
    if "optimal" in READ.get(name, ()):
        arguments = {**SLOW["optimal_decay"], "large_dims": [10**4]}
        found["optimal"] = table(
            "optimal_decay", tmp_path, {role: found[role] for role in READ["optimal_decay"]}, arguments
        )
    return {role: found[role] for role in READ.get(name, ())}


def alter(name: str, tmp_path, seeds) -> None:
    read, arguments = inputs(name, tmp_path), SLOW[name]
    plain = table(name, tmp_path, read, arguments)
    # teachers are drawn from a seed that the noise level is part of
    kept = {"noise_var": arguments["noise_var"]} if read and "noise_var" in arguments else {}
    for seed in seeds:
        altered = {role: shifted(part, seed) for role, part in read.items()}
        for role in altered.keys() - {"data"}:
            altered[role]["noise_var"] = read[role]["noise_var"]
        found = differences(name, plain, table(name, tmp_path, altered, shifted(arguments, seed) | kept))
        assert not found, f"seed {seed}: {found}"


@pytest.mark.parametrize("name", FAST)
def test_last_digits_decide_nothing(name, tmp_path):
    alter(name, tmp_path, [1])


@pytest.mark.soak
@pytest.mark.parametrize("name", SLOW)
def test_last_digits_decide_nothing_whatever_they_are(name, tmp_path):
    alter(name, tmp_path, SEEDS)


@pytest.mark.soak
@pytest.mark.parametrize("noise_var", [0.5, 0.0])
@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_exponents_at_huge_dimensions_depend_on_no_last_digit(network, noise_var):
    gammas, plain = (0.75, 1.0), []
    for seed in (None, *SEEDS):
        altered = (gammas, noise_var) if seed is None else shifted((gammas, noise_var), seed)
        rows = pd.DataFrame(map(vars, slopes(network, altered[1], gammas=altered[0], dims=(10**12,))))
        plain.append(rows)
        words, numbers = ["network", "phase", "variable"], ["slope", "predicted", "refined", "distance"]
        assert (rows[words] == plain[0][words]).all(axis=None)
        assert rows[numbers].to_numpy() == pytest.approx(plain[0][numbers].to_numpy(), abs=1e-8)
        # pieces of a ray divide its errors by an eighth of its length; state evolution is solved to 1e-7
        assert rows[["first", "last"]].to_numpy() == pytest.approx(plain[0][["first", "last"]].to_numpy(), abs=1e-6)
