"""What `make plan` says: jobs, costs, schedules, refusals."""

import itertools
import re
import subprocess
import sys
from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
import pytest

from helpers import small
from helpers.checkout import ROOT, snakemake
from scaling_spectra_pipeline import benchmark_files, costs, forecast, memory
from scaling_spectra_pipeline.config import SCALES, load
from scaling_spectra_pipeline.graph import Job, jobs_of
from scaling_spectra_pipeline.plan import Plan
from scaling_spectra_pipeline.schedule import longest_chain, schedule

pytestmark = pytest.mark.early


def job(seconds, *needs, rule="train_networks", name="", megabytes=100.0, disk=1000.0):
    return Job(rule, name, seconds, megabytes, disk, needs)


@cache
def graph(scale):
    """Jobs of a scale from nothing."""
    return jobs_of({"scale": scale}, ROOT)


@pytest.mark.parametrize("scale", ["smoke", "laptop"])
def test_jobs_are_those_of_a_dry_run(scale, tmp_path):
    (tmp_path / "config.yaml").write_text((ROOT / "config.yaml").read_text())
    counted = small.planned(ROOT, "--quiet", "reason", "--config", f"scale={scale}", folder=tmp_path)
    assert len(graph(scale)) > 100
    assert Counter(j.rule for j in graph(scale)) == counted | {"all": 1}


def test_jobs_come_after_what_they_need():
    for jobs in map(graph, SCALES):
        assert all(other < place for place, j in enumerate(jobs) for other in j.needs)
        assert {j.rule.partition("_")[0] for j in jobs if not j.needs} == {"draw", "tabulate"}


def test_no_job_of_the_paper_scale_takes_two_hours():
    assert forecast.refusals(graph("paper"), memory=16e9, disk=10e9, hours=2) == []


def test_every_job_is_measured():
    rules = {j.rule for scale in SCALES for j in graph(scale) if j.files}
    assert [rule for rule in sorted(rules) if not costs.is_measured(rule)] == []


def test_predictions_hold_for_the_jobs_of_a_build(smoke):
    jobs = [j for j in graph("smoke") if j.benchmark]
    found = pd.DataFrame([benchmark_files.read(smoke / j.benchmark) for j in jobs])
    predicted = np.array([j.seconds for j in jobs])
    cpu = found["cpu_seconds"].to_numpy(dtype=float)
    # other machines are slower or faster
    assert 1 / 3 < cpu.sum() / predicted.sum() < 3
    assert np.corrcoef(np.log(predicted), np.log(cpu))[0, 1] > 0.7
    assert (found["max_rss"].fillna(0).to_numpy() < [j.megabytes for j in jobs]).all()


def test_predictions_add_up_to_what_builds_took():
    """Of the builds that the cost model was fitted to, from the smallest to the largest."""
    measured = pd.read_csv(ROOT / "benchmarks/results/costs.csv")
    for jobs in (measured, measured[measured["points"] == 0]):
        took = jobs.groupby("scale")[["cpu_seconds", "predicted_seconds"]].sum()
        assert set(took.index) == {"smoke", "laptop", "paper"}
        assert (took["predicted_seconds"] / took["cpu_seconds"]).to_numpy() == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize("wall", [0.3, 2.0, 14.0, 20.0, 44.0, 46.0, 200.0])
def test_cpu_time_is_known_up_to_the_end_of_a_job(wall):
    """Snakemake reads it every half second for 15 seconds, then every half minute."""
    readings = [0.5 * i for i in range(31)] + [15.0 + 30 * i for i in range(1, 9)]
    last = max(time for time in readings if time <= wall)
    assert benchmark_files.cpu_seconds(wall, 0.8 * last) == pytest.approx((0.8 if last else 1) * wall, abs=0.3)


def test_memory_is_asked_for_once_for_the_check_too():
    """Of the builds that the cost model was fitted to: never less than was used, and less than twice as much."""
    measured, asked = pd.read_csv(ROOT / "benchmarks/results/costs.csv"), {}
    for row in measured[measured["rule"] == "check"].itertuples():
        asked[row.scale] = next(job.megabytes for job in graph(row.scale) if job.rule == "check")
        assert row.max_rss_mb < asked[row.scale] < 2 * row.max_rss_mb
    assert asked["paper"] > 2 * asked["smoke"]


