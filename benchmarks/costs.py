"""Fit the cost model to the benchmark files of a build: ``python benchmarks/costs.py [laptop ...]``.

Writes workflow/costs.csv, and benchmarks/results/costs.csv with every measured job beside its prediction.
"""

import re
import sys
from math import log
from pathlib import Path

import numpy as np
import pandas as pd

from scaling_spectra_pipeline import costs
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
JOB = re.compile(
    r"(?P<network>\w+)/gamma[^/]+_noise[^/]+_d(?P<dim>\d+)/n_eff(?P<n_eff>[^_/]+?)(_(?P<method>\w+)_batch\d+)?\.tsv"
)
# weight of the prior that coefficients of regressors vanish, in observations
RIDGE = 0.05


def measured(scale: str) -> pd.DataFrame:
    """Jobs of a build with their size, seconds and peak memory."""
    plan = Plan(load({"scale": scale}, ROOT))
    rows = []
    for name, section in plan.config.points.items():
        trained = name in plan.config.experiments
        folder = ROOT / plan.root / ".jobs/benchmarks" / ("train_networks" if trained else "studies") / name
        for path in sorted(folder.rglob("*.tsv")):
            job = JOB.search(str(path.relative_to(folder)))
            if job is None:
                continue
            network, dim = job["network"], int(job["dim"])
            if dim not in section.networks.get(network, {}):
                continue
            batch = int(re.search(r"batch(\d+)", path.name)[1]) if trained else None
            replicas = (
                len(plan.replicas(name, network, dim, batch)) if trained else plan.grid(name, network, dim).replicas
            )
            work = costs.Work(
                network=network,
                kind=job["method"] or name,
                dim=dim,
                n_eff=float(job["n_eff"]),
                replicas=replicas,
                weight_decays=len(plan.weight_decays(name)),
                width=plan.width(network),
            )
            benchmark = pd.read_csv(path, sep="\t").iloc[0]
            rows.append({"scale": scale, "work": work, "seconds": benchmark["s"], "max_rss": benchmark["max_rss"]})
    return pd.DataFrame(rows)


def fit(jobs: pd.DataFrame) -> pd.DataFrame:
    """Coefficients of each network and kind of work."""
    jobs = jobs.assign(network=[w.network for w in jobs["work"]], kind=[w.kind for w in jobs["work"]])
    rows = []
    for (network, kind), group in jobs.groupby(["network", "kind"]):
        start = 0.8 * group["seconds"].min()
        design = np.array([work.features() for work in group["work"]])
        observed = np.array([log((s - start) / w.points) for s, w in zip(group["seconds"], group["work"], strict=True)])
        prior = RIDGE * np.eye(design.shape[1])
        prior[0, 0] = 0.0
        coefficients = np.linalg.solve(design.T @ design + prior, design.T @ observed)
        # at the smallest sizes: what the libraries take
        base = group["max_rss"].quantile(0.25)
        row = {"network": network, "kind": kind, "start": start, "base_mb": base}
        rows.append(row | dict(zip(costs.COEFFICIENTS, coefficients, strict=True)))
    return pd.DataFrame(rows)


def main(scales: list[str]) -> None:
    """Fit, compare, and say how good the predictions are."""
    jobs = pd.concat([measured(scale) for scale in scales], ignore_index=True)
    fit(jobs).round(4).to_csv(costs.TABLE, index=False)
    compared = pd.DataFrame(
        {
            "scale": job.scale,
            "network": job.work.network,
            "kind": job.work.kind,
            "dim": job.work.dim,
            "n_eff": job.work.n_eff,
            "points": job.work.points,
            "seconds": round(job.seconds, 1),
            "predicted_seconds": round(costs.seconds(job.work), 1),
            "max_rss_mb": round(job.max_rss),
            "requested_mb": costs.megabytes(job.work),
        }
        for job in jobs.itertuples()
    )
    compared.to_csv(RESULTS / "costs.csv", index=False)
    ratio = compared["seconds"] / compared["predicted_seconds"]
    within = ((ratio < 2) & (ratio > 0.5)).mean()
    under = (compared["max_rss_mb"] > compared["requested_mb"]).sum()
    print(f"{len(compared)} jobs: {within:.0%} of run times within a factor 2; {under} asked for too little memory")


if __name__ == "__main__":
    main(sys.argv[1:] or ["laptop"])
