"""Diagonal network without weight decay, from a_i = sqrt(c), w_i = 0: from lazy to rich as c falls.

Gradient flow conserves a_i^2 - w_i^2 = c. So a_i = sqrt(c) cosh v_i, w_i = sqrt(c) sinh v_i with v the integral of
A^T r over time, and what it converges to for n < d is the interpolator of least sum phi_c(theta_i),

    phi_c'(theta) = arsinh(2 theta/c)/2,

a ridge for c -> infinity and l1 for c -> 0. State evolution: theta_i = prox_{b phi_c}(theta*_i + delta z).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import root

from scaling_spectra.arrays import Array
from scaling_spectra.records import StateEvolutionError

# nodes of averages over z, up to FARTHEST, and of the table of the proximal map
NODES, FARTHEST, TABLE = 257, 7.5, 3000
# largest residual of the two equations, in logarithms
ACCURACY = 1e-8
# a step of descent is this share of the one at which it becomes unstable
STEP = 0.25


@dataclass(frozen=True)
class Interpolator:
    """What gradient descent ends at.

    Attributes
    ----------
    weights : ndarray, shape (d,)
        theta = a w.
    residual : float
        |y - A theta|^2/|y|^2.
    conserved : float
        Largest relative change of a_i^2 - w_i^2 = c, which steps of descent conserve roughly.
    steps : int
    """

    weights: Array
    residual: float
    conserved: float
    steps: int


def descend(inputs: Array, labels: Array, scale: float, *, tolerance: float, most: int) -> Interpolator:
    """Gradient descent on |y - f(X)|^2 from a_i = sqrt(c), w_i = 0, until |r|^2 <= tolerance |y|^2.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    scale : float
        c.
    tolerance : float
    most : int
        Steps after which it stops anyhow.
    """
    design = inputs / np.sqrt(inputs.shape[1])
    dim = design.shape[1]
    curvature = float(np.linalg.eigvalsh(design @ design.T)[-1])
    a, w = np.full(dim, np.sqrt(scale)), np.zeros(dim)
    enough, steps = tolerance * float(labels @ labels), 0
    residuals = labels - design @ (a * w)
    while steps < most and float(residuals @ residuals) > enough:
        force = residuals @ design
        size = STEP / (curvature * float(np.max(a**2 + w**2)) + float(np.max(np.abs(force))))
        a, w = a + size * force * w, w + size * force * a
        residuals = labels - design @ (a * w)
        steps += 1
    left = float(residuals @ residuals) / float(labels @ labels)
    return Interpolator(a * w, left, float(np.max(np.abs(a**2 - w**2 - scale))) / scale, steps)


def proximal(values: Array, threshold: float, scale: float) -> tuple[Array, Array]:
    """theta that minimises (theta - y)^2/2 + b phi_c(theta), and its derivative in y; both of the shape of `values`.

    With theta = (c/2) sinh u, y = (c/2) sinh u + (b/2) u: a table of u, interpolated and improved by a step of Newton.
    """
    size = np.abs(values)
    largest = float(np.max(size))
    end = min(np.arcsinh(2 * largest / scale), 2 * largest / threshold)
    table = np.linspace(0, end * (1 + 1e-12), TABLE)
    u = np.interp(size, scale / 2 * np.sinh(table) + threshold / 2 * table, table)
    for _ in range(2):
        sinh, cosh = np.sinh(u), np.cosh(u)
        u = np.maximum(u - (scale * sinh + threshold * u - 2 * size) / (scale * cosh + threshold), 0)
    return np.sign(values) * scale / 2 * np.sinh(u), 1 / (1 + threshold / (scale * np.cosh(u)))


def state_evolution(
    teacher: Array, samples: float, scales: Sequence[float], noise_var: float
) -> list[tuple[float, float, float]]:
    """(delta, b, R) for each c of `scales`, of given theta*, n < d:

        delta^2 = (Delta + R) d/n,        sum_i E prox'(theta*_i + delta z) = n.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
    samples : float
        n < d.
    scales : sequence of float
        Values of c, falling: each starts from the one before.
    noise_var : float

    Raises
    ------
    StateEvolutionError
        If the equations are not solved.
    """
    dim = teacher.size
    z = np.linspace(-FARTHEST, FARTHEST, NODES)
    chances = np.exp(-(z**2) / 2)
    chances /= chances.sum()

    def averages(delta: float, threshold: float, scale: float) -> tuple[float, float]:
        learned, slopes = proximal(teacher[:, None] + delta * z, threshold, scale)
        return float(np.mean((learned - teacher[:, None]) ** 2 @ chances)), float(np.sum(slopes @ chances))

    def residuals(unknowns: Array, scale: float) -> list[float]:
        delta, threshold = np.exp(np.clip(unknowns, -20, 20))
        risk, divergence = averages(delta, threshold, scale)
        return [np.log((noise_var + risk) * dim / samples / delta**2), np.log(divergence / samples)]

    found = []
    power = float(np.mean(teacher**2))
    # of a ridge: b prox' is b/c + 1, and its divergence d/(1 + b/c)
    start = np.log([np.sqrt((noise_var + power) * dim / samples), scales[0] * (dim / samples - 1)])
    for place, scale in enumerate(scales):
        solved = root(residuals, start, args=(scale,), method="hybr", options={"xtol": 1e-12})
        if max(map(abs, solved.fun)) > ACCURACY:
            raise StateEvolutionError(
                f"initial scale: not solved to {ACCURACY:g} at c = {scale:g}, samples = {samples:g}, dim = {dim}"
            )
        delta, threshold = np.exp(solved.x)
        found.append((float(delta), float(threshold), averages(delta, threshold, scale)[0]))
        # a larger scale stands for a threshold that grows with it
        if place + 1 < len(scales):
            start = solved.x
    return found
