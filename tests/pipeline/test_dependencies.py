"""A change of any module reruns the jobs that may import it, and no others."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from helpers import imported, small
from helpers.checkout import ROOT
from scaling_spectra_pipeline import devices
from scaling_spectra_pipeline import fingerprint as fingerprints


def _write_jobs(path: Path) -> None:
    found = imported.jobs(ROOT / "Snakefile", {"scale": "smoke"})
    # as if torch found a GPU
    devices.chosen = lambda *_, **__: devices.CUDA
    on_gpu = imported.jobs(ROOT / "Snakefile", {"scale": "smoke"})
    path.write_text(json.dumps(found + [job for job in on_gpu if job not in found]))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    """Jobs of a build at smoke scale, each kind once, with the modules that they may import."""
    path = tmp_path_factory.mktemp("graph") / "jobs.json"
    # a graph changes the process that makes it
    process = small.FORKS.Process(target=_write_jobs, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == 0
    found = json.loads(path.read_text())
    for job in found:
        job["variables"] = {name: _frozen(value) for name, value in job["variables"].items()}
        named = job["variables"].get("family", imported.teachers.POWER_LAW)
        families = [named] if isinstance(named, str) else list(named)
        job["imported"] = imported.imported(job["script"], job["network"], job["stages"], families)
    return found


def _frozen(value):
    return tuple(value) if isinstance(value, list) else value


FAMILIES = {f"scaling_spectra.teachers.{family}" for family in imported.teachers.families()}
# these import more only where a table lacks its seal, a window is wide enough, or a module has more than they take
LESS = {"fig3", "equivalence", "explorer", "fit_exponents", "check"}


def _common(modules: set[str]) -> set[str]:
    return {name for name in modules - FAMILIES if not name.startswith("scaling_spectra.networks.signed")}


def test_jobs_that_ran_imported_what_is_expected_of_them(small_build, jobs):
    # jobs of a rule differ where their teachers are of different families
    of = defaultdict(list)
    for job in jobs:
        of[job["rule"], job["network"], Path(job["script"]).name].append(set(job["imported"]))
    ran = [json.loads(path.read_text()) for path in (small_build / "imported").glob("*.json")]
    assert {job["rule"] for job in ran} == small.EVERYTHING.keys()
    for job in ran:
        found = {name for name in job["imported"] if name.split(".")[0] in fingerprints.PACKAGES}
        expected = of[job["rule"], job["network"], job["script"]]
        assert any(found <= modules for modules in expected), job["rule"]
        # the small build has power laws only, and two networks
        alike = [_common(modules) for modules in expected]
        assert _common(found) in alike or job["rule"] in LESS, job["rule"]


def test_every_script_is_looked_at(jobs):
    # pages of the report, and cleaning up, are no part of a build
    apart = ("render_pages.py", "tidy.py")
    scripts = {path for path in (ROOT / "scripts").rglob("*.py") if path.name not in apart}
    assert {Path(job["script"]) for job in jobs} == scripts


def test_a_rule_takes_the_fingerprint_of_the_script_that_it_runs(jobs):
    assert [job for job in jobs if job["fingerprinted"] != job["script"]] == []


def test_a_changed_module_reruns_the_jobs_that_may_import_it(jobs, monkeypatch):
    plain = fingerprints._syntax
    before = [fingerprints.fingerprint(Path(job["script"]), **job["variables"]) for job in jobs]
    wrong = []
    for changed in fingerprints.modules():
        monkeypatch.setattr(
            fingerprints, "_syntax", lambda name, changed=changed: plain(name) + "edited" * (name == changed)
        )
        fingerprints.fingerprint.cache_clear()
        for job, old in zip(jobs, before, strict=True):
            reruns = fingerprints.fingerprint(Path(job["script"]), **job["variables"]) != old
            if reruns != (changed in job["imported"] and changed != fingerprints.FACADE):
                wrong.append((job["rule"], job["network"], changed, "reruns" if reruns else "stays"))
    fingerprints.fingerprint.cache_clear()
    assert wrong == []
