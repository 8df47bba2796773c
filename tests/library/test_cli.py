"""The command line: numbers, keys, messages and exit statuses."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scaling_spectra import cli
from scaling_spectra.flow import appearance_times, logistic
from scaling_spectra.networks.interface.flow import flow_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.spectrum import from_values, power_law

KEYS = [
    "network",
    "dim",
    "samples",
    "weight_decay",
    "noise_var",
    "gamma",
    "delta",
    "threshold",
    "risk",
    "matrix_mse",
    "divergence",
    "train_loss",
    "bayes_risk",
    "accuracy",
    "phase",
]


def run(capsys, *arguments):
    """Exit status, stdout and stderr."""
    status = cli.main(list(arguments))
    return status, *capsys.readouterr()


def options(**given):
    """Command-line options of a good point, with replacements; None leaves one out."""
    values = {"network": "quadratic", "dim": 50, "samples": 2000, "weight_decay": 1.0} | given
    pairs = [(f"--{name.replace('_', '-')}", str(value)) for name, value in values.items() if value is not None]
    return [part for pair in pairs for part in pair]


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_predict_json_is_state_evolution(capsys, network):
    status, out, err = run(capsys, "predict", *options(network=network, gamma=1.0, noise_var=0.3), "--json")
    assert (status, err) == (0, "")
    values = json.loads(out)
    assert list(values) == [key for key in KEYS if key != "matrix_mse" or network == "quadratic"]
    theory = theory_of(network)
    solution = theory.state_evolution(power_law(50, 1.0), 2000, 1.0, 0.3)
    for key in ("delta", "threshold", "risk", "divergence", "train_loss"):
        assert values[key] == pytest.approx(getattr(solution, key), rel=1e-9)
    assert values["bayes_risk"] == pytest.approx(theory.bayes_risk(power_law(50, 1.0), 2000, 0.3), rel=1e-9)
    if network == "quadratic":
        assert values["matrix_mse"] == pytest.approx(values["risk"] / 2, rel=1e-15)
    assert (values["gamma"], values["noise_var"], values["dim"]) == (1.0, 0.3, 50)


def test_defaults_and_n_eff(capsys):
    by_n_eff = json.loads(run(capsys, "predict", *options(samples=None, n_eff=40), "--json")[1])
    by_samples = json.loads(run(capsys, "predict", *options(), "--json")[1])
    assert by_n_eff == by_samples
    assert (by_samples["noise_var"], by_samples["gamma"]) == (0.5, 0.75)
    diagonal = json.loads(run(capsys, "predict", *options(network="diagonal", samples=None, n_eff=40), "--json")[1])
    assert diagonal["samples"] == 40


def test_text_holds_the_same_numbers(capsys):
    values = json.loads(run(capsys, "predict", *options(), "--json")[1])
    lines = dict(line.split("  ", 1) for line in run(capsys, "predict", *options())[1].splitlines())
    shown = {name.strip().replace(" ", "_"): text.strip() for name, text in lines.items()}
    assert list(shown) == list(values)
    assert float(shown["risk"]) == pytest.approx(values["risk"], rel=1e-9)
    assert shown["phase"] == values["phase"]


@pytest.mark.parametrize(
    "text",
    [
        "3\n2\n1\n0\n",
        "1,0, 3,2\n",
        "scale\r\n0.0\r\n1e0\r\n 2 \r\n\r\n3.0\r\n\r\n",
        'i,"Value"\n1,"3"\n2,2\n3,1\n4,0',
    ],
)
def test_spectrum_file(capsys, tmp_path, text):
    path = tmp_path / "spectrum.csv"
    path.write_text(text)
    status, out, _ = run(capsys, "predict", *options(dim=None, spectrum=path, samples=9), "--json")
    values = json.loads(out)
    expected = theory_of("quadratic").state_evolution(from_values([3, 2, 1, 0]), 9, 1.0, 0.5)
    assert status == 0
    assert values["risk"] == pytest.approx(expected.risk, rel=1e-9)
    assert (values["dim"], values["gamma"], values["phase"]) == (4, None, None)


def test_long_spectrum_file_agrees_with_the_power_law(capsys, tmp_path):
    path = tmp_path / "spectrum.csv"
    np.savetxt(path, power_law(5000, 0.8).values, fmt="%.17g")
    for network in ("diagonal", "quadratic"):
        given = options(network=network, dim=5000, samples=None, n_eff=300)
        by_file = json.loads(run(capsys, "predict", *given, "--spectrum", str(path), "--json")[1])
        by_gamma = json.loads(run(capsys, "predict", *given, "--gamma", "0.8", "--json")[1])
        assert by_file["risk"] == pytest.approx(by_gamma["risk"], rel=1e-8)


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_huge_dim(capsys, network):
    # phase III: R = 2 b^2 (quadratic, where R = 2 M) or b^2, with b = lambda d/(kappa n_eff), corrected by delta^2
    given = options(network=network, dim="1e12", samples=None, n_eff="1e28", weight_decay="1e10")
    status, out, _ = run(capsys, "predict", *given, "--json")
    values = json.loads(out)
    assert status == 0
    assert (values["dim"], values["phase"]) == (10**12, "III")
    factor, kappa = (1, 1) if network == "diagonal" else (2, 4)
    assert values["risk"] == pytest.approx(factor * (1e22 / (kappa * 1e28)) ** 2, rel=1e-3)


def test_phase_explains(capsys):
    given = options(dim=10**6, samples=None, n_eff=1e4)
    status, out, err = run(capsys, "phase", *given, "--json")
    values = json.loads(out)
    assert (status, err) == (0, "")
    assert values["phase"] == "II"
    assert values["exponent_n_eff"] == pytest.approx(-2 / 3)
    assert values["exponent_weight_decay"] == pytest.approx(2 / 3)
    assert all("II" in boundary["phases"] for boundary in values["boundaries"])
    # lambda_c = 4 sqrt(Delta n_eff/d) lies 0.55 decades below lambda = 1 on a line of slope 1/2
    nearest = values["boundaries"][0]
    assert nearest["phases"] == ["IV", "II"]
    assert nearest["decades"] == pytest.approx(-np.log10(4 * np.sqrt(0.5 * 1e-2)) / np.sqrt(1.25), rel=1e-6)
    text = run(capsys, "phase", *given)[1]
    assert "distance to IV" in text
    assert "(lambda sqrt(d)/n_eff)^(2 - 1/gamma)" in text


def test_width_on_the_command_line(capsys):
    given = options(weight_decay=0.1)
    values = json.loads(run(capsys, "predict", *given, "--hidden-units", "5", "--json")[1])
    assert json.loads(run(capsys, "predict", *given, "--width", "0.1", "--json")[1]) == values
    found = theory_of("quadratic").state_evolution(power_law(50, 0.75), 2000, 0.1, 0.5, width=0.1)
    assert (values["risk"], values["cut"]) == pytest.approx((found.risk, found.cut))
    assert (values["hidden_units"], values["branch"], values["other_risk"]) == (5, "by width", None)
    wide = json.loads(run(capsys, "predict", *given, "--json")[1])
    assert values["wide_risk"] == pytest.approx(wide["risk"])
    assert values["best_width_risk"] < values["risk"]
    here = json.loads(run(capsys, "phase", *given, "--width", "0.1", "--json")[1])
    assert here["width_region"] == "width"
    # by formula: directions that pay, not the minimum of the risk
    assert "best_hidden_units" not in here
    pays, enough = here["hidden_units_that_pay"], here["enough_hidden_units"]
    assert 5 < pays < enough <= 50
    assert type(pays) is type(enough) is int


@pytest.mark.parametrize("hidden", [10, 11, 400, 4000])
def test_the_best_width_is_no_worse_than_the_asked_and_the_full_one(capsys, hidden):
    """The first minimum of the risk is at p = 11, and full width is lower."""
    given = options(dim=400, samples=None, n_eff=60, weight_decay=0.1)
    values = json.loads(run(capsys, "predict", *given, "--hidden-units", str(hidden), "--json")[1])
    assert values["best_width_risk"] <= min(values["risk"], values["wide_risk"]) * (1 + 1e-9)
    at = json.loads(run(capsys, "predict", *given, "--hidden-units", str(values["best_hidden_units"]), "--json")[1])
    assert at["risk"] == pytest.approx(values["best_width_risk"], rel=1e-6)


BAD = [
    ([*options(), "--width", "0.015"], ["--width", "0.015 of d = 50", "0.75 hidden units", "--hidden-units"]),
    ([*options(), "--hidden-units", "0"], ["--hidden-units", "'0'", "integer from 1"]),
    ([*options(), "--hidden-units", "2.5"], ["--hidden-units", "'2.5'", "integer from 1"]),
    ([*options(), "--width", "0"], ["--width", "'0'", "number from"]),
    ([*options(), "--width", "1", "--hidden-units", "3"], ["--width", "--hidden-units", "1 and 3", "only one"]),
    ([*options(network="diagonal"), "--width", "1"], ["--width: 1", "diagonal network, accepted for quadratic"]),
    (options(network="cubic"), ["--network", "'cubic'", "diagonal, quadratic"]),
    (options(gamma=0.5), ["--gamma", "'0.5'", "a number from 0.55 to 4"]),
    (options(gamma="nan"), ["--gamma", "'nan'", "a number from 0.55 to 4"]),
    (options(dim=0), ["--dim", "'0'", "integer from 2"]),
    (options(dim="1.5"), ["--dim", "'1.5'", "integer from 2"]),
    (options(dim="many"), ["--dim", "'many'", "integer from 2"]),
    (options(dim="inf"), ["--dim", "'inf'", "integer from 2"]),
    (options(dim=None), ["--dim", "integer"]),
    (options(samples=-3), ["--samples", "'-3'", "number from"]),
    (options(samples="nan"), ["--samples", "'nan'", "number from"]),
    (options(samples=None, n_eff=0), ["--n-eff", "'0'", "number from"]),
    (options(n_eff=3), ["--samples", "--n-eff", "2000 and 3", "exactly one"]),
    (options(samples=None), ["--samples", "--n-eff", "neither", "exactly one"]),
    (options(weight_decay=0), ["--weight-decay", "'0'", "number from"]),
    (options(weight_decay="1e400"), ["--weight-decay", "'1e400'", "number from"]),
    (options(weight_decay=None), ["--weight-decay", "requires"]),
    (options(noise_var=-0.1), ["--noise-var", "'-0.1'", "0 or a number from"]),
    (options(noise_var="x"), ["--noise-var", "'x'", "0 or a number from"]),
    ([*options(), "--gama", "1"], ["--gama", "--gamma"]),
    ([*options(), "--json", "maybe"], ["maybe"]),
]


@pytest.mark.parametrize(("arguments", "named"), BAD)
@pytest.mark.parametrize("command", ["predict", "phase"])
def test_bad_options_are_named_in_one_line(capsys, command, arguments, named):
    status, out, err = run(capsys, command, *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    for part in named:
        assert part in err


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (None, ["cannot be read"]),
        ("", ["holds 0 scales", "at least 2"]),
        ("1\n-2\n", ["'-2'", "line 2", "non-negative"]),
        ("1\nabc\n", ["'abc'", "line 2", "non-negative"]),
        ("abc\n1\n2\n", ["'abc'", "line 1", "non-negative"]),
        ("1,nan\n", ["'nan'", "line 1", "non-negative"]),
        ("2,0\n1,5\n", ["line 1", "holds 2 values", "one number a line (with a decimal point)"]),
        ("1\ninf\n", ["'inf'", "line 2", "non-negative"]),
        (b"\xff\xfe\x00", ["not text"]),
        ("1e13\n1\n", ["the largest is 1e+13, from 1e-12 to 1e+12 is accepted"]),
        ("0\n1e-150\n", ["the largest is 1e-150, from 1e-12 to 1e+12 is accepted"]),
    ],
)
def test_bad_spectrum_files_are_named_in_one_line(capsys, tmp_path, text, named):
    path = tmp_path / "spectrum.csv"
    if isinstance(text, bytes):
        path.write_bytes(text)
    elif text is not None:
        path.write_text(text)
    status, out, err = run(capsys, "predict", *options(dim=None, spectrum=path))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    for part in ("--spectrum", str(path), *named):
        assert part in err


def test_contradictions_with_a_spectrum_file(capsys, tmp_path):
    path = tmp_path / "spectrum.csv"
    path.write_text("2\n1\n")
    for given, named in (
        ({"dim": 3}, ["--dim: 3", "is not 2"]),
        ({"dim": None, "gamma": 1}, ["--gamma: 1", "--spectrum"]),
    ):
        status, out, err = run(capsys, "predict", *options(spectrum=path, **given))
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert all(part in err for part in named)
    status, _, err = run(capsys, "phase", *options(dim=None, spectrum=path))
    assert status == 2
    assert "power laws" in err


def test_what_cannot_be_solved_is_one_line_and_status_1(capsys, monkeypatch):
    def fail(*_, **__):
        raise ArithmeticError("no solution")

    monkeypatch.setattr(theory_of("diagonal"), "state_evolution", fail)
    status, out, err = run(capsys, "predict", *options(network="diagonal"))
    assert (status, out) == (1, "")
    assert err == "scaling-spectra: not solved at this point: no solution\n"


def test_what_was_trained_is_told_where_state_evolution_is_not_solved(capsys, monkeypatch):
    def fail(*_, **__):
        raise StateEvolutionError("not solved")

    monkeypatch.setattr(theory_of("diagonal"), "conditional_state_evolution", fail)
    given = options(network="diagonal", dim=10, samples=20)
    status, out, err = run(capsys, "train", *given, "--method", "convex", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["training"]["predicted_for_teacher"] is None
    monkeypatch.setattr("scaling_spectra.cli_train.trained", lambda *_: pytest.fail("trained before it is predicted"))
    monkeypatch.setattr(theory_of("diagonal"), "state_evolution", fail)
    status, _, err = run(capsys, "train", *given)
    assert (status, err) == (1, "scaling-spectra: not solved at this point: not solved\n")


def test_flow_json_is_the_flow(capsys):
    given = ["--dim", "60", "--gamma", "1", "--time", "0.8", "--weight-decay", "1e-4", "--init-scale", "0.001"]
    for network, threshold in (("quadratic", 1e-4 * 60**2 / 4), ("diagonal", 1e-4 * 60)):
        status, out, err = run(capsys, "flow", "--network", network, *given, "--json")
        values = json.loads(out)
        assert (status, err) == (0, "")
        assert values["threshold"] == pytest.approx(threshold)
        expected = flow_of(network).risk(power_law(60, 1.0), 1e-6, [0.8], threshold)[0]
        assert values["risk"] == pytest.approx(expected)
        assert values["floor"] < values["risk"]
        scales = power_law(60, 1.0).values[:8]
        np.testing.assert_allclose(values["largest"], logistic(scales, 1e-6, [0.8], threshold)[0])
        np.testing.assert_allclose(values["appearance_times"], appearance_times(scales, 1e-6, threshold))
    assert values["hidden_units"] is None
    text = run(capsys, "flow", "--network", "diagonal", *given)[1]
    assert f"{values['risk']:.10g}" in text
    assert "matrix mse" not in text


def test_flow_of_few_hidden_units_ends_at_their_floor(capsys):
    given = ["--network", "quadratic", "--dim", "30", "--hidden-units", "4", "--time", "40", "--weight-decay", "1e-3"]
    values = json.loads(run(capsys, "flow", *given, "--json")[1])
    scales = power_law(30, 0.75).values
    # lambda sqrt(p d) d/(4 n)
    threshold = 1e-3 * np.sqrt(4 * 30) * 30 / 4
    assert values["threshold"] == pytest.approx(threshold)
    np.testing.assert_allclose(values["largest"][:5], [*(scales[:4] - threshold), 0], atol=1e-6)
    squares = 4 * threshold**2 + np.sum(scales[4:] ** 2)
    assert values["risk"] == pytest.approx(2 * squares / 30, rel=1e-6)
    assert values["floor"] == pytest.approx(2 * squares / 30)
    other = json.loads(run(capsys, "flow", *given, "--seed", "1", "--json")[1])
    assert other["largest"][0] == pytest.approx(values["largest"][0], rel=1e-6)
    late = json.loads(run(capsys, "flow", *given[:4], "--time", "1e9", "--json")[1])
    assert late["risk"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--network", "cubic", "--dim", "9", "--time", "1"], ["--network", "'cubic'", "diagonal, quadratic"]),
        (
            ["--network", "signed", "--dim", "9", "--time", "1"],
            ["--network", "'signed' is not one of diagonal, quadratic"],
        ),
        (["--network", "quadratic", "--dim", "9"], ["--time"]),
        (["--network", "quadratic", "--time", "1"], ["--dim", "integer"]),
        (["--network", "quadratic", "--dim", "9", "--time", "-1"], ["--time", "'-1'", "0 or a number from"]),
        (["--network", "quadratic", "--dim", "9", "--time", "nan"], ["--time", "'nan'", "0 or a number from"]),
        (
            ["--network", "quadratic", "--dim", "9", "--time", "1", "--hidden-units", "0"],
            ["--hidden-units", "'0'", "an integer from 1 to 5000"],
        ),
        (
            ["--network", "diagonal", "--dim", "9", "--time", "1", "--hidden-units", "3"],
            ["--hidden-units: 3", "one per input"],
        ),
        (
            ["--network", "quadratic", "--dim", "1e6", "--time", "1", "--hidden-units", "3"],
            ["--dim: 1000000", "--hidden-units", "at most 5000"],
        ),
        (
            ["--network", "quadratic", "--dim", "4000", "--time", "1e9", "--hidden-units", "3"],
            ["--time: 1e+09", "3 hidden units", "at most"],
        ),
        (
            ["--network", "quadratic", "--dim", "9", "--time", "1", "--weight-decay", "-1"],
            ["--weight-decay", "'-1'", "0 or a number from"],
        ),
        (
            ["--network", "quadratic", "--dim", "9", "--time", "1", "--init-scale", "0"],
            ["--init-scale", "'0'", "a number from 1e-100 to 1"],
        ),
        (["--network", "quadratic", "--dim", "9", "--time", "1", "--seed", "x"], ["--seed", "'x'", "non-negative"]),
        (
            ["--network", "quadratic", "--dim", "9", "--time", "1", "--lambda", "1"],
            ["--lambda: '1' is not accepted, flow takes lambda/n: --weight-decay"],
        ),
    ],
)
def test_bad_options_of_a_flow_are_named_in_one_line(capsys, arguments, named):
    status, out, err = run(capsys, "flow", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    for part in named:
        assert part in err


def test_the_installed_command_runs_and_never_imports_torch():
    command = Path(sys.executable).with_name("scaling-spectra")
    done = subprocess.run([command, "predict", *options(), "--json"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["network"] == "quadratic"
    code = (
        "import sys; from scaling_spectra.cli import main; main(sys.argv[1:]); "
        "sys.exit(any(m in sys.modules for m in {!r}))"
    )
    for arguments, absent in (
        (["predict", *options()], ["torch", "sklearn", "matplotlib", "pandas", "snakemake"]),
        (["--help"], ["torch", "scipy", "numpy"]),
    ):
        imported = subprocess.run(
            [sys.executable, "-c", code.format(absent), *arguments], capture_output=True, check=False
        )
        assert imported.returncode == 0


def test_a_reader_that_has_seen_enough_is_no_error():
    command = Path(sys.executable).with_name("scaling-spectra")
    with subprocess.Popen(
        [command, "predict", *options()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        run.stdout.close()
        assert run.stderr.read() == ""
    assert run.returncode == 0


def test_correlated_inputs_are_predicted(capsys, tmp_path):
    """One exponent, the same variances from a file, and d beyond which they are merged."""
    from scaling_spectra.networks.quadratic import correlated
    from scaling_spectra.whitened import variances, whiten

    status, out, err = run(capsys, "predict", *options(input_exponent=0.5), "--json")
    assert (status, err) == (0, "")
    found, spectrum = json.loads(out), power_law(50, 0.75)
    features = whiten(spectrum.values, variances(50, 0.5, "aligned"), 2, "plain")
    assert found["risk"] == pytest.approx(correlated.state_evolution(features, 2000, 1.0, 0.5).risk, rel=1e-8)
    assert found["risk_matched_decay"] > found["risk"]
    path = tmp_path / "variances.csv"
    path.write_text("\n".join(str(3 * i**-0.5) for i in range(1, 51)), encoding="utf-8")
    assert json.loads(run(capsys, "predict", *options(covariance=path), "--json")[1])["risk"] == pytest.approx(
        found["risk"], rel=1e-8
    )
    large = json.loads(run(capsys, "predict", *options(dim=10**9, samples=1e12, input_exponent=1.0), "--json")[1])
    assert 0 < large["risk"] < large["risk_nothing_learned"]


@pytest.mark.parametrize(
    ("command", "given", "words"),
    [
        ("predict", {"input_exponent": 7}, ["--input-exponent", "'7'", "a number from 0 to 4"]),
        ("predict", {"network": "signed", "input_exponent": 1}, ["the signed network", "diagonal or quadratic"]),
        ("predict", {"input_exponent": 1, "covariance": "x.csv"}, ["--input-exponent: 1", "--covariance"]),
        ("predict", {"covariance": "zero.csv"}, ["--covariance: zero.csv holds a zero", "positive variances"]),
        ("predict", {"covariance": "zeros.csv"}, ["zeros.csv holds zeros alone, a positive variance is needed"]),
        ("predict", {"covariance": "minus.csv"}, ["'-1' in line 1 of minus.csv is not a positive finite number"]),
        ("predict", {"covariance": "1 scale.csv"}, ["--covariance: 1 scale.csv holds 0 variances, at least 2"]),
        ("predict", {"covariance": "two.csv"}, ["two.csv holds 2 variances, d = 50 is needed"]),
        (
            "predict",
            {"covariance": "far.csv", "dim": 2},
            ["far.csv given, input_variances: 1e-300 to 1", "at most 1e+16"],
        ),
        ("predict", {"width": 0.5, "input_exponent": 1}, ["fewer hidden units than dimensions"]),
        ("phase", {"input_exponent": 1}, ["--input-exponent: 1 given, phase supposes white inputs"]),
        ("train", {"covariance": "two.csv"}, ["--covariance: two.csv given, train supposes white inputs"]),
    ],
)
def test_correlated_inputs_that_are_not_accepted_are_refused_in_one_line(
    capsys, tmp_path, monkeypatch, command, given, words
):
    monkeypatch.chdir(tmp_path)
    for name, text in {"zero": "1\n0\n", "zeros": "0\n0\n", "minus": "-1\n2\n", "1 scale": ""}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "two.csv").write_text("1\n2\n", encoding="utf-8")
    (tmp_path / "far.csv").write_text("1\n1e-300\n", encoding="utf-8")
    status, out, err = run(capsys, command, *options(**given))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert all(word in err for word in words), err


def test_predict_knows_the_signed_network(capsys):
    from scaling_spectra.networks.signed import theory

    values = json.loads(run(capsys, "predict", *options(network="signed"), "--json")[1])
    assert values["risk"] == pytest.approx(theory.state_evolution(power_law(50, 0.75), 2000, 1.0, 0.5).risk, rel=1e-9)
