"""Proof that a network is close to a global minimum of P(S) = |y - A(S)|^2 + c Tr S over S >= 0.

Every dual feasible u bounds the minimum from below by D(u) = u.y - |u|^2/4, for all weights at once.
The residual at the weights, scaled, is such a u, but a poor one near interpolation: an error e in the
weights costs it a gap of order e, while the objective is within e^2. `complete` finds one whose gap is of order e^2
from the residual itself, near a minimum that is unique; `sharpen` and `polish` run the convex solvers from the weights.
"""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import lower_bound, relative
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.measurements import Evaluation, Measurements
from scaling_spectra.networks.quadratic.solvers import face
from scaling_spectra.networks.quadratic.solvers.solution import residual_dual


class Certificate:
    """Bounds on the minimum, tightened by every weight matrix they meet.

    Parameters
    ----------
    data : Measurements
    penalty : float
        c = lambda sqrt(p d) > 0.

    Attributes
    ----------
    bound : float
        Largest dual value so far.
    adjoint : ndarray, shape (d, d), or None
        A*(u) of its dual point; None if the convex solvers alone know it.
    ceiling : float
        Least objective that the convex solvers have met.
    """

    def __init__(self, data: Measurements, penalty: float) -> None:
        self._data, self._penalty = data, penalty
        self.bound, self.ceiling = -np.inf, np.inf
        self.adjoint: Array | None = None

    def relative_gap(self, factor: Array) -> float:
        """(P(S) - bound)/P(S) at S = U U^T, U of shape (d, p), with its scaled residual tried as dual point."""
        return self._gap(self._objective(factor))

    def visit(self, evaluation: Evaluation, top: float, factor: Array) -> float:
        """`relative_gap` where A is known at S already, and `top`, the largest eigenvalue of 2 A*(r)."""
        return self._gap(self._try(evaluation, factor, top))

    def complete(self, evaluation: Evaluation, factor: Array, tol: float) -> float | None:
        """`relative_gap` with the residual completed on the face of the minimum, to `tol` if S is that close.

        None if there are more unknowns than samples, as where the minimiser is not unique.
        """
        primal = evaluation.squared + self._penalty * float(np.sum(factor**2))
        point = face.complete(self._data, self._penalty, evaluation, factor, tol=tol)
        if point is None:
            return None
        self._raise(lower_bound(primal, point.gap), point.adjoint)
        return self._gap(primal)

    def polish(self, factor: Array, tol: float = 0.0) -> float:
        """`relative_gap` with the dual point of the convex solvers at their minimiser next to S = U U^T, to `tol`."""
        solution = convex.polished(self._data, self._penalty, factor, tol=tol)
        self._raise(solution.dual_value, solution.adjoint)
        return self._gap(self._objective(factor))

    def adopt(self, other: "Certificate") -> None:
        """Know the bound that another certificate of the same problem has found."""
        self._raise(other.bound, other.adjoint)

    def sharpen(self, factor: Array, tol: float) -> float:
        """`relative_gap` with the dual point of the convex solvers, started at S = U U^T.

        They stop once the gap is at most `tol`, or once a lower objective shows that it must exceed
        `tol`: some passes over the samples, or one factorisation where those do not suffice. They are
        not called when the bounds already tell.
        """
        primal = self._objective(factor)
        hopeless = self.ceiling < (1 - tol) * primal or not np.isfinite(primal)
        settled = self.ceiling - self.bound <= tol / 2 * primal
        if self._gap(primal) > tol and not hopeless and not settled:
            lower, upper = convex.bracket(self._data, self._penalty, factor, tol=tol)
            self._raise(lower, None)
            self.ceiling = min(self.ceiling, upper)
        return self._gap(primal)

    def _objective(self, factor: Array) -> float:
        """P(S), after trying the scaled residual as dual point."""
        return self._try(self._data.evaluate(factor), factor)

    def _try(self, evaluation: Evaluation, factor: Array, top: float | None = None) -> float:
        primal = evaluation.squared + self._penalty * float(np.sum(factor**2))
        if np.isfinite(primal):
            point = residual_dual(evaluation, factor, self._penalty, top)
            self._raise(lower_bound(primal, point.gap), 2 * point.scale * evaluation.adjoint)
        return primal

    def _raise(self, bound: float, adjoint: Array | None) -> None:
        if bound > self.bound:
            self.bound, self.adjoint = bound, adjoint

    def _gap(self, primal: float) -> float:
        return relative(primal - self.bound, primal)
