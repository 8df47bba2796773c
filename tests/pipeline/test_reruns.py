"""What an edit reruns: exactly the jobs that depend on it, by dry runs over a finished small build."""

import os
import re
import shutil
from pathlib import Path

import pytest

from helpers import small
from helpers.small import EVERYTHING

pytestmark = pytest.mark.tries("edits")

# what follows from the points of an experiment, and from those of the study
DRAWN = {"fit_exponents": 1, "tabulate_pruning": 1, "tabulate_real_inputs": 1, "fig3": 1, "check": 1}
TRAINED = {"collect_training": 1, "collect_spectra": 1, "explorer": 1, **DRAWN}
SOLVED = {"collect_theory": 1, "explorer": 1, **DRAWN}
STUDIED = {"examine_equivalence": 1, "collect_equivalence": 1, "equivalence": 1, "check": 1}
FIGURES = {"fig3": 1, "equivalence": 1, "explorer": 1, "check": 1}

LIBRARY = "src/scaling_spectra/"


@pytest.fixture
def project(small_build, tmp_path):
    """A second checkout to edit; dry runs of it look at the finished build of the first."""
    return small.checkout(tmp_path / "project")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        # imported by the module that trains the quadratic network, and by nothing else
        ("curvature", {"train_networks": 1, **TRAINED, **STUDIED}),
        # imported by the script itself
        ("fits", {"fit_exponents": 1, "tabulate_real_inputs": 1, "fig3": 1, "check": 1}),
        # loaded by its role for the diagonal network; the constants of its phase diagram come from it
        ("networks/diagonal/theory", {"solve_theory": 1, **SOLVED}),
        # loaded by its role; points of the quadratic network found by the solver
        ("networks/quadratic/solving", {"train_networks": 1, **TRAINED, **STUDIED}),
        # behind state evolution of the quadratic network: no teacher, no training
        ("merging", {"solve_theory": 1, **SOLVED}),
        # teachers are made of it, and everything else of teachers; pages of phases load a network's limits
        ("spectrum", EVERYTHING),
        ("plotting/excess_risk", {"fig3": 1, "check": 1}),
        # the check compares widths with the style's
        ("plotting/style", FIGURES),
    ],
)
def test_a_changed_module(small_build, project, module, jobs):
    append(project / LIBRARY / f"{module}.py", "\nEDITED = 1\n")
    assert small.planned(project, folder=small_build) == jobs


@pytest.mark.parametrize(
    ("script", "jobs"),
    [
        ("scripts/train_networks.py", {"train_networks": 2, **TRAINED}),
        ("scripts/solve_networks.py", {"train_networks": 2, **TRAINED}),
        ("scripts/figures/fig3.py", {"fig3": 1, "check": 1}),
        ("src/scaling_spectra_pipeline/schemas/pruning.py", {"tabulate_pruning": 1, "check": 1}),
    ],
)
def test_a_changed_script_or_schema(small_build, project, script, jobs):
    append(project / script, "\nEDITED = 1\n")
    assert small.planned(project, folder=small_build) == jobs


def test_what_reruns_nothing(small_build, project):
    """Comments, docstrings, layout, dates, words to the user, and lists of versions that are not installed."""
    for path in [*project.glob("src/**/*.py"), *project.glob("scripts/**/*.py")]:
        text = path.read_text()
        # at the top of every file, a docstring that is another
        if text.startswith('"""'):
            text = '"""Other words. ' + text.removeprefix('"""')
        path.write_text(text.replace("\n\n\ndef ", "\n\n\n\n# why\ndef ") + "\n\n# the end\n")
    trained = project / LIBRARY / "curvature.py"
    trained.write_text(trained.read_text().replace(", ", " ,  "))
    for path in project.glob("workflow/rules/*.smk"):
        path.write_text(re.sub(r"(message:\n +)", r"\1'Now: ' ", path.read_text()))
    for name in ("requirements.lock", "environment.yml"):
        append(project / name, "# looked at\n")
    for path in project.rglob("*.*"):
        os.utime(path)
    assert small.planned(project, folder=small_build) == {}


@pytest.mark.untried
def test_a_copy_of_a_build_in_a_fresh_checkout(small_build, project):
    """Also when copying gave every file a new date, in an order that has nothing to do with the build's."""
    for name in ("results", "figures", ".snakemake"):
        shutil.copytree(small_build / name, project / name)
    files = sorted(path for top in ("results", "figures") for path in (project / top).rglob("*") if path.is_file())
    for age, path in enumerate(files):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime + age))
    assert small.planned(project) == {}
    # a table with another content is a change
    append(project / "results/smoke/studies/equivalence/quadratic/gamma0.75_noise0.5_d8/n_eff5.0.csv", "\n")
    assert small.planned(project) == {"collect_equivalence": 1, "equivalence": 1, "check": 1}


