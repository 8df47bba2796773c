"""The library that users import: names, examples, arrays, errors, and what it needs."""

import doctest
import inspect
import json
import re
import runpy
import subprocess
import sys
import textwrap
from importlib import import_module
from itertools import product
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest

import scaling_spectra
from helpers.checkout import ROOT
from scaling_spectra import library
from scaling_spectra.extras import EXTRAS
from scaling_spectra.flow import logistic
from scaling_spectra.library.points import Points
from scaling_spectra.networks import supports
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.interface.decomposition import decomposition_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.records import no_solution
from scaling_spectra.spectrum import power_law
from scaling_spectra.whitened import variances, whiten
from scaling_spectra_pipeline import fingerprint, sources

TEACHER = scaling_spectra.PowerLaw(0.75)
AT = {"dim": 40, "noise_var": 0.5}
POINT = {**AT, "n_eff": 30.0, "weight_decay": 1.0}
FUNCTIONS = [name for name in library.__all__ if inspect.isfunction(getattr(library, name))]
TEACHERS = [f"scaling_spectra.teachers.{name}" for name in ("power_law", "given_scales")]
MODULES = [
    "scaling_spectra",
    *TEACHERS,
    *(f"scaling_spectra.library.{info.name}" for info in iter_modules(library.__path__)),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    module = import_module(name)
    found = doctest.testmod(module)
    assert found.failed == 0
    functions = [value for value in vars(module).values() if inspect.isfunction(value) and value.__name__ in FUNCTIONS]
    assert found.attempted >= 2 * len([value for value in functions if value.__module__ == name])


def test_the_names_are_written_out_and_are_there():
    names = scaling_spectra.__all__
    assert names == sorted(names)
    assert set(names) - {"__version__"} <= set(library.__all__)
    assert set(names) <= set(dir(scaling_spectra))
    assert all(getattr(scaling_spectra, name) for name in names)
    # a module of the package by the same name would take the place of a function once it is imported
    assert {info.name for info in iter_modules(scaling_spectra.__path__)}.isdisjoint(names)
    assert re.fullmatch(r"\d+\.\d+\.\d+", scaling_spectra.__version__)
    with pytest.raises(AttributeError, match="module 'scaling_spectra' has no attribute 'perdict'"):
        scaling_spectra.perdict  # noqa: B018


def test_the_names_are_those_that_types_are_checked_for():
    source = Path(scaling_spectra.__file__).read_text(encoding="utf-8")
    (block,) = re.findall(r"library import \((.*?)\)", source, flags=re.DOTALL)
    assert re.findall(r"\w+", block) == [name for name in scaling_spectra.__all__ if name != "__version__"]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "network_names"])
def test_every_function_says_what_it_takes_returns_and_raises(name):
    function = getattr(library, name)
    text = inspect.getdoc(function)
    assert re.findall(r"^(\w+)\n-+$", text, flags=re.MULTILINE) == ["Parameters", "Returns", "Raises", "Examples"]
    section = text.partition("Parameters\n")[2].partition("Returns\n")[0]
    for parameter in inspect.signature(function).parameters:
        assert re.search(rf"^(\w+, )*{parameter}(, \w+)*( :|$)", section, flags=re.MULTILINE), parameter


@pytest.mark.parametrize("network", library.network_names())
def test_arrays_in_arrays_out(network):
    """Each entry is the solution of the equations on the whole spectrum, solved by itself."""
    n_eff, decays = np.array([[5.0], [50.0]]), np.array([0.1, 1.0, 20.0])
    found = library.predict(network, TEACHER, **AT, n_eff=n_eff, weight_decay=decays)
    spectrum, theory = power_law(AT["dim"], 0.75), theory_of(network)
    assert found.risk.shape == found.status.shape == (2, 3)
    for place in np.ndindex(2, 3):
        samples = n_eff[place[0], 0] / problem_of(network).effective_samples(1, AT["dim"])
        alone = theory.state_evolution(spectrum, samples, decays[place[1]], AT["noise_var"])
        assert found.samples[place] == pytest.approx(samples, rel=1e-14)
        for name in ("delta", "threshold", "risk", "divergence", "train_loss"):
            assert getattr(found, name)[place] == pytest.approx(getattr(alone, name), rel=1e-8), name
    risks = library.bayes_risk(network, TEACHER, **AT, n_eff=n_eff)
    assert risks.shape == n_eff.shape
    assert (risks <= found.risk.min(axis=1, keepdims=True)).all()
    best = library.optimal_weight_decay(network, TEACHER, **AT, n_eff=n_eff[:, 0])
    assert (best.risk <= found.risk.min(axis=1) * (1 + 1e-9)).all()
    alone = optimal_weight_decay(network, spectrum, found.samples[0, 0], AT["noise_var"])
    assert best.risk[0] == pytest.approx(alone.risk, rel=1e-8)
    assert (library.lazy_risk(network, TEACHER, **AT, n_eff=n_eff) >= risks).all()


