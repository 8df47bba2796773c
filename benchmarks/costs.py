"""Fit the cost model to the benchmark files of finished builds: ``python benchmarks/costs.py [smoke laptop ...]``.

Jobs of the paper's dimensions that benchmarks/paper_jobs.py measured take part in the fit. Writes workflow/costs.csv
and workflow/costs_of_rules.csv, and below benchmarks/results costs.csv with every measured job beside its prediction,
and costs.png, which draws them.

Times are CPU seconds, which another load on the machine changes least.
"""

import sys
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.optimize import least_squares, nnls

from scaling_spectra_pipeline import benchmark_files, costs
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.extents import extent, work_of
from scaling_spectra_pipeline.graph import Job, jobs_of
from scaling_spectra_pipeline.plan import Plan

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
# weight, against an observation, of the prior that passes grow with neither d nor n: what larger d are judged by
RIDGE = 1.0
# Snakemake's record of an output: two blocks of a usual file system
RECORD = 8192


def measured(scale: str, directory: Path) -> pd.DataFrame:
    """Jobs of a build in `directory` with their size, CPU seconds, peak memory and bytes on disk."""
    plan = Plan(load({"scale": scale}, ROOT))
    rows = []
    for job in jobs_of({"scale": scale}, directory):
        if job.benchmark is None or not (directory / job.benchmark).exists():
            continue
        benchmark = benchmark_files.read(directory / job.benchmark)
        table_rows, weights = extent(plan, job.rule, job.wildcards)
        rows.append(
            {
                "scale": scale,
                "rule": job.rule,
                "job": job.name,
                "work": work_of(plan, job.rule, job.wildcards),
                "rows": table_rows,
                "weights": weights,
                "wall": benchmark["s"],
                "seconds": benchmark["cpu_seconds"],
                "max_rss": benchmark["max_rss"],
                "disk": _left(job, directory),
            }
        )
    # the first reading of a job that ends at once comes too late
    return pd.DataFrame(rows).dropna(subset=["seconds", "max_rss"])


def paper_jobs() -> pd.DataFrame:
    """Training at the paper's dimensions, as benchmarks/paper_jobs.py measured it: the model must reach so far."""
    path = RESULTS / "paper_jobs.csv"
    if not path.exists():
        return pd.DataFrame()
    rows = [
        {
            "scale": "paper",
            "rule": "train_networks",
            "job": f"{row.network}, d = {row.dim}, n_eff = {row.n_eff:g}, {row.method}",
            "work": costs.Work(row.network, row.method, row.dim, row.n_eff, 1, row.points),
            "wall": row.wall_seconds,
            "seconds": row.cpu_seconds,
            "max_rss": row.max_rss_mb,
        }
        for row in pd.read_csv(path).itertuples()
    ]
    return pd.DataFrame(rows)


def _left(job: Job, directory: Path) -> int:
    """Bytes of a job's files, in whole blocks, with Snakemake's records of them."""
    files = [directory / name for name in job.files]
    blocks = sum(512 * file.stat().st_blocks for file in files if file.exists())
    return blocks + RECORD * sum(not name.endswith((".tsv", ".log")) for name in job.files)


def fit_work(jobs: pd.DataFrame) -> pd.DataFrame:
    """Coefficients of each network and kind of work: least squares of the logarithm of seconds."""
    jobs = jobs.assign(network=[w.network for w in jobs["work"]], kind=[w.kind for w in jobs["work"]])
    rows = []
    for (network, kind), group in jobs.groupby(["network", "kind"]):
        works, observed = list(group["work"]), np.log(group["seconds"].to_numpy(dtype=float))
        names = ("start", "per_point", *costs.COEFFICIENTS)

        def residuals(parameters, works=works, observed=observed):
            start, per_point = np.exp(parameters[:2])
            logs = np.log([costs.modelled(work, start, per_point, parameters[2:]) for work in works])
            return np.concatenate([logs - observed, RIDGE * parameters[3:]])

        largest = max(work.points * work.operations() for work in works)
        first = [log(0.7 * group["seconds"].min()), log(0.01), log(group["seconds"].max() / largest), 0, 0, 0, 0]
        found = least_squares(residuals, first).x
        # what the libraries take: beside it no job of these took more than the size of its problem tells
        base = max(0.0, max(group["max_rss"] - [work.variable_megabytes() for work in works]))
        row = {"network": network, "kind": kind, "base_mb": base}
        rows.append(row | dict(zip(names, [*np.exp(found[:2]), *found[2:]], strict=True)))
    return pd.DataFrame(rows)


def fit_rules(jobs: pd.DataFrame) -> pd.DataFrame:
    """Seconds, bytes and memory of each rule, a constant and a share per row, from its jobs; none is negative."""
    rows = []
    for rule, group in jobs.groupby("rule"):
        ones = np.ones(len(group))
        sizes = group[["rows", "weights"]].to_numpy(dtype=float)
        seconds = _shares(np.column_stack([ones, sizes[:, 0]]), group["seconds"])
        disk = _shares(np.column_stack([ones, sizes]), group["disk"])
        memory = _above(group["rows"], group["max_rss"])
        names = ("start", "per_row", "bytes", "bytes_per_row", "bytes_per_weight", "megabytes", "megabytes_per_row")
        rows.append({"rule": rule} | dict(zip(names, [*seconds, *disk, *memory], strict=True)))
    return pd.DataFrame(rows)


