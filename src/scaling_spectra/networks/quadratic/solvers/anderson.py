"""Anderson acceleration of a fixed-point iteration w <- g(w).

The next point is the combination, with weights that sum to one, of the last images g(w_i) whose
residuals g(w_i) - w_i combine to the shortest vector (Walker and Ni, SIAM J. Numer. Anal. 49, 2011).
"""

import numpy as np

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
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._images: list[tuple[np.ndarray, ...]] = []
        self._residuals: list[np.ndarray] = []
        self._gram = np.zeros((0, 0))

    def __len__(self) -> int:
        return len(self._residuals)

    def push(self, residual: np.ndarray, *image: np.ndarray) -> None:
        """Add a residual and the arrays that make up its image."""
        if len(self) == self._memory:
            self._images.pop(0)
            self._residuals.pop(0)
            self._gram = self._gram[1:, 1:]
        self._images.append(image)
        self._residuals.append(residual.ravel())
        row = np.array([past @ self._residuals[-1] for past in self._residuals])
        gram = np.empty((row.size, row.size))
        gram[:-1, :-1] = self._gram
        gram[-1] = gram[:, -1] = row
        self._gram = gram

    def extrapolate(self) -> tuple[np.ndarray, ...]:
        """Best combination of the images kept, one array for each that makes up an image."""
        trace = np.trace(self._gram)
        if trace == 0:
            return self._images[-1]
        regularised = self._gram / trace + REGULARISATION * np.eye(len(self))
        weights = np.linalg.solve(regularised, np.ones(len(self)))
        weights /= weights.sum()
        return tuple(
            sum(weight * part for weight, part in zip(weights, parts, strict=True))
            for parts in zip(*self._images, strict=True)
        )
