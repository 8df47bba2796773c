"""Other machines, as far as this one can be them: which instructions the libraries of numbers may use, and threads.

numpy, both copies of OpenBLAS, torch, MKL within torch, and the C library choose their code by the processor they find.
Variables of the environment make them choose as on another one. What they chose is asked of them in a process of its
own, and what they compute is summed up: a variable without effect would prove nothing.
"""

import hashlib
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from scaling_spectra_pipeline.job import THREADS

# levels of instructions for which numpy has code of its own, by numpy's names; all of its x86-64 code needs the first
LEVELS = ("X86_V2", "X86_V3", "X86_V4", "AVX512_ICL", "AVX512_SPR")
# the variable of each library
VARIABLES = {
    "OpenBLAS": "OPENBLAS_CORETYPE",
    "numpy": "NPY_DISABLE_CPU_FEATURES",
    "torch": "ATEN_CPU_CAPABILITY",
    "MKL": "MKL_CBWR",
    "libm": "GLIBC_TUNABLES",
}
NATIVE = "native"


@dataclass(frozen=True)
class Machine:
    """A way of computing.

    Attributes
    ----------
    level : str
        Highest level of instructions that it has, one of `LEVELS`; as they are if empty.
    told, says : dict
        Value of each library's variable, and what the library must say then.
    threads : int
        Threads of each job.
    """

    level: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    threads: int = 1

    def environment(self) -> dict[str, str]:
        """Variables of a process on this machine; those set outside do not count."""
        outside = {name: value for name, value in os.environ.items() if name not in {*VARIABLES.values(), *THREADS}}
        return outside | {VARIABLES[library]: value for library, value in self.told.items()}


def _x86(level: str, kernels: str, vectors: str, branch: str) -> Machine:
    """A processor of the x86-64 family: level of numpy, kernels of OpenBLAS, vectors of torch, branch of MKL."""
    above = " ".join(LEVELS[LEVELS.index(level) + 1 :])
    told = {"OpenBLAS": kernels, "numpy": above, "torch": vectors, "MKL": branch}
    says = {"OpenBLAS": kernels, "numpy": level, "torch": vectors.upper(), "MKL": branch}
    if level == LEVELS[0]:
        # no fused multiplication and addition; the C library does not say what it chose
        told["libm"] = "glibc.cpu.hwcaps=-FMA,-AVX2"
    return Machine(level, told, says)


# the list: one entry per machine
MACHINES = {
    NATIVE: Machine(),
    # neither AVX nor fused multiplication: the least that numpy runs on
    "Nehalem": _x86("X86_V2", "Nehalem", "default", "COMPATIBLE"),
    "Sandybridge": _x86("X86_V2", "Sandybridge", "default", "SSE4_2"),
    "Haswell": _x86("X86_V3", "Haswell", "avx2", "AVX2"),
    "SkylakeX": _x86("X86_V4", "SkylakeX", "avx512", "AVX512"),
    "two-threads": Machine(threads=2),
}


@dataclass(frozen=True)
class Report:
    """What the libraries say that they are, digests of what they compute, and the levels of instructions there are."""

    says: dict[str, str]
    computes: dict[str, str]
    levels: list[str]

    def __str__(self) -> str:
        said = [f"{library} {name}" for library, name in self.says.items()]
        return ", ".join([*said, f"libm {self.computes['libm'][:6]}"])


def report(machine: Machine) -> Report:
    """What the libraries say and compute in a process on `machine`.

    Raises
    ------
    RuntimeError
        If they do not run at all.
    """
    # MKL names its branch with the first product
    environment = machine.environment() | {"MKL_VERBOSE": "1"} | dict.fromkeys(THREADS, "1")
    run = subprocess.run(
        [sys.executable, "-m", __name__], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if run.returncode != 0:
        raise RuntimeError((run.stderr.strip().splitlines() or [f"status {run.returncode}"])[-1])
    *said_by_mkl, own = run.stdout.strip().splitlines()
    found = Report(**json.loads(own))
    branch = re.search(r"CNR:(\w+)", "\n".join(said_by_mkl))
    found.says["MKL"] = branch[1] if branch else "absent"
    return found


def obstacle(machine: Machine, own: Report, others: Mapping[str, Report]) -> str:
    """Why this computer cannot be `machine`, whose report is its `own`; empty if it can.

    `others` are reports of machines that it already was, the first with nothing told to the libraries.
    """
    if not others:
        return ""
    native = next(iter(others.values()))
    if machine.level and machine.level not in native.levels:
        return f"this processor has no {machine.level}"
    for library, wanted in machine.says.items():
        if own.says[library] != wanted:
            return f"{library} is {own.says[library]}, not {wanted}: {VARIABLES[library]} has no effect"
    fused = LEVELS[1] in native.levels
    if "libm" in machine.told and fused and own.computes["libm"] == native.computes["libm"]:
        return f"libm computes as before: {VARIABLES['libm']} has no effect"
    same = [name for name, other in others.items() if machine.threads == 1 and own.computes == other.computes]
    return f"it computes as {same[0]} does" if same else ""


def this_process() -> Report:
    """The libraries as they are in this process."""
    import numpy as np
    import scipy.linalg
    import torch
    from threadpoolctl import threadpool_info

    found = {pool["architecture"] for pool in threadpool_info() if pool["internal_api"] == "openblas"}
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]
    levels = [*extensions["baseline"], *extensions.get("found", [])]
    says = {
        "OpenBLAS": "+".join(sorted(found)),
        "numpy": levels[-1],
        "torch": torch.backends.cpu.get_cpu_capability(),
    }
    # exact in any arithmetic
    grid = (np.arange(1, 40_001) * 7919 % 40_009) / 8192.0 - 2.4375
    matrix = grid.reshape(200, 200)
    tensor = torch.from_numpy(matrix)
    computed = {
        "OpenBLAS": [matrix @ matrix, matrix @ matrix[0], *scipy.linalg.eigh(matrix + matrix.T)],
        "numpy": [np.exp(grid), np.tanh(grid), np.cos(grid), np.sum(grid)],
        "torch": [torch.exp(tensor), torch.tanh(tensor), torch.sum(tensor)],
        "MKL": [tensor @ tensor, torch.linalg.eigvalsh(tensor + tensor.T)],
        "libm": [[f(x) for x in grid.tolist()] for f in (math.exp, math.sin, math.atan, math.expm1)],
    }
    digests = {
        library: hashlib.sha256(b"".join(np.asarray(array).tobytes() for array in arrays)).hexdigest()
        for library, arrays in computed.items()
    }
    return Report(says, digests, levels)


if __name__ == "__main__":
    print(json.dumps(vars(this_process())))
