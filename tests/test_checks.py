"""Judgements on tables made up to be right or wrong."""

import pandas as pd

from scaling_spectra_pipeline import checks


def windows(*verdicts):
    slopes = [None if verdict in ("window too short", "too few replicas") else -1.0 for verdict in verdicts]
    return pd.DataFrame({"verdict": verdicts, "slope": pd.Series(slopes, dtype=float)})


def test_an_experiment_of_short_windows_has_no_exponents_to_fail():
    for table in (windows(), windows("window too short", "window too short")):
        finding = checks.exponents_follow_theory("exponents/x.csv", table, 0.9)
        assert finding.passed
        assert "nothing to compare" in finding.detail


def test_windows_without_certified_replicas_fail():
    finding = checks.exponents_follow_theory("exponents/x.csv", windows("window too short", "too few replicas"), 0.9)
    assert not finding.passed
    assert "1 lack replicas" in finding.detail


def test_enough_slopes_must_agree():
    nine = ["agrees"] * 8 + ["agrees within the known deviation"]
    assert checks.exponents_follow_theory("exponents/x.csv", windows(*nine, "differs"), 0.9).passed
    assert not checks.exponents_follow_theory("exponents/x.csv", windows(*nine, "differs", "differs"), 0.9).passed


def test_exponents_at_huge_d_are_judged_where_there_are_no_logarithms():
    rows = pd.DataFrame(
        {
            **{
                "network": "quadratic",
                "noise_var": 0.5,
                "phase": ["II", "IV", "VIb"],
                "predicted": [-0.66, -0.3, -1.0],
            },
            **{"large_predicted": [-0.66, -0.3, -1.0], "large_slope": [-0.67, -0.4, -1.0]},
            "logarithmic": [False, True, False],
        }
    )
    assert checks.large_exponents_are_those_of_the_phases("x.csv", rows, 0.02).passed
    finding = checks.large_exponents_are_those_of_the_phases("x.csv", rows.assign(logarithmic=False), 0.02)
    assert not finding.passed
    assert "1 of 3" in finding.detail
    assert "phase IV" in finding.detail