GRID = 'experiments={{"excess_risk": {{"networks": {{"{network}": {{"{dim}": {{{grid}}}}}}}}}}}'


@pytest.mark.parametrize(
    ("override", "jobs"),
    [
        ('checks={"outliers": 0.2}', {"check": 1}),
        ('fit={"margin": 0.3}', {"fit_exponents": 1, "fig3": 1, "check": 1}),
        ('theory={"diagram_points": 6}', {"tabulate_phase_regions": 1, "check": 1}),
        # networks that are trained, not those that are solved
        ('training={"max_evaluations": 19999}', {"train_networks": 2, **TRAINED, **STUDIED}),
        # hidden units of the quadratic network: its teachers and the diagonal network stay
        ("width=2.0", {"train_networks": 2, "solve_theory": 1, **TRAINED, **SOLVED, **STUDIED}),
        ('studies={"equivalence": {"networks": {"quadratic": {"8": {"n_eff": [5, 7]}}}}}', STUDIED),
        (
            'experiments={"excess_risk": {"curve_points_per_decade": 4}}',
            {"solve_theory": 2, **SOLVED},
        ),
        # another teacher exponent is another set of files
        ("gamma=0.8", EVERYTHING),
        ("seed=1", {rule: count for rule, count in EVERYTHING.items() if rule != "tabulate_phase_regions"}),
        # one more value of n_eff: its points, theory of that ensemble, no other training
        (
            GRID.format(network="quadratic", dim=8, grid='"n_eff": [5, 20, 60]'),
            {"train_networks": 1, "solve_theory": 1, **TRAINED, **SOLVED},
        ),
        # one more replica where a batch is full: one more batch
        (
            GRID.format(network="diagonal", dim=10, grid='"replicas": 3'),
            {"draw_data": 1, "train_networks": 2, "solve_theory": 1, **TRAINED, **SOLVED},
        ),
        # one replica less: the batch that holds it is done again
        (
            GRID.format(network="diagonal", dim=10, grid='"replicas": 1'),
            {"train_networks": 2, "solve_theory": 1, **TRAINED, **SOLVED},
        ),
        # one more dimension
        (
            GRID.format(network="quadratic", dim=12, grid='"n_eff": [5], "replicas": 2'),
            {"draw_data": 1, "train_networks": 1, "solve_theory": 1, **TRAINED, **SOLVED},
        ),
    ],
)
def test_a_changed_key(small_build, project, override, jobs):
    """Of the preset: on the command line it would be another build."""
    small.with_preset(project, override, preset=small.PRESET)
    assert small.planned(project, folder=small_build) == jobs


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="this machine has a GPU")
def test_auto_is_the_cpu_without_a_gpu(small_build, project):
    """No network is trained again, and the run says where they train; the checks write the settings."""
    small.with_preset(project, 'training={"device": "auto"}', preset=small.PRESET)
    assert small.planned(project, folder=small_build) == {"check": 1}
    said = small.forked(small_build, "--dry-run", "--config", 'training={"device": "auto"}').stderr.splitlines()
    assert "device   cpu: trains quadratic networks (training.device = auto)" in said


def test_settings_are_another_build(small_build):
    """Nothing of it is there yet; the finished one stays as it is."""
    result = small.forked(small_build, "--dry-run", "--config", "gamma=0.8")
    (said,) = [line for line in result.stderr.splitlines() if line.startswith("build ")]
    assert re.fullmatch(r"build    results/smoke-[0-9a-f]{6}: gamma = 0.8", said)
    assert small.planned(small_build, "--config", "gamma=0.8") == EVERYTHING
    assert small.planned(small_build) == {}


def test_a_new_figure(small_build, project):
    shutil.copy(project / "scripts/figures/fig3.py", project / "scripts/figures/mine.py")
    assert small.planned(project, folder=small_build) == {"mine": 1, "check": 1}


@pytest.mark.parametrize(
    ("package", "jobs"),
    [
        ("seaborn", FIGURES),
        # the quadratic network alone is trained by torch
        ("torch", {"train_networks": 1, **TRAINED, **STUDIED}),
        ("numpy", EVERYTHING),
        # installed, but nothing imports it
        ("rocrate", {}),
    ],
)
def test_another_version_of_a_package(small_build, tmp_path, package, jobs):
    folder = tmp_path / f"{package}-99.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 99.0\n")
    assert small.planned(small_build, path=tmp_path) == jobs
