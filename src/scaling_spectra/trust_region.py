"""Steps of Newton's method in a trust region."""

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

# a step on the boundary has the length of the radius to this accuracy
BOUNDARY = 1e-3
# Newton steps of the secular equation; bisection alone would do in as many
SECULAR_STEPS = 60


def step(gradient: np.ndarray, hessian: np.ndarray, radius: float) -> np.ndarray:
    """Minimiser of g.p + p.H p / 2 among steps p, shape (k,), with |p| <= radius.

    The Newton step where H is positive definite and that step is short enough; else
    p = -(H + mu)^(-1) g with |p| = radius and H + mu positive semidefinite (More and Sorensen,
    SIAM J. Sci. Stat. Comput. 4, 1983), from the eigenvectors of H.

    Parameters
    ----------
    gradient : ndarray, shape (k,)
        g.
    hessian : ndarray, shape (k, k)
        H, symmetric.
    radius : float
    """
    try:
        newton = cho_solve(cho_factor(hessian, check_finite=False), -gradient, check_finite=False)
        if np.linalg.norm(newton) <= radius:
            return newton
    except LinAlgError:
        pass
    curvatures, directions = eigh(hessian, check_finite=False)
    slopes = directions.T @ gradient
    lowest = np.finfo(float).eps * max(abs(curvatures[0]), abs(curvatures[-1])) - min(curvatures[0], 0.0)
    found = -slopes / (curvatures + _shift(curvatures, slopes, lowest, radius))
    missing = radius**2 - found @ found
    if missing > 2 * BOUNDARY * radius**2:
        # g has no part along the lowest curvature, and either sense goes down equally
        found[0] += np.copysign(np.sqrt(missing), found[0])
    return directions @ found


def _shift(curvatures: np.ndarray, slopes: np.ndarray, lowest: float, radius: float) -> float:
    """Mu >= lowest at which the step has the length of the radius; `lowest` if it is shorter for all."""
    low, high, shift = lowest, lowest + np.linalg.norm(slopes) / radius, lowest
    for _ in range(SECULAR_STEPS):
        shifted = curvatures + shift
        length = np.linalg.norm(slopes / shifted)
        if length <= (1 + BOUNDARY) * radius and (shift == lowest or length >= (1 - BOUNDARY) * radius):
            break
        low, high = (shift, high) if length > radius else (low, shift)
        # 1/|p| is nearly linear in mu
        shift += (length / radius - 1) * length**2 / np.sum(slopes**2 / shifted**3)
        if not low < shift < high:
            shift = 0.5 * (low + high)
    return shift
