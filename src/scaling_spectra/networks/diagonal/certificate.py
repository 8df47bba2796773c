"""Duality gap of the LASSO P(theta) = |y - A theta|^2 / 2 + lambda |theta|_1, A = X/sqrt(d)."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import lower_bound, relative
from scaling_spectra.networks.diagonal import active

# active sets tried to sharpen a certificate
MAX_ACTIVE_SETS = 10


def relative_gap(labels: Array, residual: Array, correlation: Array, l1_norm: float, weight_decay: float) -> float:
    """Relative gap (P - D)/P with the residual, scaled, as dual point.

    Parameters
    ----------
    labels, residual : ndarray, shape (n,)
        y and r = y - A theta.
    correlation : ndarray, shape (d,)
        A^T r.
    l1_norm : float
        |theta|_1.
    weight_decay : float
        lambda > 0.
    """
    squared = float(residual @ residual)
    primal = 0.5 * squared + weight_decay * l1_norm
    bound = weight_decay / max(np.abs(correlation).max(initial=0.0), 1e-300)
    scale = np.clip(labels @ residual / max(squared, 1e-300), -bound, bound)
    # |y|^2/2 - |y - t r|^2/2, expanded: no cancellation of |y|^2
    dual = scale * (labels @ residual) - 0.5 * scale**2 * squared
    return relative(float(primal - dual), primal)


class Certificate:
    """Lower bound on the minimum, raised by every weight vector it meets.

    Parameters
    ----------
    design : ndarray, shape (n, d)
        A.
    labels : ndarray, shape (n,)
    weight_decay : float
        lambda > 0.

    Attributes
    ----------
    bound : float
        Largest dual value so far.
    """

    def __init__(self, design: Array, labels: Array, weight_decay: float) -> None:
        self._design, self._labels, self._weight_decay = design, labels, weight_decay
        self.bound = -np.inf

    def relative_gap(self, theta: Array) -> float:
        """(P(theta) - bound)/P(theta), with the scaled residual of theta tried as dual point."""
        return self._gap(self._visit(theta)[0])

    def sharpen(self, theta: Array, tol: float) -> float:
        """`relative_gap` with the dual points of an active-set method started at theta.

        The columns and signs that theta and its residual together point to fix a minimiser exactly,
        and its residual is the best dual point if they are the right ones; if not, it names others
        (Hintermueller, Ito and Kunisch, SIAM J. Optim. 13, 2003).
        """
        samples, dim = self._design.shape
        primal, correlation = self._visit(theta)
        previous = np.zeros(dim)
        for _ in range(MAX_ACTIVE_SETS):
            if self._gap(primal) <= tol:
                break
            shifted = samples / dim * theta + correlation
            # no more columns than samples, or they would not be independent
            least = np.sort(np.abs(shifted))[-samples] if samples < dim else 0.0
            chosen = (np.abs(shifted) > self._weight_decay) & (np.abs(shifted) >= least)
            signs = np.where(chosen, np.sign(shifted), 0.0)
            if np.array_equal(signs, previous):
                break
            theta, previous = active.minimise(self._design, self._labels, self._weight_decay, signs), signs
            _, correlation = self._visit(theta)
        return self._gap(primal)

    def support(self, theta: Array) -> int:
        """Number of weights of the minimiser next to theta that are not zero.

        Training only shrinks the others: which, the residual tells, and the minimiser proves.
        """
        start = np.where(self._shifted(theta, self._visit(theta)[1]) > self._weight_decay, theta, 0.0)
        return int(np.count_nonzero(active.search(self._design, self._labels, self._weight_decay, start)[0]))

    def _shifted(self, theta: Array, correlation: Array) -> Array:
        """Magnitudes above lambda where a weight is not zero, once theta is near enough to the minimiser."""
        samples, dim = self._design.shape
        magnitudes: Array = np.abs(samples / dim * theta + correlation)
        return magnitudes

    def _visit(self, theta: Array) -> tuple[float, Array]:
        """P(theta) and A^T r, after trying the scaled residual as dual point."""
        residual = self._labels - self._design @ theta
        correlation = self._design.T @ residual
        l1_norm = float(np.abs(theta).sum())
        primal = 0.5 * float(residual @ residual) + self._weight_decay * l1_norm
        gap = relative_gap(self._labels, residual, correlation, l1_norm, self._weight_decay)
        if np.isfinite(gap):
            self.bound = max(self.bound, lower_bound(primal, gap * primal))
        return primal, correlation

    def _gap(self, primal: float) -> float:
        return relative(primal - self.bound, primal)
