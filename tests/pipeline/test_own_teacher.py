"""Teachers whose scales come from a file: in any dimension, in the plan, and through the chain."""

import re
import runpy
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from helpers.checkout import ROOT, snakemake
from helpers.drawn import draw, ensemble
from scaling_spectra import teachers
from scaling_spectra.landmarks import landmarks
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.spectrum import power_law
from scaling_spectra.spectrum_file import read_scales
from scaling_spectra.teachers.given_scales import GivenScales
from scaling_spectra.teachers.interface import make
from scaling_spectra.teachers.power_law import PowerLaw
from scaling_spectra_pipeline.checks import figures as figure_checks
from scaling_spectra_pipeline.checks import simulation
from scaling_spectra_pipeline.checks import tables as table_checks
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan, declared, folder
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of

DIGITS = ROOT / "examples/digits/spectrum.csv"


@pytest.mark.parametrize("dim", [10, 64, 100])
def test_scales_of_a_power_law_are_the_power_law_up_to_their_rank(dim):
    found = GivenScales(power_law(64, 0.75).values[::-1]).spectrum(dim)
    expected = power_law(dim, 0.75).values
    np.testing.assert_allclose(found.values[:64], expected[:64], rtol=1e-14)
    np.testing.assert_array_equal(found.values[64:], 0)
    assert found.dim == dim


def test_power_laws_are_those_of_the_library():
    teacher = make({"family": "power_law", "gamma": 0.8})
    np.testing.assert_array_equal(teacher.spectrum(5).values, power_law(5, 0.8).values)
    np.testing.assert_array_equal(merged_spectrum(teacher, 50).values, merged_power_law(50, 0.8).values)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"family": "power_law", "gamma": 0.5}, r"gamma: 0\.5 is not larger than 1/2"),
        ({"family": "power_law"}, "power_law: takes gamma, nothing given"),
        ({"family": "power_law", "gamma": 1.0, "rate": 2.0}, "power_law: takes gamma, gamma, rate given"),
        ({"family": "given_scales", "scales": [1.0, -2.0]}, "non-negative"),
        ({"family": "given_scales", "scales": [0.0, 0.0]}, "scales: must hold a positive number"),
        ({"family": "given_scales", "scales": [1e150, 0.0]}, r"scales: the largest is 1e\+150, from 1e-12 to 1e\+12"),
        (
            {"family": "cubic"},
            "family: 'cubic' is not one of cut_power_law, exponential, flat, given_scales, low_rank, power_law",
        ),
        (
            {"family": "interface"},
            "family: 'interface' is not one of cut_power_law, exponential, flat, given_scales, low_rank, power_law",
        ),
    ],
)
def test_what_makes_no_teacher_is_said_in_one_line(settings, message):
    with pytest.raises(ValueError, match=f"^.*{message}.*$"):
        make(settings)


def test_every_family_has_its_class_and_its_label():
    settings = {
        "power_law": {"gamma": 0.8},
        "given_scales": {"scales": [1.0, 2.0]},
        "flat": {},
        "exponential": {"rate": 0.1},
        "low_rank": {"rank": 3},
        "cut_power_law": {"gamma": 0.8, "cut": 9},
    }
    assert sorted(settings) == list(teachers.families())
    made = {family: make({"family": family, **parameters}) for family, parameters in settings.items()}
    assert made["power_law"] == PowerLaw(0.8)
    assert made["given_scales"] == GivenScales([1.0, 2.0])
    labels = [made[family].label for family in teachers.families()]
    assert labels == [
        *("gamma = 0.8, cut at 9", "exponential, rate 0.1", "flat", "teacher's scales from a file", "rank 3"),
        "gamma = 0.8",
    ]


def test_keys_say_what_a_teacher_is_made_of():
    assert teachers.key(teachers.with_exponent(2)) == "gamma2.0"
    given = [teachers.key({"family": "given_scales", "scales": scales}) for scales in ([1, 2.0], [1.0, 2], [1.0, 2.5])]
    assert given[0] == given[1] != given[2]
    assert re.fullmatch("scales[0-9a-f]{8}", given[0])
    assert teachers.key({"family": "spiked"}) == "spiked"


