"""Other machines: whether this one becomes them, and whether a few points of everything are the same there."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import few_points
from helpers.drawn import draw, ensemble
from scaling_spectra_pipeline import elsewhere, machines
from scaling_spectra_pipeline.checks.sameness import Comparison
from scaling_spectra_pipeline.job import THREADS
from scaling_spectra_pipeline.machines import LEVELS, MACHINES, NATIVE, Machine, Report

OLDEST = "Nehalem"
HERE = Report(
    {"OpenBLAS": "Haswell", "numpy": "X86_V3", "torch": "AVX2", "MKL": "OFF"},
    dict.fromkeys(machines.VARIABLES, "here"),
    list(LEVELS[:2]),
)
THERE = Report(dict(MACHINES[OLDEST].says), dict.fromkeys(machines.VARIABLES, "there"), list(LEVELS[:1]))


def tables(folder):
    return {str(path.relative_to(folder)): path for path in sorted(folder.glob("*/*.csv"))}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Tables of a few points, as this machine and as the oldest one, and what the latter says of itself."""
    here, there = (tmp_path_factory.mktemp(name) for name in (NATIVE, OLDEST))
    command = [sys.executable, "-m", "helpers.few_points", str(there)]
    environment = (
        MACHINES[OLDEST].environment() | dict.fromkeys(THREADS, "2") | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    few_points.compute(here)
    return tables(here), tables(there), json.loads(run.stdout)


def test_a_few_points_are_the_same_without_avx(both):
    here, there, own = both
    if LEVELS[1] not in machines.this_process().levels:
        pytest.skip(f"this processor has no {LEVELS[1]}: it is as old itself")
    wanted = dict(MACHINES[OLDEST].says)
    del wanted["MKL"]  # speaks to another stream
    assert own["says"] == wanted
    found = elsewhere.compare(there, here)
    assert {elsewhere.kind_of(name) for name in found} == {"training", "spectra", "theory", "phase_regions"}
    assert [line for line in elsewhere.lines(found) if "DIFFERS" in line] == []
    # the same digits everywhere would prove nothing
    for kind in ("training", "spectra", "theory"):
        assert any(there[name].read_bytes() != here[name].read_bytes() for name in here if name.startswith(kind))


@pytest.mark.parametrize(("factor", "other"), [(1 + 1e-15, False), (1 + 1e-6, True)])
def test_data_drawn_on_another_machine_is_the_same_data(tmp_path, factor, other):
    network, dim, (n_eff, _) = few_points.POINTS[0]
    of = {"ensemble": ensemble(network, dim), **few_points.OF_DRAWS}
    draw(tmp_path / "drawn.npz", network, dim, len(of["replicas"]), of["root_seed"])
    with np.load(tmp_path / "drawn.npz", allow_pickle=False) as drawn:
        np.savez(tmp_path / "data.npz", **{**drawn, "heads": drawn["heads"] * factor})
    files = [str(tmp_path / name) for name in ("data.npz", "table.csv", "weights.npy")]
    settings = {**few_points.SETTINGS, "n_eff": n_eff, "weight_decays": [[1.0, 0.0]]}
    find = few_points.script("solve_networks").main
    if other:
        with pytest.raises(RuntimeError, match="samples drawn now differ from those drawn then"):
            find(*files, **settings, **of)
    else:
        find(*files, **settings, **of)


def test_what_differs_is_named(both, tmp_path):
    here, *_ = both
    changed = {name: tmp_path / name for name in here}
    for name, path in changed.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(here[name].read_bytes())
    theory = changed["theory/diagonal.csv"]
    table = pd.read_csv(theory)
    table.loc[3, "risk"] *= 1 + 1e-5
    table.to_csv(theory, index=False)
    regions = changed["tables/phase_regions.csv"]
    regions.write_text(regions.read_text().replace(",II,", ",III,", 1))
    gone = changed.pop("spectra/diagonal_8_convex.csv")
    said = elsewhere.lines(elsewhere.compare(changed, here))
    assert any(line.startswith("DIFFERS  theory/diagonal.csv: row 4: risk = ") for line in said)
    assert any(
        line.startswith("DIFFERS  tables/phase_regions.csv: row ") and ": phase = III, II in the reference" in line
        for line in said
    )
    assert f"DIFFERS  spectra/{gone.name}: is not there" in said
    assert "as here  training: 8 files, " in "\n".join(said)
    assert len(said) == 6


def test_captions_differ_in_words_not_in_rounded_numbers(tmp_path):
    kept, fresh = tmp_path / "fig1.txt", tmp_path / "new.txt"
    kept.write_text("Slopes 0.13, 2.4e-03; 3 points are in II.")
    fresh.write_text("Slopes 0.14, 2.5e-03; 2 points are in II.")
    name = "figures/smoke/fig1.txt"
    assert elsewhere.compare({name: fresh}, {name: kept})[name] == Comparison(3, 1)
    fresh.write_text("Slopes 0.13, 2.4e-03; 3 points are in III.")
    assert elsewhere.lines(elsewhere.compare({name: fresh}, {name: kept})) == [
        f"DIFFERS  {name}: other words: ' points are in III.', ' points are in II.' in the reference"
    ]


def reports(**changes):
    return replace(THERE, **{name: {**getattr(THERE, name), **new} for name, new in changes.items()})


OTHERS = {NATIVE: HERE}


@pytest.mark.parametrize(
    ("machine", "own", "said"),
    [
        (MACHINES[OLDEST], THERE, ""),
        (MACHINES["SkylakeX"], THERE, "this processor has no X86_V4"),
        (
            MACHINES[OLDEST],
            reports(says={"MKL": "OFF"}),
            "MKL is OFF, not COMPATIBLE: MKL_CBWR has no effect",
        ),
        (
            MACHINES[OLDEST],
            reports(computes={"libm": "here"}),
            "libm computes as before: GLIBC_TUNABLES has no effect",
        ),
        (MACHINES["Haswell"], replace(HERE, says=dict(MACHINES["Haswell"].says)), "it computes as native does"),
        (Machine(threads=2), HERE, ""),
    ],
)
def test_a_machine_that_this_one_cannot_be_is_skipped_with_the_reason(machine, own, said):
    assert machines.obstacle(machine, own, OTHERS) == said


def test_weight_decays_are_the_same_numbers_on_every_machine(both):
    *_, own = both
    here = few_points.decays()
    assert own["decays"] == here
    assert here == pytest.approx([0.3 * d**e for e, d in few_points.POWERS], rel=1e-15)


def test_threads_set_outside_do_not_count(both):
    *_, own = both
    assert own["threads"] == 1


def test_variables_set_outside_do_not_count(monkeypatch):
    monkeypatch.setenv("MKL_CBWR", "AVX2")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert {"MKL_CBWR", "OMP_NUM_THREADS"}.isdisjoint(MACHINES[NATIVE].environment())
    assert MACHINES[OLDEST].environment()["MKL_CBWR"] == "COMPATIBLE"
    assert MACHINES[OLDEST].environment()["NPY_DISABLE_CPU_FEATURES"] == "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
    assert os.environ["MKL_CBWR"] == "AVX2"


@pytest.fixture
def pretended(tmp_path, monkeypatch):
    """`make test-machines` with builds and reports that are pretended; the figures' numbers and outcomes of builds."""
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").touch()
    outcome = {"numbers": {}, "passes": {}, "reports": {}}

    def build(machine, scale, folder, cores):
        name = folder.name
        for path in (folder / f"figures/{scale}", folder / f"results/{scale}"):
            path.mkdir(parents=True, exist_ok=True)
        (folder / f"figures/{scale}/fig3.csv").write_text(f"risk\n{outcome['numbers'].get(name, 1.0)}\n")
        return outcome["passes"].get(name, lambda: True)() is not False

    monkeypatch.setattr(elsewhere, "build", build)
    monkeypatch.setattr(
        machines, "report", lambda machine: outcome["reports"].get(machine.level, THERE if machine.level else HERE)
    )
    return outcome


def test_same_numbers_elsewhere(pretended, capsys):
    pretended["numbers"] = {OLDEST: 1.0 + 1e-8}
    elsewhere.main(OLDEST, "SkylakeX")
    said = capsys.readouterr().out.splitlines()
    assert "SkylakeX     skipped: this processor has no X86_V4" in said
    assert "Nehalem      1 of 1 files have another digit" in said
    assert "Nehalem      as here  figures: 1 files, 1 numbers; risk uses 0.99900% of its tolerance" not in said
    assert any(line.startswith("Nehalem      as here  figures: 1 files, 1 numbers; risk uses 1.00%") for line in said)
    assert said[-1] == "test-machines: native, Nehalem find the same numbers"


def test_other_numbers_elsewhere_fail(pretended, capsys):
    pretended["numbers"] = {OLDEST: 1.01}
    with pytest.raises(SystemExit, match=r"test-machines: failed: Nehalem \(differs\)"):
        elsewhere.main(OLDEST)
    assert "Nehalem      DIFFERS  figures/smoke/fig3.csv: row 1: risk = 1.01, 1.0 in the ref" in capsys.readouterr().out


def test_a_build_that_fails_elsewhere_fails(pretended):
    pretended["passes"] = {OLDEST: lambda: False}
    with pytest.raises(SystemExit, match=r"failed: Nehalem \(see build/machines/smoke/Nehalem/build.log\)"):
        elsewhere.main(OLDEST)


def test_sources_that_change_meanwhile_prove_nothing(pretended):
    Path("scripts").mkdir()
    pretended["passes"] = {OLDEST: lambda: Path("scripts/new.py").touch()}
    with pytest.raises(SystemExit, match="sources changed while machines were built, which proves nothing"):
        elsewhere.main(OLDEST)


def test_one_run_at_a_time_builds_machines(pretended):
    folder = elsewhere.FOLDER / "smoke"
    folder.mkdir(parents=True)
    held = "from pathlib import Path; from scaling_spectra_pipeline import lock; print(lock.alone(Path()), flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{held}; input()"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == "True\n"
        with pytest.raises(SystemExit, match=r"another run builds in build/machines/smoke; wait for it or stop it"):
            elsewhere.main(OLDEST)
        other.communicate("\n")
    elsewhere.main(OLDEST)


def test_nothing_compared_is_a_failure(pretended):
    with pytest.raises(SystemExit, match="this machine can be none of the others: nothing was compared"):
        elsewhere.main("SkylakeX")
    with pytest.raises(SystemExit, match="'Nehalen' is not known: must be one of native, Nehalem, "):
        elsewhere.main("Nehalen")


def test_a_build_goes_on_where_the_same_machine_left_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").touch()
    Path("results/reference").mkdir(parents=True)
    Path("results/reference/manifest.json").touch()
    folder = tmp_path / "build"
    elsewhere.prepare(folder, MACHINES[OLDEST], THERE)
    left = folder / "results/smoke"
    left.mkdir()
    Path("results/reference/manifest.json").unlink()
    elsewhere.prepare(folder, MACHINES[OLDEST], THERE)
    assert left.exists()
    # the released numbers are those of the checkout
    assert [path.name for path in (folder / "results/reference").iterdir()] == []
    elsewhere.prepare(folder, MACHINES[OLDEST], reports(computes={"numpy": "otherwise"}))
    assert not left.exists()


def test_builds_stay_beside_those_of_the_user():
    assert Path("build") in elsewhere.FOLDER.parents
    assert "build/" in (few_points.ROOT / ".gitignore").read_text().splitlines()
