"""The scales side by side: from a build, and from what the gallery has of builds that are not here."""

import pandas as pd

from scaling_spectra_pipeline import gallery, scales

JOBS = pd.DataFrame(
    [("smoke", "draw_data", 2, 1.0, 0.6, 90.0), ("smoke", "figures", 3, 59.0, 30.0, 250.0)],
    columns=["scale", "stage", "jobs", "cpu_seconds", "longest", "memory_mb"],
)


def test_a_row_is_that_of_the_tables(smoke, monkeypatch):
    monkeypatch.chdir(smoke)
    (row,) = scales.side_by_side(JOBS).to_dict("records")
    points = pd.read_csv("results/smoke/training/excess_risk.csv")
    assert row["points"] == len(points)
    assert row["networks"] == (points["method"] == "network").sum() > 0
    assert row["certified"] == points["converged"].sum()
    assert row["dim_quadratic"] == points.loc[points["network"] == "quadratic", "dim"].max()
    fits = pd.read_csv("results/smoke/tables/exponent_summary.csv").dropna(subset="slope")
    assert (row["fits"], row["agree"]) == (len(fits), len(fits))
    assert 0 < row["from_theory"] < 0.2
    assert 0 < row["from_exponent"] < 2
    assert (row["jobs"], row["cpu_minutes"], row["memory_mb"]) == (5, 1.0, 250.0)
    text = scales.text(pd.DataFrame([row])).iloc[0]
    assert text["most memory"] == "0.2 GB"
    assert text["largest d, quadratic"] == str(row["dim_quadratic"])


def test_no_preset_is_built_here(tmp_path, monkeypatch):
    """A gallery of a named build alone: times and sizes are those that it has."""
    monkeypatch.setattr(gallery, "GALLERY", tmp_path)
    monkeypatch.chdir(tmp_path)
    here = gallery.timings()
    assert here.empty
    compared = scales.side_by_side(here)
    assert gallery.kept(compared, "scales.csv", "scale").empty
    # what the gallery writes of it can be read again
    compared.to_csv(tmp_path / "scales.csv", index=False)
    assert gallery.kept(compared, "scales.csv", "scale").empty
    earlier = pd.DataFrame({"scale": ["smoke", "paper"], "points": [7, 9]})
    earlier.to_csv(tmp_path / "scales.csv", index=False)
    pd.testing.assert_frame_equal(gallery.kept(compared, "scales.csv", "scale"), earlier)
    JOBS.to_csv(tmp_path / "timings.csv", index=False)
    pd.testing.assert_frame_equal(gallery.kept(here, "timings.csv", "scale"), JOBS)
    assert "| `smoke` | 5 |" in gallery.costs(gallery.kept(here, "timings.csv", "scale"))


def test_rows_of_builds_that_are_not_here_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(gallery, "GALLERY", tmp_path)
    assert gallery.kept(JOBS, "timings.csv", "scale") is JOBS
    JOBS.assign(scale=["smoke", "paper"]).to_csv(tmp_path / "timings.csv", index=False)
    laptop = JOBS.assign(scale="laptop")
    assert gallery.kept(laptop, "timings.csv", "scale")["scale"].tolist() == ["smoke", "laptop", "laptop", "paper"]
    assert gallery.kept(JOBS, "timings.csv", "scale")["scale"].tolist() == ["smoke", "smoke", "paper"]
