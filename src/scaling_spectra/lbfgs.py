"""Training by torch's L-BFGS (strong Wolfe), stopped by a certificate instead of a gradient norm."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import unwrap
from math import isfinite

import torch

# curvature pairs: more spare fewer evaluations than they cost
HISTORY = 20
# iterations between two certificates; one certificate costs about one evaluation
CHUNK = 20
# evaluations after which a sharper certificate is tried, then again at every doubling
SHARPEN_AT = 200


class _Lbfgs(torch.optim.LBFGS):
    # the decorated method loads torch's compiler, which nothing here uses (benchmarks/results/shortcuts.csv)
    add_param_group = unwrap(torch.optim.Optimizer.add_param_group)


@dataclass(frozen=True)
class LbfgsResult:
    """Evaluations of loss and gradient that were spent, and the relative duality gap reached."""

    evaluations: int
    relative_gap: float


def minimise(
    parameters: Iterable[torch.nn.Parameter],
    loss_and_gradient: Callable[[], float],
    relative_gap: Callable[[], float],
    sharpen: Callable[[], float],
    *,
    tol: float,
    max_evaluations: int,
) -> LbfgsResult:
    """Minimise over `parameters` until the certificate holds, the budget is spent or nothing moves.

    Parameters
    ----------
    loss_and_gradient : callable
        Returns the loss at the current parameters and stores its gradient in their ``.grad``.
    relative_gap : callable
        Returns the relative duality gap at the current parameters; cheap.
    sharpen : callable
        The same, from a dual point that may be expensive to find.
    tol : float
        Relative gap at which training stops.
    max_evaluations : int
        Budget of evaluations of `loss_and_gradient`.

    Raises
    ------
    ArithmeticError
        If the loss is not a finite number.
    """
    parameters = list(parameters)
    evaluations = 0

    def closure() -> float:
        nonlocal evaluations
        evaluations += 1
        return loss_and_gradient()

    def optimiser() -> _Lbfgs:
        return _Lbfgs(
            parameters,
            lr=1.0,
            max_iter=CHUNK,
            history_size=HISTORY,
            tolerance_grad=0.0,
            tolerance_change=0.0,
            line_search_fn="strong_wolfe",
        )

    lbfgs = optimiser()
    gap, last_loss, restarted, next_sharpening = relative_gap(), float("inf"), False, SHARPEN_AT
    while gap > tol and evaluations < max_evaluations:
        # the loss before the step; torch leaves this one method without types
        loss = float(lbfgs.step(closure))  # type: ignore[no-untyped-call]
        gap = relative_gap()
        if not isfinite(gap):
            break
        if gap > tol and evaluations >= next_sharpening:
            gap, next_sharpening = sharpen(), 2 * evaluations
        if loss < last_loss * (1 - 1e-13):
            last_loss, restarted = loss, False
        elif not restarted:
            # curvature pairs collected at rounding level mislead the search: forget them once
            lbfgs, restarted = optimiser(), True
        else:
            break
    if not isfinite(gap):
        raise ArithmeticError("training: the loss is not a finite number")
    if gap > tol:
        gap = sharpen()
    return LbfgsResult(evaluations, gap)
