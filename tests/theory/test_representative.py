"""The point that stands for a phase: in it, deep in it, and the same whatever the last digits."""

from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES
from scaling_spectra.representative import deepest, representatives
from scaling_spectra_pipeline.diagrams import window

DIM = 200


def shown(network, gamma, noise_var):
    """Representatives in the frame of the figure, with their place in it from 0 to 1."""
    ends = window(DIM, gamma)
    found = representatives(PhaseDiagram(network, DIM, gamma, noise_var), *ends)
    low, high = np.log(ends).T
    return [(point, (np.log([point.n_eff, point.weight_decay]) - low) / (high - low)) for point in found]


@pytest.mark.parametrize("noise_var", [0.0, 0.5])
@pytest.mark.parametrize("gamma", [0.6, 0.75, 1.0, 2.0])
@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_points_are_in_their_phases_and_away_from_the_frame(network, gamma, noise_var):
    diagram = PhaseDiagram(network, DIM, gamma, noise_var)
    found = shown(network, gamma, noise_var)
    assert {point.phase for point, _ in found} >= {"Ib", "II", "III"}
    for point, place in found:
        assert diagram.phase(point.n_eff, point.weight_decay) == point.phase
        assert 0 < point.margin <= diagram.margin(point.n_eff, point.weight_decay) * (1 + 1e-12)
        assert np.minimum(place, 1 - place).min() > 0.02
        if point.phase == "V":
            # a strip that goes on below the frame: the middle of what is seen of it, not its lower end
            assert 0.1 < place[1] < 0.4


def test_the_middle_of_a_strip_does_not_depend_on_last_digits():
    # II without noise is the strip between b = s_1 and b = s_d: all points on its axis are equally deep
    for network in ("diagonal", "quadratic"):
        points = [
            deepest(PhaseDiagram(network, DIM, gamma, 0.0), "II", *window(DIM, gamma))
            for gamma in 0.75 * (1 + np.array([0, 1e-13, -1e-13, 3e-13]))
        ]
        for point in points[1:]:
            assert point.n_eff == pytest.approx(points[0].n_eff, rel=1e-9)
            assert point.weight_decay == pytest.approx(points[0].weight_decay, rel=1e-9)


def test_of_a_phase_in_two_parts_one_is_taken_by_rule():
    # two discs of equal size left and right of the middle, which belongs to another phase
    def depth(n_eff, weight_decay):
        x, y = np.log10(n_eff), np.log10(weight_decay)
        return 1 - np.hypot(np.abs(x) - 3, y)

    for shift in (0.0, 1e-13, -1e-13):
        diagram = SimpleNamespace(
            codes=lambda x, y: np.where(depth(x, y) > 0, NAMES.index("II"), NAMES.index("Ib")),
            margin=lambda x, y, shift=shift: depth(x, y) * (1 + shift * np.sign(np.log10(x))),
        )
        point = deepest(diagram, "II", (1e-5, 1e5), (1e-5, 1e5))
        assert np.log10([point.n_eff, point.weight_decay]) == pytest.approx([-3, 0], abs=0.02), shift
        assert point.margin == pytest.approx(1, abs=0.02)


def test_of_equally_deep_trained_points_the_first_is_taken():
    chosen = run_path(str(ROOT / "scripts/tables/learned_law.py"))["_deepest"]
    diagram = PhaseDiagram("diagonal", 1e6, 1.0, 0.5)
    # points above the strip of VIa and VIb that keep the same distance from b = s_1
    line = [(n_eff, 100 * float(diagram.nothing(n_eff))) for n_eff in (1e4, 1e6, 1e8)]
    rows = [
        {
            "network": "diagonal",
            "teacher": "gamma1.0",
            "gamma": 1.0,
            "noise_var": 0.5,
            "dim": 10**6,
            "decay_coefficient": lam,
        }
        | {"decay_exponent": 0.0, "weight_decay": lam, "n_eff": n_eff, "samples": int(n_eff)}
        | {"method": "convex", "converged": True, "unique": True}
        for n_eff, lam in line
    ]
    for shift in (0.0, 1e-13, -1e-13):
        table = pd.DataFrame(rows)
        table.loc[1:, "weight_decay"] *= 1 + shift
        (point,) = chosen(table)
        assert (point["phase"], point["n_eff"]) == ("Ib", 1e4)
        table.loc[0, "unique"] = False
        assert chosen(table)[0]["n_eff"] == 1e6
