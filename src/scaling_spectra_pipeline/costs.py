"""What a job takes, predicted from measured ones: seconds and memory, so that schedulers can place it.

For each network and kind of work, a job takes its start-up and, for each replica and lambda, an overhead and the
solution itself: the operations of one pass over the samples, n d (diagonal) or n d^2 (quadratic), times the passes.
Their number is a power of d and of n, and grows near the interpolation peak, where minima are hardest to reach: its
logarithm is linear in 1/(1 + x^2), x = log of n_eff over its value at the peak. The coefficients in
workflow/costs.csv are fitted by ``python benchmarks/costs.py`` to the benchmark files of builds.

Other jobs take what their rule took there, time and memory, in workflow/costs_of_rules.csv, a share of it growing with
the rows of their table or, of tables that read several and of figures, with all points of the build. What a job leaves
on disk is proportional to the rows and to the weights that it writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil, exp, log
from pathlib import Path

import pandas as pd

from scaling_spectra.memory import HELD, HELD_IN_STUDIES
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra_pipeline.literals import declared
from scaling_spectra_pipeline.sections import WITH_WIDTH

TABLE = Path(__file__).parents[2] / "workflow/costs.csv"
RULES = TABLE.with_name("costs_of_rules.csv")
COEFFICIENTS = ("constant", "log_dim", "log_samples", "near", "near_log_dim")
# exponent of d in the operations of a pass over the samples of a network with a matrix of weights, and of others
MATRIX, VECTOR = 2, 1
# a request is this many times the prediction and this many minutes more: a job that is cut off is lost whole
SAFETY, LEAST_MINUTES = 3, 5
# megabytes: pages of libraries differ from machine to machine
MEMORY_MARGIN = 1.25
# the least that is asked for: a short job is over before its peak is read
LEAST_MEGABYTES = 120
# up to so many times the samples of the interpolation peak solvers of second order are used, which need such a matrix
SECOND_ORDER = 3.2
# matrices of the size of the samples, or of the unknowns if these are fewer, of studies that solve normal equations
NORMAL_EQUATIONS = {"feature_learning_gain": 4, "gradient_descent": 4}
# vectors of weights that training takes at most: pairs of L-BFGS, and what it and the loss compute with
HISTORY = 100
# matrices of a Newton step of networks that have a vector of weights
NEWTON = 7
# of rules with a job for each experiment, or for parts of it
OF_EXPERIMENTS = ("train", "examine", "draw", "solve", "collect", "fit")
# the study that draws an effective model several times for each replica
STUDY = TABLE.parents[1] / "scripts/studies/gaussian_design.py"


@dataclass(frozen=True)
class Work:
    """A job's size.

    Attributes
    ----------
    network : str
    kind : str
        ``network`` (training), ``convex`` (solving), or the name of a study.
    dim, n_eff, replicas, weight_decays : float
        d, effective samples, replicas and values of lambda in the job.
    width : float
        p/d.
    held : int
        Replicas whose samples are held at once.
    """

    network: str
    kind: str
    dim: int
    n_eff: float
    replicas: int
    weight_decays: int
    width: float = 1.0
    held: int = 1

    @property
    def samples(self) -> int:
        """n."""
        return problem_of(self.network).samples(self.n_eff, self.dim)

    @property
    def rows(self) -> int:
        """Samples that a pass goes through: the diagonal network trains on as many as it has weights."""
        reduced = self.kind == "network" and self.network not in WITH_WIDTH
        return min(self.samples, self.dim) if reduced else self.samples

    @property
    def points(self) -> int:
        """Solutions that the job finds."""
        return self.replicas * max(1, self.weight_decays)

    def features(self) -> list[float]:
        """Regressors of log(seconds per operation), in the order of `COEFFICIENTS`."""
        peak = limits_of(self.network).INTERPOLATION * self.dim
        near = 1 / (1 + log(self.n_eff / peak) ** 2)
        return [1.0, log(self.dim), log(self.rows), near, near * log(self.dim)]

    def operations(self) -> float:
        """Multiplications of one pass over the samples, up to a factor."""
        return self.rows * self.dim ** (MATRIX if self.network in WITH_WIDTH else VECTOR)

    def variable_megabytes(self) -> float:
        """Memory that grows with the problem: samples and their products, and matrices of a Newton step.

        For matrices of weights the samples of one replica in single precision, the history of L-BFGS, a solver's
        matrices and those of normal equations; for Gaussian measurements those as matrices, n or d(d + 1)/2 of them,
        whichever is less, with a mask and a solver's matrix, and a batch of learned matrices.
        """
        samples = (1 + self.held) * 8 * self.samples * self.dim
        if self.network not in WITH_WIDTH:
            newton = NEWTON * 8 * self.dim**2 if self.kind == "network" else 0
            return (samples + newton) / 1e6
        if self.kind == "gaussian_design":
            rows = min(self.samples, self._unknowns) + 1
            drawn = 9 * rows * self._unknowns + 8 * rows**2
            learned = 10 * 8 * declared(STUDY, "DRAWS") * self.replicas * self.dim**2
            return (max(drawn, samples + self._solver(HELD_IN_STUDIES)) + learned) / 1e6
        if self.kind == "convex":
            # more samples than this are drawn again at every pass
            return (min(samples, 2 * HELD) + self._solver(HELD)) / 1e6
        single = 4 * self.samples * self.dim
        normal = 8 * NORMAL_EQUATIONS.get(self.kind, 0) * min(self.samples, self._unknowns) ** 2
        history = HISTORY * 8 * self.width * self.dim**2
        return (samples + single + history + normal + self._solver(HELD)) / 1e6

    @property
    def _unknowns(self) -> float:
        return self.dim * (self.dim + 1) / 2

    def _solver(self, limit: float) -> float:
        """Bytes of a second-order solver's matrices, where it is used and one of them keeps to the `limit`."""
        # of the size of the samples, and its factor
        matrix = 8 * self.samples**2
        few = SECOND_ORDER * limits_of(self.network).INTERPOLATION * self.dim * (self.dim + 1)
        return 2 * matrix if matrix <= limit and self.samples <= few else 0


