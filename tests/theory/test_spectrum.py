"""Spectra and their merging, against sums written out and Hurwitz zeta functions."""

import mpmath
import numpy as np
import pytest

from scaling_spectra.merging import merge, merged_power_law
from scaling_spectra.spectrum import Spectrum, distinct, from_values, power_law


def generalised_harmonic(exponent, dim):
    """sum_{i <= d} i^(-exponent), exponent != 1."""
    with mpmath.workdps(40):
        return float(mpmath.zeta(exponent, 1) - mpmath.zeta(exponent, int(dim) + 1))


def test_power_law_values_and_mean():
    spectrum = power_law(4, 0.75)
    assert spectrum.values == pytest.approx([2.0, 2 * 2**-0.75, 2 * 3**-0.75, 2 * 4**-0.75])
    assert spectrum.dim == 4
    assert spectrum.mean(spectrum.values**2) == pytest.approx(generalised_harmonic(1.5, 4))


def test_values_are_ordered_and_equal_ones_joined():
    spectrum = distinct(from_values(np.array([1.0, 3.0, 1.0, 0.0, 3.0, 3.0])))
    assert spectrum.values.tolist() == [3.0, 1.0, 0.0]
    assert spectrum.weights.tolist() == [3.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([1.0, 2.0], [1.0, 1.0], "non-increasing"),
        ([1.0, -1.0], [1.0, 1.0], "non-negative"),
        ([1.0, np.nan], [1.0, 1.0], "finite"),
        ([1.0], [0.0], "positive"),
        ([], [], "non-empty"),
        ([1.0], [1.0, 1.0], "one length"),
    ],
)
def test_bad_spectra_are_refused(values, weights, message):
    with pytest.raises(ValueError, match=message):
        Spectrum(np.array(values), np.array(weights))


@pytest.mark.parametrize("build", [power_law, merged_power_law])
@pytest.mark.parametrize(("dim", "gamma", "name"), [(0, 1.0, "dim"), (2.5, 1.0, "dim"), (10, 0.5, "gamma")])
def test_bad_power_laws_are_refused(build, dim, gamma, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        build(dim, gamma)


@pytest.mark.parametrize("dim", [5, 100, 10**5, 10**9, 1e12])
@pytest.mark.parametrize("gamma", [0.6, 0.75, 1.1, 2.0])
def test_merged_power_law_keeps_dimension_and_moments(dim, gamma):
    spectrum = merged_power_law(dim, gamma)
    assert spectrum.values.size <= 500
    assert spectrum.dim == pytest.approx(dim, rel=1e-14)
    for power in (1, 2, 4):
        expected = dim ** (power / 2 - 1) * generalised_harmonic(power * gamma, dim)
        assert spectrum.mean(spectrum.values**power) == pytest.approx(expected, rel=1e-12)


def test_merged_power_law_starts_with_the_exact_values():
    exact, merged = power_law(3000, 0.8), merged_power_law(3000, 0.8)
    assert merged.values[:16] == pytest.approx(exact.values[:16], rel=1e-15)
    assert merged.weights[:16].tolist() == [1.0] * 16


def spectra():
    rng = np.random.default_rng(11)
    return {
        "power law": power_law(20000, 0.7),
        "flat": from_values(np.linspace(0, 1, 3001)),
        "exponential": from_values(20 * np.exp(-np.arange(4000) / 150)),
        "low rank": from_values(np.concatenate([rng.uniform(1, 5, 600), np.zeros(3000)])),
        "random": from_values(rng.pareto(1.5, 5000)),
    }


@pytest.mark.parametrize("name", spectra())
def test_merge_keeps_weights_and_first_moments(name):
    exact = spectra()[name]
    merged = merge(exact)
    assert merged.values.size < exact.values.size / 4
    assert merged.dim == pytest.approx(exact.dim, rel=1e-13)
    for power in range(1, 6):
        assert merged.mean(merged.values**power) == pytest.approx(exact.mean(exact.values**power), rel=1e-12)


def transform(spectrum, point):
    return spectrum.fractions @ (1 / (point - spectrum.values))


@pytest.mark.parametrize("name", spectra())
def test_resolved_spectra_keep_the_transform(name):
    exact = spectra()[name]
    merged = merge(exact)
    rng = np.random.default_rng(5)
    opened = 0
    for _ in range(100):
        # from far above the axis down to the middle of a gap between two atoms
        index = rng.integers(exact.values.size - 1)
        point = exact.values[index : index + 2].mean() + 1j * 10 ** rng.uniform(-12, 1)
        sharp = merged.resolved(point)
        opened += sharp is not merged
        scale = exact.fractions @ (1 / np.abs(point - exact.values))
        assert abs(transform(sharp, point) - transform(exact, point)) <= 1e-13 * scale
    assert opened > 5


@pytest.mark.parametrize("gamma", [0.6, 1.0, 2.0, 5.0])
def test_resolved_power_law_keeps_the_transform(gamma):
    exact, merged = power_law(10**5, gamma), merged_power_law(10**5, gamma)
    rng = np.random.default_rng(6)
    for _ in range(60):
        point = 10 ** rng.uniform(-3, 2) * np.exp(1j * np.pi * rng.uniform() ** 4)
        sharp = merged.resolved(point)
        assert sharp.values.size < 1000
        scale = exact.fractions @ (1 / np.abs(point - exact.values))
        assert abs(transform(sharp, point) - transform(exact, point)) <= 1e-12 * scale


def test_unresolved_bins_fail_where_resolved_ones_are_needed():
    """Without opening bins, a point between two atoms of the tail would see the wrong ones."""
    exact, merged = power_law(10**5, 1.0), merged_power_law(10**5, 1.0)
    point = exact.values[5000:5002].mean() + 0j
    error = abs(transform(merged, point) - transform(exact, point))
    assert error > 1e-6 * exact.fractions @ (1 / np.abs(point - exact.values))


def test_resolved_of_a_plain_spectrum_is_itself():
    spectrum = power_law(50, 1.0)
    assert spectrum.resolved(0.3 + 0j) is spectrum
