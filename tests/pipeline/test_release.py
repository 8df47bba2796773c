"""Released numbers of several builds of a scale: each has its own."""

import json
from pathlib import Path

import pytest

from scaling_spectra_pipeline import gallery, release, seals
from scaling_spectra_pipeline.asked import configuration
from scaling_spectra_pipeline.builds import keep_record
from scaling_spectra_pipeline.checks.reference import MANIFEST, folder_for


def finished(build, settings, value):
    """A checked build with one figure, of one number."""
    verdict = json.dumps({"counts": {"failed": 0}, "settings": settings})
    for path, text in {f"results/{build}/checks.json": verdict, f"figures/{build}/fig.csv": f"x\n{value}\n"}.items():
        seals.write(path, write(path, text))


def write(path, text):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_build_releases_numbers_of_its_own(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    finished("smoke", {"gamma": 0.75}, 1)
    finished("smoke-g13", {"gamma": 1.3}, 2)
    release.main("smoke")
    assert folder_for("smoke-g13", "smoke") == "results/reference/smoke"
    release.main("smoke", "gamma=1.3", "name=g13")
    assert "1 files, 0.0 MB in results/reference/smoke-g13; commit it" in capsys.readouterr().out
    for build, gamma, value in (("smoke", 0.75, 1), ("smoke-g13", 1.3, 2)):
        folder = Path(folder_for(build, "smoke"))
        assert folder == Path("results/reference") / build
        assert json.loads((folder / MANIFEST).read_text())["settings"] == {"gamma": gamma}
        assert (folder / "figures/fig.csv").read_text().split()[1].endswith(str(value))
    assert folder_for("smoke-other", "smoke") == "results/reference/smoke"
    # what was made with other settings is not released under its name
    keep_record(Path("results/smoke-g13"), "g13", configuration(["smoke", "gamma=1.3", "name=g13"]).made_with)
    for command in (release, gallery):
        with pytest.raises(
            SystemExit, match=r"^config: name: g13 is there with gamma = 1\.3, not 1\.1; must be another"
        ):
            command.main("smoke", "gamma=1.1", "name=g13")
    # nor is anything by a mistake in a setting
    with pytest.raises(SystemExit, match="config: gama: unknown key"):
        release.main("smoke", "gama=1.3")
