"""Figures 3 and 5: what captions call a matrix network, and the line of the theory of real inputs."""

import numpy as np
import pandas as pd
import pytest

from scaling_spectra.plotting import excess_risk, labels

PANEL = {"network": "quadratic", "decay_coefficient": 1.0, "decay_exponent": 0.0, "dim": 50}


@pytest.mark.parametrize(
    ("networks", "words"),
    [
        (["diagonal"], ""),
        (["quadratic", "diagonal", "quadratic"], " (quadratic network: R = 2M)"),
        (["signed", "diagonal", "quadratic"], " (quadratic and signed networks: R = 2M)"),
    ],
)
def test_captions_name_every_network_that_learns_a_matrix(networks, words):
    assert labels.matrix_risk(networks) == words


def test_theory_of_real_inputs_is_drawn_as_finely_as_state_evolution():
    n_eff = np.geomspace(1, 1000, 61)
    evolution = pd.DataFrame(PANEL | {"n_eff": n_eff, "risk": 1 / (1 + n_eff)})
    simulated = pd.DataFrame(PANEL | {"n_eff": [2.0, 20.0, 200.0, 500.0], "risk_theory": 1.0})
    simulated["risk_inputs"] = [1.2, 1.1, 1.0, np.nan]
    drawn = excess_risk._real(simulated, evolution)
    inside = evolution[evolution["n_eff"].between(2, 200)]
    np.testing.assert_array_equal(drawn["n_eff"], inside["n_eff"])
    ratio = drawn["risk"].to_numpy() / inside["risk"].to_numpy()
    assert (np.diff(ratio) < 0).all()
    assert ratio[np.argmin(np.abs(drawn["n_eff"] - 20))] == pytest.approx(1.1, rel=1e-2)
    assert excess_risk._real(simulated.assign(risk_inputs=np.nan), evolution).empty
