"""Representative jobs of the paper scale, measured against predicted cost: ``python benchmarks/paper_jobs.py``.

Each is one job of the paper's grids, replica 0 with every weight decay that the job has, run by Snakemake itself in
benchmarks/paper_jobs (or the folder given), without what would follow. Writes benchmarks/results/paper_jobs.csv.
Finished jobs are kept: the command can be interrupted and repeated.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra_pipeline import benchmark_files, costs
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan
from scaling_spectra_pipeline.plan import folder as folder_of

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
EXPERIMENT, NOISE_VAR = "excess_risk", 0.5


def representative(plan: Plan) -> list[tuple[Ensemble, float]]:
    """Jobs of the grids of Figure 3.

    The quadratic network at its largest d with fewest samples, and at the d below it with most; the diagonal one at its
    largest d, nearest to the interpolation peak.
    """
    found: dict[str, list[Ensemble]] = {"quadratic": [], "diagonal": []}
    for ensemble in sorted(plan.ensembles(EXPERIMENT), key=lambda ensemble: -ensemble.dim):
        if ensemble.noise_var == NOISE_VAR and ensemble.network in found:
            found[ensemble.network].append(ensemble)
    (largest, next_largest, *_), (peaked, *_) = found["quadratic"], found["diagonal"]
    n_eff = {of: plan.grid(EXPERIMENT, of.network, of.dim).n_eff for of in (largest, next_largest, peaked)}
    peak = limits_of("diagonal").INTERPOLATION * peaked.dim
    nearest = min(n_eff[peaked], key=lambda value: abs(value - peak))
    return [(largest, min(n_eff[largest])), (next_largest, max(n_eff[next_largest])), (peaked, nearest)]


def main(folder: Path) -> None:
    """Run the jobs one after the other, and compare."""
    plan = Plan(load({"scale": "paper"}, ROOT))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "config.yaml", folder)
    rows = []
    for ensemble, n_eff in representative(plan):
        method = plan.method(EXPERIMENT, ensemble.network, ensemble.dim, n_eff)
        name = f"{EXPERIMENT}/{folder_of(ensemble)}/n_eff{n_eff!r}_{method}_batch0"
        command = [
            sys.executable,
            "-m",
            "snakemake",
            "--snakefile",
            str(ROOT / "Snakefile"),
            "--directory",
            str(folder),
        ]
        target = f"{plan.root}/training/{name}.csv"
        subprocess.run(
            [*command, "--config", "scale=paper", "--cores", "1", "--quiet", "rules", "--", target], check=True
        )
        work = plan.training_work(EXPERIMENT, ensemble.network, ensemble.dim, n_eff, method, 0)
        file = folder / plan.root / ".jobs/benchmarks/train_networks" / f"{name}.tsv"
        benchmark = benchmark_files.read(file)
        points = pd.read_csv(folder / target)
        rows.append(
            {"network": ensemble.network, "dim": ensemble.dim, "n_eff": n_eff}
            | {
                "method": method,
                "points": work.points,
                "converged": int(points["converged"].sum()),
                "iterations": int(points["iterations"].sum()),
                "wall_seconds": round(benchmark["s"], 1),
                "cpu_seconds": round(benchmark["cpu_seconds"], 1),
                "predicted_seconds": round(costs.seconds(work), 1),
                "max_rss_mb": round(benchmark["max_rss"]),
                "requested_mb": costs.megabytes(work),
            }
        )
        print(rows[-1], flush=True)
        pd.DataFrame(rows).to_csv(RESULTS / "paper_jobs.csv", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "paper_jobs")