@pytest.mark.parametrize("network", [name for name in library.network_names() if supports(name, "decomposition")])
def test_parts_are_those_of_each_point(network):
    decays = np.array([0.1, 1.0, 20.0])
    parts = library.decompose(network, TEACHER, **AT, n_eff=30.0, weight_decay=decays)
    spectrum, samples = power_law(AT["dim"], 0.75), 30.0 / problem_of(network).effective_samples(1, AT["dim"])
    for place, decay in enumerate(decays):
        alone = theory_of(network).state_evolution(spectrum, samples, decay, AT["noise_var"])
        own = decomposition_of(network).decompose(spectrum, alone)
        assert parts.overfitting[place] == pytest.approx(own.overfitting, rel=1e-7, abs=1e-12)
        assert parts.risk[place] == pytest.approx(alone.risk, rel=1e-8)


@pytest.mark.parametrize("network", [name for name in library.network_names() if supports(name, "correlated")])
def test_correlated_inputs_are_those_that_are_given(network):
    """White inputs are those of `predict`; an exponent is its variances, in arrays of points too."""
    white = library.predict_correlated(network, TEACHER, **POINT, input_exponent=0.0)
    assert white.risk == pytest.approx(library.predict(network, TEACHER, **POINT).risk, rel=1e-6)
    decays = np.array([0.3, 1.0])
    at = {**AT, "n_eff": 30.0, "weight_decay": decays, "decay": "matched"}
    found = library.predict_correlated(network, TEACHER, **at, input_exponent=1.0)
    same = library.predict_correlated(network, TEACHER, **at, input_variances=7 / np.arange(1, AT["dim"] + 1))
    assert found.risk.shape == (2,)
    np.testing.assert_allclose(found.risk, same.risk, rtol=1e-8)
    power = correlated_of(network).POWER
    features = whiten(TEACHER.spectrum(AT["dim"]).values, variances(AT["dim"], 1.0, "aligned"), power, "matched")
    alone = correlated_of(network).state_evolution(features, float(found.samples[1]), 1.0, AT["noise_var"])
    assert found.risk[1] == pytest.approx(alone.risk, rel=1e-7)


