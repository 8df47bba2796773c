"""Results that every network returns: one record per trained point, one per theory point."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np

from scaling_spectra.arrays import Array

Found = TypeVar("Found")

# status of a point that has a solution
SOLVED = "solved"


@dataclass(frozen=True, kw_only=True)
class TrainingRecord:
    """A trained point with its certificate.

    Attributes
    ----------
    method : str
        ``network`` (the network was trained) or ``convex`` (the equivalent problem was solved).
    solver : str
        Algorithms used, in their order.
    risk : float
        Excess risk R against the teacher.
    train_loss : float
        Mean squared residual on the training set.
    objective : float
        Value P of the equivalent convex problem at the effective weights.
    relative_gap : float
        (P - D)/P for a feasible dual value D: an upper bound on the relative suboptimality.
    iterations : int
        Evaluations of loss and gradient (network) or iterations (solver).
    lbfgs_evaluations : int
        Those of L-BFGS, before anything took over from it; zero for the convex equivalent.
    residual_gap : float
        Gap that the residual alone proves where training ended; zero for the convex equivalent.
    rank : int
        Rank of S, or support size of theta, of the minimiser next to it: a property of the problem, told by the
        slack of the dual and not by magnitudes.
    converged : bool
        Whether `relative_gap` met the tolerance asked for.
    unique : bool
        False if the minimiser is recognised as not unique: its risk is then not a property of the problem.
    spectrum : ndarray, shape (d,)
        Eigenvalues of S, or entries of theta sorted by magnitude; non-increasing in magnitude.
    overlap : ndarray, shape (d,)
        The teacher along each learned direction: u_k^T S* u_k, or theta*_k, in the order of `spectrum`.
        With it the risk of any function of the learned weights (pruning) follows without them.
    status : str
        SOLVED, or why there is no solution: all numbers are then NaN.

    Raises
    ------
    ArithmeticError
        If a number of a solution is not finite: what is not a number certifies nothing.
    """

    method: str
    solver: str
    risk: float
    train_loss: float
    objective: float
    relative_gap: float
    iterations: int
    rank: int
    converged: bool
    unique: bool = True
    lbfgs_evaluations: int = 0
    residual_gap: float = 0.0
    spectrum: Array = field(repr=False)
    overlap: Array = field(repr=False)
    status: str = SOLVED

    def __post_init__(self) -> None:
        numbers = {name: getattr(self, name) for name in ("risk", "train_loss", "objective", "relative_gap")}
        wrong = [f"{name} {value}" for name, value in numbers.items() if not np.isfinite(value)]
        if wrong and self.status == SOLVED:
            raise ArithmeticError(f"no certificate: {', '.join(wrong)}")


class Solution(Protocol):
    """What a solver of a convex equivalent found."""

    @property
    def method(self) -> str: ...
    @property
    def relative_gap(self) -> float: ...
    @property
    def iterations(self) -> int: ...
    @property
    def unique(self) -> bool: ...


def of_convex(solution: Solution) -> dict[str, Any]:
    """What the record of a convex equivalent takes from its solver."""
    told = {name: getattr(solution, name) for name in ("relative_gap", "iterations", "unique")}
    return {"method": "convex", "solver": solution.method} | told


def failure(error: Exception) -> str:
    """What went wrong, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def unsolved(dim: int, method: str, reason: str) -> TrainingRecord:
    """Record of a point without a solution, for a `reason` of one line."""
    return TrainingRecord(
        method=method,
        solver="none",
        risk=np.nan,
        train_loss=np.nan,
        objective=np.nan,
        relative_gap=np.nan,
        residual_gap=np.nan,
        iterations=0,
        rank=0,
        converged=False,
        spectrum=np.full(dim, np.nan),
        overlap=np.full(dim, np.nan),
        status=reason,
    )


def attempt_or(find: Callable[[], Found], failed: Callable[[str], Found]) -> Found:
    """What `find` returns, or `failed` makes of the reason if its arithmetic fails: one point never ends a job."""
    try:
        return find()
    except (ArithmeticError, np.linalg.LinAlgError) as error:
        return failed(failure(error))


def attempt(find: Callable[[], TrainingRecord], dim: int, method: str) -> TrainingRecord:
    """What `find` returns, or an `unsolved` record if its arithmetic fails."""
    # what overflows has no certificate
    with np.errstate(over="ignore", invalid="ignore"):
        return attempt_or(find, partial(unsolved, dim, method))


class StateEvolutionError(ArithmeticError):
    """The state-evolution equations could not be solved to the tolerance asked for."""


@dataclass(frozen=True, kw_only=True)
class StateEvolution:
    """Solution of the state-evolution equations at one point.

    Attributes
    ----------
    delta : float
        Effective noise.
    threshold : float
        Soft threshold b = lambda * epsilon.
    risk : float
        Excess risk R (2 M for the quadratic network).
    divergence : float
        Diagonal: sum_i P(|theta*_i + delta z| > b); quadratic: D = div/d^2.
    train_loss : float
        Predicted mean squared residual on the training set.
    residual : float
        Largest relative residual of the two equations at the solution.
    accuracy : float
        Estimate of the largest relative error of `delta`, `threshold` and `risk`, from the residuals and from rounding;
        infinite where it is not known.
    cut : float
        Networks of few hidden units: eigenvalues of the noisy teacher below it are lost, if it exceeds `threshold`.
    branch : str
        Of a network of few hidden units: FULL if it learns what a wide one does, else how the solution was reached.
    status : str
        ``solved``, or why there is no solution: every number is NaN then.
    """

    delta: float
    threshold: float
    risk: float
    divergence: float
    train_loss: float
    residual: float
    accuracy: float = float("inf")
    cut: float = float("-inf")
    branch: str = ""
    status: str = SOLVED

    @property
    def solved(self) -> bool:
        """Whether the numbers are those of a solution."""
        return self.status == SOLVED


def no_solution(reason: str) -> StateEvolution:
    """What stands for the solution of a point that has none, in one line."""
    nan = float("nan")
    return StateEvolution(
        delta=nan,
        threshold=nan,
        risk=nan,
        divergence=nan,
        train_loss=nan,
        residual=nan,
        status=" ".join(reason.split()),
    )


def attempt_solution(solve: Callable[..., StateEvolution], *arguments: Any, **options: Any) -> StateEvolution:
    """Solution of a point, or `no_solution` with the reason."""
    try:
        return solve(*arguments, **options)
    except StateEvolutionError as error:
        return no_solution(str(error))


def attempt_mean(risk: Callable[..., float], each: Iterable[Any], *arguments: Any) -> tuple[float, str]:
    """Mean of risk(one, *arguments) over one of `each`, and its status; NaN where one of them is not solved."""
    try:
        return float(np.mean([risk(one, *arguments) for one in each])), SOLVED
    except StateEvolutionError as error:
        return float("nan"), " ".join(str(error).split())


def joint_status(solutions: Iterable[StateEvolution]) -> str:
    """Status of what needs every one of several solutions."""
    return next((solution.status for solution in solutions if not solution.solved), SOLVED)
