"""The effective model of measurements Z = (x x^T - I)/sqrt(d) of Gaussian inputs x, at finite d.

State evolution holds for Gaussian Z. These are not: entry (i, j) enters a sample with the weight

    z_ij = x_i^2 x_j^2  (i != j),    z_ii = (x_i^2 - 1)^2/2,    E z = 1,

and so do the leverage of the sample and the error on it. Leave the sample out: e^2 is its mean squared
residual given x, and once it is put in the residual shrinks by f = 1/(1 + V),

    V(x) = 1/(2 n) sum_ij (1 + 1[i = j]) chi_ij z_ij,
    e^2(x) = Delta + 2/d sum_ij var_ij z_ij + (sum_i m_i (x_i^2 - 1))^2/d,

chi_ij the response of S_ij to a force on it, over 4 n/d; m_i the mean error of S_ii, var_ij what is left of
E (S - S*)_ij^2. What the other samples ask of S is then a quadratic form with curvatures a and noise nu,

    a_ij = E[z_ij f],    nu_ij = E[z_ij e^2 f^2],    Y_ij = S*_ij + sqrt(nu_ij/(4 alpha)) G_ij/a_ij,
    S = argmin over S >= 0 of sum_ij a_ij (S - Y)_ij^2 + (coupling of the diagonal) + lambda/(2 alpha) Tr S,

G = GOE; the diagonal entries of S - S* are coupled by E[(x_i^2 - 1)(x_j^2 - 1) f]/2. Averages over x and G close
the equations. If f and e did not depend on x, all entries would be alike: `effective.self_consistent`.

Left out, of order 1/d: the part of a response that turns eigenvectors into each other, and that noises of different
diagonal entries are correlated (which costs nothing to first order).

To first order in 1/n_eff and for d >> 1 risks grow by 4/n_eff where noise alone limits them (phase VI) and by
18/n_eff where shrinkage alone does (phase III without noise).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.theory import linearised
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import from_values

STEPS = 40
# from then on only half of a change is taken
CAREFUL = 6
LARGEST_STEP = 0.5
# of the minimisation over S, which starts from the last one
FIRST_ITERATIONS, ITERATIONS = 40, 6
ACCURACY = 1e-5
# curvatures and noises beyond, in units of their mean, are those of a solution that is lost; beyond a curvature of two
# the minimisation over S would not converge
CURVATURES, NOISES = (0.1, 1.9), (0.1, 20.0)


def squares(dim: int, count: int, rng: np.random.Generator) -> Array:
    """Draws of x_i^2, shape (count, d), each coordinate of mean one."""
    drawn = rng.standard_normal((count, dim)) ** 2
    squares: Array = drawn / drawn.mean(axis=0)
    return squares


@dataclass(frozen=True)
class Moments:
    """Curvatures, noises and couplings of the diagonal over mean f, mean e^2 f^2 and mean f, shape (d, d) each."""

    curvature: Array
    noise: Array
    coupling: Array

    def towards(self, other: "Moments", share: float) -> "Moments":
        """A step from these to others."""
        pairs = zip(self.parts(), other.parts(), strict=True)
        return Moments(*((1 - share) * here + share * there for here, there in pairs))

    def distance(self, other: "Moments") -> float:
        """Largest difference of curvatures."""
        return float(np.max(np.abs(self.curvature - other.curvature)))

    @property
    def lost(self) -> bool:
        """Whether a curvature or a noise is at the end of its range."""
        pairs = ((self.curvature, CURVATURES), (self.noise, NOISES))
        return any(bool((values <= low).any() or (values >= high).any()) for values, (low, high) in pairs)

    def parts(self) -> Iterator[Array]:
        yield from (self.curvature, self.noise, self.coupling)


def real_inputs(
    teacher: Array,
    samples: float,
    weight_decay: float,
    noise_var: float,
    noise: Array,
    inputs: Array,
    start: StateEvolution,
    *,
    width: float = 1.0,
    tol: float = 5e-4,
) -> tuple[StateEvolution, Array]:
    """Solve the equations above with averages over `noise` and `inputs`.

    With delta^2 = (mean e^2 f^2)/(4 alpha (mean f)^2) and b = lambda sqrt(p/d)/(4 alpha mean f) by Newton's method
    with the Jacobian of state evolution, the ratios of entries by repetition.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s).
    samples, weight_decay, noise_var, width : float
        n, lambda, Delta and p/d.
    noise : ndarray, shape (k, d, d)
        Draws of G, see `effective.goe`.
    inputs : ndarray, shape (m, d)
        Draws of x_i^2, see `squares`. Entries are known to about sqrt(8/m) of what f varies.
    start : StateEvolution
        Solution of state evolution.
    tol : float
        Largest relative residual, and change of a curvature.

    Returns
    -------
    solution : StateEvolution
        With the mean risk of the draws.
    learned : ndarray, shape (k, d, d)
        S of each draw.

    Raises
    ------
    StateEvolutionError
        If the equations are not solved to `tol`. Below one effective sample that takes many draws of the noise.
    """
    dim, lam, alpha = teacher.size, weight_decay * np.sqrt(width), samples / teacher.size**2
    jacobian = linearised(from_values(teacher), samples, weight_decay, noise_var, start, width=width)
    unknowns = np.log([start.delta**2, start.threshold])
    ones = np.ones((dim, dim))
    moments = Moments(ones, ones, np.zeros((dim, dim)))
    learned, iterations = np.zeros_like(noise), FIRST_ITERATIONS
    for step in range(STEPS):
        t, b = np.exp(unknowns)
        shrinkage = lam / (4 * alpha * b)
        observed = np.diag(teacher) + np.sqrt(t * moments.noise) / moments.curvature * noise
        learned, slopes = _minimise(learned, observed, teacher, b, moments, iterations)
        iterations = ITERATIONS
        response = slopes / (1 - slopes * (1 - moments.curvature)) / shrinkage
        error = learned - np.diag(teacher)
        f, squared = _on_samples(inputs, response / (2 * samples), error, noise_var)
        found = _moments(inputs, f, squared * f**2)
        left = np.mean(squared * f**2)
        residuals = np.array([np.log(left / (4 * alpha * t * f.mean() ** 2)), -np.log(f.mean() / shrinkage)])
        size = max(float(np.max(np.abs(residuals))), moments.distance(found))
        if size <= tol and not found.lost:
            solution = StateEvolution(
                delta=float(np.sqrt(t)),
                threshold=float(b),
                risk=float(2 * np.mean(np.sum(error**2, axis=(1, 2))) / dim),
                divergence=float((slopes.sum() + np.trace(slopes)) / (2 * dim**2)),
                train_loss=float(left),
                residual=size,
            )
            return solution, learned
        change = np.linalg.solve(jacobian, residuals)
        unknowns = unknowns - change * min(1.0, LARGEST_STEP / np.max(np.abs(change)))
        moments = moments.towards(found, 1.0 if step < CAREFUL else 0.5)
    raise StateEvolutionError(
        f"effective model of real inputs: not solved to {tol:g} at dim = {dim}, samples = {samples:g}, "
        f"weight_decay = {weight_decay:g}, noise_var = {noise_var:g}"
    )


def _minimise(
    learned: Array, observed: Array, teacher: Array, threshold: float, moments: Moments, iterations: int
) -> tuple[Array, Array]:
    """S of each draw, and the mean over draws of dS_ij/dY_ij at equal curvatures, up to 1/d.

    A gradient step with the mean curvature, then the exact minimum with that curvature, (. - b)_+.
    """
    diagonal = np.arange(teacher.size)
    for _ in range(iterations):
        force = moments.curvature * (learned - observed)
        force[:, diagonal, diagonal] += (learned[:, diagonal, diagonal] - teacher) @ moments.coupling
        values, vectors = np.linalg.eigh(learned - force - threshold * np.eye(teacher.size))
        positive = np.maximum(values, 0.0)
        last, learned = learned, (vectors * positive[:, None, :]) @ vectors.swapaxes(1, 2)
        if np.max(np.abs(learned - last)) <= ACCURACY * teacher[0]:
            break
    gaps = values[:, :, None] - values[:, None, :]
    kept = (values > 0)[:, :, None] * np.ones_like(gaps)
    chords = np.divide(positive[:, :, None] - positive[:, None, :], gaps, out=kept, where=np.abs(gaps) > 1e-12)
    weights = vectors**2
    return learned, (weights @ chords @ weights.swapaxes(1, 2)).mean(axis=0)


def _on_samples(inputs: Array, leverage: Array, error: Array, noise_var: float) -> tuple[Array, Array]:
    """f and e^2 at every draw of the inputs."""
    dim = leverage.shape[0]
    diagonal = np.arange(dim)
    centred = inputs - 1
    systematic = error[:, diagonal, diagonal].mean(axis=0)
    variance = np.mean(error**2, axis=0)
    variance[diagonal, diagonal] -= systematic**2

    def quadratic(matrix: Array) -> Array:
        """sum_{i != j} A_ij x_i^2 x_j^2 + sum_i A_ii (x_i^2 - 1)^2."""
        off = matrix - np.diag(np.diag(matrix))
        square: Array = np.sum((inputs @ off) * inputs, axis=1) + centred**2 @ np.diag(matrix)
        return square

    # 2 sum v_ij z_ij, while `quadratic` counts diagonal entries twice as z_ii = (x^2 - 1)^2/2
    mean = centred @ systematic
    squared = noise_var + (2 * quadratic(variance) - centred**2 @ np.diag(variance) + mean**2) / dim
    return 1 / (1 + quadratic(leverage)), squared


def _moments(inputs: Array, f: Array, left: Array) -> Moments:
    """Averages over the inputs, as covariances with f and e^2 f^2: these vary little, the weights a lot."""
    centred = inputs - 1
    curvature, noise = (_weighted(inputs, centred, (v - v.mean()) / v.mean()) for v in (f, left))
    coupling = centred.T @ ((f / f.mean() - 1)[:, None] * centred) / (2 * len(f))
    np.fill_diagonal(coupling, 0.0)
    return Moments(np.clip(1 + curvature, *CURVATURES), np.clip(1 + noise, *NOISES), coupling)


def _weighted(inputs: Array, centred: Array, values: Array) -> Array:
    """E[z_ij v]."""
    result = inputs.T @ (values[:, None] * inputs) / len(values)
    np.fill_diagonal(result, values @ centred**2 / (2 * len(values)))
    return result