def test_variances_of_any_size_are_taken_as_of_mean_one():
    found = [library.predict_correlated("diagonal", TEACHER, **POINT, input_variances=[v] * 40) for v in (1, 1e308)]
    assert found[1].risk == pytest.approx(found[0].risk, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("predict_correlated", {}, "input_exponent, input_variances: exactly one of them is accepted"),
        ("predict_correlated", {"input_exponent": -1.0}, "input_exponent: -1.0 is not a number from 0 to 4"),
        ("predict_correlated", {"input_exponent": 500.0}, "input_exponent: 500.0 is not a number from 0 to 4"),
        ("predict_correlated", {"input_variances": [1.0, 2.0]}, "input_variances: not 40 positive finite numbers"),
        (
            "predict_correlated",
            {"input_variances": [1e-300, *[1.0] * 39]},
            "input_variances: 1e-300 to 1 given, a ratio",
        ),
        ("predict_correlated", {"input_exponent": 1.0, "width": 0.5}, "width: 0.5 given, correlated inputs take at"),
        ("predict_correlated", {"input_exponent": 1.0, "decay": "none"}, "decay: 'none' is not one of plain, matched"),
        ("train_narrow", {"hidden": 0}, "hidden: 0 is not an integer from 1 to 40"),
        ("train_narrow", {"hidden": 41}, "hidden: 41 is not an integer from 1 to 40"),
    ],
)
def test_numbers_beyond_the_range_of_a_part_are_told(name, changes, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        getattr(library, name)("quadratic", TEACHER, **POINT, **changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"time": [1.0, -1.0]}, "time: -1.0 is not a number from 0 to 1e+50"),
        ({"time": 1e308}, "time: 1e+308 is not a number from 0 to 1e+50"),
        ({"time": 1.0, "init_scale": 0.0}, "init_scale: 0.0 is not a number from 1e-100 to 1e+50"),
        ({"time": 1.0, "init_scale": 1e200}, "init_scale: 1e+200 is not a number from 1e-100 to 1e+50"),
        ({"time": 1.0, "weight_decay": -1.0}, "weight_decay: -1.0 is not a number from 0 to 1e+50"),
        ({"time": 0.0, "weight_decay": 1e308}, "weight_decay: 1e+308 is not a number from 0 to 1e+50"),
    ],
)
def test_a_course_that_cannot_be_followed_is_told(changes, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        library.gradient_flow("quadratic", TEACHER, dim=40, **changes)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("network", [name for name in library.network_names() if supports(name, "flow")])
def test_a_course_can_be_followed_at_every_end_of_its_ranges(network):
    """What has grown is at its end, what weight decay suppresses is gone, and what starts high falls at once."""
    for scale, decay in product((1e-100, 1e50), (0.0, 1e50)):
        found = library.gradient_flow(network, TEACHER, dim=40, time=[0.0, 1e50], init_scale=scale, weight_decay=decay)
        assert np.isfinite(found.risk).all()
        assert found.risk[1] == pytest.approx(found.floor, rel=1e-6, abs=1e-20)


@pytest.mark.parametrize("network", [name for name in library.network_names() if supports(name, "flow")])
def test_gradient_flow_ends_at_its_floor_and_learns_features_when_it_says(network):
    late = library.gradient_flow(network, TEACHER, dim=40, time=1e6, weight_decay=0.5)
    assert late.risk == pytest.approx(late.floor, rel=1e-6)
    assert isinstance(late.risk, float)
    plain = library.gradient_flow(network, TEACHER, dim=40, time=[[0.0, 1e6]])
    assert plain.risk.shape == (1, 2)
    assert (np.diff(plain.appearance) > 0).all()
    first = logistic(plain.scales, 1e-4, plain.appearance)
    np.testing.assert_allclose(np.diag(first), plain.scales / 2, rtol=1e-3)


@pytest.mark.parametrize(("name", "given"), [("train", {"method": "convex"}), ("train_narrow", {"hidden": 2})])
def test_what_was_trained_is_kept_where_state_evolution_is_not_solved(monkeypatch, name, given):
    def fail(*_, **__):
        raise scaling_spectra.StateEvolutionError("not solved")

    monkeypatch.setattr(theory_of("quadratic"), "conditional_state_evolution", fail)
    found = getattr(library, name)("quadratic", TEACHER, **POINT | {"dim": 10}, **given)
    assert found.to_dict()["predicted"] is None
    assert np.isfinite(found.risk)


def test_a_narrow_network_is_trained_to_no_more_than_its_units():
    found = library.train_narrow("quadratic", TEACHER, hidden=2, **POINT)
    wide = library.train("quadratic", TEACHER, method="convex", **POINT)
    assert found.stationary
    assert found.spectrum.shape == (2,)
    # the minimum over all widths, of the same samples
    assert found.objective * (1 - found.relaxation_gap) <= wide.objective * (1 + 1e-5)
    assert json.loads(json.dumps(found.to_dict()))["hidden"] == 2


@pytest.mark.parametrize("network", library.network_names())
def test_one_point_gives_numbers_and_words(network):
    found = library.predict(network, TEACHER, **POINT)
    assert all(isinstance(getattr(found, name), float) for name in ("n_eff", "samples", "risk", "accuracy"))
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["risk"] == found.risk
    assert isinstance(library.bayes_risk(network, TEACHER, **AT, n_eff=3), float)
    named = library.phase(network, TEACHER, **POINT)
    assert named.name == PhaseDiagram(network, AT["dim"], 0.75, AT["noise_var"]).phase(30.0, 1.0)
    assert isinstance(named.exponent_n_eff, float)
    law = library.learned_spectrum(network, TEACHER, **POINT)
    assert law.values.shape == law.density.shape
    assert json.loads(json.dumps(law.to_dict(), allow_nan=False))["spectral_class"] == law.spectral_class
    apart = law.outliers.size / AT["dim"] if problem_of(network).MATRIX else 0.0
    assert np.trapezoid(law.density, law.values) + apart + law.zero_mass == pytest.approx(1, abs=0.02)


def test_a_point_without_a_solution_is_an_error_or_says_so(monkeypatch):
    monkeypatch.setattr(theory_of("diagonal"), "curve", lambda *_, **__: [no_solution("not solved")] * 2)
    with pytest.raises(scaling_spectra.StateEvolutionError, match=r"^not solved$"):
        library.predict("diagonal", TEACHER, **POINT | {"n_eff": [1, 2]})
    found = library.predict("diagonal", TEACHER, **POINT | {"n_eff": [1, 2]}, strict=False)
    assert found.status.tolist() == ["not solved"] * 2
    assert found.to_dict()["risk"] == [None, None]
    with pytest.raises(scaling_spectra.StateEvolutionError):
        Points("diagonal", 2, 0.5, 1.0, power_law(2, 0.75), np.ones(2), np.ones(2)).solutions()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": "cubic"}, "network: 'cubic' is not one of diagonal, quadratic"),
        ({"teacher": 0.75}, r"teacher: 0.75 is not a teacher, such as PowerLaw\(0.75\)"),
        ({"dim": 1}, "dim: 1 is not an integer from 2 to 1e[+]15"),
        ({"dim": 10.5}, "dim: 10.5 is not an integer"),
        ({"n_eff": 0}, "n_eff: 0.0 is not a positive finite number"),
        ({"n_eff": [1, float("nan")]}, "n_eff: nan is not a positive finite number"),
        ({"weight_decay": [[1.0, -2.0]]}, "weight_decay: -2.0 is not a positive finite number"),
        ({"n_eff": [1, 2, 3], "weight_decay": [1, 2]}, r"shapes do not broadcast: n_eff \(3,\), weight_decay \(2,\)"),
        ({"noise_var": -1}, "noise_var: -1 is not a non-negative finite number"),
        ({"width": 0}, "width: 0 is not a positive finite number"),
        ({"network": "diagonal", "width": 2}, "width: 2 given, the diagonal network takes 1 alone"),
        # whose hidden units are two per input
        ({"network": "signed", "width": 2}, "width: 2 given, the signed network takes 1 alone"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(changes, message):
    arguments = {"network": "quadratic", "teacher": TEACHER, **POINT} | changes
    with pytest.raises((TypeError, ValueError), match=f"^{message}.*$"):
        library.predict(**arguments)


def test_what_takes_one_point_or_a_power_law_says_so():
    with pytest.raises(ValueError, match=r"^n_eff, weight_decay: 2 points given, one is accepted$"):
        library.learned_spectrum("diagonal", TEACHER, **POINT | {"n_eff": [1, 2]})
    # of a million scales too
    many = re.escape("GivenScales((2.0, 2.0, 2.0, 2.0, 2.0, 2.0, ...))")
    with pytest.raises(TypeError, match=f"^teacher: {many} is not a power law, such as PowerLaw\\(0.75\\)$"):
        library.phase("diagonal", library.GivenScales([2.0] * 1000), **POINT)
    with pytest.raises(ValueError, match=r"^method: 'guess' is not one of network, convex$"):
        library.train("diagonal", TEACHER, **POINT, method="guess")
    # a MemoryError, or a machine that swaps
    for network in ("quadratic", "signed"):
        with pytest.raises(ValueError, match=r"^dim: 5001 is too large to train, at most 5000 is accepted$"):
            library.train(network, TEACHER, **POINT | {"dim": 5001, "n_eff": 1e-9})


# what an installation of the theory alone lacks, or may lack
ABSENT = (*EXTRAS, "threadpoolctl", "snakemake", "pydantic", "pandera", "seaborn", "yaml", "psutil")
WITHOUT = """
import runpy, sys


class Absent:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Absent())
import scaling_spectra
assert "numpy" not in sys.modules
runpy.run_path(sys.argv[1])
from scaling_spectra.cli import main
point = ["--network", "quadratic", "--dim", "100", "--n-eff", "30", "--weight-decay", "1", "--json"]
assert main(["predict", *point]) == main(["phase", *point]) == 0
assert main(["train", *point]) == 1
# every part of every network is there, or says what is missing
from importlib import import_module
from pkgutil import iter_modules
from scaling_spectra import networks
from scaling_spectra.networks import interface
for part in iter_modules(interface.__path__):
    find = getattr(import_module(f"scaling_spectra.networks.interface.{{part.name}}"), f"{{part.name}}_of")
    for network in networks.names():
        try:
            if networks.supports(network, part.name):
                find(network)
        except ModuleNotFoundError as error:
            print(part.name, network, error)
"""


def examples(name: str) -> str:
    """The programs in a page, from the one that imports the library on."""
    page = (ROOT / name).read_text(encoding="utf-8")
    blocks = [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n|^\n)+", page, flags=re.MULTILINE)]
    shown = [block for block in blocks if "spectra." in block or re.search("import .*predict", block)]
    return "".join(block for block in shown if "Teacher)" not in block)


def test_theory_needs_numpy_scipy_and_the_command_line_only(tmp_path):
    """README's example, `predict` and `phase` where nothing else can be imported; `train` says what is missing."""
    example, program = tmp_path / "example.py", tmp_path / "without.py"
    example.write_text(examples("README.md"), encoding="utf-8")
    program.write_text(WITHOUT.format(absent=ABSENT), encoding="utf-8")
    command = [sys.executable, str(program), str(example)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    predicted, phase = (json.loads(line)["phase"] for line in lines if line.startswith("{") and '"phase"' in line)
    assert predicted == phase == "VIa"
    # one line, which names the extra
    brings = "{} is not installed: pip install 'scaling-spectra[train]' brings it"
    assert result.stderr == f"scaling-spectra: {brings.format('torch')}\n"
    missing = [line for line in lines if " is not installed" in line]
    training = "|".join(("batched", "training", "narrow", "solving"))
    for line in missing:
        assert re.fullmatch(rf"({training}) \w+ {re.escape(brings).replace(re.escape('{}'), '(torch|sklearn)')}", line)
    assert {f"training quadratic {brings.format('torch')}", f"solving diagonal {brings.format('sklearn')}"} <= {
        *missing
    }


def test_the_project_takes_names_from_their_modules():
    """What is taken from the package itself would rerun nothing when it changes."""
    taken = []
    # the door runs what it is told to, as `python -m` does; nothing imports it
    modules = (path for path in (ROOT / "src").rglob("*.py") if path.stem != "door")
    for path in [*modules, *(ROOT / "scripts").rglob("*.py")]:
        for written, names in sources.facts(path).imports:
            assert not written.startswith("."), path
            known = names and {f"{written}.{name}" for name in names} <= fingerprint.modules().keys()
            if written == fingerprint.FACADE and not known:
                taken.append((str(path), names))
            assert not written.startswith("scaling_spectra.library") or "library" in path.parts or "cli" in path.stem
    assert taken == []


def test_the_list_of_names_reruns_nothing(monkeypatch):
    script = ROOT / "scripts/solve_theory.py"
    before = fingerprint.fingerprint(script, network="diagonal")
    plain = fingerprint._syntax
    monkeypatch.setattr(fingerprint, "_syntax", lambda name: plain(name) + "edited" * (name == "scaling_spectra"))
    fingerprint.fingerprint.cache_clear()
    assert fingerprint.fingerprint(script, network="diagonal") == before
    fingerprint.fingerprint.cache_clear()


@pytest.mark.parametrize("name", ["docs/howto/use-the-theory.md", "docs/howto/add-a-teacher.md"])
def test_what_the_guides_show_runs(name, tmp_path, capsys):
    program = tmp_path / "guide.py"
    program.write_text(examples(name), encoding="utf-8")
    runpy.run_path(str(program))
    assert capsys.readouterr().out.count("\n") >= program.read_text(encoding="utf-8").count("print(") > 0


MEGABYTES = 250


@pytest.mark.soak
@pytest.mark.network
def test_the_wheel_alone_in_a_fresh_environment(tmp_path):
    """Small, quick to import, and enough for the README's example and the command."""
    source, fresh = tmp_path / "source", tmp_path / "fresh"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(source)], check=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run([*pip, *build], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True)
    own, pins = str(fresh / "bin/python"), str(ROOT / "requirements.lock")
    subprocess.run([own, *pip[1:], "install", "--constraint", pins, str(wheel)], check=True)

    def said(*command: str) -> str:
        clean = {"PATH": "", "HOME": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=True).stdout

    brought = {line.partition("==")[0].lower() for line in said(own, "-m", "pip", "list", "--format", "freeze").split()}
    assert brought >= {"scaling-spectra", "numpy", "scipy", "cyclopts"}
    assert brought.isdisjoint(name.replace("_", "-") for name in {*ABSENT, "scikit-learn", "pyyaml"})
    (packages,) = fresh.glob("lib/python*/site-packages")
    # pip is there before
    files = (path for folder in packages.iterdir() if folder.name != "pip" for path in [folder, *folder.rglob("*")])
    assert sum(path.stat().st_size for path in files if path.is_file()) < MEGABYTES * 1e6
    took = "import time, scaling_spectra; print(time.process_time())"
    assert float(said(own, "-c", took)) < 0.3
    example = tmp_path / "example.py"
    example.write_text(examples("README.md"), encoding="utf-8")
    assert said(own, str(example))
    point = ["--network", "diagonal", "--dim", "1e6", "--n-eff", "1e4", "--weight-decay", "3", "--json"]
    command = str(fresh / "bin/scaling-spectra")
    assert json.loads(said(command, "predict", *point))["phase"] == json.loads(said(command, "phase", *point))["phase"]
