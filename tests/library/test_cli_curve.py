"""The command line along ranges, and what every command says of itself."""

import csv
import io
import json
import re
import sys
import tomllib

import pytest
from matplotlib import pyplot as plt
from PIL import Image

from helpers.checkout import ROOT
from scaling_spectra import cli, cli_point, networks
from scaling_spectra.cli_curve import Ranges, along

BASE = ("--network", "quadratic", "--dim", "60")


def run(capsys, *arguments):
    status = cli.main(list(arguments))
    return status, *capsys.readouterr()


def test_a_curve_is_its_points(capsys):
    status, out, err = run(capsys, "curve", *BASE, "--n-eff", "1:1000:4", "--lambda", "0.1:10:3", "--csv")
    assert (status, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["n_eff"] for row in rows] == ["1.0", "10.0", "100.0", "1000.0"] * 3
    assert [row["weight_decay"] for row in rows[::4]] == ["0.1", "1.0", "10.0"]
    for row in (rows[0], rows[6], rows[-1]):
        point = ("--n-eff", row["n_eff"], "--weight-decay", row["weight_decay"])
        alone = json.loads(run(capsys, "predict", *BASE, *point, "--json")[1])
        assert float(row["risk"]) == pytest.approx(alone["risk"], rel=1e-9)
        assert (row["phase"], row["status"]) == (alone["phase"], "solved")
        assert alone.keys() <= row.keys()
    as_json = json.loads(run(capsys, "curve", *BASE, "--n-eff", "1:1000:4", "--lambda", "0.1:10:3", "--json")[1])
    assert [row["risk"] for row in as_json] == [float(row["risk"]) for row in rows]
    table = run(capsys, "curve", *BASE, "--n-eff", "1:1000:4", "--weight-decay", "2")[1].splitlines()
    assert table[0].split("  ")[0] == "n eff"
    assert len(table) == 5


def test_a_spectrum_is_read_once_for_a_whole_curve(capsys, tmp_path, monkeypatch):
    path, read = tmp_path / "spectrum.csv", []
    path.write_text("5\n5\n0\n0\n")
    monkeypatch.setattr(cli_point, "scales_in", lambda path: read.append(path) or [5.0, 5.0, 0.0, 0.0])
    ranges = ("--network", "diagonal", "--spectrum", str(path), "--n-eff", "1:9:3", "--weight-decay", "0.1:1:2")
    rows = json.loads(run(capsys, "curve", *ranges, "--json")[1])
    assert ([row["status"] for row in rows], read) == (["solved"] * 6, [path])
    assert len({(row["n_eff"], row["weight_decay"]) for row in rows}) == len({row["risk"] for row in rows}) == 6


def test_a_point_that_cannot_be_solved_is_a_row(capsys):
    def predict(here):
        if here.n_eff > 5:
            raise ArithmeticError("not solved at this point: too far")
        return cli.prediction(here)

    rows = along(Ranges(network="diagonal", dim=20, weight_decay=(1.0,), n_eff=(3.0, 30.0)), predict)
    assert [row["status"] for row in rows] == ["solved", "not solved at this point: too far"]
    assert "risk" not in rows[1]


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_a_plot(capsys, tmp_path, suffix):
    path = tmp_path / f"risk.{suffix}"
    status, out, err = run(capsys, "plot", *BASE, "--n-eff", "2", "--lambda", "0.1:10:5", "--output", str(path))
    assert (status, out, err) == (0, f"{path}\n", "")
    assert path.stat().st_size > 5000
    if suffix == "png":
        with Image.open(path) as image:
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_plot_without_a_file_is_a_window(capsys, monkeypatch):
    tried, shown = [], []

    def switch(name):
        tried.append(name)
        if name != "tkagg":
            raise ImportError(name)

    monkeypatch.setattr(plt, "switch_backend", switch)
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf().axes[0].get_xlabel()))
    assert run(capsys, "plot", *BASE, "--n-eff", "2", "--lambda", "0.1:10:5") == (0, "", "")
    assert tried[-1] == "tkagg"
    assert shown == ["λ"]
    assert plt.get_fignums() == []