@pytest.mark.parametrize("network", names())
@pytest.mark.parametrize("count", [30, 2000])
def test_counted_zeros_and_merged_tails_are_the_whole_spectrum(network, count):
    dim, scales = 3000, power_law(count, 0.9).values
    theory = theory_of(network)
    samples = 40.0 / problem_of(network).effective_samples(1, dim)
    whole, merged = GivenScales(scales).spectrum(dim), merged_spectrum(GivenScales(scales), dim)
    assert merged.values.size < 0.3 * dim
    np.testing.assert_allclose(merged.weights.sum(), dim, rtol=1e-12)
    risks = [theory.state_evolution(spectrum, samples, 1.0, 0.5).risk for spectrum in (whole, merged)]
    # merged scales of alternating signs are half positive, half negative
    assert risks[1] == pytest.approx(risks[0], rel=1e-6 if network == "signed" else 1e-9)


@pytest.mark.parametrize("network", names())
def test_landmarks_of_a_power_law_are_those_of_its_diagram(network):
    dim, gamma = 80, 0.75
    diagram = PhaseDiagram(network, dim, gamma, 0.5)
    found = landmarks(GivenScales(power_law(dim, gamma).values), network, dim, 0.5)
    for name in ("signal", "mean_scale", "detection", "interpolation", "recovery", "noise", "bulk"):
        value, expected = getattr(found, name), getattr(diagram, name)
        assert value == expected or value == pytest.approx(expected, rel=1e-6), name
    np.testing.assert_allclose(found.peak_risk([1e-3, 1.0]), diagram.peak_risk([1e-3, 1.0]), rtol=1e-6)
    # the faintest features, which no figure can show, do not count
    assert found.interpolation <= found.full_spectrum <= diagram.full_spectrum
    # twice the scales are found with a quarter of the noise: delta = s_1
    twice = landmarks(GivenScales(2 * power_law(dim, gamma).values), network, dim, 2.0)
    assert twice.detection == pytest.approx(found.detection, rel=1e-9)
    assert landmarks(PowerLaw(gamma), network, dim, 0.5) == diagram


def plan(**overrides):
    return Plan(load({"scale": "smoke", **overrides}, ROOT))


def keys(of_plan, name):
    """Keys of an experiment's teachers."""
    return [teachers.key(settings) for settings in of_plan.teachers_of(name)]


def test_files_are_named_by_their_content(tmp_path):
    path = tmp_path / "a.csv"
    families = []
    for text in ("3\n2\n1\n", "rank,scale\n1,3\n2,2\n3,1\n", "3\n2\n1.5\n"):
        path.write_text(text)
        families += keys(plan(spectrum=str(path)), "excess_risk")
    assert families[0] == families[1] != families[2]
    assert keys(plan(gamma=0.8), "excess_risk") == ["gamma0.8"]
    two = plan(experiments={"excess_risk": {"gammas": [1.0, 1.5]}})
    assert keys(two, "excess_risk") == ["gamma1.0", "gamma1.5"]
    # an experiment that names its power laws keeps them
    mixed = plan(spectrum=str(path), experiments={"excess_risk": {"gammas": [1.0]}})
    assert keys(mixed, "excess_risk") == ["gamma1.0"]
    assert keys(mixed, "spectra") == families[2:]


# figures that have no meaning for another teacher
OF_POWER_LAWS = ["correlated_inputs", "fig1", "fig4", "finite_size", "width_phases"]


def test_what_needs_a_power_law_is_left_out():
    figures = sorted((ROOT / "scripts/figures").glob("*.py"))
    own, default = plan(spectrum=str(DIGITS)), plan()
    assert own.left_out(figures) == OF_POWER_LAWS
    assert default.left_out(figures) == []
    assert [figure.stem for figure in figures if not own.can_build(figure)] == OF_POWER_LAWS
    assert not own.can_build(ROOT / "scripts/tables/exponent_summary.py")
    for script in filter(own.can_build, (ROOT / "scripts/tables").glob("*.py")):
        parameters = own.parameters(script)
        if "teacher" in parameters:
            assert parameters["teacher"] == {"family": "given_scales", "scales": own.config.scales}
            assert default.parameters(script)["teacher"] == {"family": "power_law", "gamma": 0.75}