def test_disk_is_that_of_a_build(smoke):
    used = sum(512 * path.stat().st_blocks for name in ("results", "figures") for path in (smoke / name).rglob("*.*"))
    used += sum(512 * path.stat().st_blocks for path in (smoke / ".snakemake/metadata").iterdir())
    assert 0.9 < sum(j.disk for j in graph("smoke")) / used < 1.5


def test_schedule_agrees_with_exhaustive_search():
    rng = np.random.default_rng(3)
    for _ in range(20):
        jobs = [job(float(rng.integers(1, 9)), *(i for i in range(place) if rng.random() < 0.3)) for place in range(6)]
        best = min(_makespan(jobs, order, 2) for order in itertools.permutations(range(6)))
        seconds, _ = schedule(jobs, 2)
        # Graham's bound for list scheduling on two cores
        assert best <= seconds <= 1.5 * best
        assert schedule(jobs, 6)[0] == sum(j.seconds for j in longest_chain(jobs))
        assert schedule(jobs, 1)[0] == sum(j.seconds for j in jobs)


def _makespan(jobs, order, cores):
    """Finish of the schedule that starts jobs in this order, each as early as it can."""
    ends, free, last = {}, [0.0] * cores, 0.0
    for place in order:
        if any(other not in ends for other in jobs[place].needs):
            return np.inf
        start = max([free[0], last, *(ends[other] for other in jobs[place].needs)])
        last, ends[place] = start, start + jobs[place].seconds
        free = sorted([*free[1:], ends[place]])
    return max(ends.values())


def test_memory_at_one_time():
    jobs = [job(2, megabytes=300), job(1, megabytes=500), job(1, 1, megabytes=700)]
    assert schedule(jobs, 2) == (2, 1000)
    assert schedule(jobs, 1)[1] == 700


def test_jobs_wait_for_memory():
    jobs = [job(2, megabytes=300), job(1, megabytes=500), job(1, megabytes=500), job(4, megabytes=400)]
    assert schedule(jobs, 4) == (4, 1700)
    # the long ones fit beside each other; those of 500 MB come one after the other, when the first has ended
    assert schedule(jobs, 4, memory=900e6) == (4, 900)
    # more than there is: alone
    assert schedule(jobs, 4, memory=100e6) == (8, 100)


def test_what_does_not_fit_at_one_time_is_said():
    jobs = [job(2, megabytes=300), job(1, megabytes=500), job(1, megabytes=500), job(4, megabytes=400)]
    said = [line for line in forecast.report(jobs, 1, memory=900e6).splitlines() if line.startswith("wall time on ")]
    assert said[0] == "wall time on 1 core: 8.0 s, asking for 0.5 GB at most"
    beyond = "4.0 s, asking for 1.7 GB at most: does not fit into 0.9 GB, where jobs wait for each other: 4.0 s"
    assert said[1:] == [f"wall time on {cores} cores: {beyond}" for cores in forecast.MORE_CORES]


def test_memory_asked_for_is_near_what_jobs_take():
    """Of the jobs that the model was fitted to: within a factor 2 for nine of ten, and for none too little."""
    measured = pd.read_csv(ROOT / "benchmarks/results/costs.csv")
    assert len(measured) > 400
    assert (measured["requested_mb"] >= measured["max_rss_mb"]).all()
    # a job of this library takes more: these had ended when they were first looked at
    seen = measured[measured["max_rss_mb"] > 50]
    assert len(seen) > 400
    assert (seen["requested_mb"] < 2 * seen["max_rss_mb"]).mean() > 0.9


def test_solvers_ask_for_memory_where_they_use_it():
    """Matrices of the size of the samples: near interpolation, not where samples are many or too many to fit."""

    def asked(dim, n_eff):
        return costs.megabytes(costs.Work("quadratic", "convex", dim, n_eff, 2, 6))

    # 2 matrices of (50 d)^2 numbers
    assert asked(100, 50.0) > asked(100, 200.0) + 2 * 8 * 5000**2 / 1e6
    # the job that was asked 2.9 GB for, and took 274 MB
    assert asked(25, 500.0) < 2 * 274
    # no matrix of 40000^2 numbers is ever made
    assert asked(400, 100.0) < 1000


