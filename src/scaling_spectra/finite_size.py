"""How far trained networks may lie from state evolution at finite n_eff and d."""

import numpy as np


def known_deviation(n_eff: np.ndarray, dim: np.ndarray, non_gaussian: float, finite_dim: float) -> np.ndarray:
    """Relative deviation of the risk that is real, not statistical: ``non_gaussian/sqrt(n_eff) + finite_dim/d``.

    State evolution is exact for Gaussian measurements and d -> infinity. The first term bounds the
    effect of real inputs, whose measurements x x^T are not Gaussian (it fades with n_eff, not with
    d), the second the finite-d bias of the equations themselves.
    """
    return non_gaussian / np.sqrt(n_eff) + finite_dim / dim
