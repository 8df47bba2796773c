"""The effective model S = (S* + delta G - b I)_+ at finite d, by sampling G.

State evolution takes the mean squared distance M to S* and the divergence D for d -> infinity at its
(delta, b). At finite d both are averages over G = GOE, of order 1/d away from these, and so is the
(delta, b) that solves the two equations with them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.theory import linearised
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import from_values

# the limit's Jacobian is off by O(1/d): each step gains a factor of order d
STEPS = 30
# residual of equations that jump, at most
COARSE = 1e-3


def goe(dim: int, count: int, rng: np.random.Generator) -> Array:
    """Symmetric Gaussian matrices of spectrum [-2, 2], shape (count, d, d)."""
    matrices = rng.standard_normal((count, dim, dim))
    noise: Array = (matrices + matrices.swapaxes(1, 2)) / np.sqrt(2 * dim)
    return noise


@dataclass(frozen=True)
class Draws:
    """Learned matrices of the effective model at one (delta, b), one a draw of the noise.

    Attributes
    ----------
    teacher : ndarray, shape (d,)
    values : ndarray, shape (k, d)
        Eigenvalues of S* + delta G - b, in increasing order.
    vectors : ndarray, shape (k, d, d)
    """

    teacher: Array
    values: Array
    vectors: Array

    @cached_property
    def learned(self) -> Array:
        """S, shape (k, d, d)."""
        positive = np.maximum(self.values, 0.0)
        return (self.vectors * positive[:, None, :]) @ self.vectors.swapaxes(1, 2)

    @cached_property
    def distance(self) -> Array:
        """|S - S*|_F^2/d, shape (k,)."""
        distance: Array = np.sum((self.learned - np.diag(self.teacher)) ** 2, axis=(1, 2)) / self.teacher.size
        return distance

    @cached_property
    def divergence(self) -> Array:
        """Divergence of the spectral map x -> x_+ over d^2, shape (k,): slopes, and slopes of its chords."""
        dim = self.teacher.size
        low, high = np.triu_indices(dim, 1)
        positive = np.maximum(self.values, 0.0)
        chords = (positive[:, high] - positive[:, low]) / (self.values[:, high] - self.values[:, low])
        divergence: Array = ((self.values > 0).sum(axis=1) + chords.sum(axis=1)) / dim**2
        return divergence


def effective_draws(teacher: Array, delta: float, threshold: float, noise: Array) -> Draws:
    """Effective model of the teacher diag(s), s of shape (d,), with noise matrices G of shape (k, d, d)."""
    values, vectors = np.linalg.eigh(np.diag(teacher - threshold) + delta * noise)
    return Draws(teacher, values, vectors)


def self_consistent(
    teacher: Array,
    samples: float,
    weight_decay: float,
    noise_var: float,
    noise: Array,
    start: StateEvolution,
    *,
    width: float = 1.0,
    tol: float = 1e-4,
) -> tuple[StateEvolution, Draws]:
    """State evolution with the averages over `noise` in place of the limits d -> infinity.

        2 alpha delta^2 = M + Delta/2,        lambda sqrt(p/d) = 4 b (alpha - D),

    by Newton's method with the Jacobian of the limit at `start`, its solution.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
    samples, weight_decay, noise_var, width : float
        n, lambda, Delta and p/d.
    noise : ndarray, shape (k, d, d)
        Draws of G, see `goe`.
    tol : float
        Largest relative residual of the two equations for these draws, or 1/(n k), up to COARSE, if that is larger: by
        as much the second one jumps where an eigenvalue of one of k draws crosses zero, and it may jump over zero.

    Raises
    ------
    StateEvolutionError
        If the residual stays above that.
    """
    lam, alpha = weight_decay * np.sqrt(width), samples / teacher.size**2
    jacobian = linearised(from_values(teacher), samples, weight_decay, noise_var, start, width=width)
    unknowns = np.log([start.delta**2, start.threshold])
    accepted = max(tol, min(1 / (samples * len(noise)), COARSE))
    for _ in range(STEPS):
        t, b = np.exp(unknowns)
        draws = effective_draws(teacher, np.sqrt(t), b, noise)
        distance, divergence = draws.distance.mean(), draws.divergence.mean()
        residuals = np.log(
            [(distance + noise_var / 2) / (2 * alpha * t), (divergence + lam / (4 * b)) / alpha],
        )
        size = float(np.max(np.abs(residuals)))
        if size <= accepted:
            train_loss = (noise_var + 2 * distance) * (lam / (4 * b * alpha)) ** 2
            solution = StateEvolution(
                delta=float(np.sqrt(t)),
                threshold=float(b),
                risk=float(2 * distance),
                divergence=float(divergence),
                train_loss=float(train_loss),
                residual=size,
            )
            return solution, draws
        unknowns = unknowns - np.linalg.solve(jacobian, residuals)
    raise StateEvolutionError(
        f"effective model: no self-consistent solution to {accepted:.2g} at dim = {teacher.size}, "
        f"samples = {samples:g}, weight_decay = {weight_decay:g}, noise_var = {noise_var:g}"
    )
