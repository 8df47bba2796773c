"""Phase diagram: limits against state evolution, geometry against the table of rates."""

import numpy as np
import pytest
from scipy.integrate import quad

from scaling_spectra.free_probability.semicircle import tail_moment
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES, PHASES, exponents, logarithmic, rate, rate_latex
from scaling_spectra.spectrum import Spectrum

NETWORKS = ("diagonal", "quadratic")


def pure_noise(dim: float) -> Spectrum:
    return Spectrum(np.array([0.0]), np.array([dim]))


def samples(network: str, n_eff: float, dim: float) -> float:
    return n_eff * (dim if network == "quadratic" else 1)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("x", [0.0, 0.7, 1.9])
def test_semicircle_tails_by_quadrature(order, x):
    expected = quad(lambda u: (u - x) ** order * np.sqrt(4 - u**2) / (2 * np.pi), x, 2, epsabs=1e-14)[0]
    assert tail_moment(x, order) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("network", NETWORKS)
def test_overfitting_function_is_state_evolution_of_pure_noise(network, share):
    dim, limits = 1000.0, limits_of(network)
    t = share * limits.INTERPOLATION
    theory = theory_of(network)
    solution = theory.state_evolution(pure_noise(dim), samples(network, t * dim, dim), 1e-9, 0.5)
    assert solution.risk == pytest.approx(0.5 * limits.overfitting(t), rel=1e-4)


def test_overfitting_function_at_both_ends():
    quadratic, diagonal = limits_of("quadratic"), limits_of("diagonal")
    t = np.array([1e-8, 1e-10, 1e-12])
    assert quadratic.overfitting(t) == pytest.approx(2 / 7 * (15 * np.pi * t / 4) ** 0.4, rel=2e-3)
    assert -diagonal.overfitting(t) * np.log(t) == pytest.approx(1, rel=0.05)
    near = np.array([0.999, 0.9999])
    for limits in (quadratic, diagonal):
        assert limits.overfitting(near * limits.INTERPOLATION) * (1 - near) == pytest.approx(1, rel=0.01)


@pytest.mark.parametrize("network", NETWORKS)
def test_height_and_place_of_the_peak(network):
    dim, theory = 1e4, theory_of(network)
    diagram = PhaseDiagram(network, dim, 1.0, 0.5)
    risks = []
    for factor in (0.97, 1.0, 1.03):
        n = samples(network, factor * diagram.interpolation, dim)
        risks.append(theory.state_evolution(pure_noise(dim), n, 1e-8, 0.5).risk)
    assert risks[1] == pytest.approx(diagram.limits.peak_risk(1e-8, 0.5, 0.0), rel=0.01)
    assert risks[1] > 100 * max(risks[0], risks[2])


@pytest.mark.parametrize("weight_decay", [1e-4, 1e-7, 1e-10])
def test_positive_trace_caps_the_peak_of_the_quadratic_network(weight_decay):
    dim, gamma = 10**12, 0.75
    spectrum, diagram = merged_power_law(dim, gamma), PhaseDiagram("quadratic", dim, gamma, 0.5)
    assert diagram.mean_scale == pytest.approx(spectrum.mean(spectrum.values), rel=1e-6)
    theory = theory_of("quadratic")
    solution = theory.state_evolution(spectrum, diagram.interpolation * dim, weight_decay, 0.5, tol=1e-8)
    assert solution.risk == pytest.approx(diagram.peak_risk(weight_decay), rel=0.07)
    if weight_decay == 1e-10:
        # far below what the rate lambda^(-2/3) alone would give
        assert solution.risk < 0.01 * diagram.limits.peak_risk(weight_decay, 0.5, 0.0)


@pytest.mark.parametrize("network", NETWORKS)
def test_bulk_disappears_at_the_sharp_weight_decay(network):
    # pure noise: what survives is the bulk alone
    dim, theory = 1e4, theory_of(network)
    diagram = PhaseDiagram(network, dim, 1.0, 0.5)
    n_eff = 100.0
    alive, dead = (
        theory.state_evolution(
            pure_noise(dim), samples(network, n_eff, dim), c * float(diagram.bulk(n_eff)), 0.5
        ).divergence
        for c in (0.8, 1.05)
    )
    survivors = 1.0 if network == "diagonal" else 1e-12
    assert dead < survivors < alive


