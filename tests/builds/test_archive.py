"""The archive of a build: the same bytes for the same state, true checksums, a crate that its validator accepts."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import rocrate
from rocrate.rocrate import ROCrate

from helpers.checkout import ROOT
from scaling_spectra_pipeline import archive
from scaling_spectra_pipeline.job import whole

TRACKED = ("Snakefile", "config.yaml", "README.md", "LICENSE", "CITATION.cff", "requirements.lock", ".gitignore")
FILES = {
    "results/smoke/training/excess_risk.csv": "d,risk\n10,0.5\n",
    "results/smoke/training/excess_risk/diagonal/gamma0.75_noise0.5_d10/n_eff5.0_batch0.csv": "d,risk\n10,0.5\n",
    "figures/smoke/fig3.csv": "x,y\n1,2\n",
    "figures/smoke/fig3.txt": "Excess risk; λ = 1.\n",
    "figures/smoke/fig3.pdf": "%PDF",
    "figures/smoke/fig3.png": "PNG",
    "results/smoke/checks.json": json.dumps(
        {"passed": True, "counts": {"passed": 3, "failed": 0}, "settings": {"scale": "smoke", "seed": 7}}
    ),
    "results/smoke/checks.md": "# Checks\n",
    "results/smoke/checks.passed": "3 checks\n",
}
SINGLE = next(name for name in FILES if "batch0" in name)
ZIP = Path("archive/smoke.crate.zip")
MADE = {"manifest.json", "ro-crate-metadata.json", "ro-crate-preview.html"}
CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def git(*words):
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *identity, *words], check=True, capture_output=True, text=True).stdout.strip()


def write(name, text):
    """Write an artifact as a job does, with its seal."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    with whole(name) as partial:
        partial.write_text(text)


