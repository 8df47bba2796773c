"""How far trained networks may lie from state evolution at finite n_eff and d."""

import numpy as np

from scaling_spectra.arrays import Numbers
from scaling_spectra.networks.interface.problem import problem_of

# relative error of the theory of real inputs: coefficients of 1/d and 1/n_eff
REAL_INPUTS = (0.6, 0.15)


def known_deviation(network: str, n_eff: Numbers, dim: Numbers) -> Numbers:
    """Relative deviation of the risk that is real, not statistical: ``a/sqrt(n_eff) + b/d``.

    State evolution is exact for Gaussian measurements and d -> infinity. The first term bounds the
    effect of measurements that are not Gaussian (it fades with n_eff, not with d), the second the
    finite-size bias of the equations themselves; (a, b) belong to the network.
    """
    non_gaussian, finite_dim = problem_of(network).KNOWN_DEVIATION
    return non_gaussian / np.sqrt(n_eff) + finite_dim / dim


def real_inputs_deviation(n_eff: Numbers, dim: Numbers) -> Numbers:
    """Relative error of the risk in the theory of real inputs, which leaves out what is of order 1/d and 1/n_eff^2."""
    return REAL_INPUTS[0] / dim + REAL_INPUTS[1] / n_eff


def known_change(network: str, first: float, last: float, dim: float) -> float:
    """Largest change of log R that the known deviation may cause between two n_eff.

    The finite-size bias may be anything up to its bound at either end: near interpolation it is
    largest, for n >> d it vanishes.
    """
    non_gaussian, finite_dim = problem_of(network).KNOWN_DEVIATION
    return float(non_gaussian * (first**-0.5 - last**-0.5) + finite_dim / dim)
