"""Time of the convex solvers against training the networks, and against other libraries, on one thread.

    python benchmarks/training.py [--quick] [--diagonal] [--quadratic]

Writes results/training.csv (the measures, with their targets), training_quadratic.csv and training_diagonal.csv
(every network), training_lasso.csv (every LASSO) and training_growth.csv (how time grows). Ratios compare CPU times of
one run; libraries are given the samples column by column. `--quick` tries everything at small sizes, in a minute, and
writes nothing; `--diagonal` measures diagonal networks and the LASSO alone, `--quadratic` quadratic networks alone, and
they leave the other results as they are.

Quadratic networks are trained as this project trains them, certificate, rank and uniqueness included, and by a plain
script: torch's L-BFGS by autograd in single precision, from the same weights, until it stops by itself.
"""

import os
import sys

os.environ.update(
    dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2" if "--largest" in sys.argv else "1"
    )
)

import argparse
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

RESULTS = Path(__file__).parent / "results"
TOL = 1e-6
GAMMA, NOISE_VAR = 0.75, 0.5
ROOT_SEED = 20250929
LASSO_TOL = 1e-10
LASSO_REPEATS = 7
INIT_SCALE = 0.1
# largest d at which risks are compared with those of accurate solutions
REFERENCE = 100


def timed(function: Callable, *arguments, **options) -> tuple:
    start = perf_counter()
    result = function(*arguments, **options)
    return result, perf_counter() - start


def cpu_timed(function: Callable, *arguments, **options) -> tuple:
    start = process_time()
    result = function(*arguments, **options)
    return result, process_time() - start