def test_refusals_name_job_and_limit():
    jobs = [job(8000, name="quadratic 800", megabytes=20_000, disk=3e9), job(100, 0)]
    memory, disk, hours = forecast.refusals(jobs, memory=16e9, disk=1e9, hours=2)
    said = "train_networks quadratic 800 (20000 MB): more memory than the 16000 MB for jobs; use smaller d or n_eff"
    assert memory.startswith(said)
    assert disk.startswith("the build leaves 3.00 GB: more than the 1.00 GB of disk free")
    assert hours.startswith("train_networks quadratic 800 (2.2 h): longer than 2 h; lower training.replicas_per_job")
    # a job whose size no grid says, and which has no name
    memory, hours = forecast.refusals([job(8000, rule="check", megabytes=1000)], memory=9e7, disk=1e9, hours=2)
    assert memory == "check (1000 MB): more memory than the 90 MB for jobs; use a larger machine (--memory)"
    assert hours == "check (2.2 h): longer than 2 h; allow more (--hours)"
    assert forecast.refusals(jobs, memory=32e9, disk=4e9, hours=None) == []


def test_what_was_never_measured_is_counted_like_the_most_expensive():
    known = costs.Work("quadratic", "network", 100, 10.0, 4, 3)
    new = costs.Work("quadratic", "study_of_tomorrow", 100, 10.0, 4, 3)
    assert costs.seconds(new) >= costs.seconds(known)
    assert costs.megabytes(new) >= costs.megabytes(known)
    assert costs.seconds_of_rule("tabulate_tomorrow") >= costs.seconds_of_rule("tabulate_exponent_summary")
    assert costs.bytes_left("figure_of_tomorrow") >= costs.bytes_left("fig3")
    assert not costs.is_measured("examine_tomorrow")
    report = forecast.report([job(5.0, rule="examine_tomorrow")], 2)
    assert "never measured, counted like the most expensive of their kind: examine_tomorrow (1)" in report


def plan(*arguments):
    command = [sys.executable, "-m", "scaling_spectra_pipeline.forecast", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_plan_is_refused_where_it_does_not_fit():
    result = plan("scale=smoke", "--memory", "0.4")
    assert result.returncode == 1
    assert "core hours:" in result.stdout
    assert re.search(r"^plan: \S+ .*\(\d+ MB\).*: more memory than the 100 MB for jobs", result.stderr)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scale=huge"], "config: scale: 'huge' is not one of smoke, laptop, paper"),
        (["gamma"], "config: --config: 'gamma' is not accepted; must be key=value"),
        (["--cores", "0"], "cores: 0 is not accepted; must be a whole number from 1, or all"),
        (["--cores", "abc"], "cores: abc is not accepted; must be a whole number from 1, or all"),
        (["--memory", "abc"], "forecast: Invalid value for --memory: 'abc' is not a number above 0"),
        (["--memory", "0.2"], "plan: --memory 0.2 is not accepted; Snakemake itself takes 0.3 GB"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments, message):
    result = plan(*arguments)
    assert result.returncode == 1
    assert result.stderr.strip() == message


def test_results_can_live_elsewhere(tmp_path):
    folder, scratch = tmp_path / "build", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    (folder / "results").symlink_to(scratch)
    # no configuration in the folder either
    configuration = ["--configfile", str(ROOT / "config.yaml"), "--config", "scale=smoke"]
    result = snakemake(folder, *configuration, "--cores", "1", "--", "data")
    assert result.returncode == 0, result.stderr
    plan = Plan(load({"scale": "smoke"}, ROOT))
    wanted = {path for name in plan.config.points for path in plan.drawn_teachers(name)}
    written = {f"results/{path.relative_to(scratch)}" for path in scratch.rglob("*.npz")}
    assert written == wanted
    assert len(written) >= 4
    # the jobs share the memory of this machine
    assert re.search(r"Provided resources: mem_mb=\D*(\d+)", result.stderr)[1] == str(memory.available())
