"""The diagonal network."""

import numpy as np

from scaling_spectra.arrays import Array


class DiagonalNetwork:
    """f(x) = sum_i a_i w_i x_i / sqrt(d), both layers trained and decayed.

    Parameters
    ----------
    dim : int
        Input dimension d.
    scale : float
        Standard deviation of the initial entries of a and w.
    rng : numpy Generator
        Source of the initial weights.

    Attributes
    ----------
    a, w : ndarray, shape (d,)
        Second and first layer.
    """

    a: Array
    w: Array

    def __init__(self, dim: int, *, scale: float, rng: np.random.Generator) -> None:
        self.a, self.w = scale * rng.standard_normal((2, dim))

    def __call__(self, inputs: Array) -> Array:
        """Outputs of shape (n,) for inputs of shape (n, d)."""
        outputs: Array = inputs @ self.effective_weight() / np.sqrt(self.a.size)
        return outputs

    def effective_weight(self) -> Array:
        """theta = a * w, shape (d,)."""
        return self.a * self.w
