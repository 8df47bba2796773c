"""Straightforward state evolution of the quadratic network: what `benchmarks/theory.py` compares with.

Damped iteration of the two equations; their integrals on the real axis with Biane's density,
cell by cell between the atoms, with as few nodes as the tolerance allows.
"""

import numpy as np

# at damping 1
STEPS = 100


def height(values: np.ndarray, t: float, u: np.ndarray) -> np.ndarray:
    """Solution v >= 0 of mean 1/((u - s)^2 + v^2) = 1/t, zero where there is none; shape of `u`."""
    squares = (u[:, None] - values) ** 2
    y = np.maximum(t / values.size - squares.min(1), 0.0)
    for _ in range(60):
        with np.errstate(divide="ignore"):
            inverse = 1 / (squares + y[:, None])
        mean = inverse.mean(1)
        step = np.maximum(t - 1 / mean, 0.0) * mean**2 / (inverse**2).mean(1)
        y += step
        if np.all(step <= 1e-13 * (y + t / values.size)):
            break
    return np.sqrt(y)


def position(values: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """x = u + t mean (u - s)/((u - s)^2 + v^2)."""
    offset = u[:, None] - values
    return u + t * (offset / (offset**2 + v[:, None] ** 2)).mean(1)


def at(values: np.ndarray, t: float, x: float) -> float:
    """The u with x(u) = x, by bisection."""
    low, high = x - np.sqrt(t), x + np.sqrt(t)
    for _ in range(60):
        middle = np.array([(low + high) / 2])
        if position(values, t, middle, height(values, t, middle))[0] < x:
            low = middle[0]
        else:
            high = middle[0]
    return (low + high) / 2


def edge(values: np.ndarray, t: float, inside: float, outside: float) -> float:
    """Where mean 1/(u - s)^2 falls below 1/t, by bisection."""
    for _ in range(60):
        middle = (inside + outside) / 2
        if np.mean(1 / (middle - values) ** 2) > 1 / t:
            inside = middle
        else:
            outside = middle
    return inside


def integrals(values: np.ndarray, t: float, b: float, nodes: int) -> tuple[float, float]:
    """M and D at (t, b): Gauss-Legendre in each cell of the support above b."""
    values = np.sort(values)
    low = at(values, t, b)
    cells = []
    delta = np.sqrt(t)
    middles = np.r_[values[0] - 1.01 * delta, (values[1:] + values[:-1]) / 2, values[-1] + 1.01 * delta]
    for s, left, right in zip(values, middles[:-1], middles[1:], strict=True):
        if right <= low:
            continue
        if np.mean(1 / (left - values) ** 2) < 1 / t:
            left = edge(values, t, s - 0.5 * np.sqrt(t / values.size), left)
        if np.mean(1 / (right - values) ** 2) < 1 / t:
            right = edge(values, t, s + 0.5 * np.sqrt(t / values.size), right)
        if right > low:
            cells.append((max(left, low), right))
    energy = np.mean(values**2)
    if not cells:
        return energy, 0.0
    left, right = np.array(cells).T
    node, weight = np.polynomial.legendre.leggauss(nodes)
    theta = np.pi * (node + 1) / 2
    u = ((left + right)[:, None] / 2 - (right - left)[:, None] / 2 * np.cos(theta)).ravel()
    du = ((right - left)[:, None] / 2 * np.sin(theta) * weight * np.pi / 2).ravel()
    v = height(values, t, u)
    x = position(values, t, u, v)
    slope = 1 - t * (1 / (u[:, None] + 1j * v[:, None] - values) ** 2).mean(1)
    mass = v / (np.pi * t) * np.abs(slope) ** 2 / slope.real * du
    hilbert = (x - u) / t
    divergence = mass @ ((x - b) * hilbert)
    return energy - mass @ (x**2 - b**2) + 4 * t * divergence, divergence


def solve(
    values: np.ndarray,
    samples: float,
    weight_decay: float,
    noise_var: float,
    tol: float,
    nodes: int,
    damping: float,
) -> tuple[float, float] | None:
    """Risk R = 2 M and divergence, from the point where nothing is learned; None if it oscillates."""
    alpha = samples / values.size**2
    t = (np.mean(values**2) + noise_var / 2) / (2 * alpha)
    b = weight_decay / (4 * alpha)
    for _ in range(int(STEPS / damping)):
        distance, divergence = integrals(values, t, b, nodes)
        ratios = (distance + noise_var / 2) / (2 * alpha * t), (divergence + weight_decay / (4 * b)) / alpha
        if max(abs(np.log(ratios))) < tol:
            return 2 * distance, divergence
        t, b = t * ratios[0] ** damping, b * ratios[1] ** damping
    return None


def best_options(
    values: np.ndarray, samples: float, weight_decay: float, noise_var: float, tol: float
) -> dict[str, float]:
    """The weakest damping that converges, and the fewest nodes whose risk is right to `tol`."""
    point = (values, samples, weight_decay, noise_var, tol / 10)
    damping, nodes = 0.5, 4
    while (last := solve(*point, nodes, damping)) is None:
        damping /= 2
    while True:
        found = solve(*point, 2 * nodes, damping)
        if abs(found[0] / last[0] - 1) < tol:
            return {"tol": tol / 10, "nodes": nodes, "damping": damping}
        nodes, last = 2 * nodes, found
