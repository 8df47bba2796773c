"""Limited-memory BFGS: what past steps tell of a Hessian, on top of a guess of it (Nocedal, Math. Comp. 35, 1980)."""

import numpy as np
from scipy.linalg.blas import daxpy

from scaling_spectra.arrays import Array

# curvature pairs: more spare fewer evaluations than they cost
HISTORY = 10
# cosine of step and change of gradient below which a pair tells nothing of the curvature
NO_CURVATURE = 1e-12


class History:
    """Pairs of a step s and the change z of the gradient along it, arrays of one shape with s.z > 0."""

    def __init__(self) -> None:
        self._pairs: list[tuple[Array, Array, float]] = []

    def __len__(self) -> int:
        return len(self._pairs)

    def push(self, step: Array, change: Array) -> None:
        """Remember a pair, unless the curvature along the step is not positive; forget the oldest of many."""
        product = float(np.vdot(step, change))
        if product > NO_CURVATURE * np.linalg.norm(step) * np.linalg.norm(change):
            pair = np.ascontiguousarray(step), np.ascontiguousarray(change), product
            self._pairs = [*self._pairs[1 - HISTORY :], pair]

    def forget(self) -> None:
        """Start anew."""
        self._pairs = []

    def turn(self, rotation: Array, more: int = 0) -> None:
        """Multiply steps and changes from the right, as the variables were, and add as many columns of zeros."""
        pairs, self._pairs = self._pairs, []
        for step, change, _ in pairs:
            empty = np.zeros((len(step), more))
            self.push(np.hstack([step @ rotation, empty]), np.hstack([change @ rotation, empty]))

    def direction(self, gradient: Array, basis: Array, curvature: Array) -> Array:
        """-H g, H the inverse Hessian that the pairs make of a guess of it, scaled to the last pair.

        Parameters
        ----------
        gradient : ndarray, shape (d, r)
            g.
        basis : ndarray, shape (d, d)
            Orthonormal columns; the guess is diagonal in each column of the variables turned to them.
        curvature : ndarray, shape (d, r)
            Its diagonal, positive.
        """
        direction = np.negative(gradient, order="C")
        shares = []
        for step, change, product in reversed(self._pairs):
            share = float(np.vdot(step, direction)) / product
            shares.append(share)
            _add(direction, -share, change)
        turned = (basis.T @ direction) / curvature
        if self._pairs:
            _, change, product = self._pairs[-1]
            turned *= product / float(np.sum((basis.T @ change) ** 2 / curvature))
        direction = basis @ turned
        for (step, change, product), share in zip(self._pairs, reversed(shares), strict=True):
            _add(direction, share - float(np.vdot(change, direction)) / product, step)
        return direction


def _add(total: Array, share: float, part: Array) -> None:
    """total += share part, without a copy; both contiguous."""
    daxpy(part.ravel(), total.ravel(), a=share)
