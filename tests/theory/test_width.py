"""Networks of fewer hidden units than dimensions: against sampled matrices, real axis, limits, published numbers."""

from dataclasses import astuple

import numpy as np
import pytest

from scaling_spectra.free_probability.density import density
from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.free_probability.support import support
from scaling_spectra.free_probability.top_part import place, quantile, top_part
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.quadratic import few_units, learned, theory, width
from scaling_spectra.networks.quadratic.effective import goe
from scaling_spectra.spectrum import from_values, power_law

DIM = 60
SPECTRUM = power_law(DIM, 0.75)
# variance, threshold, p: a quantile in the bulk, in a gap, in the narrow part of one outlier, below the threshold
CASES = [(2.0, 0.1, 30), (0.02, 0.3, 3), (1e-3, 0.01, 5.5), (0.5, 3.0, 40)]


@pytest.mark.parametrize(("variance", "threshold", "hidden"), CASES)
def test_integrals_and_derivatives(variance, threshold, hidden):
    def at(t, b):
        return top_part(SPECTRUM, t, b, hidden / DIM)

    here = at(variance, threshold)
    again = few_units.FewUnits(SPECTRUM, DIM, 1.0, 0.5, hidden / DIM).half_line(np.log([variance, threshold]), 1e-10)
    assert astuple(again)[1:] == pytest.approx(astuple(here)[1:], rel=1e-9)
    energy = SPECTRUM.mean(SPECTRUM.values**2)
    plain = energy - here.second - 2 * threshold * here.first + 4 * variance * here.divergence
    assert here.distance == pytest.approx(plain, rel=1e-10)
    assert here.mass == pytest.approx(min(hidden / DIM, half_line(SPECTRUM, variance, threshold).mass))
    if hidden == 30:
        # the real axis above t_p
        sharp, point = quantile(SPECTRUM, variance, hidden / DIM)
        cut = place(sharp, variance, point)
        node, weight = np.polynomial.legendre.leggauss(200)
        mass = first = divergence = 0.0
        for low, high in support(SPECTRUM, variance).edges:
            low = max(low, cut)
            theta = np.pi * (node + 1) / 2
            x = (low + high) / 2 - (high - low) / 2 * np.cos(theta)
            if low < high:
                rho, hilbert = density(SPECTRUM, variance, x)
                rho *= (high - low) / 2 * np.sin(theta) * weight * np.pi / 2
                mass, first = mass + rho.sum(), first + rho @ (x - threshold)
                divergence += (rho * hilbert) @ (x - threshold)
        assert (here.mass, here.first, here.divergence) == pytest.approx((mass, first, divergence), rel=1e-4)
    t_step, b_step = 1e-4 * variance, 1e-4 * threshold
    later, sooner = at(variance + t_step, threshold), at(variance - t_step, threshold)
    higher, lower = at(variance, threshold + b_step), at(variance, threshold - b_step)
    assert (later.divergence - sooner.divergence) / (2 * t_step) == pytest.approx(here.cubic, rel=1e-5, abs=1e-7)
    expected = 2 * here.divergence - 2 * threshold * here.hilbert + 4 * variance * here.cubic
    assert (later.distance - sooner.distance) / (2 * t_step) == pytest.approx(expected, rel=1e-5)
    assert (higher.divergence - lower.divergence) / (2 * b_step) == pytest.approx(-here.hilbert, rel=1e-5)
    expected = 2 * threshold * here.mass - 4 * variance * here.hilbert
    assert (higher.distance - lower.distance) / (2 * b_step) == pytest.approx(expected, rel=1e-5)


def test_sampled_matrices():
    """Mean squared distance and divergence of the p largest eigenvalues, thresholded, up to 1/d."""
    for variance, threshold, hidden in [(0.3, 0.1, 20), (0.02, 0.3, 3), (0.3, 0.2, 1)]:
        noise = np.sqrt(variance) * goe(DIM, 60, np.random.default_rng(0))
        values, vectors = np.linalg.eigh(np.diag(SPECTRUM.values) + noise)
        kept = np.where(np.arange(DIM) >= DIM - hidden, np.maximum(values - threshold, 0), 0)
        matrices = (vectors * kept[:, None, :]) @ vectors.swapaxes(1, 2)
        distance = np.sum((matrices - np.diag(SPECTRUM.values)) ** 2, axis=(1, 2)).mean() / DIM
        low, high = np.triu_indices(DIM, 1)
        chords = (kept[:, high] - kept[:, low]) / (values[:, high] - values[:, low])
        divergence = np.median((kept > 0).sum(1) + chords.sum(1)) / DIM**2
        found = top_part(SPECTRUM, variance, threshold, hidden / DIM)
        # eigenvalues next to the cut repel each other: 1/d
        assert found.distance == pytest.approx(distance, rel=2e-2)
        assert found.divergence == pytest.approx(divergence, rel=3e-2)