def seconds(work: Work) -> float:
    """Predicted run time, start-up included; of the most expensive kind of its network where it was never measured."""
    return max(
        modelled(work, row["start"], row["per_point"], [row[name] for name in COEFFICIENTS])
        for row in _rows(work.network, work.kind)
    )


def modelled(work: Work, start: float, per_point: float, coefficients: Iterable[float]) -> float:
    """Seconds of a job by the model with these coefficients."""
    passes = exp(sum(c * feature for c, feature in zip(coefficients, work.features(), strict=True)))
    return start + work.points * (per_point + work.operations() * passes)


def megabytes(work: Work) -> int:
    """Memory to ask for."""
    base = max(row["base_mb"] for row in _rows(work.network, work.kind))
    return max(LEAST_MEGABYTES, ceil(MEMORY_MARGIN * (base + work.variable_megabytes())))


def megabytes_of_rule(rule: str, rows: float = 1) -> int:
    """Memory to ask for, for a job that is neither training nor a study."""
    most = max(row["megabytes"] + row["megabytes_per_row"] * rows for row in _like(rule))
    return max(LEAST_MEGABYTES, ceil(MEMORY_MARGIN * most))


def minutes(work: Work) -> int:
    """Run time to ask for."""
    return LEAST_MINUTES + ceil(SAFETY * seconds(work) / 60)


def seconds_of_rule(rule: str, rows: float = 1) -> float:
    """Predicted run time of a job that is neither training nor a study."""
    return max(row["start"] + row["per_row"] * rows for row in _like(rule))


def bytes_left(rule: str, rows: float = 1, weights: float = 0) -> float:
    """Bytes on disk of a job's files, with its log and Snakemake's records of them."""
    return max(r["bytes"] + r["bytes_per_row"] * rows + r["bytes_per_weight"] * weights for r in _like(rule))


def is_measured(rule: str) -> bool:
    """Whether the jobs of a rule have a prediction of their own."""
    return any(row["rule"] == rule for row in _table(RULES))


def knows(network: str) -> bool:
    """Whether jobs of a network were measured."""
    return any(row["network"] == network for row in _table(TABLE))


@cache
def _like(rule: str) -> list[dict]:
    """Fitted row of a rule, or all of its stage, or all with one job a build, where it was never measured."""
    table = [{**row, "stage": row["rule"].partition("_")[0]} for row in _table(RULES)]
    same = [row for row in table if row["rule"] == rule]
    of_stage = [row for row in table if row["stage"] == rule.partition("_")[0]]
    return same or of_stage or [row for row in table if row["stage"] not in OF_EXPERIMENTS]


@cache
def _rows(network: str, kind: str) -> list[dict]:
    """Fitted row of a kind of work, or all of its network, or of all, where it was never measured."""
    of_network = [row for row in _table(TABLE) if row["network"] == network]
    same = [row for row in of_network if row["kind"] == kind]
    return same or of_network or _table(TABLE)


@cache
def _table(path: Path) -> list[dict]:
    """Rows of a fitted table, as plain values: they are looked up for every job."""
    rows = pd.read_csv(path).to_dict("records")
    if not rows:
        raise ValueError(f"{path}: has no rows; run: python benchmarks/costs.py")
    return rows


def forget() -> None:
    """Read the tables anew, after a fit."""
    for cached in (_rows, _like, _table):
        cached.cache_clear()