def samples(network: str, dim: int, n_eff: float, replica: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels of one replica."""
    from scaling_spectra import datasets
    from scaling_spectra.networks.interface.problem import problem_of
    from scaling_spectra.spectrum import power_law

    problem = problem_of(network)
    seed = datasets.seed_sequence(ROOT_SEED, network, NOISE_VAR, dim, replica)
    teacher = problem.draw_teacher(power_law(dim, GAMMA), datasets.child_rng(seed, datasets.TEACHER))
    inputs, noise = datasets.SampleStream(seed, dim).head(problem.samples(n_eff, dim))
    return inputs, problem.outputs(teacher, inputs) + np.sqrt(NOISE_VAR) * noise


def plain(inputs: np.ndarray, labels: np.ndarray, weight_decay: float) -> tuple[np.ndarray, int]:
    """What a plain script does: torch's L-BFGS by autograd in single precision until it stops; W and evaluations."""
    import torch

    dim = inputs.shape[1]
    weight = torch.tensor(INIT_SCALE * np.random.default_rng(0).standard_normal((dim, dim)), dtype=torch.float32)
    weight.requires_grad_()
    x, y = torch.tensor(inputs, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32)
    optimiser = torch.optim.LBFGS([weight], max_iter=10_000, line_search_fn="strong_wolfe")
    evaluations = 0

    def closure() -> torch.Tensor:
        nonlocal evaluations
        evaluations += 1
        optimiser.zero_grad()
        norm = (weight**2).sum()
        loss = ((y - (((x @ weight.T) ** 2).sum(1) - norm) / dim**1.5) ** 2).sum() + weight_decay * norm
        loss.backward()
        return loss

    optimiser.step(closure)
    return weight.detach().numpy().astype(float), evaluations


def compare_quadratic(dims: tuple, sample_complexities: tuple) -> tuple[pd.DataFrame, list[dict]]:
    """Quadratic networks, certificates included, against a plain script at its own accuracy, and the convex solver."""
    import torch

    from scaling_spectra import datasets
    from scaling_spectra.networks.quadratic import convex, problem, training
    from scaling_spectra.spectrum import power_law

    torch.set_num_threads(1)
    plain(*samples("quadratic", 10, 3, 0), 1.0)  # loads what the optimiser needs
    records = []
    for dim in dims:
        seed = datasets.seed_sequence(ROOT_SEED, "quadratic", NOISE_VAR, dim, 0)
        teacher = problem.draw_teacher(power_law(dim, GAMMA), datasets.child_rng(seed, datasets.TEACHER))
        for n_eff in sample_complexities:
            inputs, labels = samples("quadratic", dim, n_eff, 0)
            for weight_decay in (1 / dim, 1.0, np.sqrt(dim)):
                record = {"dim": dim, "weight_decay": weight_decay, "n_eff": n_eff}
                start = process_time()
                options = {"width": 1.0, "tol": 1e-5, "max_evaluations": 20_000, "init_scale": INIT_SCALE}
                train = training.prepare(lambda x=inputs, y=labels: [(x, y)], teacher, **options)
                trained = train(weight_decay, np.random.default_rng(0))
                record |= {"trained": process_time() - start, "evaluations": trained.iterations}
                record |= {"gap": trained.relative_gap, "unique": trained.unique}
                (weight, evaluations), record["plain"] = cpu_timed(plain, inputs, labels, weight_decay)
                record["plain_evaluations"] = evaluations
                effective = weight.T @ weight / dim
                outputs = (np.einsum("ij,ij->i", inputs @ effective, inputs) - np.trace(effective)) / dim**0.5
                loss = np.sum((labels - outputs) ** 2) + weight_decay * dim * np.trace(effective)
                record["plain_primal"] = loss / (trained.objective * (1 - trained.relative_gap)) - 1
                record["risk_error"] = record["plain_risk_error"] = np.nan
                if dim <= REFERENCE:
                    solution = convex.solve(inputs, labels, weight_decay * dim, tol=1e-10)
                    risk = problem.risk(solution.factor @ solution.factor.T, teacher)
                    record["risk_error"] = abs(trained.risk / risk - 1)
                    record["plain_risk_error"] = abs(problem.risk(effective, teacher) / risk - 1)
                records.append(record)
                print(*(f"{key} {value:.3g}" for key, value in record.items()), flush=True)
    table = pd.DataFrame(records)
    table["ratio"] = table["plain"] / table["trained"]
    of_unique = table[table["unique"]]
    small = table["weight_decay"] < 1
    measures = [
        row("quadratic networks: largest relative gap", of_unique["gap"].max(), "", "<=", 1e-8),
        row("quadratic networks: largest relative error of the risk", of_unique["risk_error"].max(), "", "<=", 1e-4),
        row("quadratic networks: plain script / trained, smallest", of_unique["ratio"].min(), "", ">=", 1.0),
        row(
            "quadratic networks, no unique minimiser: the same",
            table.loc[~table["unique"], "ratio"].min(),
            "",
            "",
            np.nan,
        ),
        row("plain script: largest relative error of the objective", table["plain_primal"].max(), "", "", np.nan),
        row("plain script: largest relative error of the risk", of_unique["plain_risk_error"].max(), "", "", np.nan),
    ]
    for name, part in (("lambda = 1/d", table[small]), ("lambda = 1, sqrt(d)", table[~small])):
        mean = np.exp(np.log(part["ratio"]).mean())
        measures.append(
            row(f"quadratic networks, {name}: plain script / trained, geometric mean", mean, "", "", np.nan)
        )
    share = evaluation_share(max(dims), 10)
    measures.append(row(f"evaluation at d = {max(dims)}: share of the rate of products", share, "", ">=", 0.9))
    return table, measures


def evaluation_share(dim: int, n_eff: float) -> float:
    """Time of products of the evaluation's size over that of an evaluation of loss and gradient, all units in use."""
    import torch

    from scaling_spectra.networks.quadratic.measurements import Measurements
    from scaling_spectra.networks.quadratic.quasi_newton import Objective

    inputs, labels = samples("quadratic", dim, n_eff, 0)
    objective, x = Objective(Measurements(inputs, labels), 1.0, dim), torch.from_numpy(inputs)
    factor = np.random.default_rng(0).standard_normal((dim, dim))
    weights = torch.from_numpy(factor)

    def products() -> None:
        x.T @ (x @ weights)

    times = [(cpu_timed(objective.at, factor)[1], cpu_timed(products)[1]) for _ in range(7)]
    evaluation, product = (min(column) for column in zip(*times, strict=True))
    return product / evaluation


def lasso_gap(design: np.ndarray, labels: np.ndarray, weights: np.ndarray, weight_decay: float) -> float:
    from scaling_spectra.networks.diagonal.certificate import relative_gap

    residual = labels - design @ weights
    return relative_gap(labels, residual, design.T @ residual, np.abs(weights).sum(), weight_decay)


def library_time(model: type, inputs: np.ndarray, labels: np.ndarray, weight_decay: float) -> tuple[float, float]:
    """Least time at which a library's own tolerance gives a gap of LASSO_TOL, or inf; and the best gap."""
    dim = inputs.shape[1]
    design = np.asfortranarray(inputs / np.sqrt(dim))
    options = {"alpha": weight_decay / labels.size, "fit_intercept": False}
    options |= {"max_iter": 20_000} if model.__module__.startswith("sklearn") else {"max_iter": 30, "max_epochs": 3000}
    best = np.inf
    for tol in (1e-8, 1e-10, 1e-12, 1e-14):
        fitted, seconds = cpu_timed(model(tol=tol, **options).fit, design, labels)
        best = min(best, lasso_gap(design, labels, fitted.coef_, weight_decay))
        if best <= LASSO_TOL:
            again = [cpu_timed(model(tol=tol, **options).fit, design, labels)[1] for _ in range(LASSO_REPEATS)]
            return min([seconds, *again]), best
        if seconds > 10:
            break
    return np.inf, best


def compare_lasso(dims: tuple, sample_complexities: tuple, many: tuple[int, int]) -> tuple[pd.DataFrame, list[dict]]:
    """Every n_eff at each of `dims`, and `many` = (d, n)."""
    import warnings

    import celer
    import skglm
    from sklearn.linear_model import Lasso

    from scaling_spectra.networks.diagonal import lasso

    warnings.simplefilter("ignore")  # of libraries that stop short: their gap tells
    libraries = {"scikit-learn": Lasso, "celer": celer.Lasso, "skglm": skglm.Lasso}
    inputs, labels = samples("diagonal", 20, 30, 0)
    for model in libraries.values():  # compilation
        model(alpha=0.1, fit_intercept=False).fit(inputs, labels)
    records = []
    for dim, ensembles in (*((dim, sample_complexities) for dim in dims), (many[0], many[1:])):
        for weight_decay in (1 / dim, 1.0, np.sqrt(dim)):
            for n_eff in ensembles:
                inputs, labels = samples("diagonal", dim, n_eff, 0)
                record = {"dim": dim, "weight_decay": weight_decay, "n_eff": n_eff}
                solution, seconds = cpu_timed(lasso.solve, inputs, labels, weight_decay)
                if seconds < 1:
                    again = [cpu_timed(lasso.solve, inputs, labels, weight_decay)[1] for _ in range(LASSO_REPEATS)]
                    seconds = min([seconds, *again])
                record |= {"own": seconds, "own_gap": solution.relative_gap, "method": solution.method}
                for name, model in libraries.items():
                    record[name], record[f"{name}_gap"] = library_time(model, inputs, labels, weight_decay)
                records.append(record)
                print(*(f"{key} {value:.3g}" for key, value in record.items() if key != "method"), flush=True)
    table = pd.DataFrame(records)
    fastest = table[list(libraries)].min(axis=1)
    solved = np.isfinite(fastest)
    ratios = (table.own / fastest)[solved]
    measures = [
        row("LASSO: largest relative gap", table.own_gap.max(), "", "<=", LASSO_TOL),
        row("LASSO / fastest library, geometric mean", np.exp(np.log(ratios).mean()), "", "<=", 1.2),
        row("LASSO / fastest library, total time", table.own[solved].sum() / fastest[solved].sum(), "", "<=", 1.2),
        row("LASSO / fastest library, largest", ratios.max(), "", "", np.nan),
        row(
            f"LASSO / fastest library, d = {many[0]}, n = {many[1]}, geometric mean",
            np.exp(np.log(ratios[table["dim"] == many[0]]).mean()),
            "",
            "<=",
            1.2,
        ),
        row(f"LASSO: points no library solves to 1e-10, of {len(table)}", int((~solved).sum()), "", "", np.nan),
    ]
    for name in libraries:
        ratio = (table[name] / table.own)[np.isfinite(table[name])]
        measures.append(row(f"LASSO: {name} / own, geometric mean", np.exp(np.log(ratio).mean()), "", "", np.nan))
        missed = int(np.isinf(table[name]).sum())
        measures.append(row(f"LASSO: points {name} does not solve to 1e-10", missed, "", "", np.nan))
    return table, measures


def compare_diagonal(dims: tuple, sample_complexities: tuple) -> tuple[pd.DataFrame, list[dict]]:
    """Diagonal networks, from random weights to the end, against the LASSO: CPU seconds, gaps and risks."""
    from scaling_spectra import datasets
    from scaling_spectra.networks.diagonal import lasso, problem, training
    from scaling_spectra.spectrum import power_law

    records = []
    for dim in dims:
        for noise_var in (NOISE_VAR, 0.0):
            seed = datasets.seed_sequence(ROOT_SEED, "diagonal", noise_var, dim, 0)
            teacher = problem.draw_teacher(power_law(dim, GAMMA), datasets.child_rng(seed, datasets.TEACHER))
            for n in sorted({*sample_complexities, dim}):
                inputs, noise = datasets.SampleStream(seed, dim).head(n)
                labels = problem.outputs(teacher, inputs) + np.sqrt(noise_var) * noise
                for weight_decay in (1 / dim, 1.0, np.sqrt(dim)):
                    record = {"dim": dim, "noise_var": noise_var, "weight_decay": weight_decay, "samples": n}
                    start = process_time()
                    options = {"width": 1.0, "tol": 1e-5, "max_evaluations": 20_000, "init_scale": 0.1}
                    train = training.prepare(lambda x=inputs, y=labels: [(x, y)], teacher, **options)
                    trained = train(weight_decay, np.random.default_rng(0))
                    middle = process_time()
                    solution = lasso.solve(inputs, labels, weight_decay)
                    record |= {"trained": middle - start, "lasso": process_time() - middle}
                    record |= {"gap": trained.relative_gap, "evaluations": trained.iterations}
                    minimum = problem.risk(solution.weights, teacher)
                    record |= {"risk": trained.risk, "risk_error": abs(trained.risk - minimum) / minimum}
                    records.append(record)
                    print(*(f"{key} {value:.3g}" for key, value in record.items()), flush=True)
    table = pd.DataFrame(records)
    name = f"diagonal network, d = {max(dims)}"
    largest_dim = table[table["dim"] == max(dims)]
    ratio = largest_dim["trained"] / largest_dim["lasso"]
    hardest = largest_dim.query("samples == dim and weight_decay < 1 and noise_var > 0").iloc[0]
    return table, [
        row("diagonal networks: largest relative gap", table["gap"].max(), "", "<=", LASSO_TOL),
        row("diagonal networks: largest relative error of the risk", table["risk_error"].max(), "", "<=", 1e-4),
        row(f"{name}: time of all points", largest_dim["trained"].sum(), "s", "", np.nan),
        row(f"{name}: time / LASSO, total", ratio_of_sums(largest_dim), "", "", np.nan),
        row(f"{name}: time / LASSO, geometric mean", np.exp(np.log(ratio).mean()), "", "", np.nan),
        row(f"{name}, n = d, lambda = 1/d: time", hardest["trained"], "s", "", np.nan),
        row(f"{name}, n = d, lambda = 1/d: time / LASSO", hardest["trained"] / hardest["lasso"], "", "<=", 1.0),
    ]


def ratio_of_sums(table: pd.DataFrame) -> float:
    return table["trained"].sum() / table["lasso"].sum()


def growth(points: list[tuple[int, float]], weight_decay: float = 1.0) -> tuple[pd.DataFrame, list[dict]]:
    """Time of a solve and of one pass over the samples, A and A* at the solution."""
    from scaling_spectra.networks.quadratic import convex
    from scaling_spectra.networks.quadratic.measurements import Measurements

    records = []
    for dim, n_eff in points:
        inputs, labels = samples("quadratic", dim, n_eff, 0)
        solution, seconds = timed(convex.solve, inputs, labels, weight_decay * dim, tol=TOL)
        data = Measurements(inputs, labels)
        data.evaluate(solution.factor)
        one_pass = min(timed(data.evaluate, solution.factor)[1] for _ in range(3))
        record = {"dim": dim, "n_eff": n_eff, "samples": labels.size, "seconds": seconds, "pass": one_pass}
        records.append(record | {"passes": seconds / one_pass, "rank": solution.factor.shape[1]})
    table = pd.DataFrame(records)
    in_dim, in_samples = (table[table[held].duplicated(keep=False)] for held in ("n_eff", "dim"))
    measures = []
    for part, variable in ((in_dim, "dim"), (in_samples, "samples")):
        for column in ("seconds", "pass"):
            slope = np.polyfit(np.log(part[variable]), np.log(part[column]), 1)[0]
            what = "solve" if column == "seconds" else "one pass"
            measures.append(row(f"growth of {what} with {variable}, exponent", slope, "", "", np.nan))
    return table, measures


def stream(dim: int, n_eff: float) -> list[dict]:
    """Samples that are never held: drawn again at every pass."""
    from scaling_spectra import datasets
    from scaling_spectra.networks.quadratic import convex, problem
    from scaling_spectra.networks.quadratic.measurements import StreamedMeasurements
    from scaling_spectra.spectrum import power_law

    seed = datasets.seed_sequence(ROOT_SEED, "quadratic", NOISE_VAR, dim, 0)
    teacher = problem.draw_teacher(power_law(dim, GAMMA), datasets.child_rng(seed, datasets.TEACHER))
    table = datasets.SampleStream(seed, dim)

    def draw():
        for inputs, noise in table.blocks(problem.samples(n_eff, dim)):
            yield inputs, problem.outputs(teacher, inputs) + np.sqrt(NOISE_VAR) * noise

    solution, seconds = timed(convex.solve_measured, StreamedMeasurements(draw), float(dim), tol=TOL)
    name = f"stream, d = {dim}, n_eff = {n_eff:g}, lambda = 1"
    return [
        row(f"{name}: time", seconds, "s", "<=", 120),
        row(f"{name}: relative gap", solution.relative_gap, "", "<=", TOL),
    ]


def largest(dim: int, n_eff: float) -> None:
    """One large point, alone in its process; prints its measures."""
    from scaling_spectra.networks.quadratic import convex

    inputs, labels = samples("quadratic", dim, n_eff, 0)
    solution, seconds = timed(convex.solve, inputs, labels, float(dim), tol=TOL)
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # getrusage would count the parent's peak
    peak = int(status.split("VmHWM:")[1].split()[0]) / 2**20
    name = f"d = {dim}, n_eff = {n_eff:g}, lambda = 1, two threads"
    rows = [
        row(f"{name}: time", seconds, "s", "", np.nan),
        row(f"{name}: peak memory", peak, "GiB", "<=", 24),
        row(f"{name}: relative gap", solution.relative_gap, "", "<=", TOL),
        row(f"{name}: passes", solution.iterations, "", "", np.nan),
    ]
    print(json.dumps(rows))


def run_largest(dim: int, n_eff: float) -> list[dict]:
    command = [sys.executable, __file__, "--largest", str(dim), str(n_eff)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)


def row(measure: str, value: float, unit: str, relation: str, target: float) -> dict:
    return {"measure": measure, "value": float(f"{value:.4g}"), "unit": unit, "relation": relation, "target": target}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing written")
    parser.add_argument("--diagonal", action="store_true", help="diagonal networks and the LASSO alone")
    parser.add_argument("--quadratic", action="store_true", help="quadratic networks alone")
    parser.add_argument("--largest", nargs=2, metavar=("DIM", "N_EFF"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.largest:
        largest(int(options.largest[0]), float(options.largest[1]))
        return
    networks = ((50,), (3, 10)) if options.quick else ((100, 200, 400), (3, 10, 30))
    if options.quadratic:
        quadratic = compare_quadratic(*networks)
        if not options.quick:
            write({"quadratic": quadratic}, pd.read_csv(RESULTS / "training.csv").to_dict("records"))
        return
    small_grid, grid = ((50,), (10, 1000)), ((200, 800), (5, 10, 30, 100, 300, 1000, 3000, 10_000))
    diagonal = compare_diagonal(*(small_grid if options.quick else grid))
    if options.quick:
        lasso = compare_lasso((50,), (10, 50, 1000), (60, 360))
    else:
        lasso = compare_lasso((100, 400), (3, 10, 30, 100, 300, 10_000), (800, 4800))
    if options.diagonal:
        if not options.quick:
            write({"diagonal": diagonal, "lasso": lasso}, pd.read_csv(RESULTS / "training.csv").to_dict("records"))
        return
    if options.quick:
        times = growth([(30, 30), (60, 30), (60, 100)])
        rows = stream(20, 2000) + run_largest(100, 30)
    else:
        times = growth([(50, 30), (100, 30), (200, 30), (400, 30), (100, 10), (100, 100), (100, 300), (100, 1000)])
        rows = stream(50, 25_000) + run_largest(800, 30)
    tables = {"quadratic": compare_quadratic(*networks), "lasso": lasso, "diagonal": diagonal, "growth": times}
    if not options.quick:
        write(tables, rows)


def write(tables: dict[str, tuple[pd.DataFrame, list[dict]]], others: list[dict]) -> None:
    """Tables of points, and one of their measures with `others` that none of them renews."""
    RESULTS.mkdir(exist_ok=True)
    for name, (table, _) in tables.items():
        table.to_csv(RESULTS / f"training_{name}.csv", index=False, float_format="%.4g")
    renewed = [measure for _, part in tables.values() for measure in part]
    kept = [measure for measure in others if measure["measure"] not in {new["measure"] for new in renewed}]
    measures = pd.DataFrame([*kept, *renewed])
    measures.to_csv(RESULTS / "training.csv", index=False)
    print(measures.to_string(index=False))


if __name__ == "__main__":
    main()