def test_a_build_says_at_the_start_what_is_left_out(tmp_path):
    """Whatever shows the messages of Snakemake."""
    settings = ["--configfile", str(ROOT / "config.yaml"), "--config", "scale=smoke", f"spectrum={DIGITS}"]
    result = snakemake(tmp_path, "--cores", "1", "--logger=progress", *settings, "--", "tidy")
    assert result.returncode == 0, result.stderr
    said = f"left out {', '.join(OF_POWER_LAWS)}: phases are known for power laws only"
    assert said in result.stderr.splitlines()


def test_the_example_is_the_covariance_of_the_digits():
    module = runpy.run_path(str(ROOT / "examples/digits/make_spectrum.py"))
    scales = module["scales"]()
    np.testing.assert_allclose(read_scales(DIGITS), scales, rtol=1e-8)
    from sklearn.datasets import load_digits

    pixels = load_digits().data
    # trace and Frobenius norm, without a decomposition
    variances = pixels.var(axis=0, ddof=1)
    centred = pixels - pixels.mean(axis=0)
    frobenius = np.linalg.norm(centred.T @ centred) / (len(pixels) - 1)
    largest = np.linalg.norm(centred, ord=2) ** 2 / (len(pixels) - 1)
    assert scales.sum() == pytest.approx(8 * variances.sum() / largest, rel=1e-5)
    assert np.linalg.norm(scales) == pytest.approx(8 * frobenius / largest, rel=1e-5)


@pytest.mark.parametrize("network", names())
def test_networks_on_the_digits_follow_state_evolution(network, tmp_path):
    """Through the scripts: draw, solve the convex equivalent, solve theory, compare as the checks do."""
    scales = sorted(read_scales(DIGITS), reverse=True)
    dim, n_eff, rules, replicas = 64, [12.0, 60.0], [(1.0, 0.0), (1.0, 0.5)], [0, 1, 2]
    settings = {"family": "given_scales", "scales": scales}
    point = {"ensemble": ensemble(network, dim, settings)}
    data = draw(tmp_path / "data.npz", network, dim, len(replicas), 5, settings)
    folders = {stage: tmp_path / stage for stage in ("training", "theory", "exponents")}
    for path in folders.values():
        path.mkdir()
    tables = {stage: str(path / "t.csv") for stage, path in folders.items()}
    script = {name: runpy.run_path(str(ROOT / f"scripts/{name}.py"))["main"] for name in SCRIPTS}
    parts = []
    for value in n_eff:
        parts.append(str(folders["training"] / f"{value}.csv"))
        script["solve_networks"](
            data,
            parts[-1],
            str(tmp_path / "spectra.npy"),
            **point,
            n_eff=value,
            weight_decays=rules,
            replicas=replicas,
            root_seed=5,
            width=1.0,
            tolerance=1e-5,
        )
    script["collect_tables"](parts, tables["training"], "training")
    script["solve_theory"](
        [data],
        tables["theory"],
        **point,
        n_eff=n_eff,
        weight_decays=rules,
        replicas=len(replicas),
        points_per_decade=2,
        width=1.0,
    )
    training, theory = (read(tables[stage], schema_of(stage)) for stage in ("training", "theory"))
    assert training["converged"].all()
    points = simulation.residuals(training, theory)
    assert len(points) >= 3
    assert not points["outlier"].any(), points
    # no phases, no exponents: a table without rows that is valid all the same
    fit = {"margin": 0.1, "min_points": 3, "min_decades": 0.3, "bootstrap": 100, "confidence": 0.95, "root_seed": 1}
    fit |= {"width": 1.0}
    script["fit_exponents"](tables["training"], tables["theory"], tables["exponents"], **fit)
    assert table_checks.valid_table(tables["exponents"])[0].passed
    assert simulation.exponents_follow_theory("t", read(tables["exponents"], schema_of("exponents")), 0.9).passed


SCRIPTS = ("solve_networks", "collect_tables", "solve_theory", "fit_exponents")


