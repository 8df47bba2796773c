"""Seals go with their artifacts, and readers look at them."""

import runpy
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.drawn import ensemble
from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.job import whole
from scaling_spectra_pipeline.reading import read_tables


@pytest.fixture
def artifact(tmp_path):
    """Write an artifact as a job does."""

    def write(text="1\n", name="results/smoke/theory/x.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(str(path)) as partial:
            partial.write_text(text)
        return path

    return write


def test_seal_is_a_line_of_sha256sum(artifact, tmp_path):
    path = artifact("a\n")
    seal = tmp_path / "results/smoke/.jobs/seals/results/theory/x.csv.sha256"
    # printf 'a\n' | sha256sum
    digest = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
    assert seals.seal_of(path) == seal
    assert seal.read_text() == f"{digest}  results/smoke/theory/x.csv\n"


def test_figures_keep_their_seals_with_the_results_of_their_scale(artifact, tmp_path):
    artifact(name="figures/laptop/fig1.pdf")
    assert (tmp_path / "results/laptop/.jobs/seals/figures/fig1.pdf.sha256").exists()
    assert [path.name for path in (tmp_path / "figures/laptop").iterdir()] == ["fig1.pdf"]


def test_files_elsewhere_have_no_seal(tmp_path):
    for name in ("x.csv", "results/x.csv", "figures/x.pdf", "other/smoke/x.csv"):
        assert seals.seal_of(name) is None
    with whole(str(tmp_path / "x.csv")) as partial:
        partial.write_text("1\n")
    assert seals.fault(tmp_path / "x.csv") == ""


def test_an_unfinished_write_leaves_artifact_and_seal_as_they_were(artifact):
    path = artifact("old\n")
    with suppress(RuntimeError), whole(str(path)) as partial:
        partial.write_text("new\n")
        raise RuntimeError
    assert path.read_text() == "old\n"
    assert seals.fault(path) == ""


def test_a_job_killed_before_its_artifact_is_in_place_is_noticed(artifact, tmp_path):
    """The seal comes first: what is left then is an artifact that does not match, or none, never one unsealed."""
    path = artifact("old\n")
    (tmp_path / "new").write_text("new\n")
    seals.write(path, tmp_path / "new")
    assert seals.fault(path) == seals.ADVICE


def test_rewriting_the_same_content_changes_no_byte(artifact):
    seal = seals.seal_of(artifact())
    before = seal.read_bytes()
    artifact()
    assert seal.read_bytes() == before


def test_a_file_that_no_job_wrote_has_no_seal(artifact):
    path = artifact().with_name("y.csv")
    path.write_text("1\n")
    assert "no seal" in seals.fault(path)
    # a table of one's own may be read
    assert seals.verified(path) == path


@pytest.mark.parametrize("change", [b"", b"2\n", b"1\n\n"])
def test_readers_stop_in_one_line(artifact, change):
    path = artifact()
    path.write_bytes(change)
    with pytest.raises(seals.SealError) as error:
        seals.verified(path)
    assert str(error.value) == f"{path} {seals.ADVICE}"


@pytest.mark.parametrize("name", ["results/smoke/theory/x.csv", "elsewhere/theory/x.csv"])
def test_figures_check_tables_that_no_job_has_checked(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("a\n1\n")
    with pytest.raises(ValueError, match=r"x\.csv: column 'a' not in DataFrameSchema"):
        read_tables({"theory": str(path)})


def test_figures_take_a_sealed_table_as_it_is(artifact):
    path = artifact("a\n1\n")
    assert read_tables({"theory": str(path)})["theory"].to_dict("list") == {"a": [1]}
    path.write_text("a\n2\n")
    with pytest.raises(seals.SealError, match="delete it and run again"):
        read_tables({"theory": str(path)})


def test_figures_do_without_the_library_of_schemas():
    code = "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]; sys.exit('pandera' in sys.modules)"
    scripts = sorted(map(str, (ROOT / "scripts/figures").glob("*.py")))
    assert scripts
    assert subprocess.run([sys.executable, "-c", code, *scripts], check=False).returncode == 0


# scripts that read intermediates, and the arguments with a broken one
READERS = {
    "collect_tables": lambda table, array, data: {"inputs": [table], "output": "o.csv", "stage": "training"},
    "collect_spectra": lambda table, array, data: {"tables": [table], "spectra": [array], "output": "o.csv"},
    "fit_exponents": lambda table, array, data: {
        **{"training": table, "theory": table, "output": "o.csv", "margin": 0.1, "min_points": 3, "width": 1.0},
        **{"min_decades": 0.3, "bootstrap": 100, "confidence": 0.95, "root_seed": 1},
    },
    "solve_theory": lambda table, array, data: {
        **{"data": [data], "output": "o.csv", "ensemble": ensemble("diagonal", 4)},
        **{"n_eff": [2.0], "weight_decays": [(1.0, 0.0)], "replicas": 1, "points_per_decade": 1, "width": 1.0},
    },
    "train_networks": lambda table, array, data: POINT | {"data": data, "options": {}},
    "solve_networks": lambda table, array, data: POINT | {"data": data},
}
POINT = {
    **{"table": "o.csv", "spectra": "o.npy", "ensemble": ensemble("diagonal", 4)},
    **{"n_eff": 2.0, "weight_decays": [(1.0, 0.0)], "replicas": [0], "root_seed": 1, "width": 1.0, "tolerance": 1e-5},
}


@pytest.mark.parametrize("name", READERS)
def test_every_script_refuses_a_truncated_input(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results/smoke/training"
    folder.mkdir(parents=True)
    files = {"table": folder / "x.csv", "array": folder / "x.npy", "data": folder / "x.npz"}
    with whole(files["table"]) as partial:
        pd.DataFrame({"a": range(20)}).to_csv(partial)
    with whole(files["array"]) as partial:
        np.save(partial, np.zeros((2, 2, 4)), allow_pickle=False)
    with whole(files["data"]) as partial:
        np.savez(partial, teachers=np.zeros((1, 4)))
    for path in files.values():
        path.write_bytes(path.read_bytes()[:-7])
    main = runpy.run_path(str(ROOT / f"scripts/{name}.py"))["main"]
    with pytest.raises(seals.SealError, match="delete it and run again"):
        main(**READERS[name](**{key: str(path) for key, path in files.items()}))
    assert not (tmp_path / "o.csv").exists()
