"""Free convolution with a semicircle, against closed forms, real-axis integrals and random matrices."""

from dataclasses import astuple, fields
from itertools import pairwise
from time import process_time

import numpy as np
import pytest
from scipy.integrate import quad

from helpers.stieltjes import stieltjes
from scaling_spectra.free_probability import half_line as half_line_module
from scaling_spectra.free_probability.denoising import optimal_distance
from scaling_spectra.free_probability.density import density
from scaling_spectra.free_probability.half_line import HalfLine, half_line
from scaling_spectra.free_probability.lattice import excess_cube
from scaling_spectra.free_probability.subordination import cauchy, real_moments, subordinate
from scaling_spectra.free_probability.support import outliers, support
from scaling_spectra.merging import merge, merged_power_law
from scaling_spectra.spectrum import Spectrum, from_values, power_law

FAR = 1e4
INTEGRALS = [f.name for f in fields(HalfLine) if f.name != "point"]


def semicircle(x):
    return np.sqrt(np.maximum(4 - x**2, 0)) / (2 * np.pi)


def cosine_rule(low, high, count):
    """Nodes and weights on (low, high), for functions with square roots at the ends."""
    node, weight = np.polynomial.legendre.leggauss(count)
    theta = np.pi * (node + 1) / 2
    return (low + high) / 2 - (high - low) / 2 * np.cos(theta), (high - low) / 2 * np.sin(theta) * weight * np.pi / 2


def test_one_atom_is_a_semicircle():
    centre, variance = 1.3, 0.49
    delta = np.sqrt(variance)
    spectrum = Spectrum(np.array([centre]), np.array([7.0]))
    grid = np.linspace(-2.5, 2.5, 41)
    rho, hilbert = density(spectrum, variance, centre + delta * grid)
    assert rho == pytest.approx(semicircle(grid) / delta, abs=1e-7)
    expected = np.where(np.abs(grid) < 2, grid / 2, (grid - np.sign(grid) * np.sqrt(np.maximum(grid**2 - 4, 0))) / 2)
    assert hilbert * delta == pytest.approx(expected, abs=1e-7)
    assert support(spectrum, variance).edges == pytest.approx(np.array([[centre - 2 * delta, centre + 2 * delta]]))


@pytest.mark.parametrize("x", [-1.99, -1.2, 0.0, 0.7, 1.9, 1.9999])
def test_half_line_integrals_of_a_semicircle(x):
    """Elementary functions; next to the upper edge the integrals are tiny and keep their digits."""
    centre, variance = 0.4, 2.25
    delta = np.sqrt(variance)
    found = half_line(Spectrum(np.array([centre]), np.array([3.0])), variance, centre + delta * x, tol=1e-14)
    nodes, weights = cosine_rule(x, 2.0, 200)
    rho = semicircle(nodes) * weights
    expected = {
        "mass": rho.sum(),
        "first": delta * (rho @ (nodes - x)),
        "second": variance * (rho @ (nodes - x) ** 2),
        "divergence": rho @ ((nodes - x) * nodes / 2),
        "hilbert": (rho @ nodes) / 2 / delta,
    }
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-9), name


def test_two_atoms_solve_a_cubic():
    """t^2 g^3 - 2 t z g^2 + (z^2 + t - a^2) g - z = 0 for half the atoms at a, half at -a (here shifted)."""
    a, shift = 1.0, 1.5
    spectrum = Spectrum(np.array([shift + a, shift - a]), np.array([4.0, 4.0]))
    for variance in (0.3, 0.99, 1.01, 2.0):
        grid = np.linspace(-3.4, 3.4, 35)
        expected = [
            max(np.abs(np.roots([variance**2, -2 * variance * x, x**2 + variance - a**2, -x]).imag)) / np.pi
            for x in grid
        ]
        assert density(spectrum, variance, shift + grid)[0] == pytest.approx(expected, abs=1e-7)
        # the bulk splits at t = a^2
        found = support(spectrum, variance)
        assert len(found.masses) == (2 if variance < a**2 else 1)
        assert found.masses.sum() == pytest.approx(1)


