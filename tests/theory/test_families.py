"""Families of teachers, and spectra with ties, zeros, one value or many."""

from functools import cache

import numpy as np
import pytest

from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.merging import merge
from scaling_spectra.networks import names
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.spectrum import from_values
from scaling_spectra.teachers import key
from scaling_spectra.teachers.interface import make

FAMILIES = {
    "flat": {"family": "flat"},
    "rate0.1": {"family": "exponential", "rate": 0.1},
    "rank5.0": {"family": "low_rank", "rank": 5.0},
    "gamma0.75_cut20.0": {"family": "cut_power_law", "gamma": 0.75, "cut": 20.0},
}


@pytest.mark.parametrize("name", FAMILIES)
def test_family(name):
    teacher = make(FAMILIES[name])
    assert key(FAMILIES[name]) == name
    for dim in (3, 200):
        scales = teacher.spectrum(dim).values
        assert scales.size == dim
        assert (np.diff(scales) <= 0).all()
        if "gamma" not in FAMILIES[name]:
            assert np.sum(scales**2) == pytest.approx(dim, rel=1e-9)
    assert teacher.label


@pytest.mark.parametrize("network", names())
@pytest.mark.parametrize("name", FAMILIES)
def test_few_values_stand_for_all_at_large_d(network, name):
    teacher, dim = make(FAMILIES[name]), 1500
    samples = 40 * (1 if network == "diagonal" else dim)
    risks = [
        theory_of(network).state_evolution(spectrum, samples, 1.0, 0.5).risk
        for spectrum in (merged_spectrum(teacher, dim), teacher.spectrum(dim))
    ]
    assert risks[0] == pytest.approx(risks[1], rel=1e-6)
    huge = merged_spectrum(teacher, 10**12)
    assert huge.dim == pytest.approx(1e12)
    assert huge.values.size < 1000


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"family": "exponential", "rate": 0.0}, "rate: 0.0 is not between 0.0001 and 10"),
        ({"family": "low_rank", "rank": 2.5}, "rank: 2.5 is not a whole number from 1 to 1000000"),
        ({"family": "cut_power_law", "gamma": 0.75, "cut": 0.5}, "cut: 0.5 is not between 1 and 100000"),
        ({"family": "cut_power_law", "gamma": 0.4, "cut": 5.0}, "gamma: 0.4 is not larger than 1/2"),
        ({"family": "flat", "rate": 1.0}, "flat: takes no parameters, rate given"),
    ],
)
def test_what_is_out_of_range_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        make(settings)


@cache
def a_million():
    return merge(from_values(np.abs(np.random.default_rng(0).standard_normal(10**6))))


@pytest.mark.parametrize("network", names())
@pytest.mark.parametrize("kind", ["single", "ties and zeros", "flat", "a million"])
def test_any_spectrum_is_solved(network, kind):
    values = {
        "single": np.append(5.0, np.zeros(59)),
        "ties and zeros": np.repeat([3.0, 1.0, 0.0], 20),
        "flat": np.ones(60),
    }
    spectrum = from_values(values[kind]) if kind in values else a_million()
    theory, samples = theory_of(network), 8 * (1 if network == "diagonal" else spectrum.dim)
    solution = theory.state_evolution(spectrum, samples, 1.0, 0.5)
    assert 0 < solution.risk <= 2 * spectrum.mean(spectrum.values**2) * (1 + 1e-9)
    assert theory.bayes_risk(spectrum, samples, 0.5) <= solution.risk * (1 + 1e-9)


def test_found_features_of_a_low_rank_teacher_cost_what_prices_say():
    """At b = 2 delta, where a feature costs b^2 + 2 delta^2 = 6 delta^2 of M: R = 3 Delta rank/n_eff."""
    dim, n_eff, noise_var, rank = 10**6, 1e6, 0.5, 5
    spectrum = merged_spectrum(make(FAMILIES["rank5.0"]), dim)
    edge = 4 * np.sqrt(noise_var * n_eff / dim)
    risk = theory_of("quadratic").state_evolution(spectrum, n_eff * dim, edge, noise_var).risk
    assert risk * n_eff == pytest.approx(3 * noise_var * rank, rel=0.01)
