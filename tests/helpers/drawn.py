"""Teachers as the data stage draws them, for scripts that are run without Snakemake."""

import runpy
from dataclasses import asdict
from pathlib import Path
from typing import Any

from helpers.checkout import ROOT
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.teachers import Settings, with_exponent

POWER_LAW = with_exponent(0.75)
# its label by its key, and its columns at Delta = 1/2
NAMED = {"gamma0.75": "gamma = 0.75"}
COLUMNS = {"teacher": "gamma0.75", "gamma": 0.75, "noise_var": 0.5}


def ensemble(network: str, dim: int, teacher: Settings = POWER_LAW, noise_var: float = 0.5) -> dict[str, Any]:
    """Argument `ensemble` of scripts."""
    return asdict(Ensemble.of(network, teacher, noise_var, dim))


def draw(
    path: Path, network: str, dim: int, replicas: int, root_seed: int, teacher: Settings = POWER_LAW, noise_var=0.5
) -> str:
    """Path of a file with an ensemble's teachers."""
    main = runpy.run_path(str(ROOT / "scripts/draw_data.py"))["main"]
    of = ensemble(network, dim, teacher, noise_var)
    main(str(path), of, teacher, list(range(replicas)), root_seed)
    return str(path)