def test_flat_spectrum_solves_a_transcendental_equation():
    """For s uniform on (0, 1): g = log(w/(w - 1)), w = z - t g."""
    count, variance = 20000, 0.04
    flat = merge(from_values((np.arange(count) + 0.5) / count))
    grid = np.linspace(-0.2, 1.2, 15)
    expected = []
    for x in grid:
        g = -3j
        for _ in range(200):
            w = x - variance * g
            residual = g - np.log(w / (w - 1))
            g -= residual / (1 - variance / (w * (w - 1)))
        expected.append(-g.imag / np.pi)
    assert density(flat, variance, grid)[0] == pytest.approx(expected, rel=1e-7)


CASES = [
    (power_law(60, 1.0), 1.0, 0.7),
    (power_law(60, 1.0), 1.0, 1.9),
    (power_law(60, 1.0), 0.01, 0.35),
    (power_law(200, 0.75), 4.0, 3.9),
    (power_law(80, 0.75), 0.25, 0.4),
    (power_law(30, 1.5), 0.3, 5.3),
    (from_values(np.array([3.0, 3.0, 1.0, 0.0, 0.0, 0.0])), 0.5, 0.2),
]


@pytest.mark.parametrize(("spectrum", "variance", "threshold"), CASES)
def test_half_line_integrals_on_the_real_axis(spectrum, variance, threshold):
    """Contour integrals against density and Hilbert transform, interval by interval of the support."""
    found = half_line(spectrum, variance, threshold, tol=1e-14)
    totals = np.zeros(5)
    for low, high in support(spectrum, variance).edges:
        if high <= threshold:
            continue
        cuts = np.linspace(max(low, threshold), high, 9)
        for ends in pairwise(cuts):
            x, dx = cosine_rule(*ends, 60)
            rho, hilbert = density(spectrum, variance, x)
            a = x - threshold
            totals += np.array([rho, rho * a, rho * a**2, rho * a * hilbert, rho * hilbert]) @ dx
    assert (found.mass, found.first, found.second, found.divergence, found.hilbert) == pytest.approx(totals, rel=2e-6)
    energy = spectrum.mean(spectrum.values**2)
    distance = energy - found.second - 2 * threshold * found.first + 4 * variance * found.divergence
    assert found.distance == pytest.approx(distance, rel=1e-10)


@pytest.mark.parametrize(("spectrum", "variance", "threshold"), CASES[:5])
def test_half_line_integrals_on_the_vertical_line(spectrum, variance, threshold):
    """The rotated integrals M1 = m1/2 + (1/pi) int (1 + y Im g) dy, and so on, by adaptive quadrature."""

    def g(y):
        return stieltjes(spectrum, variance, np.array([threshold + 1j * y]))[0]

    def integral(function):
        value, _ = quad(lambda x: np.exp(x) * function(np.exp(x)), np.log(1e-9), np.log(FAR), epsabs=1e-10, limit=400)
        return value

    m1 = spectrum.mean(spectrum.values) - threshold
    m2 = spectrum.mean((spectrum.values - threshold) ** 2) + variance
    found = half_line(spectrum, variance, threshold)
    # g = 1/iy + m1/(iy)^2 + m2/(iy)^3 + ... beyond FAR
    first = m1 / 2 + (integral(lambda y: 1 + y * g(y).imag) + m2 / FAR) / np.pi
    divergence = 0.25 + (integral(lambda y: y * (g(y) ** 2).imag) + 2 * m1 / FAR) / (2 * np.pi)
    assert (found.first, found.divergence) == pytest.approx((first, divergence), abs=2e-8)


@pytest.mark.parametrize(("spectrum", "variance", "threshold"), CASES)
def test_contours_left_and_right_agree(spectrum, variance, threshold, monkeypatch):
    results = []
    for mass in (0.0, 1.0):
        monkeypatch.setattr(half_line_module, "LEFT_MASS", mass)
        results.append(astuple(half_line(spectrum, variance, threshold, tol=1e-15))[1:])
    assert results[0] == pytest.approx(results[1], rel=1e-11)


