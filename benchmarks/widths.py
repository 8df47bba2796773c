"""State evolution of p < d hidden units: time, random points, published numbers, and the same by sampled matrices.

    python benchmarks/widths.py

Writes results/widths.csv (the measures, with their targets), results/widths_sweep.csv (every random point) and
results/widths_sampled.csv (points solved both ways). Times are processor seconds of one thread.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
from scipy.linalg import eigh

from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.quadratic.theory import state_evolution
from scaling_spectra.networks.quadratic.width import best_width, best_width_law, width_curve
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.spectrum import Spectrum, from_values, power_law
from scaling_spectra_pipeline import published_numbers

RESULTS = Path(__file__).parent / "results"
DIM, HIDDEN = 800, (1, 4, 20, 100, 400)
POINTS, SEED = 300, 20250929
# relative error of the sampled risk
ACCURACY = 2e-3
BATCH, MOST_STEPS = 4, 100


def timed(function, *arguments, **options):
    start = process_time()
    result = function(*arguments, **options)
    return result, process_time() - start


def row(measure: str, value: float, unit: str = "", relation: str = "", target: float = np.nan) -> dict:
    return {"measure": measure, "value": float(f"{value:.4g}"), "unit": unit, "relation": relation, "target": target}


def time_solves() -> list[dict]:
    """Cold solves, and warm ones from 10 % fewer samples."""
    times = {"warm": [], "cold": []}
    for build in (power_law, merged_power_law):
        for gamma in (0.75, 1.0, 1.5):
            spectrum = build(DIM, gamma)
            for weight_decay in (1 / DIM, 1.0, np.sqrt(DIM)):
                for n_eff in np.geomspace(0.5, 100 * DIM, 7):
                    for place, hidden in enumerate(HIDDEN):
                        point = (weight_decay, 0.5 * (place % 2))
                        options = {"width": hidden / DIM}
                        times["cold"].append(timed(state_evolution, spectrum, n_eff * DIM, *point, **options)[1])
                        start = state_evolution(spectrum, 0.9 * n_eff * DIM, *point, **options)
                        options["start"] = start
                        times["warm"].append(timed(state_evolution, spectrum, n_eff * DIM, *point, **options)[1])
    rows = []
    for kind, target in (("warm", 5), ("cold", 50)):
        for share in (50, 90, 100):
            value = 1e3 * np.percentile(times[kind], share)
            goal = ("<=", target) if share == 90 else ("", np.nan)
            rows.append(row(f"{kind} solve, d = {DIM}, p < d, percentile {share}", value, "ms", *goal))
    return rows


def random_points() -> tuple[pd.DataFrame, list[dict]]:
    """d 50...10^5, p 1...d, n_eff 0.5...100 d, lambda 1e-6...1e3 (log-uniform), gamma 0.6...2, Delta 0 or 0.5."""
    rng = np.random.default_rng(SEED)
    records = []
    for _ in range(POINTS):
        dim = int(np.exp(rng.uniform(np.log(50), np.log(1e5))))
        gamma, n_eff = rng.uniform(0.6, 2), np.exp(rng.uniform(np.log(0.5), np.log(100 * dim)))
        weight_decay, noise_var = 10 ** rng.uniform(-6, 3), rng.choice([0.0, 0.5])
        hidden = int(np.exp(rng.uniform(0, np.log(dim))))
        point = (merged_power_law(dim, gamma), n_eff * dim, weight_decay, noise_var)
        record = {"dim": dim, "gamma": gamma, "noise_var": noise_var, "n_eff": n_eff, "weight_decay": weight_decay}
        record |= {"hidden": hidden}
        try:
            found, seconds = timed(state_evolution, *point, width=hidden / dim)
            record |= {"risk": found.risk, "branch": found.branch or "closed", "accuracy": found.accuracy}
            record |= {"ms": 1e3 * seconds}
        except StateEvolutionError as error:
            record |= {"risk": np.nan, "branch": str(error), "accuracy": np.nan, "ms": np.nan}
        records.append(record)
    table = pd.DataFrame(records)
    return table, [
        row("random points, p < d", len(table), "", ">=", 300),
        row("of these without a solution", int(table["risk"].isna().sum()), "", "<=", 0),
        row("largest error returned with a solution", table["accuracy"].max(), "", "<=", 1e-8),
        row("time of a random point, percentile 90", np.percentile(table["ms"].dropna(), 90), "ms"),
        row("time of a random point, percentile 100", table["ms"].max(), "ms"),
    ]


def teacher() -> Spectrum:
    """The published teacher: sum s_i^2 = d."""
    scales = np.arange(1, published_numbers.DIM + 1.0) ** -published_numbers.GAMMA
    return from_values(scales * np.sqrt(published_numbers.DIM / np.sum(scales**2)))


def compare_published() -> list[dict]:
    spectrum, dim = teacher(), published_numbers.DIM
    off, widths, laws, networks = [], [], [], []
    for point in published_numbers.NETWORKS:
        penalty = published_numbers.DECAY * np.sqrt(point.samples) / dim

        def decay(hidden: int, penalty: float = penalty) -> float:
            return penalty / np.sqrt(hidden / dim)

        full = state_evolution(spectrum, point.samples, penalty, published_numbers.NOISE_VAR)
        off.append(full.risk / 2 / point.evolution - 1)
        if point.samples / dim >= 66:
            networks.append(2 * point.trained / full.risk - 1)
        widths.append(best_width(spectrum, point.samples, decay, published_numbers.NOISE_VAR).hidden)
        laws.append(best_width_law(spectrum, point.samples, decay, published_numbers.NOISE_VAR).hidden)
    best = np.array(published_numbers.BEST_WIDTHS)
    return [
        row("published state evolution at p = d: rms difference", np.sqrt(np.mean(np.square(off))), "", "<=", 0.013),
        row("largest difference", np.abs(off).max(), "", "<=", 0.013),
        row("published networks, n/d >= 66: largest difference", np.abs(networks).max(), "", "<=", 0.035),
        row("published best widths: largest difference of ours", np.abs(widths - best).max(), "units", "<=", 1),
        row("published best widths: largest difference of the law", np.abs(laws - best).max(), "units", "<=", 1),
    ]


class Sampled:
    """The two equations with averages over sampled S* + delta G in place of integrals."""

    def __init__(self, values: np.ndarray, hidden: int, seed: int) -> None:
        self.values, self.hidden, self.rng = values, hidden, np.random.default_rng(seed)

    def draw(self, t: float, b: float) -> tuple[float, float]:
        """M and D of one matrix: D by Gaussian integration by parts, Tr S G delta/d = 2 t D."""
        dim = self.values.size
        noise = np.triu(self.rng.standard_normal((dim, dim)), 1) / np.sqrt(dim)
        noise = np.sqrt(t) * (noise + noise.T + np.diag(self.rng.standard_normal(dim) * np.sqrt(2 / dim)))
        matrix = noise + np.diag(self.values)
        found, vectors = eigh(matrix, subset_by_index=(dim - self.hidden, dim - 1), check_finite=False)
        kept = np.maximum(found - b, 0)
        along = np.sum(vectors**2 * self.values[:, None], axis=0)
        distance = np.mean(self.values**2) + np.sum(kept**2 - 2 * kept * along) / dim
        return distance, float(kept @ (found - along)) / (2 * t * dim)

    def solve(self, samples: float, lam: float, noise_var: float) -> tuple[float, int]:
        """Risk to `ACCURACY`, from zero weights: fixed-point steps, then more matrices until their mean is as good."""
        alpha = samples / self.values.size**2
        t, b = (np.mean(self.values**2) + noise_var / 2) / (2 * alpha), lam / (4 * alpha)
        drawn, last = 0, np.inf
        means: list[float] = []
        for _ in range(MOST_STEPS):
            batch = np.array([self.draw(t, b) for _ in range(BATCH)])
            drawn += BATCH
            distance, divergence = batch.mean(0)
            t, b = (distance + noise_var / 2) / (2 * alpha), lam / (4 * max(alpha - divergence, 0.01 * alpha))
            means = [*means, distance] if abs(distance / last - 1) < 0.05 else []
            last = distance
            if len(means) > 2 and np.std(means, ddof=1) / np.sqrt(len(means)) < ACCURACY * np.mean(means):
                break
        return 2 * float(np.mean(means)) if means else np.nan, drawn


def compare_sampled() -> tuple[pd.DataFrame, list[dict]]:
    spectrum, dim, records = teacher(), published_numbers.DIM, []
    for point in published_numbers.NETWORKS[1::3]:
        for hidden in (5, 20, 80):
            lam = published_numbers.DECAY * np.sqrt(point.samples) / dim
            share = hidden / dim
            own = [
                timed(
                    state_evolution,
                    spectrum,
                    point.samples,
                    lam / np.sqrt(share),
                    published_numbers.NOISE_VAR,
                    width=share,
                )
                for _ in range(5)
            ]
            sampling = Sampled(spectrum.values, hidden, SEED)
            (risk, drawn), seconds = timed(sampling.solve, point.samples, lam, published_numbers.NOISE_VAR)
            records.append(
                {
                    "samples": point.samples,
                    "hidden": hidden,
                    "risk": own[0][0].risk,
                    "sampled": risk,
                    "matrices": drawn,
                    "seconds": np.median([took for _, took in own]),
                    "sampled_seconds": seconds,
                }
            )
    table = pd.DataFrame(records)
    ratio = table["sampled_seconds"] / table["seconds"]
    return table, [
        row(f"sampled matrices / equations at accuracy {ACCURACY:g}, d = {dim}, median time", ratio.median()),
        row("smallest", ratio.min()),
        row("largest difference of the two risks", (table["sampled"] / table["risk"] - 1).abs().max(), "", "<=", 0.02),
    ]


def main() -> None:
    # the first call pays for caches
    width_curve(power_law(100, 1.0), 1000, 1.0, 0.5, np.array([10, 50]))
    rows = time_solves()
    sweep, measures = random_points()
    sampled, compared = compare_sampled()
    table = pd.DataFrame(rows + measures + compare_published() + compared)
    RESULTS.mkdir(exist_ok=True)
    table.to_csv(RESULTS / "widths.csv", index=False)
    sweep.to_csv(RESULTS / "widths_sweep.csv", index=False, float_format="%.6g")
    sampled.to_csv(RESULTS / "widths_sampled.csv", index=False, float_format="%.4g")
    print(table.to_string(index=False, float_format="%.4g"))
    print(sweep.nlargest(5, "ms").to_string(index=False))
    print(sampled.to_string(index=False))


if __name__ == "__main__":
    main()
