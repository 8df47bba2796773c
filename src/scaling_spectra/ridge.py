"""Ridge regression: its whole path on samples from one eigendecomposition, and its risk in theory.

It is what a network learns whose features are fixed (lazy training): y = z.theta with the rows z of the
design given by the kernel, and |theta|^2 penalised instead of the weights of the network.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import brentq, minimize_scalar

from scaling_spectra.arrays import Array
from scaling_spectra.ties import TIE

# eigenvalues below this fraction of the largest are rounding
RANK = 1e-12
# ridge that stands for none
LEAST = 1e-12
# ridges tried: decades below and above the largest eigenvalue, points per decade
BELOW, ABOVE, POINTS_PER_DECADE = 12, 3, 4


@dataclass(frozen=True)
class RidgePath:
    """Minimisers of |y - Z theta|^2 + rho |theta|^2 for all rho at once, in the eigenvectors of Z^T Z.

    Attributes
    ----------
    eigenvalues : ndarray, shape (m,)
        Positive eigenvalues e_i of Z^T Z.
    moments, teacher : ndarray, shape (m,)
        v_i.(Z^T y) and v_i.theta*: theta(rho) has the coordinates moments / (e + rho).
    unseen : float
        |theta*|^2 outside the span of the samples.
    scale : float
        Risk per squared distance: R = scale |theta - theta*|^2.
    """

    eigenvalues: Array
    moments: Array
    teacher: Array
    unseen: float
    scale: float

    def risk(self, ridge: float) -> float:
        """Excess risk R at rho = `ridge` >= 0."""
        missed = self.moments / (self.eigenvalues + ridge) - self.teacher
        return self.scale * float(missed @ missed + self.unseen)

    def best(self) -> tuple[float, float]:
        """Ridge of smallest risk, and that risk."""
        grid = self.eigenvalues.max() * np.logspace(-BELOW, ABOVE, (BELOW + ABOVE) * POINTS_PER_DECADE + 1)
        risks = np.array([self.risk(ridge) for ridge in grid])
        # of equally good ridges the smallest
        at = int(np.argmax(risks <= risks.min() * (1 + TIE)))
        around = np.log(grid[[max(at - 1, 0), min(at + 1, len(grid) - 1)]])
        found = minimize_scalar(lambda x: self.risk(np.exp(x)), bounds=tuple(around), method="bounded")
        ridge = min((grid[at], float(np.exp(found.x))), key=self.risk)
        return float(ridge), self.risk(ridge)


def path_of_kernel(kernel: Array, labels: Array, outputs: Array, energy: float, scale: float) -> RidgePath:
    """Path from the samples' kernel.

    Parameters
    ----------
    kernel : ndarray, shape (n, n)
        Z Z^T.
    labels, outputs : ndarray, shape (n,)
        y and the teacher's noiseless outputs Z theta*.
    energy : float
        |theta*|^2.
    scale : float
        Risk per squared distance.
    """
    eigenvalues, vectors = _decompose(kernel)
    roots = np.sqrt(eigenvalues)
    teacher = vectors.T @ outputs / roots
    unseen = max(energy - float(teacher @ teacher), 0.0)
    return RidgePath(eigenvalues, roots * (vectors.T @ labels), teacher, unseen, scale)


def path_of_gram(gram: Array, moment: Array, teacher: Array, scale: float) -> RidgePath:
    """Path from Z^T Z, shape (D, D), Z^T y and theta*, both of shape (D,)."""
    eigenvalues, vectors = _decompose(gram)
    seen = vectors.T @ teacher
    unseen = max(float(teacher @ teacher - seen @ seen), 0.0) if len(seen) < len(teacher) else 0.0
    return RidgePath(eigenvalues, vectors.T @ moment, seen, unseen, scale)


def _decompose(matrix: Array) -> tuple[Array, Array]:
    """Positive eigenvalues of a positive semi-definite matrix and their eigenvectors."""
    eigenvalues, vectors = eigh(matrix, check_finite=False, driver="evd")
    first = np.searchsorted(eigenvalues, RANK * eigenvalues[-1], side="right")
    return eigenvalues[first:], vectors[:, first:]


def isotropic_risk(energy: float, ratio: float, ridge: float, noise_var: float, norms: Array | None = None) -> float:
    """Risk of ridge regression with D unknowns and n = `ratio` D samples in the limit of large D.

    Rows z = sqrt(q) g, g ~ N(0, I_D/D), labels z.theta* + sqrt(Delta) xi, penalty rho |theta|^2. All directions are
    alike, so the mean diagonal element V of (Z^T Z + rho)^-1 is everything that matters:

        rho V + ratio mean[q V/(1 + q V)] = 1,    R = (rho^2 Q V^2 + Delta V C)/(rho V + C),
        C = ratio mean[q V/(1 + q V)^2],

    which is rho^2 Q W + Delta (V - rho W) with W = -dV/drho, the mean diagonal element of the squared inverse.

    For q = 1 this is the proportional-limit risk of ridge regression (Hastie, Montanari, Rosset & Tibshirani,
    *Surprises in high-dimensional ridgeless least squares interpolation*); unequal q
    lower the useful number of samples.

    Parameters
    ----------
    energy : float
        Q = |theta*|^2/D: the risk of theta = 0.
    ratio : float
        n/D > 0.
    ridge : float
        rho >= 0; zero stands for the limit. The best one is Delta/Q, whatever the ratio and the norms.
    noise_var : float
        Delta >= 0.
    norms : ndarray, optional
        Equally likely values of q, of mean one; all equal if not given.
    """
    q = np.ones(1) if norms is None else norms
    ridge = max(ridge, LEAST)

    def excess(log_v: float) -> float:
        v: float = np.exp(log_v)
        return ridge * v + ratio * float(np.mean(q * v / (1 + q * v))) - 1

    # both terms are positive: rho V <= 1, and below 1/(rho + ratio mean q) their sum is less than one
    low, high = -np.log(ridge + ratio * float(np.mean(q))) - 1e-9, -np.log(ridge) + 1e-9
    v = np.exp(brentq(excess, low, high, xtol=1e-14, rtol=1e-14))
    spread = ratio * float(np.mean(q * v / (1 + q * v) ** 2))
    return float((energy * (ridge * v) ** 2 + noise_var * v * spread) / (ridge * v + spread))