@pytest.mark.parametrize(
    ("point", "phase"),
    [
        # d = 1e12, gamma = 0.75: exponents of (n_eff, lambda) in d, well inside each row of the table
        ((-0.3, -1.0), "Ia"),
        ((-0.3, 0.0), "Ib"),
        ((0.5, 0.5), "Ib"),
        ((0.8, 0.1), "II"),
        ((2.3, 0.8), "III"),
        ((0.3, -0.8), "IV"),
        ((0.93, -0.2), "V"),
        ((1.2, -0.2), "VIa"),
        ((1.8, -0.2), "VIb"),
    ],
)
@pytest.mark.parametrize("network", NETWORKS)
def test_phases_with_noise(network, point, phase):
    diagram = PhaseDiagram(network, 1e12, 0.75, 0.5)
    assert diagram.phase(1e12 ** point[0], 1e12 ** point[1]) == phase


@pytest.mark.parametrize(
    ("point", "phase"),
    [((-0.3, -1.5), "Ia0"), ((-0.3, 0.0), "Ib"), ((0.8, 0.1), "II"), ((0.5, -1.0), "IV0"), ((1.3, -1.0), "III")],
)
@pytest.mark.parametrize("network", NETWORKS)
def test_phases_without_noise(network, point, phase):
    diagram = PhaseDiagram(network, 1e12, 0.75, 0.0)
    assert diagram.phase(1e12 ** point[0], 1e12 ** point[1]) == phase


@pytest.mark.parametrize("network", NETWORKS)
def test_peak_is_a_narrow_funnel(network):
    diagram = PhaseDiagram(network, 1e6, 1.0, 0.5)
    peak = diagram.interpolation
    assert diagram.phase(peak, 1e-4) == "peak"
    assert diagram.phase(0.8 * peak, 1e-4) == "V"
    assert diagram.phase(1.2 * peak, 1e-4) == "VIa"
    assert diagram.phase(peak, 30.0) == "II"


@pytest.mark.parametrize("noise_var", [0.0, 0.5])
@pytest.mark.parametrize("network", NETWORKS)
def test_neighbours_meet_at_the_boundaries_and_rates_are_continuous_but_for_jumps(network, noise_var):
    dim, gamma = 1e12, 0.75
    diagram = PhaseDiagram(network, dim, gamma, noise_var)
    for piece in diagram.boundaries:
        ends = np.log10([piece.n_eff, piece.weight_decay])
        near, far = sorted(ends.T, key=np.linalg.norm)  # some pieces go on for ever
        middle = near + (far - near) * min(0.5, 3 / np.linalg.norm(far - near))
        normal = np.array([1.0, 0.0]) if piece.vertical else np.array([0.0, 1.0])
        if np.linalg.norm(ends[:, 1] - ends[:, 0]) < 0.05:
            continue
        sides = [diagram.phase(*10 ** (middle + s * 1e-6 * normal)) for s in (-1, 1)]
        if "peak" not in sides:
            assert tuple(sides) == piece.phases
        # along a boundary both rates must fall alike, unless the rate jumps
        direction = ends[:, 1] - ends[:, 0]
        slopes = [np.dot(exponents(phase, gamma, network), direction) for phase in piece.phases]
        if not (piece.vertical or "Ia" in piece.phases or piece.phases == ("IV", "Ib")):
            assert piece.jump != (abs(slopes[0] - slopes[1]) < 1e-9 * np.abs(direction).sum()), piece


def test_distances_to_the_lines():
    diagram = PhaseDiagram("quadratic", 1e10, 0.75, 0.5)
    n_eff, weight_decay = 1e5, 10 * float(diagram.bulk(1e5))
    distance = diagram.distances(n_eff, weight_decay)
    # one decade above a line of slope 1/2
    assert distance["IV", "II"] == pytest.approx(-1 / np.sqrt(1.25), rel=1e-9)
    up = np.log10(float(diagram.nothing(n_eff)) / weight_decay)
    assert distance["II", "Ib"] == pytest.approx(up / np.sqrt(2), rel=1e-9)
    assert diagram.margin(n_eff, weight_decay) == pytest.approx(min(1 / np.sqrt(1.25), up / np.sqrt(2)), rel=1e-9)
    # left of the peak by one decade, far below lambda_c
    assert diagram.distances(diagram.interpolation / 10, 1e-30)["V", "VIa"] == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("noise_var", [0.0, 0.5])
