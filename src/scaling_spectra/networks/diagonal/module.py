"""Torch module of the diagonal network."""

import numpy as np
import torch


class DiagonalNetwork(torch.nn.Module):
    """f(x) = sum_i a_i w_i x_i / sqrt(d), both layers trained and decayed.

    Parameters
    ----------
    dim : int
        Input dimension d.
    scale : float
        Standard deviation of the initial entries of a and w.
    rng : numpy Generator
        Source of the initial weights.
    """

    def __init__(self, dim: int, *, scale: float, rng: np.random.Generator) -> None:
        super().__init__()
        initial = scale * rng.standard_normal((2, dim))
        self.a = torch.nn.Parameter(torch.from_numpy(initial[0].copy()))
        self.w = torch.nn.Parameter(torch.from_numpy(initial[1].copy()))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Outputs of shape (n,) for inputs of shape (n, d)."""
        return inputs @ (self.a * self.w) / self.a.numel() ** 0.5

    def effective_weight(self) -> np.ndarray:
        """theta = a * w, shape (d,)."""
        return (self.a * self.w).detach().numpy()