def test_a_gap_of_the_support_cuts_off_whole_eigenvalues():
    """Every point of the gap gives the same; a teacher of rank p in little noise loses only noise."""
    here = top_part(SPECTRUM, 1e-3, 0.01, 4 / DIM)
    assert here.point.imag == 0
    assert SPECTRUM.values[4] < here.point.real < SPECTRUM.values[3]
    inside = half_line(SPECTRUM, 1e-3, SPECTRUM.values[3] - 0.3)
    rest = SPECTRUM.values[3] - 0.3 - 0.01
    assert here.divergence == pytest.approx(inside.divergence + rest * inside.hilbert, rel=1e-10)
    low_rank = from_values(np.r_[np.full(3, 1.0), np.zeros(97)])
    exact = top_part(low_rank, 1e-12, 0.0, 0.03)
    # 2 p d - p^2 + p entries of a symmetric matrix of rank p, each off by t/d; O(p^2/d^2) and O(t) are left
    assert exact.distance == pytest.approx(1e-12 * 0.03 * (2 - 0.03), rel=0.02)


@pytest.mark.parametrize("hidden", [1, 3, 20, 59])
def test_solutions_satisfy_both_equations(hidden):
    samples, decay, noise_var, share = 15 * DIM, 0.5, 0.5, hidden / DIM
    found = theory.state_evolution(SPECTRUM, samples, decay, noise_var, width=share)
    t, b, alpha = found.delta**2, found.threshold, samples / DIM**2
    top = top_part(SPECTRUM, t, b, share)
    assert 2 * alpha * t == pytest.approx(top.distance + noise_var / 2, rel=1e-8)
    assert decay * np.sqrt(share) == pytest.approx(4 * b * (alpha - top.divergence), rel=1e-8)
    assert 1 - learned.zero_mass(SPECTRUM, found) == pytest.approx(top.mass, rel=1e-9)
    start = theory.state_evolution(SPECTRUM, 1.1 * samples, decay, noise_var, width=share)
    again = theory.state_evolution(SPECTRUM, samples, decay, noise_var, width=share, start=start)
    assert (again.delta, again.threshold) == pytest.approx((found.delta, found.threshold), rel=1e-9)
    assert again.branch == found.branch


def test_hidden_units_beyond_the_surviving_eigenvalues_change_nothing():
    """The penalty counts as lambda sqrt(p/d), and all else is what p = d learns; fewer units learn less."""
    samples, noise_var = 10 * DIM, 0.5
    full = theory.state_evolution(SPECTRUM, samples, 1.0, noise_var)
    alive = half_line(SPECTRUM, full.delta**2, full.threshold).mass * DIM
    assert 2 < alive < DIM - 2
    for hidden in (int(alive) + 1, DIM - 1, 5 * DIM):
        share = hidden / DIM
        same = theory.state_evolution(SPECTRUM, samples, 1.0 / np.sqrt(share), noise_var, width=share)
        assert (same.delta, same.threshold, same.risk) == pytest.approx((full.delta, full.threshold, full.risk))
        assert same.branch == "wide"
    share = int(alive) / DIM
    less = theory.state_evolution(SPECTRUM, samples, 1.0 / np.sqrt(share), noise_var, width=share)
    assert less.branch == "by width"
    assert less.risk != pytest.approx(full.risk, rel=1e-9)


def test_several_solutions_are_found_and_named():
    """Little noise and decay near as many samples as weights: a good and a bad solution, which trade places."""
    spectrum, share = power_law(100, 1.5), 0.03
    lower = []
    for decay in (0.03, 0.014, 0.011):
        found = width.solutions(spectrum, 500, decay, 0.01, width=share)
        lower.append([solution.branch for solution in found])
        if len(found) > 1:
            bad, good = found
            assert bad.risk > 10 * good.risk
            costs = [width.objective(spectrum, 500, decay, share, solution) for solution in found]
            lower[-1] = [found[int(np.argmin(costs))].branch]
    assert lower == [["by width"], ["by decay"], ["by width"]]


@pytest.mark.parametrize(("n_eff", "decay", "noise_var", "hidden"), [(5, 0.018, 0.01, 3), (1000, 1e-3, 0.0, 40)])
def test_a_branch_goes_on_where_it_changes_fast(n_eff, decay, noise_var, hidden):
    """Next to interpolation, and below p = d without noise, the risk changes by decades within a unit."""
    spectrum = power_law(100, 1.5)
    (found,) = width.solutions(spectrum, n_eff * 100, decay, noise_var, width=hidden / 100)
    assert found.branch == "by width"
    equations = few_units.equations_of(spectrum, n_eff * 100, decay, noise_var, hidden / 100)
    assert [solution.branch for solution in equations.branches(1e-10)] == ["by width", "by decay"]
    # of each of the two ways
    assert equations.evaluations < 100