def test_example_asks_for_every_figure_but_the_diagrams(tmp_path):
    settings = ROOT / "examples/digits/config.yaml"
    path = tmp_path / "examples/digits"
    path.mkdir(parents=True)
    path.joinpath("spectrum.csv").write_text(DIGITS.read_text())
    result = snakemake(tmp_path, "--cores", "1", "--dry-run", "--quiet", "--configfile", str(settings), "--summary")
    assert result.returncode == 0, result.stderr
    asked = {line.split("\t")[0] for line in result.stdout.splitlines()}
    for script in (ROOT / "scripts/figures").glob("*.py"):
        drawn = f"figures/smoke-digits/{script.stem}.pdf" in asked
        assert drawn == (script.stem not in OF_POWER_LAWS), script.stem
    assert "results/smoke-digits/tables/optimal_decay.csv" in asked
    # the study of two given power laws stays one
    others = [
        name for name in asked if "gamma0.75" in name and not re.search("/(feature_learning_gain|teachers)/", name)
    ]
    assert {Path(name).parts[2] for name in others} == {"data"}


DIMENSIONS = {"diagonal": {"40": "null", "30": {"n_eff": ["5"], "replicas": "2"}}}


@pytest.mark.parametrize(
    ("overrides", "job"),
    [
        ({"gamma": 0.9}, "training/excess_risk/diagonal/gamma0.9_noise0.5_d40/n_eff5.0_network_batch0.csv"),
        ({"gamma": 2}, "training/excess_risk/diagonal/gamma2.0_noise0.5_d40/n_eff5.0_network_batch0.csv"),
        (
            {"experiments": {"excess_risk": {"noise_levels": [0.1]}}},
            "training/excess_risk/diagonal/gamma0.75_noise0.1_d40/n_eff5.0_network_batch0.csv",
        ),
        (
            {"experiments": {"excess_risk": {"networks": DIMENSIONS}}},
            "training/excess_risk/diagonal/gamma0.75_noise0.5_d30/n_eff5.0_network_batch0.csv",
        ),
    ],
    ids=["gamma", "whole gamma", "noise", "dimensions"],
)
def test_another_problem_is_one_key(overrides, job):
    own = plan(**overrides, name="other")
    asked, default = own.trainings("excess_risk"), plan().trainings("excess_risk")
    assert f"results/smoke-other/{job}" in asked
    assert f"results/smoke/{job}" not in default
    if overrides.get("experiments", {}).get("excess_risk", {}).get("networks"):
        assert not any("_d40/" in path for path in asked)


def test_another_width_is_one_key():
    assert (plan(width=2).width("quadratic", 20), plan(width=2).width("diagonal", 20)) == (2, 1)
    assert plan(width=2).training_work("excess_risk", "quadratic", 20, 8, "network", 0).width == 2


NOISE = {"excess_risk": [0.5, 0.0], "weight_decay_scan": [0.5], "spectra": [0.5], "peak": [0.5]}
# every part of the chain, as small as it goes
TINY = {
    "theory": {
        "dim": 12,
        "large_dims": [1000],
        "points_per_decade": 3,
        "optimal_points": 3,
        "small_weight_decays": [0.01, 0.1],
    },
    "experiments": {
        name: {
            "noise_levels": noise_levels,
            "networks": {
                network: {old: None, 12: {"n_eff": n_eff, "replicas": 2, "trained_up_to": 0.01}}
                for network, old, n_eff in (("diagonal", 40, [6.0, 60.0]), ("quadratic", 20, [2.0, 12.0]))
            },
            "curve_points_per_decade": 2,
        }
        for name, noise_levels in NOISE.items()
    },
    # every study but one is dropped
    "studies": {
        **dict.fromkeys(load({"scale": "smoke"}, ROOT).studies),
        "equivalence": {
            "networks": {
                network: {old: None, 12: {"n_eff": [6.0], "replicas": 1}}
                for network, old in (("diagonal", 40), ("quadratic", 20))
            }
        },
    },
}


def _main(script):
    return runpy.run_path(str(ROOT / script))["main"]