@pytest.mark.parametrize("network", NETWORKS)
def test_margin_is_the_distance_at_which_the_phase_changes(network, noise_var):
    diagram = PhaseDiagram(network, 1e8, 0.9, noise_var)
    rng = np.random.default_rng(0)
    angles = np.linspace(0, 2 * np.pi, 721)
    circle = np.array([np.cos(angles), np.sin(angles)])
    for _ in range(40):
        point = np.array([rng.uniform(-2, 18), rng.uniform(-8, 10)])
        phase = diagram.phase(*10**point)
        margin = float(diagram.margin(*10**point))
        if phase == "peak":
            continue

        def seen(radius, point=point):
            return set(np.array(NAMES)[diagram.codes(*10 ** (point[:, None] + radius * circle))])

        assert seen(0.999 * margin) - {"peak"} == {phase}
        assert len(seen(1.01 * margin + 1e-3)) > 1


def test_onset_of_harmful_overfitting_has_the_predicted_exponent():
    gamma = 1.0
    onsets = [PhaseDiagram("quadratic", dim, gamma, 0.5).overfitting for dim in (1e30, 1e36)]
    assert np.log10(onsets[1] / onsets[0]) / 6 == pytest.approx(0.4 / (1.4 - 1 / (2 * gamma)), abs=1e-3)


@pytest.mark.parametrize("network", NETWORKS)
def test_codes_agree_with_single_points_and_broadcast(network):
    diagram = PhaseDiagram(network, 1e5, 0.8, 0.5)
    n_eff, weight_decay = np.geomspace(0.1, 1e9, 13), np.geomspace(1e-4, 1e4, 7)[:, None]
    codes = diagram.codes(n_eff, weight_decay)
    assert codes.shape == (7, 13)
    for (row, column), code in np.ndenumerate(codes):
        assert NAMES[code] == diagram.phase(n_eff[column], weight_decay[row, 0])


def test_exponents_of_the_table():
    assert exponents("II", 0.75, "diagonal") == pytest.approx((-2 / 3, 2 / 3))
    assert exponents("III", 0.75, "diagonal") == (-2, 2)
    assert exponents("IV", 0.75, "quadratic") == pytest.approx((-1 / 3, 0))
    assert exponents("V", 0.75, "quadratic") == (0.4, 0)
    assert exponents("V", 0.75, "diagonal") == (0, 0)
    assert exponents("IV0", 0.75, "diagonal") == (-0.5, 0)
    for name in PHASES:
        for network in NETWORKS:
            assert "{o" not in rate(name, network) + rate_latex(name, network)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("network", ("cubic", 100, 1.0, 0.5)),
        ("dim", ("diagonal", 1, 1.0, 0.5)),
        ("gamma", ("diagonal", 100, 0.5, 0.5)),
        ("noise_var", ("quadratic", 100, 1.0, -1.0)),
    ],
)
def test_bad_values_are_named(name, arguments):
    with pytest.raises(ValueError, match=f"^{name}: "):
        PhaseDiagram(*arguments)


def test_points_must_be_positive():
    with pytest.raises(ValueError, match=r"^n_eff: "):
        PhaseDiagram("diagonal", 100, 1.0, 0.5).codes(0.0, 1.0)
    with pytest.raises(ValueError, match=r"^weight_decay: "):
        PhaseDiagram("diagonal", 100, 1.0, 0.5).codes(1.0, np.nan)


def test_logarithms_are_where_a_feature_must_be_told_from_d_noises():
    found = {(name, network) for name in NAMES for network in ("diagonal", "quadratic") if logarithmic(name, network)}
    assert found == {("IV", "diagonal"), ("V", "diagonal"), ("IV0", "diagonal")}
