"""A few points of everything, in seconds: ``python -m helpers.few_points FOLDER`` computes their tables there.

It prints, as JSON, what the libraries of its own process say and compute, weight decays and threads.
"""

import itertools
import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from threadpoolctl import threadpool_info

from helpers.checkout import ROOT
from helpers.drawn import POWER_LAW, draw, ensemble
from scaling_spectra.weight_decays import weight_decay
from scaling_spectra_pipeline import machines
from scaling_spectra_pipeline.job import job

OF_DRAWS = {"replicas": [0, 1], "root_seed": 1}
WEIGHT_DECAYS = [[1.0, 0.0], [1.0, 0.5]]
# network, d, n_eff: before and after the peak
POINTS = [("diagonal", 20, [8.0, 60.0]), ("quadratic", 10, [4.0, 30.0])]
# scripts that find points, and what each takes of its own
METHODS = {
    "network": ("train_networks", {"options": {"max_evaluations": 20_000, "init_scale": 0.1}}),
    "convex": ("solve_networks", {}),
}
SETTINGS = {"width": 1.0, "tolerance": 1e-5}
LARGE = 10**12
# exponents and d of weight decays; most of these powers end in another digit without fused multiplication
POWERS = [(0.75, 84), (0.25, 187), (-0.75, 278), (0.75, 518), (0.5, 550), (0.5, 971), (-1.0, 20), (1.5, 20)]


def script(name: str) -> ModuleType:
    """A script of the workflow as a module."""
    spec = spec_from_file_location(Path(name).stem, ROOT / f"scripts/{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compute(folder: Path) -> None:
    """Teachers, trained networks and their convex equivalents, spectra, theory and phases, as a build names them."""
    names = ("collect_spectra", "solve_theory", "tables/phase_regions")
    collect, solve, regions = map(script, names)
    for stage in ("training", "spectra", "theory", "tables"):
        (folder / stage).mkdir()
    for network, dim, grid in POINTS:
        of = {"ensemble": ensemble(network, dim)}
        data = draw(folder / f"{network}.npz", network, dim, len(OF_DRAWS["replicas"]), OF_DRAWS["root_seed"])
        for n_eff, (method, (finding, options)) in itertools.product(grid, METHODS.items()):
            name = f"{network}_{n_eff:g}_{method}"
            table, weights = str(folder / f"training/{name}.csv"), str(folder / f"{name}.npy")
            settings = {**SETTINGS, **OF_DRAWS, "n_eff": n_eff, "weight_decays": WEIGHT_DECAYS, **options}
            script(finding).main(data, table, weights, **settings, **of)
            collect.main([table], [weights], str(folder / f"spectra/{name}.csv"))
        curves = {"n_eff": grid, "weight_decays": WEIGHT_DECAYS, "replicas": 2, "points_per_decade": 3, "width": 1.0}
        solve.main([data], str(folder / f"theory/{network}.csv"), **curves, **of)
    regions.main(
        str(folder / "tables/phase_regions.csv"),
        large_dims=[LARGE],
        points=30,
        teacher=POWER_LAW,
        noise_var=0.5,
        networks=["diagonal", "quadratic"],
    )


def decays() -> list[float]:
    """lambda = 0.3 d^e."""
    return [weight_decay(0.3, *power) for power in POWERS]


if __name__ == "__main__":
    with job(sys.argv[1] + "/log", 1):
        compute(Path(sys.argv[1]))
        threads = max(pool["num_threads"] for pool in threadpool_info())
    print(json.dumps(vars(machines.this_process()) | {"decays": decays(), "threads": threads}))
