"""Time and accuracy of the quadratic network's state evolution, on one thread.

    python benchmarks/theory.py

Writes results/theory.csv (the measures, with their targets) and results/theory_sweep.csv (every
random point, with its error against a tightened run). Ratios compare times of one run.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import theory_reference

from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.quadratic.theory import risk_map, state_evolution
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import Spectrum, power_law

RESULTS = Path(__file__).parent / "results"
SWEEP_POINTS = 2500
SWEEP_SEED = 20250929
# largest dimension whose tightened run uses every eigenvalue, not the merged tail
UNMERGED = 2000


def timed(function, *arguments, **options):
    start = perf_counter()
    result = function(*arguments, **options)
    return result, perf_counter() - start


def solve_times(dim: int, spectrum: Spectrum) -> dict[str, np.ndarray]:
    """Milliseconds of cold and warm solves; warm ones start from a solution at 10 % fewer samples."""
    cold, warm = [], []
    for weight_decay in (1 / dim, 1.0, np.sqrt(dim)):
        for n_eff in np.geomspace(0.5, 100 * dim, 25):
            for noise_var in (0.0, 0.5):
                point = (n_eff * dim, weight_decay, noise_var)
                cold.append(timed(state_evolution, spectrum, *point)[1])
                start = state_evolution(spectrum, 0.9 * point[0], *point[1:])
                warm.append(timed(state_evolution, spectrum, *point, start=start)[1])
    return {"cold": 1e3 * np.array(cold), "warm": 1e3 * np.array(warm)}


def time_solves(dim: int) -> list[dict]:
    rows = []
    for kind, build in (("all eigenvalues", power_law), ("merged tail", merged_power_law)):
        times = [solve_times(dim, build(dim, gamma)) for gamma in (0.75, 1.0, 1.5)]
        for start, target in (("warm", 3), ("cold", 20)):
            values = np.concatenate([t[start] for t in times])
            for name, value in (("median", np.median(values)), ("mean", values.mean()), ("maximum", values.max())):
                goal = target if name != "maximum" else np.nan
                rows.append(row(f"{start} solve, d = {dim}, {kind}, {name}", value, "ms", "<=", goal))
    return rows


def time_map(dim: int) -> list[dict]:
    spectrum = merged_power_law(dim, 0.75)
    samples, weight_decay = dim * np.geomspace(0.5, 100 * dim, 100), np.geomspace(1e-6, 1e3, 100)
    risks, seconds = timed(risk_map, spectrum, samples, weight_decay, 0.5)
    failures = int(np.sum(~np.isfinite(risks)))
    return [
        row(f"100 x 100 phase map, d = {dim}", seconds, "s", "<=", 60),
        row("points of the map without a value", failures, "", "<=", 0),
    ]


def compare(dims: tuple[int, ...]) -> list[dict]:
    """Cold solves against the damped iteration, both to 1e-6."""
    rows, ratios = [], []
    for dim in dims:
        for gamma, n_eff, weight_decay, noise_var in (
            (1.0, 5, 1 / dim, 0.5),
            (1.0, 20, 1.0, 0.5),
            (0.75, dim / 5, 0.1, 0.5),
            (0.75, 10, 0.1, 0.0),
            (1.5, dim, 1.0, 0.5),
            (1.0, dim / 2, np.sqrt(dim), 0.5),
        ):
            spectrum = power_law(dim, gamma)
            point = (n_eff * dim, weight_decay, noise_var)
            own = [timed(state_evolution, spectrum, *point, tol=1e-6) for _ in range(5)]
            options = theory_reference.best_options(spectrum.values, *point, 1e-6)
            slow, seconds = timed(theory_reference.solve, spectrum.values, *point, **options)
            if abs(own[0][0].risk / slow[0] - 1) > 2e-6:
                raise AssertionError(f"the two implementations disagree at {dim, gamma, point}")
            ratios.append(seconds / np.median([t for _, t in own]))
        rows.append(row(f"reference / library, d = {dim}, median", np.median(ratios[-6:]), "", ">=", 100))
        rows.append(row(f"reference / library, d = {dim}, smallest", min(ratios[-6:]), "", "", np.nan))
    return rows


def random_points() -> pd.DataFrame:
    """lambda 1e-6...1e3, n_eff 0.5...100 d, d 50...10^5 (log-uniform), gamma 0.6...2, Delta 0 or 0.5."""
    rng = np.random.default_rng(SWEEP_SEED)
    dim = np.exp(rng.uniform(np.log(50), np.log(1e5), SWEEP_POINTS)).astype(int)
    return pd.DataFrame(
        {
            "dim": dim,
            "gamma": rng.uniform(0.6, 2, SWEEP_POINTS),
            "n_eff": np.exp(rng.uniform(np.log(0.5), np.log(100.0 * dim))),
            "weight_decay": 10 ** rng.uniform(-6, 3, SWEEP_POINTS),
            "noise_var": rng.choice([0.0, 0.5], SWEEP_POINTS),
        }
    )


def error(found: StateEvolution, exact: StateEvolution) -> float:
    """Largest relative difference of the quantities that are not zero."""
    pairs = (
        (getattr(found, name), getattr(exact, name)) for name in StateEvolution.__annotations__ if name != "residual"
    )
    return max(abs(a - b) / abs(b) if b else abs(a) for a, b in pairs)


def sweep() -> tuple[pd.DataFrame, list[dict]]:
    """Every point at the default tolerance, and cold, tightened and (d <= UNMERGED) with all eigenvalues."""
    points = random_points()
    records = []
    for point in points.itertuples(index=False):
        arguments = (point.n_eff * point.dim, point.weight_decay, point.noise_var)
        merged = merged_power_law(point.dim, point.gamma)
        tight = power_law(point.dim, point.gamma) if point.dim <= UNMERGED else merged
        try:
            found, seconds = timed(state_evolution, merged, *arguments)
            exact = state_evolution(tight, *arguments, tol=1e-12)
            records.append((found.risk, found.residual, error(found, exact), 1e3 * seconds))
        except StateEvolutionError:
            records.append((np.nan,) * 4)
    table = points.assign(**dict(zip(("risk", "residual", "error", "ms"), np.transpose(records), strict=True)))
    return table, [
        row("random points", len(table), "", ">=", 2000),
        row("failures", int(table.risk.isna().sum()), "", "<=", 0),
        row("worst relative difference to a tightened run", table.error.max(), "", "<=", 1e-8),
        row("time of a cold solve, mean", table.ms.mean(), "ms", "", np.nan),
        row("time of a cold solve, maximum", table.ms.max(), "ms", "", np.nan),
    ]


def row(measure: str, value: float, unit: str, relation: str, target: float) -> dict:
    return {"measure": measure, "value": float(f"{value:.4g}"), "unit": unit, "relation": relation, "target": target}


def main() -> None:
    # the first call pays for caches
    state_evolution(power_law(100, 1.0), 1000, 1.0, 0.5)
    rows = time_solves(800) + time_map(10**5) + compare((100, 300))
    table, summary = sweep()
    measures = pd.DataFrame(rows + summary)
    RESULTS.mkdir(exist_ok=True)
    measures.to_csv(RESULTS / "theory.csv", index=False)
    table.to_csv(RESULTS / "theory_sweep.csv", index=False, float_format="%.6g")
    print(measures.to_string(index=False))


if __name__ == "__main__":
    main()
