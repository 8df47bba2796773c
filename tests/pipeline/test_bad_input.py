"""Bad configurations, files and command lines: one line with key, value and what is accepted, and nothing written."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import small
from helpers.checkout import ROOT
from scaling_spectra import networks
from scaling_spectra_pipeline import memory
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.plan import Plan
from scaling_spectra_pipeline.yaml_file import check_files, read_yaml

pytestmark = pytest.mark.tries("bad inputs")

NAN, INF = math.nan, math.inf


def experiment(**fields):
    return {"experiments": {"excess_risk": fields}}


def grid(network="diagonal", dim=40, **fields):
    return experiment(networks={network: {dim: fields}})


def rule(**fields):
    return experiment(weight_decays=[{"coefficient": 1.0, "exponent": 0.0} | fields])


STUDY = {"noise_levels": [0.5], "networks": {"diagonal": {40: {"n_eff": [3], "replicas": 1}}}}

# overrides of the smoke preset, and the whole message or a part of it
CONFIGURATIONS = {
    # the choice of the preset
    "unknown scale": ({"scale": "big"}, "config: scale: 'big' is not one of smoke, laptop, paper"),
    "misspelt scale": ({"scale": "smok"}, "is not one of smoke, laptop, paper; did you mean smoke?"),
    "scale as a number": ({"scale": 3}, "config: scale: 3 is not one of smoke, laptop, paper"),
    "no scale": ({"scale": None}, "config: scale: None is not one of smoke, laptop, paper"),
    # keys
    "misspelt key": (
        {"gama": 1},
        "config: gama: unknown key; did you mean gamma? accepted: scale, name, seed, gamma, ",
    ),
    "key in capitals": ({"Gamma": 1}, "config: Gamma: unknown key; did you mean gamma? accepted: "),
    "unknown key": ({"colour": 1}, "config: colour: unknown key; accepted: scale, name, seed, gamma, "),
    "number for a key": ({3: 4}, "config: 3: unknown key; accepted: scale, name, seed, gamma, "),
    "misspelt key of a section": ({"fit": {"marign": 1}}, "config: fit.marign: unknown key; did you mean margin? "),
    "misspelt key of training": ({"training": {"tolerence": 1}}, "training.tolerence: unknown key; did you mean toler"),
    "misspelt key of a grid": (grid(trained_upto=3), "40.trained_upto: unknown key; did you mean trained_up_to? "),
    "misspelt key of a rule": (rule(coeficient=1), "0.coeficient: unknown key; did you mean coefficient? accepted: "),
    "key of another section": (
        experiment(replicas=3),
        "excess_risk.replicas: unknown key; accepted: gammas, teachers, noise_",
    ),
    # what a study cannot examine
    "network of a study": (
        {"studies": {"gaussian_design": {"networks": {"diagonal": {20: {"n_eff": [5], "replicas": 2}}}}}},
        "config: studies.gaussian_design.networks: 'diagonal' is not accepted; must be quadratic",
    ),
    "replicas of a study": (
        {"studies": {"gaussian_design": {"networks": {"quadratic": {20: {"n_eff": [5], "replicas": 1}}}}}},
        "config: studies.gaussian_design.networks.quadratic.20.replicas: 1 is not accepted; must be at least 2",
    ),
    # types
    "text for a number": ({"gamma": "high"}, "config: gamma: 'high' is not accepted; must be a valid number"),
    "null for a number": ({"gamma": None}, "config: gamma: None is not accepted; must be a valid number"),
    "list for a number": ({"gamma": [0.75]}, "config: gamma: [0.75] is not accepted; must be a valid number"),
    "truth for a number": ({"seed": True}, "config: seed: True is not accepted; must be a valid integer"),
    "fraction for a count": ({"seed": 1.5}, "config: seed: 1.5 is not accepted; must be a valid integer"),
    "number for a section": (
        {"training": 3},
        "config: training: 3 is not accepted; must be a mapping of keys to value",
    ),
    "null for a section": (
        {"training": None},
        "config: training: None is not accepted; must be a mapping of keys to v",
    ),
    "number for a list": (grid(n_eff=3), "networks.diagonal.40.n_eff: 3 is not accepted; must be a valid list"),
    "list for a mapping": (experiment(networks=["diagonal"]), "networks: ['diagonal'] is not accepted; must be a mapp"),
    "list for a rule": (experiment(weight_decays=[[1, 0]]), "weight_decays.0: [1, 0] is not accepted; must be a mapp"),
    "text in a grid": (grid(n_eff=["three"]), "40.n_eff.0: 'three' is not accepted; must be a valid number"),
    "text for a dimension": (grid(dim="many", n_eff=[3], replicas=1), "diagonal.many: 'many' is not accepted; must be"),
    "number for a file": ({"spectrum": 3}, "config: spectrum: 3 is not accepted; must be a valid string"),
    # ranges
    "gamma too small": ({"gamma": 0.5}, "config: gamma: 0.5 is not accepted; must be between 0.55 and 4"),
    "gamma too large": ({"gamma": 4.1}, "config: gamma: 4.1 is not accepted; must be between 0.55 and 4"),
    "gamma not a number": ({"gamma": NAN}, "config: gamma: nan is not accepted; must be a finite number"),
    "gamma infinite": ({"gamma": INF}, "config: gamma: inf is not accepted; must be a finite number"),
    "negative seed": ({"seed": -1}, "config: seed: -1 is not accepted; must be greater than or equal to 0"),
    "narrow network": (
        {"width": 0.5},
        "config: width: 0.5 is not accepted; must be from 1 to 1000: fewer hidden units than inputs are those of "
        "studies.few_hidden_units.width",
    ),
    "narrow by a rule": (
        {"width": {"coefficient": 2, "exponent": 0.5}},
        "config: width: 2 d^0.5 is p = 8.94427 at d = 20; must be from d to 1000 d: fewer hidden units than inputs are "
        "those of studies.few_hidden_units.width",
    ),
    "several widths": (
        {"width": [1, 2]},
        "config: width: [1, 2] is not accepted; must be a number p/d or a rule {coefficient: c, exponent: e} of p = c "
        "d^e, not several: from d units on lambda sqrt(p/d) alone counts; fewer hidden units than inputs are those of",
    ),
    "half a rule of the width": (
        {"width": {"coefficient": 2}},
        "config: width: {'coefficient': 2} is not accepted; must be a number p/d or a rule {coefficient: c, exponent: ",
    ),
    "a share that is no number of units": (
        {"width": {"coefficient": 1.01, "exponent": 1}},
        "config: width: 1.01 d^1 is p = 20.2 at d = 20; must be a whole number of hidden units",
    ),
    "less than a unit": (
        {"studies": {"few_hidden_units": {"width": 0.01}}},
        "config: studies.few_hidden_units.width: 0.01 d^1 is p = 0.2 at d = 20; must be a whole number of hidden units",
    ),
    "no unit": (
        {"studies": {"few_hidden_units": {"width": {"coefficient": 0.1, "exponent": 0.5}}}},
        "studies.few_hidden_units.width: 0.1 d^0.5 is p = 0.447214 at d = 20; must be from 1 to d: more units",
    ),
    "more units than inputs": (
        {"studies": {"few_hidden_units": {"width": [0.5, 2]}}},
        "config: studies.few_hidden_units.width: 2 d^1 is p = 40 at d = 20; must be from 1 to d: more units learn what",
    ),
    "half a unit": (
        {"studies": {"few_hidden_units": {"width": {"coefficient": 2.5, "exponent": 0}}}},
        "config: studies.few_hidden_units.width: 2.5 d^0 is p = 2.5 at d = 20; must be a whole number of hidden units",
    ),
    "the same units twice": (
        {"studies": {"few_hidden_units": {"width": [0.2, {"coefficient": 4, "exponent": 0}]}}},
        "config: studies.few_hidden_units.width: gives p = [4, 4] at d = 20; must give different numbers",
    ),
    "a width in words": (
        {"studies": {"few_hidden_units": {"width": "narrow"}}},
        "studies.few_hidden_units.width: 'narrow' is not accepted; must be shares p/d, rules {coefficient: c, exponent",
    ),
    "width of another study": (
        {"studies": {"gaussian_design": {"width": 0.5}}},
        "config: studies.gaussian_design.width: is not accepted; this study has p = d hidden units",
    ),
    "few units of a signed network": (
        {"studies": {"few_hidden_units": {"networks": {"signed": {20: {"n_eff": [10], "replicas": 1}}}}}},
        "config: studies.few_hidden_units.networks: 'signed' is not accepted; must be quadratic",
    ),
    "device": (
        {"training": {"device": "gpu"}},
        "config: training.device: 'gpu' is not accepted; must be 'cpu', 'cuda' or 'auto'",
    ),
    "part of a unit": ({"width": 1.01}, "config: width: 1.01 times d = 20 is not a whole number of hidden units"),
    "no tolerance": ({"training": {"tolerance": 0}}, "training.tolerance: 0 is not accepted; must be greater than 0"),
    "no evaluations": ({"training": {"max_evaluations": 0}}, "max_evaluations: 0 is not accepted; must be greater th"),
    "certainty": ({"fit": {"confidence": 1}}, "config: fit.confidence: 1 is not accepted; must be less than 1"),
    "weights that overflow": (
        {"training": {"init_scale": 1e60}},
        "config: training.init_scale: 1e+60 is not accepted; must be less than or equal to 100",
    ),
    "weights of nothing": ({"training": {"init_scale": 1e-300}}, "init_scale: 1e-300 is not accepted; must be greater"),
    "two points": ({"fit": {"min_points": 2}}, "config: fit.min_points: 2 is not accepted; must be greater than or eq"),
    "more than all": ({"checks": {"outliers": 1.5}}, "checks.outliers: 1.5 is not accepted; must be less than or equ"),
    "theory without noise": ({"theory": {"noise_var": 0}}, "theory.noise_var: 0 is not accepted; must be greater tha"),
    "small exponent_dim": ({"theory": {"exponent_dim": 100}}, "theory.exponent_dim: 100 is not accepted; must be gre"),
    "dimension 1": (grid(dim=1, n_eff=[3], replicas=1), "networks.diagonal.1: 1 is not accepted; must be greater than"),
    "negative noise": (experiment(noise_levels=[-1]), "noise_levels.0: -1 is not accepted; must be greater than or e"),
    "infinite noise": (experiment(noise_levels=[INF]), "noise_levels.0: inf is not accepted; must be a finite number"),
    "zero samples": (grid(n_eff=[0]), "40.n_eff.0: 0 is not accepted; must be greater than 0"),
    "samples not a number": (grid(n_eff=[3, NAN]), "40.n_eff.1: nan is not accepted; must be a finite number"),
    "infinite samples": (grid(n_eff=[3, INF]), "40.n_eff.1: inf is not accepted; must be a finite number"),
    "no replicas": (grid(replicas=0), "40.replicas: 0 is not accepted; must be greater than or equal to 1"),
    "negative weight decay": (rule(coefficient=-1), "weight_decays.0.coefficient: -1 is not accepted; must be greater"),
    "steep weight decay": (rule(exponent=99), "weight_decays.0.exponent: 99 is not accepted; must be less than or equ"),
    # grids
    "empty grid": (grid(n_eff=[]), "networks.diagonal.40.n_eff: [] is not accepted; must not be empty"),
    "unsorted grid": (grid(n_eff=[3, 2]), "n_eff: [3, 2] is not accepted; must be strictly increasing, without dupl"),
    "the same n_eff twice": (grid(n_eff=[3, 3]), "n_eff: [3, 3] is not accepted; must be strictly increasing, without"),
    "the same samples twice": (grid(n_eff=[1.1, 1.2]), "40.n_eff: [1.1, 1.2] gives [1, 1] samples; must give diff"),
    "less than a sample": (grid(n_eff=[0.1]), "40.n_eff: [0.1] gives [0] samples; must give different numbers of at"),
    "the same noise twice": (experiment(noise_levels=[0.5, 0.5]), "noise_levels: [0.5, 0.5] is not accepted; must not"),
    "the same noise in other words": (experiment(noise_levels=[1, 1.0]), "noise_levels: [1, 1.0] is not accepted; mu"),
    "gamma of a list": (experiment(gammas=[0.75, 5]), "gammas.1: 5 is not accepted; must be between 0.55 and 4"),
    "unsorted gammas": (experiment(gammas=[1, 0.75]), "gammas: [1, 0.75] is not accepted; must be strictly increasin"),
    "no weight decays": (experiment(weight_decays=[]), "weight_decays: [] is not accepted; must not be empty"),
    "no networks": (experiment(networks={"diagonal": None, "quadratic": None}), "networks: {} is not accepted; must n"),
    "unsorted dimensions": (
        {"theory": {"large_dims": [10000, 1000]}},
        "large_dims: [10000, 1000] is not accepted; must b",
    ),
    # sizes
    "dimension without memory": (grid(dim=10**7, n_eff=[3], replicas=1), "diagonal.10000000: 10000000 is not accepted"),
    "n_eff without end": (grid(n_eff=[1e300]), "40.n_eff.0: 1e+300 is not accepted; must be less than or equal to"),
    "replicas without end": (grid(replicas=10**9), "40.replicas: 1000000000 is not accepted; must be less than or eq"),
    "d that shows no limit": (
        {"theory": {"large_dims": [2]}},
        "config: theory.large_dims.0: 2 is not accepted; must be greater than or equal to 1000",
    ),
    "d beyond double precision": ({"theory": {"large_dims": [10**16]}}, "large_dims.0: 10000000000000000 is not acce"),
    # names
    "unknown network": (experiment(networks={"cubic": {}}), "networks.cubic: 'cubic' is not accepted; must be one of "),
    "misspelt network": (
        experiment(networks={"quadratc": {}}),
        f"one of {', '.join(networks.names())}; did you mean quadratic?",
    ),
    "misspelt experiment": (
        {"experiments": {"excess_rsk": {"noise_levels": [0.5]}}},
        "config: experiments.excess_rsk: is not in the preset, must give networks, weight_decays; did you mean excess",
    ),
    "name of a file": ({"experiments": {"../x": STUDY}}, "experiments.../x: '../x' is not accepted; must be small let"),
    "missing key": (grid(dim=64, n_eff=[3]), "networks.diagonal.64.replicas: missing; it is required"),
    "misspelt study": (
        {"studies": {"equivalense": STUDY}},
        "config: studies: 'equivalense' has no script; must be one of correlated_inputs, equivalence",
    ),
    "study named as an experiment": (
        {"studies": {"excess_risk": STUDY}},
        "is the name of an experiment too; must be an",
    ),
}


@pytest.mark.parametrize(("overrides", "message"), CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_configuration_is_refused(overrides, message):
    with pytest.raises(ConfigError) as error:
        load({"scale": "smoke", **overrides}, ROOT)
    lines = str(error.value).splitlines()
    assert any(message in line for line in lines), lines
    assert all(line.startswith("config: ") for line in lines)


SPECTRA = {
    "missing": (None, "cannot be read (No such file or directory), a CSV file is accepted"),
    "empty": ("", "holds 0 scales, at least 2 are needed"),
    "header alone": ("scale\n", "holds 0 scales, at least 2 are needed"),
    "negative": ("3\n2\n-1\n", "'-1' in line 3 of {} is not a non-negative finite number"),
    "text": ("3\ntwo\n1\n", "'two' in line 2 of {} is not a non-negative finite number"),
    "no number in one line": ("3,two,1\n", "'two' in line 1 of {} is not a non-negative finite number"),
    "unknown names": ("name,size\n1,2\n", "line 1 of {} holds 2 values, accepted are one number a line (with a"),
    "unknown name": ("size\n1\n2\n", "'size' in line 1 of {} is not a non-negative finite number"),
    "numbered lines": (
        "1,3\n2,2\n3,1\n",
        "line 1 of {} holds 2 values, accepted are one number a line",
    ),
    "numbered lines under a name": ("s\n0,3\n1,2\n", "line 2 of {} holds 2 values, accepted are one number a line"),
    "decimal commas": (
        "2,0\n1,5\n0,25\n",
        "line 1 of {} holds 2 values, accepted are one number a line",
    ),
    "a decimal comma": ("2\n\n1,5\n1\n", "line 3 of {} holds 2 values, accepted are one number a line"),
    "quoted decimal commas": ('"2,0"\n"1,5"\n', "'2,0' in line 1 of {} is not a non-negative finite number"),
    "decimal commas in columns": ("2,0;1\n1,5;1\n", "line 1 of {} holds 2 values, accepted are one number a line"),
    "decimal commas in a line": ("2,0 1,5 1,0\n", "'0 1' in line 1 of {} is not a non-negative finite number"),
    "multiplicities": ("3.5,2\n1.5,4\n", "line 1 of {} holds 2 values, accepted are one number a line"),
    "named multiplicities": (
        "scale,multiplicity\n3,2\n",
        "line 1 of {} names a column 'multiplicity', accepted are one number a line (with a decimal point), one line "
        "of numbers with commas between, or columns with a first line of names, one of scale, scales, s, s_i, value, "
        "values and else only rank, index, i",
    ),
    "two columns of scales": ("scale,value\n3,2\n", "line 1 of {} names a column 'value', accepted are"),
    "three columns": ("1,2,3\n4,5,6\n", "line 1 of {} holds 3 values, accepted are one number a line"),
    "ragged columns": ("rank,scale\n1,2\n2\n", "line 3 of {} holds 1 values under 2 names, accepted are"),
    "trailing comma": ("3\n2,\n", "line 2 of {} holds 2 values, accepted are one number a line"),
    "gap in a line": ("3,,2\n", "'' in line 1 of {} is not a non-negative finite number"),
    "grouped digits": ("1_000\n2\n", "'1_000' in line 1 of {} is not a non-negative finite number"),
    "tabs": ("1\t3\n2\t2\n", "'1\\t3' in line 1 of {} is not a non-negative finite number"),
    "not a number": ("3\nnan\n", "'nan' in line 2 of {} is not a non-negative finite number"),
    "infinite": ("inf\n1\n", "'inf' in line 1 of {} is not a non-negative finite number"),
    "all zeros": ("0\n0\n0\n", "holds zeros alone, a positive scale is needed"),
    "no text": (b"\x93NUMPY\xff\xfe", "is not text, a CSV file is accepted"),
    "too large": ("1e13\n1\n", "scales: the largest is 1e+13, from 1e-12 to 1e+12 is accepted"),
    "too long": ("1\n" * 10_001, "holds 10001 scales; must be at most 10000"),
}


@pytest.mark.parametrize(("content", "message"), SPECTRA.values(), ids=SPECTRA.keys())
def test_spectrum_file_is_refused(tmp_path, content, message):
    path = tmp_path / "spectrum.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as error:
        load({"scale": "smoke", "spectrum": str(path)}, ROOT)
    assert str(error.value).startswith("config: spectrum: ")
    assert message.format(path) in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_two_teachers_are_refused(tmp_path):
    with pytest.raises(
        ConfigError, match=r"^config: gamma: 1\.0 is given beside spectrum: .*; must be one of them only$"
    ):
        load({"scale": "smoke", "spectrum": str(tmp_path / "s.csv"), "gamma": 1.0}, ROOT)


YAML = {
    "mapping left open": (
        "fit: {margin: 0.3\ngamma: 1\n",
        "line 2, column 6: while parsing a flow mapping, expected ','",
    ),
    "list left open": ("gamma: [1\n", "line 2, column 1: while parsing a flow sequence, expected ',' or ']'"),
    "tab": ("fit:\n\tmargin: 1\n", "line 2, column 1: while scanning for the next token, found character '\\t'"),
    "two colons": ("a: b: c\n", "line 1, column 5: mapping values are not allowed here"),
    "bad indentation": ("fit:\n  margin: 1\n min_points: 3\n", "line 3, column 2: "),
    "unknown tag": (
        "gamma: !!python/object/apply:os.getpid []\n",
        "line 1, column 8: could not determine a constructor",
    ),
    "unprintable": ("gamma: \x00\n", "unacceptable character #x0000"),
    "key twice": ("fit:\n  margin: 1\n  margin: 2\n", "line 3, column 3: margin is there twice; must be once"),
    "dimension twice": ("a: [{20: 1, 20: 2}]\n", "line 1, column 13: 20 is there twice; must be once"),
    "no mapping": ("- 1\n- 2\n", "[1, 2] is not accepted; must be a mapping of keys to values"),
    "program": ("__use_yte__: true\n?if True:\n  gamma: 1\n", "__use_yte__: must not be set"),
    "no text": (b"\xff\xfe\x00", "byte 0 is not UTF-8; must be a YAML file"),
    "missing": (None, "cannot be read (No such file or directory); must be a YAML file"),
}


@pytest.mark.parametrize(("content", "message"), YAML.values(), ids=YAML.keys())
def test_yaml_is_refused_at_its_place(tmp_path, content, message):
    path = tmp_path / "config.yaml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as error:
        check_files([str(path)])
    assert str(error.value).startswith(f"config: {path}: ")
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.untried
def test_yaml_merge_keys_and_empty_files_are_read(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("a: &base {x: 1}\nb:\n  <<: *base\n  y: 2\n")
    assert read_yaml(path)["b"] == {"x": 1, "y": 2}
    path.write_text("# nothing\n")
    assert read_yaml(path) == {}


def test_a_job_larger_than_the_memory_is_refused():
    plan = Plan(load({"scale": "smoke", **grid("quadratic", 2000, n_eff=[3, 100], replicas=1)}, ROOT))
    with pytest.raises(ConfigError) as error:
        memory.check_memory(plan, 8000)
    key = "config: experiments.excess_risk.networks.quadratic.2000.n_eff: 100 is not accepted; its job needs "
    assert str(error.value).startswith(key)
    assert "must fit into the 8 GB for jobs here" in str(error.value)
    memory.check_memory(plan, 1_000_000)


HUGE = 'experiments={"excess_risk": {"networks": {"quadratic": {"20000": {"n_eff": [3, 100], "replicas": 2}}}}}'
RUN = (sys.executable, "-m", "scaling_spectra_pipeline.run", "--snakefile", str(ROOT / "Snakefile"), "--cores", "1")

# words after `snakemake --cores 1`, contents of config.yaml, message
SNAKEMAKE = {
    "value": (
        ["--config", "scale=smoke", "gamma=0.4"],
        "",
        "config: gamma: 0.4 is not accepted; must be between 0.55 and 4",
    ),
    "misspelt key": (["--config", "gama=1"], "", "config: gama: unknown key; did you mean gamma? accepted: "),
    "nested value": (
        ["--config", 'fit={"min_points": 2}'],
        "",
        "config: fit.min_points: 2 is not accepted; must be gre",
    ),
    "broken mapping": (
        ["--config", 'fit={"margin": '],
        "",
        "config: fit: '{\"margin\": ' is not accepted; must be a map",
    ),
    "memory": (
        ["--config", HUGE],
        "",
        "quadratic.20000.n_eff: 100 is not accepted; its job needs 1.4e+03 GB, must fit",
    ),
    "spectrum": (
        ["--config", "spectrum=no.csv"],
        "",
        "config: spectrum: no.csv cannot be read (No such file or direct",
    ),
    "settings": ([], "fit: [1\n", "config: config.yaml: line 2, column 1: while parsing a flow sequence"),
    "no settings": ([], None, "config: config.yaml: cannot be read (No such file or directory); must be a YAML file"),
}
# words after `python -m scaling_spectra_pipeline.run --cores 1`, message
FRONT_DOOR = {
    "no value": (["--config", "gamma"], "config: --config: 'gamma' is not accepted; must be key=value"),
    "broken file": (
        ["--configfile", "other.yaml"],
        "other.yaml: line 1, column 5: mapping values are not allowed here",
    ),
    "no file": (["--configfile", "nowhere.yaml"], "config: nowhere.yaml: cannot be read (No such file or directory)"),
}


def _files(folder: Path) -> dict[str, bytes]:
    """Contents of all files but Snakemake's own logs."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent != folder / ".snakemake/log"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _refused(result: subprocess.CompletedProcess, message: str) -> None:
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if line.startswith("config: ")]
    assert [line for line in lines if message in line] == lines != []
    assert "Traceback" not in result.stderr + result.stdout


@pytest.mark.parametrize(("words", "settings", "message"), SNAKEMAKE.values(), ids=SNAKEMAKE.keys())
def test_snakemake_stops_before_anything_is_written(tmp_path, words, settings, message):
    if settings is not None:
        (tmp_path / "config.yaml").write_text(settings or "scale: smoke\n")
    before = _files(tmp_path)
    _refused(small.forked(ROOT, *words, folder=tmp_path), message)
    assert _files(tmp_path) == before


@pytest.mark.parametrize(("words", "message"), FRONT_DOOR.values(), ids=FRONT_DOOR.keys())
def test_front_door_stops_before_anything_is_written(tmp_path, words, message):
    (tmp_path / "config.yaml").write_text("scale: smoke\n")
    (tmp_path / "other.yaml").write_text("a: b: c\n")
    before = _files(tmp_path)
    _refused(subprocess.run([*RUN, *words], cwd=tmp_path, capture_output=True, text=True, check=False), message)
    assert _files(tmp_path) == before


def test_options_that_snakemake_does_not_have_are_told(tmp_path):
    result = subprocess.run(
        [*RUN, "--nosuch", "--config", "seed=1"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr.count("unrecognized arguments: --nosuch") == 1
