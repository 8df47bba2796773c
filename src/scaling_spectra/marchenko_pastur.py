"""Teachers of finite width whose weights are drawn: the law of their eigenvalues."""

import numpy as np

from scaling_spectra.spectrum import Spectrum

# nodes of a quadrature that is exact for polynomials of twice their number
NODES = 400


def marchenko_pastur(width: float, dim: float) -> Spectrum:
    """Eigenvalues of W W^T/(kappa d), W Gaussian of shape (d, kappa d) with unit variance: nodes of their law.

    Its density is sqrt((x - l)(u - x)) kappa/(2 pi x) on [l, u] = (1 -+ kappa^(-1/2))^2, beside 1 - kappa zeros if
    kappa < 1.

    Parameters
    ----------
    width : float
        kappa > 0 other than 1, where the density has a pole.
    dim : float
        d, the sum of the multiplicities.
    """
    if not width > 0 or width == 1:
        raise ValueError(f"width: {width} is not a positive number other than 1")
    angles = np.pi * np.arange(1, NODES + 1) / (NODES + 1)
    centre, reach = 1 + 1 / width, 2 / np.sqrt(width)
    values = centre + reach * np.cos(angles)
    # Gauss' weights of the second kind for sqrt((x - l)(u - x))
    weights = reach**2 * np.pi / (NODES + 1) * np.sin(angles) ** 2 * width / (2 * np.pi * values)
    if width < 1:
        values, weights = np.append(values, 0.0), np.append(weights, 1 - width)
    return Spectrum(values, dim * weights / weights.sum())
