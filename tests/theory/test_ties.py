"""Choices between equals: by a rule, not by the last digit."""

import numpy as np
import pytest

from scaling_spectra.landmarks import OfSpectrum
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.pooled import FEWEST, MOST, _edges
from scaling_spectra.spectrum import from_values
from scaling_spectra.ties import alike, rounded
from scaling_spectra.windows import windows

DIGITS = (0.0, 1e-13, -1e-13)


def test_halves_are_rounded_up_whatever_their_last_digit():
    for half in (0.5, 22.5, 1e6 + 0.5):
        assert {rounded(half * (1 + digit)) for digit in DIGITS} == {int(half) + 1}
    assert [rounded(value) for value in (22.49, 22.51, 1e15, 10**15)] == [22, 23, 10**15, 10**15]


def test_what_is_equal_but_for_rounding_is_made_equal():
    values = np.array([3.0, 0.1, 0.1 * (1 + 1e-15), 2.0, 0.1 * (1 - 1e-15), 2.0 + 1e-6])
    assert np.unique(alike(values)).tolist() == [0.1 * (1 - 1e-15), 2.0, 2.0 + 1e-6, 3.0]


@pytest.mark.parametrize("digit", DIGITS)
def test_points_that_keep_just_the_margin_are_in_the_window(digit):
    # V ends at n = d; ten points per decade keep a multiple of a tenth of a decade from it
    diagram = PhaseDiagram("diagonal", 1000, 1.0, 0.5)
    n_eff = 1000 * 10 ** (np.arange(-8, 0) / 10) * (1 + digit)
    (window,) = (found for found in windows(diagram, n_eff, 1e-4, 0.2) if found.phase == "V")
    assert window.indices[-1] == 6


@pytest.mark.parametrize("digit", DIGITS)
def test_a_line_belongs_to_the_phase_below_it(digit):
    diagram = PhaseDiagram("diagonal", 1e12, 1.0, 0.5)
    n_eff = np.geomspace(1e13, 1e20, 50)
    for line, below in ((diagram.nothing, "II"), (diagram.tail, "VIa")):
        assert {diagram.phase(n, lam) for n, lam in zip(n_eff, line(n_eff) * (1 + digit), strict=True)} == {below}
    assert diagram.phase(1e12 * (1 - abs(digit)), 1e3) == diagram.phase(1e12, 1e3)


@pytest.mark.parametrize("digit", DIGITS)
def test_the_share_that_counts_as_all_may_end_at_a_scale(digit):
    # the last two scales hold a share of 1e-3 together
    scales = np.sqrt(np.array([0.999, 0.0009, 0.0001]) * (1 + digit * np.array([1, -1, 1])))
    found = OfSpectrum("diagonal", 3, 5.0, from_values(scales)).full_spectrum
    assert found == pytest.approx(5 * 3 / 0.999)


def test_the_largest_weight_is_in_the_middle_of_a_bin():
    for size in range(1, 400):
        edges = _edges(np.linspace(0.1, 1.0, size), 0.0, False)
        assert FEWEST <= edges.size - 1 <= MOST
        assert np.abs(edges - 1.0).min() > 1e-4