@pytest.fixture
def build(tmp_path, monkeypatch):
    """A small checkout with a finished build, which is the current folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in TRACKED:
        shutil.copy(ROOT / name, folder)
    for name in ("workflow", "profiles"):
        shutil.copytree(ROOT / name, folder / name)
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "A state")
    for name, text in FILES.items():
        write(name, text)
    return folder


def packed():
    """Contents of the archive by name."""
    archive.main("smoke")
    with zipfile.ZipFile(ZIP) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_same_state_gives_same_bytes(build, tmp_path, monkeypatch):
    packed()
    first = ZIP.read_bytes()
    copy = tmp_path / "elsewhere"
    shutil.copytree(build, copy, ignore=shutil.ignore_patterns("archive"))
    # another folder, other dates, another process with another order of hashes
    for path in copy.rglob("*"):
        if ".git" not in path.parts:
            os.utime(path, (1e9, 1e9))
    monkeypatch.chdir(copy)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo"}
    time.sleep(1.1)
    command = [sys.executable, "-m", "scaling_spectra_pipeline.archive", "smoke"]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    assert (copy / ZIP).read_bytes() == first


def test_another_state_gives_other_bytes(build):
    packed()
    first = ZIP.read_bytes()
    write("results/smoke/training/excess_risk.csv", "d,risk\n10,0.6\n")
    packed()
    assert ZIP.read_bytes() != first


def test_manifest_tells_the_truth(build):
    content = packed()
    manifest = json.loads(content["manifest.json"])
    assert content.keys() == manifest["files"].keys() | MADE
    for name, said in manifest["files"].items():
        assert said == {"sha256": hashlib.sha256(content[name]).hexdigest(), "bytes": len(content[name])}
        assert content[name] == Path(name).read_bytes()
    assert manifest["revision"] == git("rev-parse", "HEAD")
    assert manifest["seed"] == manifest["settings"]["seed"] == 7
    assert manifest["checks"] == {"passed": 3, "failed": 0}
    assert {"python", "numpy", "torch", "snakemake"} <= manifest["versions"].keys()
    assert manifest["machine"]["cores"] >= 1


def test_sources_tables_figures_and_seals_are_packed(build):
    names = packed().keys()
    assert {*TRACKED, "workflow/rules/common.smk", "workflow/presets/laptop.yaml"} <= names
    assert FILES.keys() - {SINGLE} <= names
    assert "results/smoke/.jobs/seals/figures/fig3.pdf.sha256" in names
    assert not [name for name in names if "batch0" in name or name.startswith(".git/")]


@pytest.mark.parametrize(("age", "taken"), [(-10, True), (10, False)])
def test_only_a_report_of_these_checks_is_packed(build, age, taken):
    page = Path("report/smoke.html")
    page.parent.mkdir()
    page.write_text("<html></html>")
    made = Path("results/smoke/checks.passed").stat().st_mtime - age
    os.utime(page, (made, made))
    assert ("report/smoke.html" in packed()) is taken


def failed():
    verdict = {"passed": False, "counts": {"passed": 2, "failed": 1}, "settings": {"seed": 7}}
    write("results/smoke/checks.json", json.dumps(verdict))


def unsealed():
    Path("figures/smoke/fig9.png").write_text("PNG")


REFUSALS = {
    "no checks": (
        lambda: Path("results/smoke/checks.passed").unlink(),
        "no build smoke that passed its checks: build it first, make figures with the same settings",
    ),
    "failed checks": (failed, "results/smoke/checks.json names failed checks"),
    "edited table": (
        lambda: Path("results/smoke/training/excess_risk.csv").write_text("d,risk\n10,0.4\n"),
        "results/smoke/training/excess_risk.csv is not what its job wrote",
    ),
    "edited verdict": (
        lambda: Path("results/smoke/checks.json").write_text("{}"),
        "results/smoke/checks.json is not what its job wrote",
    ),
    "stray figure": (unsealed, "figures/smoke/fig9.png was not written by a job"),
    "changed file": (
        lambda: Path("config.yaml").write_text("scale: smoke\n"),
        "config.yaml differs from the committed",
    ),
    "removed file": (lambda: Path("LICENSE").unlink(), "LICENSE differs from the committed"),
    "staged file": (lambda: git("mv", "README.md", "READ.md"), "READ.md and 1 more differs from the committed"),
    "new rule": (lambda: Path("workflow/rules/new.smk").touch(), "workflow/rules/new.smk differs from the committed"),
    "no git": (lambda: shutil.rmtree(".git"), "no revision to cite here"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_cited_is_refused_in_one_line(build, case):
    spoil, message = REFUSALS[case]
    spoil()
    with pytest.raises(SystemExit) as stop:
        archive.main("smoke")
    assert stop.value.code.startswith(f"archive: {message}")
    assert "\n" not in stop.value.code
    assert not ZIP.exists()


def test_unknown_scale_is_refused(build):
    with pytest.raises(SystemExit, match="scale: 'small' is not one of smoke, laptop, paper"):
        archive.main("small")


def test_crate_is_a_workflow_crate(build):
    names = packed().keys()
    crate = ROCrate(ZIP)
    profiles = {profile["@id"] if isinstance(profile, dict) else profile for profile in crate.metadata["conformsTo"]}
    assert profiles == {"https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"}
    workflow = crate.mainEntity
    assert workflow.id == "Snakefile"
    assert set(workflow.type) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    assert workflow["programmingLanguage"]["name"] == "Snakemake"
    assert crate.license["name"] == "MIT"
    assert crate.root_dataset["author"]["name"] == "scaling-spectra contributors"
    paper = crate.root_dataset["citation"]
    assert paper.id == "https://arxiv.org/abs/2509.24882"
    assert [author["familyName"] for author in paper["author"]][::7] == ["Defilippis", "Krzakala"]
    assert crate.root_dataset["datePublished"] == git("log", "-1", "--format=%cI")
    assert crate.root_dataset["identifier"] == git("rev-parse", "HEAD")
    assert crate.get("figures/smoke/fig3.pdf")["description"] == "Excess risk; λ = 1."
    assert crate.get("README.md")["about"] == crate.root_dataset
    for entity in crate.data_entities:
        assert entity.id in names or [name for name in names if name.startswith(entity.id)], entity.id


def test_every_word_of_the_metadata_is_in_the_vocabulary(build):
    known = vocabulary()
    for entity in json.loads(packed()["ro-crate-metadata.json"])["@graph"]:
        types = entity["@type"] if isinstance(entity["@type"], list) else [entity["@type"]]
        assert {*types, *entity} - {"@id", "@type"} <= known.keys()


def vocabulary():
    """Words of RO-Crate 1.1 with what they mean: those that come with the library, which are of a later version.

    The versions differ in where the words of Bioschemas lie.
    """
    text = (Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_text()
    return json.loads(text.replace("https://bioschemas.org/terms/", "https://bioschemas.org/"))["@context"]


@pytest.fixture
def validator(tmp_path):
    """Exit code and report of the validator on a crate.

    Its versions are at odds with those of this project: it has an environment of its own.
    """
    lock = ROOT / "tests/builds/crate/validator.lock"
    folder = ROOT / ".cache" / f"validator-{hashlib.sha256(lock.read_bytes()).hexdigest()[:8]}"
    binaries = folder / "bin"
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--requirement", lock], check=True, env=clean)
        (folder / "ready").touch()
    words = tmp_path / "context.json"
    words.write_text(json.dumps({"@context": vocabulary()}))
    remember = [binaries / "python", ROOT / "tests/builds/crate/remember.py", tmp_path / "cache", CONTEXT, words]
    subprocess.run(remember, check=True, env=clean)

    def validate(path):
        options = ["--offline", "--cache-path", tmp_path / "cache", "--profile-identifier", "workflow-ro-crate-1.0"]
        options += ["--requirement-severity", "required", "--no-paging", "--verbose"]
        command = [binaries / "rocrate-validator", "--no-interactive", "--disable-color", "validate", *options, path]
        done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return validate


def respoken(change):
    """Copy of the archive in which `change` has edited the entities, by identifier."""
    target = Path("archive/other.zip")
    with zipfile.ZipFile(ZIP) as bundle, zipfile.ZipFile(target, "w") as other:
        for name in bundle.namelist():
            content = bundle.read(name)
            if name == "ro-crate-metadata.json":
                metadata = json.loads(content)
                change({entity["@id"]: entity for entity in metadata["@graph"]})
                content = json.dumps(metadata)
            other.writestr(name, content)
    return target


@pytest.mark.soak
@pytest.mark.network
def test_validator_accepts_the_crate(build, validator):
    packed()
    code, report = validator(ZIP)
    assert code == 0, report
    assert "is a valid workflow-ro-crate-1.0" in report
    # and does not accept everything
    for change in (
        lambda entities: entities["Snakefile"].pop("programmingLanguage"),
        lambda entities: entities["./"].pop("mainEntity"),
        lambda entities: entities["./"].pop("license"),
        lambda entities: entities["figures/smoke/fig3.csv"].update({"@id": "figures/smoke/no-such-file.csv"}),
    ):
        code, report = validator(respoken(change))
        assert code == 1, report
        assert "is not a valid workflow-ro-crate-1.0" in report
