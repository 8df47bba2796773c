"""The family of teachers that the guide writes is one file: dropped in, it goes through data, theory and rules."""

import re
import runpy
import textwrap

import numpy as np
import pytest

from helpers import small
from helpers.checkout import ROOT
from helpers.drawn import draw, ensemble
from scaling_spectra import teachers
from scaling_spectra.landmarks import landmarks
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks import names
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of

SETTINGS = {"family": "gaussian", "spread": 20.0}
ON_THE_COMMAND_LINE = 'teacher={"family": "gaussian", "spread": 20.0}'


def source() -> str:
    """The file that the guide says to write."""
    page = (ROOT / "docs/howto/add-a-teacher.md").read_text(encoding="utf-8")
    (found,) = re.findall(r'^    """Teachers whose scales fall off as.*?(?=^\S)', page, flags=re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found)


@pytest.fixture
def dropped_in(tmp_path, monkeypatch):
    """The file in a folder that is searched beside that of the other families."""
    (tmp_path / "gaussian.py").write_text(source(), encoding="utf-8")
    monkeypatch.setattr(teachers, "__path__", [*teachers.__path__, str(tmp_path)])
    teachers.families.cache_clear()
    yield
    monkeypatch.undo()
    teachers.families.cache_clear()


@pytest.mark.parametrize("network", names())
def test_a_dropped_in_family_is_drawn_and_solved(dropped_in, tmp_path, network):
    config = load({"scale": "smoke", "teacher": SETTINGS}, ROOT)
    assert teachers.key(config.settings) == "spread20.0"
    dim, family = 12, make(config.settings)
    data = draw(tmp_path / "d.npz", network, dim, 2, 1, teacher=config.settings)
    curves = {"n_eff": [20.0], "weight_decays": [[1.0, 0.0]], "replicas": 2, "points_per_decade": 3, "width": 1.0}
    main = runpy.run_path(str(ROOT / "scripts/solve_theory.py"))["main"]
    main([data], str(tmp_path / "theory.csv"), ensemble=ensemble(network, dim, config.settings), **curves)
    table = read(tmp_path / "theory.csv", schema_of("theory"))
    assert (table["teacher"] == "spread20.0").all()
    assert table["gamma"].isna().all()
    # at large d the zeros are counted: the same risk from few values
    large = 2000
    few = merged_spectrum(family, large)
    assert few.values.size < large / 4
    risks = [
        theory_of(network).state_evolution(spectrum, 40.0 * large, 1.0, 0.5).risk
        for spectrum in (few, family.spectrum(large))
    ]
    assert risks[0] == pytest.approx(risks[1], rel=1e-9)
    assert np.isfinite(landmarks(family, network, large, 0.5).full_spectrum)
    assert family.label == "Gaussian, spread = 20"


def test_a_parameter_out_of_range_is_refused_in_the_words_of_the_family(dropped_in):
    with pytest.raises(ValueError, match=r"teacher: spread: -1\.0 is not positive"):
        load({"scale": "smoke", "teacher": SETTINGS | {"spread": -1.0}}, ROOT)


@pytest.mark.soak
def test_a_checkout_with_one_more_file_builds_its_points(tmp_path):
    """Nothing but the file is added; a build of it has points, theory and files under its key."""
    project = small.checkout(tmp_path)
    (project / "src/scaling_spectra/teachers/gaussian.py").write_text(source(), encoding="utf-8")
    result = small.run(project, "--cores", "1", "theory", "training", "--config", ON_THE_COMMAND_LINE)
    assert result.returncode == 0, result.stderr[-3000:]
    for stage in ("theory", "training"):
        table = read(project / f"results/smoke/{stage}/excess_risk.csv", schema_of(stage))
        assert set(table["teacher"]) == {"spread20.0"}
        assert set(table["network"]) == {"diagonal", "quadratic"}
