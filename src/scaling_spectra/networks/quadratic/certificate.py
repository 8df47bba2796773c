"""Proof that a network is close to a global minimum of P(S) = |y - A(S)|^2 + c Tr S over S >= 0.

Every dual feasible u bounds the minimum from below by D(u) = u.y - |u|^2/4, for all weights at once.
The residual at the weights, scaled, is such a u, but a poor one near interpolation: an error e in the
weights costs it a gap of order e, while the objective is within e^2. `sharpen` finds a better u by
running the convex solvers from the weights.
"""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import lower_bound, relative
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.measurements import Measurements
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
    ceiling : float
        Least objective that the convex solvers have met.
    """

    def __init__(self, data: Measurements, penalty: float) -> None:
        self._data, self._penalty = data, penalty
        self.bound, self.ceiling = -np.inf, np.inf

    def relative_gap(self, factor: Array) -> float:
        """(P(S) - bound)/P(S) at S = U U^T, U of shape (d, p), with its scaled residual tried as dual point."""
        return self._gap(self._objective(factor))

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
            self.bound, self.ceiling = max(self.bound, lower), min(self.ceiling, upper)
        return self._gap(primal)

    def _objective(self, factor: Array) -> float:
        """P(S), after trying the scaled residual as dual point."""
        evaluation = self._data.evaluate(factor)
        primal = evaluation.squared + self._penalty * float(np.sum(factor**2))
        if np.isfinite(primal):
            self.bound = max(self.bound, lower_bound(primal, residual_dual(evaluation, factor, self._penalty).gap))
        return primal

    def _gap(self, primal: float) -> float:
        return relative(primal - self.bound, primal)


def certify(inputs: Array, labels: Array, penalty: float, factor: Array, *, tol: float = 1e-8) -> float:
    """Relative gap of the network with effective weight S = U U^T, to be at most `tol` if that can be shown.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    penalty : float
        c = lambda sqrt(p d) > 0.
    factor : ndarray, shape (d, p)
        U = W^T/(p d)^(1/4).
    tol : float
        Gap at which the effort ends.
    """
    return Certificate(Measurements(inputs, labels), penalty).sharpen(factor, tol)