@pytest.mark.parametrize(("parameter", "coordinate"), [("fraction", -1.0), ("fraction", -2.8), ("lam", -1.0)])
def test_gradients_along_a_branch(parameter, coordinate):
    equations = few_units.FewUnits(SPECTRUM, 10 * DIM, 0.5, 0.5, 0.2)
    place = np.array([0.3, -1.0, coordinate])

    def at(step):
        equations._set(parameter, (place + step)[2])
        return equations.residuals((place + step)[:2], equations.half_line((place + step)[:2], 1e-10))

    equations._set(parameter, coordinate)
    found = equations._gradients(parameter, place, equations.half_line(place[:2], 1e-10))
    for column, step in enumerate(1e-5 * np.eye(3)):
        assert found[:, column] == pytest.approx((at(step) - at(-step)) / 2e-5, rel=1e-6, abs=1e-8)


def test_learned_spectrum_ends_at_the_cut():
    found = theory.state_evolution(SPECTRUM, 15 * DIM, 0.01, 0.5, width=0.25)
    assert found.cut > found.threshold
    assert learned.zero_mass(SPECTRUM, found) == pytest.approx(0.75)
    least = found.cut - found.threshold
    grid = np.array([0.5, 0.99, 1.01]) * least
    assert (learned.density(SPECTRUM, found, grid) > 0).tolist() == [False, False, True]
    assert learned.bulk(SPECTRUM, found).min() == pytest.approx(least)
    assert learned.outlier_places(SPECTRUM, found).min() > least
    counts = learned.expected_counts(SPECTRUM.values, found, np.linspace(0, 20, 50))
    assert counts.sum() == pytest.approx(DIM / 4)


# d = 400, gamma = 1.25, Delta = 0.1, lambda = 0.1 sqrt(n)/d on Tr S: arXiv:2606.28242
PUBLISHED = {
    8000: (0.0904786, 6),
    26515.6: (0.0533897, 11),
    87884.8: (0.0283757, 20),
    530312.6: (0.00433553, 45),
}


@pytest.mark.parametrize("samples", PUBLISHED)
def test_published_risks_and_best_widths(samples):
    dim, noise_var = 400, 0.1
    scales = np.arange(1, dim + 1.0) ** -1.25
    spectrum = from_values(scales * np.sqrt(dim / np.sum(scales**2)))
    penalty = 0.1 * np.sqrt(samples) / dim
    risk, best = PUBLISHED[samples]
    full = theory.state_evolution(spectrum, samples, penalty, noise_var)
    assert full.risk / 2 == pytest.approx(risk, rel=3e-3)

    def decay(hidden):
        return penalty / np.sqrt(hidden / dim)

    found = width.best_width(spectrum, samples, decay, noise_var)
    assert abs(found.hidden - best) <= 1
    law = width.best_width_law(spectrum, samples, decay, noise_var)
    assert abs(law.hidden - best) <= 1
    # next to the best width the risk hardly changes
    assert law.solution.risk == pytest.approx(found.solution.risk, rel=2e-3)


def test_best_width_grows_like_the_law():
    """p* ~ (4 n_eff/(3 Delta))^(1/(2 gamma)) at huge d and tiny decay."""
    dim, gamma, noise_var, n_eff = 3000, 1.0, 0.5, 500.0
    law = width.best_width_law(merged_power_law(dim, gamma), n_eff * dim, lambda hidden: 0.03, noise_var)
    predicted = (4 * n_eff / (3 * (noise_var + law.solution.risk))) ** (1 / (2 * gamma))
    assert law.hidden == pytest.approx(predicted, abs=1.5)


def random_points(count, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        dim = int(np.exp(rng.uniform(np.log(50), np.log(1e5))))
        gamma = rng.uniform(0.6, 2)
        n_eff = np.exp(rng.uniform(np.log(0.5), np.log(100 * dim)))
        hidden = int(np.exp(rng.uniform(0, np.log(dim + 1))))
        spectrum = power_law(dim, gamma) if dim <= 1000 else merged_power_law(dim, gamma)
        yield spectrum, n_eff * dim, 10 ** rng.uniform(-6, 3), float(rng.choice([0, 0.01, 0.5])), hidden / dim


@pytest.mark.parametrize("count", [8, pytest.param(300, marks=pytest.mark.soak)])
def test_random_points_are_solved(count):
    for spectrum, samples, decay, noise_var, share in random_points(count, 1):
        found = theory.state_evolution(spectrum, samples, decay, noise_var, width=share)
        top = top_part(spectrum, found.delta**2, found.threshold, share)
        assert 2 * samples / spectrum.dim**2 * found.delta**2 == pytest.approx(top.distance + noise_var / 2, rel=1e-7)
        assert top.mass <= share * (1 + 1e-9)