def _shares(design: np.ndarray, observed: pd.Series) -> np.ndarray:
    """Non-negative coefficients with the least sum of squared relative errors."""
    scale = observed.to_numpy(dtype=float)
    return nnls(design / scale[:, None], np.ones(len(scale)))[0]


def _above(rows: pd.Series, peaks: pd.Series) -> list[float]:
    """A constant and a share per row, with the trend of the peaks, below which none of them lies."""
    slope = max(0.0, np.polyfit(rows, peaks, 1)[0]) if rows.nunique() > 1 else 0.0
    return [max(0.0, float(max(peaks - slope * rows))), slope]


def predicted(jobs: pd.DataFrame) -> pd.Series:
    """Seconds by the fitted model."""
    return pd.Series(
        [
            costs.seconds(job.work) if job.work is not None else costs.seconds_of_rule(job.rule, job.rows)
            for job in jobs.itertuples()
        ],
        index=jobs.index,
    )


def requested(job: Any) -> float:
    """Megabytes that a job asks for by the fitted model."""
    if job.work is not None:
        return costs.megabytes(job.work)
    return costs.megabytes_of_rule(job.rule, job.rows)


def draw(compared: pd.DataFrame) -> Figure:
    """Predicted against measured CPU seconds, and memory asked for against the peak that was used."""
    figure = Figure(figsize=(7.0, 3.4), layout="constrained")
    times, memory = figure.subplots(1, 2)
    kinds = {"training and studies": compared["points"] > 0, "other rules": compared["points"] == 0}
    for (label, chosen), marker, color in zip(kinds.items(), "os", ("C0", "C1"), strict=True):
        options = {"marker": marker, "s": 12, "facecolors": "none", "edgecolors": color, "linewidths": 0.7}
        part = compared[chosen]
        times.scatter(part["cpu_seconds"], part["predicted_seconds"], label=label, **options)
        memory.scatter(part["max_rss_mb"], part["requested_mb"], **options)
    for axes, columns in ((times, ["cpu_seconds", "predicted_seconds"]), (memory, ["max_rss_mb", "requested_mb"])):
        ends = np.array([0.8 * compared[columns].min().min(), 1.25 * compared[columns].max().max()])
        axes.plot(ends, ends, color="black", linewidth=0.8, label="equal" if axes is times else None)
        axes.set(xscale="log", yscale="log")
    ends = np.array(times.get_xlim())
    for factor in (0.5, 2):
        times.plot(
            ends, factor * ends, color="grey", linewidth=0.8, linestyle="--", label="factor 2" if factor == 2 else None
        )
    times.set(xlabel="CPU time measured (s)", ylabel="predicted (s)")
    memory.set(xlabel="peak memory measured (MB)", ylabel="memory asked for (MB)")
    figure.legend(loc="outside lower center", ncols=5, frameon=False)
    return figure


def main(scales: list[str], directory: Path) -> None:
    """Fit, compare, and say how good the predictions are."""
    built = pd.concat([measured(scale, directory) for scale in scales], ignore_index=True)
    jobs = pd.concat([built, paper_jobs()], ignore_index=True)
    works = jobs["work"].notna()
    fit_work(jobs[works]).round(4).to_csv(costs.TABLE, index=False)
    fit_rules(built).round(6).to_csv(costs.RULES, index=False)
    costs.forget()
    compared = pd.DataFrame(
        {
            "scale": jobs["scale"],
            "rule": jobs["rule"],
            "job": jobs["job"],
            "points": [0 if work is None else work.points for work in jobs["work"]],
            "wall_seconds": jobs["wall"].round(1),
            "cpu_seconds": jobs["seconds"].round(1),
            "predicted_seconds": predicted(jobs).round(1),
            "max_rss_mb": jobs["max_rss"].round(),
            "requested_mb": [requested(job) for job in jobs.itertuples()],
        }
    )
    compared.to_csv(RESULTS / "costs.csv", index=False)
    draw(compared).savefig(RESULTS / "costs.png", dpi=200)
    for scale, part in compared.groupby("scale"):
        ratio = part["cpu_seconds"] / part["predicted_seconds"]
        within = ((ratio < 2) & (ratio > 0.5)).mean()
        trained = part["points"] > 0
        of_these = ((ratio[trained] < 2) & (ratio[trained] > 0.5)).mean()
        under = (part["max_rss_mb"] > part["requested_mb"]).sum()
        near = (part["requested_mb"] < 2 * part["max_rss_mb"]).mean()
        print(
            f"{scale}: {len(part)} jobs: {within:.0%} of CPU times within a factor 2 "
            f"(training and studies: {of_these:.0%} of {trained.sum()}); "
            f"together {part['cpu_seconds'].sum():.0f} s measured, "
            f"{part['predicted_seconds'].sum():.0f} s predicted; {under} jobs above the memory they ask for, "
            f"{near:.0%} of them ask for less than twice what they take"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["smoke", "laptop"], Path.cwd())