def test_half_line_integrals_of_random_matrices():
    """Gaussian unitary noise, whose corrections are O(1/d^2); the empirical divergence is a double sum."""
    dim, variance, threshold, draws = 60, 0.8, 1.0, 1500
    spectrum = power_law(dim, 1.0)
    rng = np.random.default_rng(2)
    samples = []
    for _ in range(draws):
        ginibre = rng.standard_normal((dim, dim)) + 1j * rng.standard_normal((dim, dim))
        noise = (ginibre + ginibre.conj().T) / np.sqrt(4 * dim)
        x, vectors = np.linalg.eigh(np.diag(spectrum.values) + np.sqrt(variance) * noise)
        f = np.maximum(x - threshold, 0)
        difference = x[:, None] - x
        np.fill_diagonal(difference, 1)
        slopes = (f[:, None] - f) / difference
        np.fill_diagonal(slopes, x > threshold)
        fitted = (vectors * f) @ vectors.conj().T
        distance = np.sum(np.abs(fitted - np.diag(spectrum.values)) ** 2) / dim
        samples.append([np.mean(x > threshold), f.mean(), np.mean(f**2), slopes.mean() / 2, distance])
    mean, error = np.mean(samples, 0), np.std(samples, 0) / np.sqrt(draws)
    found = half_line(spectrum, variance, threshold)
    expected = np.array([found.mass, found.first, found.second, found.divergence, found.distance])
    assert np.all(np.abs(mean - expected) < 4 * error + 2e-3 * expected)


@pytest.mark.parametrize(("spectrum", "variance", "threshold"), [*CASES, (power_law(100, 1.0), 1.1, 5.06)])
def test_derivatives_are_finite_differences(spectrum, variance, threshold):
    here = half_line(spectrum, variance, threshold, tol=1e-15)

    def slope(shift_t, shift_b):
        sides = [
            half_line(spectrum, variance + sign * shift_t, threshold + sign * shift_b, tol=1e-15) for sign in (1, -1)
        ]
        step = 2 * (shift_t + shift_b)
        return {name: (getattr(sides[0], name) - getattr(sides[1], name)) / step for name in INTEGRALS}

    t, b = variance, threshold
    in_b, in_t = slope(0, 1e-6 * threshold), slope(1e-6 * variance, 0)
    tolerance = {"rel": 1e-5, "abs": 1e-7}
    assert in_b["mass"] == pytest.approx(-density(spectrum, t, np.array([b]))[0][0], **tolerance)
    assert in_b["first"] == pytest.approx(-here.mass, **tolerance)
    assert in_b["second"] == pytest.approx(-2 * here.first, **tolerance)
    assert in_b["divergence"] == pytest.approx(-here.hilbert, **tolerance)
    assert in_b["distance"] == pytest.approx(2 * b * here.mass - 4 * t * here.hilbert, **tolerance)
    assert in_t["first"] == pytest.approx(here.hilbert, **tolerance)
    assert in_t["second"] == pytest.approx(2 * here.divergence, **tolerance)
    assert in_t["divergence"] == pytest.approx(here.cubic, **tolerance)
    distance_t = 2 * here.divergence - 2 * b * here.hilbert + 4 * t * here.cubic
    assert in_t["distance"] == pytest.approx(distance_t, **tolerance)


def test_half_line_beyond_the_support():
    spectrum, variance = power_law(50, 1.0), 0.01
    edges = support(spectrum, variance).edges
    energy = spectrum.mean(spectrum.values**2)
    above = half_line(spectrum, variance, edges[-1, 1] + 1e-3)
    assert astuple(above)[1:] == pytest.approx((0, 0, 0, 0, 0, 0, energy), rel=1e-12)
    b = edges[0, 0] - 1e-3
    below = half_line(spectrum, variance, b)
    assert (below.mass, below.divergence, below.distance) == pytest.approx((1, 0.5, b**2 + variance))
    assert below.first == pytest.approx(spectrum.mean(spectrum.values) - b)
    assert below.second == pytest.approx(spectrum.mean((spectrum.values - b) ** 2) + variance)


@pytest.mark.parametrize("gamma", [0.6, 1.0, 2.0])
def test_merged_spectra_give_the_same_integrals(gamma):
    """Also where the noise is far below the spacing of the merged values."""
    exact, merged = power_law(20000, gamma), merged_power_law(20000, gamma)
    rng = np.random.default_rng(3)
    for _ in range(25):
        variance, threshold = 10 ** rng.uniform(-8, 3), 10 ** rng.uniform(-3, 2)
        expected = astuple(half_line(exact, variance, threshold))[1:]
        assert astuple(half_line(merged, variance, threshold))[1:] == pytest.approx(expected, rel=1e-9)


