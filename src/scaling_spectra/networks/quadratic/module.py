"""Torch module of the quadratic network."""

import numpy as np
import torch

from scaling_spectra.arrays import Array


class QuadraticNetwork(torch.nn.Module):
    """f(x) = (|W x|^2 - |W|_F^2) / (sqrt(p) d), second layer fixed to ones.

    Parameters
    ----------
    dim, width : int
        Input dimension d and number of hidden units p.
    scale : float
        Standard deviation of the initial entries of W.
    rng : numpy Generator
        Source of the initial weights.
    """

    def __init__(self, dim: int, width: int, *, scale: float, rng: np.random.Generator) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.from_numpy(scale * rng.standard_normal((width, dim))))
        self._scale = (width * dim) ** 0.25

    @property
    def factor(self) -> Array:
        """U = W^T/(p d)^(1/4) of S = U U^T, shape (d, p)."""
        factor: Array = self.weight.detach().numpy().T / self._scale
        return factor

    @factor.setter
    def factor(self, units: Array) -> None:
        """Set the first hidden units to those of U, shape (d, r), and the others to zero."""
        with torch.no_grad():
            self.weight.zero_()
            self.weight[: units.shape[1]] = torch.from_numpy(self._scale * units.T)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Outputs of shape (n,) for inputs of shape (n, d)."""
        width, dim = self.weight.shape
        hidden = inputs @ self.weight.T
        outputs: torch.Tensor = ((hidden**2).sum(1) - (self.weight**2).sum()) / (width**0.5 * dim)
        return outputs

    def effective_weight(self) -> Array:
        """S = W^T W / sqrt(p d), shape (d, d)."""
        width, dim = self.weight.shape
        weight = self.weight.detach()
        matrix: Array = (weight.T @ weight / (width * dim) ** 0.5).numpy()
        return matrix
