"""Quadratic networks trained together on a GPU: whether they are right, and how long the paper's largest ones take.

    python benchmarks/gpu.py [--device cpu] [--minutes 5]

First networks are trained both ways, one by one on the CPU and together on the device: objectives must agree within
both gaps, and risks where the minimiser is unique. Then the points of `excess_risk` with label noise at the paper's
largest d, one replica of each, as long as the minutes last: values of n_eff that would begin later are left out, and
told. Writes benchmarks/results/gpu.csv. With `--device cpu`, for machines without a GPU, the comparison alone, at small
d with the tensors on the CPU; nothing is written. Seconds are those of the wall, certificates on the CPU included.
"""

import argparse
import sys
from pathlib import Path
from time import perf_counter

import pandas as pd
import torch

from scaling_spectra.networks.interface.batched import batched_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.records import TrainingRecord
from scaling_spectra.replicas import Replica, draw_replica
from scaling_spectra.spectrum import power_law
from scaling_spectra.weight_decays import weight_decay
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "benchmarks/results/gpu.csv"
NETWORK, EXPERIMENT, NOISE_VAR = "quadratic", "excess_risk", 0.5
# d and n_eff of the comparison, and relative difference of risks that certificates leave
SMALL, LARGER, N_EFF, REPLICAS, AGREED = (20, 40), (100, 200), (3.0, 10.0, 40.0), 2, 1e-4


def main() -> None:
    """Compare, then measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    parser.add_argument("--minutes", type=float, default=5.0)
    asked = parser.parse_args()
    on_gpu = asked.device == "cuda"
    if on_gpu and not torch.cuda.is_available():
        sys.exit("device: torch finds no GPU on this machine; --device cpu compares without one")
    # one core would keep the GPU waiting for certificates
    torch.set_num_threads(torch.get_num_threads() if on_gpu else 1)
    began, plan = perf_counter(), Plan(load({"scale": "paper"}, ROOT))
    options = {"width": 1.0, "tol": plan.config.training.tolerance, **plan.training_options()}
    rules, seed = plan.weight_decays(EXPERIMENT), plan.config.seed
    rows = []

    def replicas(dim: int, n_eff: float, count: int) -> list[Replica]:
        spectrum = power_law(dim, plan.config.gamma)
        return [draw_replica(NETWORK, spectrum, NOISE_VAR, round(n_eff * dim), k, seed) for k in range(count)]

    def told(row: dict) -> None:
        rows.append(row)
        said = (f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items())
        print("  ".join(said), flush=True)
        if on_gpu:
            named = {"gpu": torch.cuda.get_device_name(), "torch": torch.__version__}
            pd.DataFrame(rows).assign(**named).to_csv(OUTPUT, index=False, lineterminator="\n")

    for dim in SMALL + (LARGER if on_gpu else ()):
        decays = [weight_decay(*rule, dim) for rule in rules]
        for n_eff in N_EFF:
            drawn = replicas(dim, n_eff, REPLICAS)
            single, alone = timed(one_by_one, drawn, decays, options)
            many, seconds = timed(together, drawn, decays, asked.device, options)
            told(
                {"part": "comparison", "dim": dim, "n_eff": n_eff}
                | summary(many, seconds)
                | {"seconds_one_by_one": alone, **differences(many, single)}
            )
    wrong = [row for row in rows if not row["agrees"]]
    if not on_gpu:
        print("no table was made: it takes a GPU")
    for dim, grid in list(plan.points(EXPERIMENT).networks[NETWORK].items())[-1:] if on_gpu else ():
        decays = [weight_decay(*rule, dim) for rule in rules]
        for n_eff in grid.n_eff:
            if perf_counter() - began > 60 * asked.minutes:
                print(f"n_eff = {n_eff:g} and more: left out, {asked.minutes:g} minutes are over")
                break
            torch.cuda.reset_peak_memory_stats()
            many, seconds = timed(together, replicas(dim, n_eff, 1), decays, asked.device, options)
            gigabytes = torch.cuda.max_memory_allocated() / 1e9
            told({"part": "paper", "dim": dim, "n_eff": n_eff} | summary(many, seconds) | {"gigabytes": gigabytes})
    if wrong:
        sys.exit(f"{len(wrong)} comparisons disagree")


def timed(function, *arguments) -> tuple:
    """What the function returns, and the seconds it took."""
    start = perf_counter()
    found = function(*arguments)
    return found, perf_counter() - start


def one_by_one(replicas: list[Replica], decays: list[float], options: dict) -> list[TrainingRecord]:
    """Every point as a build on the CPU trains it."""
    found = []
    for replica in replicas:
        train = training_of(NETWORK).prepare(replica.draw, replica.teacher, **options)
        found += [train(lam, replica.initialisation()) for lam in decays]
    return found


def together(replicas: list[Replica], decays: list[float], device: str, options: dict) -> list[TrainingRecord]:
    """Every point as a build on the device trains it."""
    prepared = batched_of(NETWORK).prepare(replicas, decays, device=device, **options)
    return [find(lam) for find in prepared for lam in decays]


def summary(found: list[TrainingRecord], seconds: float) -> dict:
    """How many points are certified, and the largest gap."""
    gaps = [record.relative_gap for record in found]
    certified = sum(record.converged for record in found)
    return {"points": len(found), "certified": certified, "largest_gap": max(gaps), "seconds": seconds}


def differences(many: list[TrainingRecord], single: list[TrainingRecord]) -> dict:
    """Largest difference of objectives over what both gaps allow, and of risks; whether all agree."""
    objective, risk, same = 0.0, 0.0, True
    for one, other in zip(many, single, strict=True):
        # rounding of sums over the samples, beside gaps
        allowed = one.relative_gap + other.relative_gap + 1e-12
        objective = max(objective, abs(one.objective / other.objective - 1) / allowed)
        same &= one.unique == other.unique
        if one.unique and other.unique:
            risk = max(risk, abs(one.risk / other.risk - 1))
            same &= one.rank == other.rank
    agrees = bool(same and objective <= 1 and risk <= AGREED)
    return {"objective_over_gaps": objective, "risk_difference": risk, "agrees": agrees}


if __name__ == "__main__":
    main()