def test_where_there_is_no_display_a_plot_needs_a_file(capsys, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        status, out, err = run(capsys, "plot", *BASE, "--n-eff", "2", "--lambda", "0.1:10:5")
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "--output: not given, and there is no display for a window; --output risk.png is accepted" in err
        assert plt.get_backend().lower() == "agg"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--n-eff", "1:1000"], ["--n-eff", "'1:1000'", "or first:last:number within"]),
        (["--n-eff", "1:1000:2.5"], ["'2.5' in '1:1000:2.5'", "an integer from 2 to 10000"]),
        (["--n-eff", "1:10:100000000"], ["'100000000' in", "an integer from 2 to 10000"]),
        (["--n-eff", "1:10:nan"], ["'nan' in", "an integer from 2 to 10000"]),
        (["--n-eff", "5:5:3"], ["'5:5:3' ends where it begins, 5 alone is accepted"]),
        (["--n-eff", "0"], ["--n-eff: '0' is not a number from 1e-12 to 1e+36\n"]),
        (["--n-eff", "0:5:3"], ["'0' in '0:5:3'", "a number from 1e-12"]),
        (["--n-eff", "1:5:200", "--lambda", "1:2:200"], ["40000 points", "at most 10000"]),
        (["--lambda", "1:2:3"], ["--samples, --n-eff: neither given"]),
        (["--n-eff", "5", "--samples", "5"], ["both, 5 and 5, given"]),
    ],
)
@pytest.mark.parametrize("command", ["curve", "plot"])
def test_bad_ranges_are_named_in_one_line(capsys, command, arguments, named):
    given = arguments if "--lambda" in arguments else [*arguments, "--lambda", "1"]
    drawn = ["--output", "risk.png"] if command == "plot" else []
    status, out, err = run(capsys, command, *BASE, *given, *drawn)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert all(part in err for part in named)


@pytest.mark.parametrize("output", ["risk.svg", "no/such/folder/risk.png"])
def test_files_that_cannot_be_drawn_are_refused(capsys, output):
    status, out, err = run(capsys, "plot", *BASE, "--n-eff", "1:9:3", "--lambda", "1", "--output", output)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"--output: {output} is not accepted" in err


def test_the_command_says_its_version_and_choices(capsys):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run(capsys, "--version")[1] == f"scaling-spectra {version}\n"
    assert "--install-completion" in run(capsys, "--help")[1]
    for command in ("predict", "phase", "train", "curve", "plot", "flow"):
        told = " ".join(re.sub("[│\n]", " ", run(capsys, command, "--help")[1]).split())
        known = [name for name in networks.names() if command != "flow" or networks.supports(name, "flow")]
        assert f"Kind of network: {' or '.join(known)}." in told
        if command != "flow":
            effective = re.search(r"Effective samples.*?: (.*?)\.", told)[1]
            assert set(re.findall("[a-z]{2,}", effective)) == set(networks.names())


@pytest.mark.parametrize("command", ["predict", "phase", "train"])
@pytest.mark.parametrize("option", ["--n-eff", "--samples", "--lambda"])
def test_a_range_is_sent_to_the_commands_that_take_it(capsys, command, option):
    given = {"--n-eff": "5", "--lambda": "1"} | {option: "1:10:3"}
    status, out, err = run(capsys, command, *BASE, *(part for item in given.items() for part in item))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "'1:10:3' is not a number from" in err
    assert err.endswith("; curve and plot take ranges\n")


def test_lambda_is_the_weight_decay(capsys):
    point = (*BASE, "--n-eff", "5")
    long, short = (run(capsys, "predict", *point, name, "2", "--json")[1] for name in ("--weight-decay", "--lambda"))
    assert long == short


@pytest.mark.parametrize(("network", "n_eff", "samples"), [("diagonal", "30.5", 30), ("quadratic", "1.93", 39)])
def test_what_was_trained_is_predicted(capsys, network, n_eff, samples):
    """No part of a sample is drawn."""
    point = ("--network", network, "--dim", "20", "--weight-decay", "1", "--json")
    found = json.loads(run(capsys, "train", *point, "--n-eff", n_eff, "--method", "convex")[1])
    assert found["training"]["samples"] == found["prediction"]["samples"] == samples
    assert found["prediction"] == json.loads(run(capsys, "predict", *point, "--samples", str(samples))[1])
