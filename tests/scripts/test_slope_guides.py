"""Slope guides of the excess-risk figures keep clear of everything drawn."""

import numpy as np
import pandas as pd

from scaling_spectra.plotting import excess_risk

PANEL = {"network": "quadratic", "decay_coefficient": 1.0, "decay_exponent": 0.0}


def test_a_guide_crosses_no_curve_and_belongs_to_an_outer_one():
    n_eff = np.geomspace(1, 1e4, 60)
    curves = {25: 0.5, 50: 1.0, 100: 2.0}
    lines = pd.concat(
        pd.DataFrame({**PANEL, "series": excess_risk.THEORY, "dim": dim, "n_eff": n_eff, "risk": scale * n_eff**-0.9})
        for dim, scale in curves.items()
    )
    ends = {25: (10, 1000), 50: (10, 5000), 100: (100, 100)}
    windows = pd.DataFrame(
        {**PANEL, "dim": dim, "phase": "VIb", "predicted": -1.0, "n_eff_min": low, "n_eff_max": high}
        | {"verdict": "agrees with state evolution" if high > low else "window too short"}
        for dim, (low, high) in ends.items()
    )
    guide = excess_risk._guides(windows, lines)
    # not d = 50, which lies between the others
    assert guide["dim"].unique().tolist() == [25]
    assert guide["n_eff"].tolist() == [10, 1000]
    x = np.geomspace(10, 1000, 30)
    heights = np.interp(np.log(x), np.log(guide["n_eff"]), np.log(guide["risk"]))
    np.testing.assert_allclose(np.diff(heights) / np.diff(np.log(x)), -1)
    for scale in curves.values():
        assert (heights < np.log(scale * x**-0.9)).all()
