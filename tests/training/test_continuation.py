"""Paths of solutions: where each solve starts, and that it changes nothing but the time."""

import numpy as np
import pytest

from scaling_spectra.continuation import Continuation, follow
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import power_law


def power(samples, weight_decay, **known):
    """A solution that is a power law in both coordinates."""
    values = dict.fromkeys(("risk", "divergence", "train_loss", "residual"), 0.0)
    values |= {"delta": samples**-0.5 * weight_decay**0.1, "threshold": weight_decay**0.7 / samples}
    return StateEvolution(**values | known)


@pytest.fixture
def walked():
    """A path through `power`, and the starts it was given."""
    starts = []

    def solve(samples, weight_decay, start):
        starts.append(start)
        return power(samples, weight_decay)

    return Continuation(solve), starts


def test_straight_paths_are_continued(walked):
    path, starts = walked
    places = [(10, 1.0), (20, 2.0), (60, 6.0), (30, 3.0)]
    for place in places:
        path.to(*place)
    assert starts[0] is None
    assert starts[1] == power(*places[0])
    for start, place in zip(starts[2:], places[2:], strict=True):
        assert start.delta == pytest.approx(power(*place).delta)
        assert start.threshold == pytest.approx(power(*place).threshold)


@pytest.mark.parametrize("place", [(20, 3.0), (1e6, 1.0), (20, 1.0)], ids=["turns", "too far", "stays"])
def test_last_solution_is_the_start_where_a_line_is_no_guess(walked, place):
    path, starts = walked
    for at in ((10, 1.0), (20, 1.0), place):
        path.to(*at)
    assert starts[-1].delta == pytest.approx(power(20, 1.0).delta)


def test_a_path_goes_on_from_where_it_is_restarted(walked):
    path, starts = walked
    path.to(10, 1.0)
    path.restart(70, 2.0, power(70, 2.0))
    path.to(80, 2.0)
    assert starts[-1] == power(70, 2.0)


def test_no_guess_from_a_solution_without_noise():
    path = Continuation(lambda samples, weight_decay, start: start or power(samples, weight_decay, delta=0.0))
    assert [path.to(n, 1.0).delta for n in (1, 2, 4)] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_solutions_do_not_depend_on_where_they_start(network):
    spectrum, theory = power_law(40, 0.75), theory_of(network)
    samples = np.geomspace(3, 3000, 12) * (40 if network == "quadratic" else 1)
    cold = [theory.state_evolution(spectrum, n, 0.1, 0.5) for n in samples]

    def solve(samples, weight_decay, start):
        return theory.state_evolution(spectrum, samples, weight_decay, 0.5, start=start)

    for found, expected in zip(follow(solve, samples, 0.1), cold, strict=True):
        assert found.risk == pytest.approx(expected.risk, rel=1e-8)
