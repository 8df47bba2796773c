"""Anderson acceleration of a fixed-point iteration w <- g(w).

The next point is the combination, with weights that sum to one, of the last images g(w_i) whose
residuals g(w_i) - w_i combine to the shortest vector (Walker and Ni, SIAM J. Numer. Anal. 49, 2011).
"""

import numpy as np

from scaling_spectra.arrays import Array

# Tikhonov term of the small least-squares problem, relative to its trace
REGULARISATION = 1e-12


class Anderson:
    """Memory of the last images and residuals.

    Parameters
    ----------
    memory : int
        Number of points kept.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._count = 0
        self._residuals = np.empty((memory, 0))
        self._images: list[Array] = []
        self._gram = np.empty((memory, memory))

    def reset(self) -> None:
        """Forget everything."""
        self._count = 0

    def __len__(self) -> int:
        return min(self._count, self._memory)

    def push(self, residual: Array, *image: Array) -> None:
        """Add a residual and the arrays that make up its image, in place of the oldest."""
        if not self._images:
            self._residuals = np.empty((self._memory, residual.size))
            self._images = [np.empty((self._memory, *part.shape)) for part in image]
        slot = self._count % self._memory
        self._count += 1
        self._residuals[slot] = residual.ravel()
        for kept, part in zip(self._images, image, strict=True):
            kept[slot] = part
        size = len(self)
        self._gram[slot, :size] = self._gram[:size, slot] = self._residuals[:size] @ self._residuals[slot]

    def extrapolate(self) -> tuple[Array, ...]:
        """Best combination of the images kept, one array for each that makes up an image."""
        size = len(self)
        gram = self._gram[:size, :size]
        trace = np.trace(gram)
        if trace == 0:
            return tuple(kept[(self._count - 1) % self._memory].copy() for kept in self._images)
        weights = np.linalg.solve(gram / trace + REGULARISATION * np.eye(size), np.ones(size))
        weights /= weights.sum()
        return tuple(np.tensordot(weights, kept[:size], 1) for kept in self._images)
