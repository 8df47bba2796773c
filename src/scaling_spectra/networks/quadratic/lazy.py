"""Lazy baseline of the quadratic network: ridge regression |y - A(S)|^2 + rho |S|_F^2 over symmetric S.

This is kernel ridge regression with the kernel Tr[Z_mu Z_nu], of degree two.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaincinv

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.measurements import Blocks, Measurements
from scaling_spectra.networks.quadratic.statistics import Statistics
from scaling_spectra.ridge import RidgePath, isotropic_risk, path_of_gram, path_of_kernel

# equally likely values that stand for the law of |Z|_F^2
QUANTILES = 1000


def prepare(draw: Callable[[], Blocks], teacher: Array) -> RidgePath:
    """Risk along the ridge, from the smaller of kernel (n, n) and normal equations in d(d + 1)/2 unknowns.

    Parameters
    ----------
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s).
    """
    dim, scale = teacher.size, 2 / teacher.size
    if sum(labels.size for _, labels in draw()) >= dim * (dim + 1) // 2:
        statistics = Statistics(dim).add(draw())
        return path_of_gram(statistics.gram, statistics.moment, statistics.svec(np.diag(teacher)), scale)
    inputs = np.concatenate([block for block, _ in draw()])
    data = Measurements(inputs, np.concatenate([labels for _, labels in draw()]))
    outputs = data.forward_symmetric(np.diag(teacher))
    return path_of_kernel(data.kernel(), data.labels, outputs, float(teacher @ teacher), scale)


def best_ridge(teacher: Array, noise_var: float) -> float:
    """Ridge d Delta/(2 Q), Q = mean s_i^2, of smallest risk in theory, whatever n."""
    return float(noise_var * teacher.size / (2 * np.mean(teacher**2)))


def risk(teacher: Array, samples: float, ridge: float, noise_var: float) -> float:
    """Risk R = 2 M in theory at rho = `ridge` >= 0: d^2/2 unknowns, measurements as good as Gaussian."""
    dim = teacher.size
    return isotropic_risk(2 * float(np.mean(teacher**2)), 2 * samples / dim**2, ridge / dim, noise_var)


def finite_size_risk(teacher: Array, samples: float, ridge: float, noise_var: float) -> float:
    """R with two corrections of relative order 1/d: d(d + 1)/2 unknowns, and norms |Z|_F that fluctuate.

    d |Z|_F^2 = |x|^4 - 2 |x|^2 + d, where |x|^2 follows the chi-square law: samples of large norm dominate the kernel.
    """
    dim = teacher.size
    squared = 2 * gammaincinv(dim / 2, (np.arange(QUANTILES) + 0.5) / QUANTILES)
    norms = squared**2 - 2 * squared + dim
    energy, ratio = 2 * float(np.mean(teacher**2)), 2 * samples / (dim * (dim + 1))
    return isotropic_risk(energy, ratio, ridge / (dim + 1), noise_var, norms / norms.mean())
