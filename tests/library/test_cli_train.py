"""Command line: one trained point beside its prediction."""

import json

import pytest

from scaling_spectra import networks
from scaling_spectra.cli import main

RECORD = {"risk", "train_loss", "relative_gap", "iterations", "seconds", "rank", "converged", "unique", "method"}


def run(capsys, *arguments):
    status = main(["train", "--dim", "20", "--n-eff", "30", "--weight-decay", "1", *arguments])
    return status, *capsys.readouterr()


@pytest.mark.parametrize("network", networks.names())
def test_both_methods_find_the_same_point(capsys, network):
    found = {}
    for method in ("network", "convex"):
        status, out, err = run(capsys, "--network", network, "--method", method, "--json")
        assert (status, err) == (0, "")
        found[method] = json.loads(out)
        assert found[method]["training"].keys() >= RECORD
        assert found[method]["training"]["relative_gap"] <= 1e-6
    assert found["network"]["prediction"] == found["convex"]["prediction"]
    assert found["network"]["training"]["risk"] == pytest.approx(found["convex"]["training"]["risk"], rel=1e-2)
    main(["predict", "--network", network, "--dim", "20", "--n-eff", "30", "--weight-decay", "1", "--json"])
    assert found["network"]["prediction"] == json.loads(capsys.readouterr().out)


def test_seed_changes_the_samples(capsys):
    risks = {
        json.loads(run(capsys, "--network", "diagonal", "--seed", s, "--json")[1])["training"]["risk"] for s in "012"
    }
    assert len(risks) == 3


def test_few_hidden_units_are_stationary_not_certified(capsys):
    _, out, _ = run(capsys, "--network", "quadratic", "--hidden-units", "2", "--json")
    found = json.loads(out)
    record = found["training"]
    assert record["stationary"]
    assert "relative_gap" not in record
    assert record["gradient"] <= 1e-6
    assert 0 < record["relaxation_gap"] < 1
    assert record["risk"] == pytest.approx(found["prediction"]["risk"], rel=0.1)


def test_text_shows_both_parts(capsys):
    _, out, _ = run(capsys, "--network", "quadratic", "--method", "convex")
    assert out.startswith("training:\n")
    assert "\nprediction:\n" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--network", "diagonal", "--method", "sgd"], "--method: 'sgd' is not one of network, convex"),
        (["--network", "diagonal", "--seed", "-1"], "--seed: '-1' is not a non-negative integer"),
        (["--network", "diagonal", "--seed", "1.5"], "--seed: '1.5' is not a non-negative integer"),
        (["--network", "diagonal", "--tolerance", "0"], "--tolerance: '0' is not a number from 1e-12 to 1"),
        (
            ["--network", "quadratic", "--width", "0.5", "--method", "convex"],
            "--method: convex given with 10 hidden units, at least d = 20 are accepted",
        ),
        (["--network", "quadratic", "--dim", "1e5"], "--dim: 100000 is too large to train, at most 5000 is accepted"),
        (
            ["--network", "quadratic", "--dim", "4000", "--n-eff", "40"],
            "--samples: 160000 take 5.12 GB, at most 4 GB are accepted to train a network",
        ),
    ],
)
def test_bad_values_are_refused_in_one_line(capsys, arguments, message):
    base = {"--dim": "20", "--n-eff": "30", "--weight-decay": "1"}
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    words = [word for pair in (base | given).items() for word in pair]
    assert main(["train", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert message in err
