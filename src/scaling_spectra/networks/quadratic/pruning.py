"""Corollary 2 for the quadratic network: prune after training instead of tuning lambda."""

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.networks.quadratic.limits import bulk_edge
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum, from_values

# nodes of the noise eigenvalues below the threshold
NODES = 64
# relative change of an estimate with one eigenvalue more or less at which it counts as none
SENSITIVE = 0.1
# the eigenvalue that is one more, over the largest or over the noise
NEXT = 1e-6


def pruned_threshold(delta: float, threshold: float, dim: float) -> float:
    """max(b, 2 delta): above the noise bulk."""
    return max(threshold, delta * bulk_edge(dim))


def prune(weights: Array, delta: float, threshold: float) -> Array:
    """Replace each eigenvalue nu of the learned S, shape (d,), by max(nu - (2 delta - b), 0) if b < 2 delta."""
    return np.maximum(weights - (pruned_threshold(delta, threshold, weights.size) - threshold), 0.0)


def estimate(
    weights: Array, train_loss: float, samples: int, weight_decay: float, *, width: float = 1.0
) -> tuple[float, float]:
    """Effective noise delta and threshold b from what training leaves.

    With alpha = n/d^2, delta^2 = train_loss/(1 - D/alpha)^2/(4 alpha) and b = lambda sqrt(p/d)/(4 (alpha - D)). The
    divergence of the eigenvalue threshold at eigenvalues nu_i > 0 and y_j <= b of S* + delta G,

        d^2 D = #{i <= i'} + sum_{i, j} nu_i/(nu_i + b - y_j),

    involves eigenvalues y_j that were cut; they are taken from the noise bulk, a semicircle of radius
    2 delta below b, which closes the equation.

    Parameters
    ----------
    weights : ndarray, shape (d,)
        Eigenvalues of the learned S, exact zeros included.
    train_loss : float
        Mean squared residual on the training set.
    width : float
        p/d.

    Raises
    ------
    ValueError
        If one eigenvalue more or less would change delta by more than SENSITIVE: the residual then says nothing
        about the noise.
    """
    nu = np.sort(weights[weights > 0])
    point = (weights.size, train_loss, samples, weight_decay * np.sqrt(width))
    found = _estimate(nu, *point)
    others = [nu[1:]] if nu.size else []
    if nu.size < weights.size:
        others.append(np.append(nu, NEXT * nu.max(initial=np.sqrt(train_loss))))
    if not all(abs(_estimate(kept, *point)[0] - found[0]) <= SENSITIVE * found[0] < np.inf for kept in others):
        raise ValueError(
            f"weights: {nu.size} are not zero, too many for samples = {samples}: one more or less changes delta by "
            f"more than {SENSITIVE:.0%}"
        )
    return found


def _estimate(nu: Array, dim: int, train_loss: float, samples: int, lam: float) -> tuple[float, float]:
    """`estimate` from the positive eigenvalues; infinite where samples cannot determine as many."""
    alpha = samples / dim**2
    pairs, cut = nu.size * (nu.size + 1) / 2, dim - nu.size
    # b/delta does not involve D
    ratio = lam / (2 * np.sqrt(alpha * train_loss))
    noise = _cut_semicircle(min(ratio, bulk_edge(dim)))

    def effective(divergence: float) -> tuple[float, float]:
        left = alpha - divergence
        return np.sqrt(alpha * train_loss) / (2 * left), lam / (4 * left)

    def excess(divergence: float) -> float:
        delta, b = effective(divergence)
        crossed: float = (nu[:, None] / (nu[:, None] + b - delta * noise)).mean(1).sum() * cut
        return (pairs + crossed) / dim**2 - divergence

    low = pairs / dim**2
    high = min((pairs + nu.size * cut) / dim**2, alpha * (1 - 1e-12))
    if low >= alpha:
        return np.inf, np.inf
    divergence = brentq(excess, low, high, xtol=1e-15) if high > low and excess(high) < 0 else high
    if divergence >= alpha * (1 - 1e-12):
        return np.inf, np.inf
    delta, b = effective(divergence)
    return float(delta), float(b)


def _cut_semicircle(edge: float) -> Array:
    """Nodes of equal weight for the semicircle law on [-2, 2] below `edge`, by quantiles of x = -2 cos(angle)."""
    total = _mass_below(np.arccos(-edge / 2))
    angles = np.linspace(0, np.pi, 4 * NODES + 1)
    return -2 * np.cos(np.interp((np.arange(NODES) + 0.5) / NODES * total, _mass_below(angles), angles))


def _mass_below(angle: Array) -> Array:
    mass: Array = (angle - np.sin(angle) * np.cos(angle)) / np.pi
    return mass


def pruned_risk(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Predicted excess risk 2 M after pruning: the risk of (S* + delta G - b')_+ at b' = max(b, 2 delta)."""
    b = pruned_threshold(solution.delta, solution.threshold, spectrum.dim)
    return 2 * half_line(spectrum, solution.delta**2, b).distance


def conditional_pruned_risk(teacher: Array, solution: StateEvolution) -> float:
    """`pruned_risk` of a given teacher, eigenvalues of shape (d,)."""
    return pruned_risk(from_values(teacher), solution)
