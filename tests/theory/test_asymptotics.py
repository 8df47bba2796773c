"""Exponents measured on state evolution at huge d against the table of rates."""

import numpy as np
import pytest

from scaling_spectra.asymptotics import deepest_point, slopes
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES
from scaling_spectra.sharp_constants import constants

DIM = 10**12
# phases whose exponents carry no logarithms and whose neighbours are far away at d = 10^12, gamma = 1
CLEAN = {"Ia", "Ib", "II", "III", "VIa", "VIb", "optimal", "Ia0"}


@pytest.fixture(scope="module")
def rows():
    """Slopes by (network, noise_var, phase, variable), gamma = 1; three for the peak."""
    found = {}
    for network in ("diagonal", "quadratic"):
        for noise_var in (0.5, 0.0):
            for row in slopes(network, noise_var, gammas=(1.0,), dims=(DIM,)):
                found.setdefault((network, noise_var, row.phase, row.variable), []).append(row)
    return found


def test_every_phase_is_probed(rows):
    for network in ("diagonal", "quadratic"):
        phases = {key[2] for key in rows if key[:2] == (network, 0.5)}
        assert phases == {"Ia", "Ib", "II", "III", "IV", "V", "VIa", "VIb", "peak", "optimal"}
        assert {key[2] for key in rows if key[:2] == (network, 0.0)} == {"Ia0", "Ib", "II", "III", "IV0"}


def test_clean_phases_agree_within_a_hundredth(rows):
    for key, (row, *_) in rows.items():
        if row.phase in CLEAN:
            assert row.slope == pytest.approx(row.predicted, abs=0.01), key


def test_risk_does_not_depend_on_a_weight_decay_below_the_bulk(rows):
    for (_, _, phase, variable), (row, *_) in rows.items():
        if phase in {"IV", "V", "IV0"} and variable == "weight_decay":
            assert abs(row.slope) < 1e-3


def test_recovery_without_noise(rows):
    quadratic = rows["quadratic", 0.0, "IV0", "n_eff"][0]
    assert quadratic.slope == pytest.approx(-1, abs=0.01)
    # the diagonal network pays a logarithm
    diagonal = rows["diagonal", 0.0, "IV0", "n_eff"][0]
    assert diagonal.slope < -1.05
    assert diagonal.slope == pytest.approx(diagonal.refined, abs=0.01)


def test_harmful_overfitting_follows_the_overfitting_function(rows):
    for network in ("diagonal", "quadratic"):
        row = rows[network, 0.5, "V", "n_eff"][0]
        assert row.slope == pytest.approx(row.refined, abs=0.01)


def test_next_order_explains_phases_that_are_approached_slowly():
    # gamma = 0.75: corrections to IV and V vanish as small powers of d
    for row in slopes("quadratic", 0.5, gammas=(0.75,), dims=(10**15,)):
        if row.phase in {"IV", "V"} and row.variable == "n_eff":
            assert row.slope == pytest.approx(row.refined, abs=0.002)
            assert abs(row.slope - row.predicted) > 0.02


def test_peak(rows):
    for network in ("diagonal", "quadratic"):
        for row in rows[network, 0.5, "peak", "weight_decay"]:
            assert row.slope == pytest.approx(-2 / 3, abs=0.01)


def test_slow_phases_approach_their_exponents():
    errors = []
    for dim in (10**6, 10**12):
        found = {
            row.phase: row for row in slopes("diagonal", 0.5, gammas=(0.75,), dims=(dim,)) if "n_eff" in row.variable
        }
        errors.append([abs(found[phase].slope - found[phase].predicted) for phase in ("V", "VIa", "optimal")])
        assert found["VIa"].distance > 1
    assert np.all(np.array(errors[1]) < 0.5 * np.array(errors[0]))


def test_deepest_point_is_in_its_phase_and_as_far_as_stated():
    diagram = PhaseDiagram("quadratic", 1e9, 0.75, 0.5)
    for phase in ("II", "IV", "V", "VIa"):
        found = deepest_point(diagram, phase)
        assert diagram.phase(found.n_eff, found.weight_decay) == phase
        assert found.margin <= diagram.margin(found.n_eff, found.weight_decay) * (1 + 1e-12)
        # no random point of the phase is farther from its boundaries within the window
        rng = np.random.default_rng(0)
        n_eff, weight_decay = 10 ** rng.uniform(-2, 20, 3000), 10 ** rng.uniform(-16, 16, 3000)
        inside = diagram.codes(n_eff, weight_decay) == NAMES.index(phase)
        assert diagram.margin(n_eff[inside], weight_decay[inside]).max(initial=0) < 1.05 * found.margin
    assert deepest_point(diagram, "IV0") is None


def test_constants():
    found = {(row.name, row.where): row for row in constants("quadratic", 0.5, 1.0, DIM)}
    for (name, _), row in found.items():
        if name == "n_eff/d of the largest risk":
            assert row.measured == pytest.approx(row.predicted, rel=1e-3)
        if name == "risk at interpolation":
            assert row.measured == pytest.approx(row.predicted, rel=0.02)
    # lambda_c where delta^2 = Delta d/(4 n_eff) is sharp, R << Delta
    sharp = [row.measured / row.predicted for (name, _), row in found.items() if name.startswith("lambda_c")]
    assert sharp == sorted(sharp, reverse=True)
    assert sharp[-1] == pytest.approx(1, abs=1e-3)