def test_subordination_point_is_on_the_boundary_curve():
    rng = np.random.default_rng(4)
    for _ in range(300):
        spectrum = power_law(int(10 ** rng.uniform(0, 3)), rng.uniform(0.6, 2))
        variance, x = 10 ** rng.uniform(-8, 4), rng.choice([-1, 1]) * 10 ** rng.uniform(-4, 3)
        point = subordinate(spectrum, variance, x)
        transform, _ = cauchy(spectrum, point)
        assert abs(point + variance * transform - x) <= 2e-15 * (abs(x) + abs(point))
        filling = variance * (spectrum.fractions @ (1 / np.abs(point - spectrum.values) ** 2))
        assert point.imag >= 0
        assert filling <= 1 + 1e-6
        if point.imag > 0:
            assert filling == pytest.approx(1, abs=1e-6)


def test_guess_does_not_change_the_subordination_point():
    spectrum, variance = power_law(100, 1.0), 1.0
    for x in np.linspace(-3, 12, 40):
        cold = subordinate(spectrum, variance, x)
        for guess in (0.1 + 1j, 5.0 + 0j, -40 + 3j):
            assert subordinate(spectrum, variance, x, guess) == pytest.approx(cold, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("variance", [1e-4, 0.01, 0.3, 1.0, 9.0])
def test_support_holds_the_mass(variance):
    spectrum = power_law(80, 1.0)
    found = support(spectrum, variance)
    assert (np.diff(found.edges.ravel()) > 0).all()
    assert found.masses.sum() == pytest.approx(1)
    # masses are counted from the atoms inside: quantised, and equal to the contour's
    gaps = (found.edges[1:, 0] + found.edges[:-1, 1]) / 2
    above = [half_line(spectrum, variance, gap).mass for gap in gaps]
    assert np.cumsum(found.masses[::-1])[::-1][1:] == pytest.approx(above, abs=1e-12)
    width = found.edges[:, 1] - found.edges[:, 0]
    inside, outside = (
        found.edges + 1e-6 * np.stack([width, -width], 1),
        found.edges - 1e-6 * np.stack([width, -width], 1),
    )
    assert (density(spectrum, variance, inside.ravel())[0] > 0).all()
    assert (density(spectrum, variance, outside.ravel())[0] == 0).all()


def test_intervals_of_little_mass_may_be_left_out():
    spectrum, variance = power_law(400, 0.75), 0.3
    whole, crowded = support(spectrum, variance), support(spectrum, variance, least=1.5 / 400)
    kept = whole.masses > 1.5 / 400
    assert 0 < kept.sum() < kept.size
    for found, expected in zip(
        (crowded.edges, crowded.points, crowded.masses), (whole.edges, whole.points, whole.masses), strict=True
    ):
        assert found == pytest.approx(expected[kept], rel=1e-12)


def test_outliers_of_a_spike_in_zeros():
    """Baik, Ben Arous & Peche: position s + t/s and overlap 1 - t/s^2 above s = delta."""
    variance = 1.0
    for scale in (1.1, 2.0, 30.0):
        found = outliers(Spectrum(np.array([scale, 0.0]), np.array([1.0, 1e9])), variance)
        assert found.positions == pytest.approx([scale + variance / scale])
        assert found.overlaps == pytest.approx([1 - variance / scale**2])
    assert outliers(Spectrum(np.array([0.9, 0.0]), np.array([1.0, 1e9])), variance).scales.size == 0


def test_outliers_sit_in_their_interval_of_the_support():
    spectrum, variance = power_law(400, 1.0), 1.0
    found, intervals = outliers(spectrum, variance), support(spectrum, variance).edges
    detached = intervals[1:][::-1]
    assert found.scales.size >= len(detached) >= 5
    for position, (low, high) in zip(found.positions, detached, strict=False):
        assert low < position < high


def test_outliers_of_random_matrices():
    dim, variance = 300, 1.0
    spectrum = power_law(dim, 1.0)
    rng = np.random.default_rng(8)
    tops, overlaps = [], []
    for _ in range(40):
        ginibre = rng.standard_normal((dim, dim))
        x, vectors = np.linalg.eigh(np.diag(spectrum.values) + (ginibre + ginibre.T) / np.sqrt(2 * dim))
        tops.append(x[::-1][:3])
        overlaps.append(np.diag(vectors[:3, ::-1][:, :3]) ** 2)
    found = outliers(spectrum, variance)
    for sample, expected in ((tops, found.positions), (overlaps, found.overlaps)):
        error = np.std(sample, 0) / np.sqrt(40)
        assert np.all(np.abs(np.mean(sample, 0) - expected[:3]) < 4 * error + 2e-3 * expected[:3])


def test_stieltjes_transform():
    spectrum, variance = power_law(100, 1.0), 1.0
    points = np.array([0.1 + 0.01j, 2 + 1j, 5 + 1e-3j, -1 + 1e-6j, 1e4 + 1e-3j, 0.5 + 1e-9j])
    g = stieltjes(spectrum, variance, points)
    transform = np.array(
        [spectrum.fractions @ (1 / (z - variance * h - spectrum.values)) for z, h in zip(points, g, strict=True)]
    )
    assert g == pytest.approx(transform, rel=1e-12)
    assert g[4] * points[4] == pytest.approx(1, rel=1e-3)
    rho, hilbert = density(spectrum, variance, points.real[-1:])
    assert g[-1] == pytest.approx(hilbert[0] - 1j * np.pi * rho[0], rel=1e-7)
    with pytest.raises(ValueError, match="imaginary"):
        stieltjes(spectrum, variance, np.array([1.0 + 0j]))


@pytest.mark.parametrize(("delta", "published"), [(0.3, 0.0241), (1.0, 0.1077)])
def test_optimal_denoiser_published_errors(delta, published):
    assert optimal_distance(power_law(300, 1.0), delta**2) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("variance", [1e-3, 0.09, 1.0, 30.0])
def test_optimal_denoiser_is_the_integral_of_the_cubed_density(variance):
    """M = t - (4 pi^2/3) t^2 int mu^3."""
    spectrum = power_law(40, 1.0)
    cubed = 0.0
    for low, high in support(spectrum, variance).edges:
        cuts = np.linspace(low, high, 9)
        for ends in pairwise(cuts):
            x, dx = cosine_rule(*ends, 40)
            cubed += density(spectrum, variance, x)[0] ** 3 @ dx
    expected = variance - 4 * np.pi**2 / 3 * variance**2 * cubed
    assert optimal_distance(spectrum, variance) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("gamma", [0.6, 1.0, 1.7])
@pytest.mark.parametrize("variance", [1e-8, 1e-6, 1e-4, 1e-2, 1.0])
def test_optimal_denoiser_of_merged_spectra(gamma, variance):
    """Also where the noise does not blur the merged values, as it would those they stand for."""
    exact = optimal_distance(power_law(300, gamma), variance, tol=1e-7)
    assert optimal_distance(merged_power_law(300, gamma), variance) == pytest.approx(exact, rel=3e-4)


@pytest.mark.parametrize(("spacing", "variance"), [(0.5, 1e-4), (0.5, 1e-2), (0.1, 0.003)])
def test_lattice_is_the_middle_of_many_equidistant_atoms(spacing, variance):
    count = 201
    spectrum = from_values(spacing * np.arange(count))
    cell = np.linspace(100 - 0.5, 100 + 0.5, 4001) * spacing
    cubed = np.trapezoid(density(spectrum, variance, cell)[0] ** 3, cell)
    tau = variance / count / spacing**2
    found = excess_cube(np.array([tau]))[0] + 4 * np.pi**2 / 3 * tau
    assert 4 * np.pi**2 * variance * count**2 * cubed / 3 == pytest.approx(found, rel=3e-3)


def test_optimal_denoiser_limits():
    assert optimal_distance(Spectrum(np.array([2.0]), np.array([5.0])), 0.3) == pytest.approx(0, abs=1e-12)
    spectrum = power_law(50, 1.0)
    # distinct values far apart: t (1 - 1/d)
    assert optimal_distance(spectrum, 1e-9) == pytest.approx(1e-9 * (1 - 1 / 50), rel=1e-4)
    # nothing but the mean is known: the variance of the spectrum
    spread = spectrum.mean(spectrum.values**2) - spectrum.mean(spectrum.values) ** 2
    assert optimal_distance(spectrum, 1e6) == pytest.approx(spread, rel=1e-4)


def test_high_moments_cost_little_more_than_low_ones():
    """They are products: numpy's power of an array takes twenty times as long from the third on."""
    spectrum, points = power_law(300, 0.75), np.linspace(-9.0, -1.0, 500)

    def least(power):
        times = []
        for _ in range(5):
            start = process_time()
            moments = real_moments(spectrum, points, power)
            times.append(process_time() - start)
        assert moments == pytest.approx(((points[:, None] - spectrum.values) ** -power).mean(1), rel=1e-12)
        return min(times)

    assert least(4) < 5 * least(2)