def _build_points(own, name):
    """Data, training, theory, exponents and spectra of an experiment, below the current folder."""
    config = own.config
    draw, find, solve = (_main(f"scripts/{name}.py") for name in ("draw_data", "solve_networks", "solve_theory"))
    for of in own.ensembles(name):
        point = {"ensemble": asdict(of)}
        grid = own.grid(name, of.network, of.dim)
        (data,), seed = own.data(name, of), {"root_seed": config.seed}
        if not _path(data).exists():
            draw(str(_path(data)), **point, teacher=own.teachers[of.teacher], replicas=own.batch(0), **seed)
        common = {"weight_decays": own.weight_decays(name), "width": 1.0}
        for n_eff, table in zip(grid.n_eff, (t for t in own.trainings(name) if folder(of) in t), strict=True):
            options = {"replicas": own.replicas(name, of.network, of.dim, 0), "tolerance": 1e-5}
            spectra = _path(table).with_suffix(".npy")
            find(data, str(_path(table)), str(spectra), **point, n_eff=n_eff, **seed, **common, **options)
        theory = str(_path(f"{own.root}/theory/{name}/{folder(of)}.csv"))
        solve([data], theory, **point, n_eff=grid.n_eff, replicas=grid.replicas, points_per_decade=2, **common)
    tables = {stage: str(_path(f"{own.root}/{stage}/{name}.csv")) for stage in ("training", "theory", "exponents")}
    collect = _main("scripts/collect_tables.py")
    collect(own.trainings(name), tables["training"], "training")
    collect(own.theories(name), tables["theory"], "theory")
    spectra = str(_path(f"{own.root}/spectra/{name}.csv"))
    _main("scripts/collect_spectra.py")(own.trainings(name), own.spectra(name), spectra)
    _main("scripts/fit_exponents.py")(*tables.values(), **config.fit.model_dump(), width=1.0, root_seed=config.seed)


def _path(name):
    """Path of a file to be written."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


SCALES_OF = {
    "digits": DIGITS.read_text(),
    "ties and zeros": "\n".join(["7"] * 10 + ["3"] * 10 + ["1.5"] * 20 + ["0"] * 20),
    "one feature": "\n".join(["7"] + ["0"] * 59),
}


@pytest.mark.soak
@pytest.mark.parametrize("scales", SCALES_OF.values(), ids=SCALES_OF)
def test_everything_is_built_for_a_spectrum_from_a_file(scales, tmp_path, monkeypatch):
    """Points, then every table and figure that the plan asks for, each by its script with the rule's arguments."""
    monkeypatch.chdir(tmp_path)
    Path("own.csv").write_text(scales)
    own = plan(spectrum="own.csv", **TINY)
    for name in own.config.experiments:
        _build_points(own, name)
    study = {"weight_decays": own.weight_decays("equivalence"), "replicas": 1, "width": 1.0}
    study |= {"root_seed": own.config.seed, "tolerance": 1e-5, "options": own.training_options()}
    for of, part in zip(own.ensembles("equivalence"), own.examined("equivalence"), strict=True):
        data = own.data("excess_risk", of)
        _main("scripts/studies/equivalence.py")(data, str(_path(part)), asdict(of), n_eff=6.0, **study)
    _main("scripts/collect_tables.py")(own.examined("equivalence"), own.studies()[0], "equivalence")

    waiting = [script for script in (ROOT / "scripts/tables").glob("*.py") if own.can_build(script)]
    while waiting:
        ready = [script for script in waiting if all(Path(path).exists() for path in own.read_by(script))]
        assert ready, waiting
        for script in ready:
            inputs = {"inputs": own.inputs(script)} if declared(script, "INPUTS", {}) else {}
            _main(script)(str(_path(own.tabulated(script))), **inputs, **own.parameters(script))
            table = read(own.tabulated(script), schema_of(script.stem))
            assert "gamma" not in table or table["gamma"].isna().all()
        waiting = [script for script in waiting if script not in ready]
    for script in filter(own.can_build, sorted((ROOT / "scripts/figures").glob("*.py"))):
        outputs = {kind: str(_path(f"figures/{script.stem}.{kind}")) for kind in ("pdf", "png", "csv", "txt")}
        _main(script)(own.inputs(script), outputs, **own.parameters(script))
        findings = figure_checks.figure_is_sound(f"figures/{script.stem}", 6.9)
        assert all(finding.passed for finding in findings), findings
        caption = Path(outputs["txt"]).read_text()
        assert "gamma" not in caption or script.stem == "overfitting_function", caption
        assert "NaN" not in caption
