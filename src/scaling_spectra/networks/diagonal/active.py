"""The LASSO by its support: exact weights of given support and signs, and a search that ends at the right ones.

Columns may depend on each other, and their norms may be anything.
"""

from typing import cast

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

from scaling_spectra.arrays import Array

# least distance of a unit column from the span of those before it taken for independence
INDEPENDENT = 1e-6
# the same, squared, of columns that are solved by their Gram matrix; the duality gap says how well
APART = 0.1
# relative excess over lambda, or lack of it, that rounding explains
ROUNDING = 1e-12
# changes of the support, a dimension
MAX_CHANGES = 10


def independent(design: Array) -> bool:
    """Whether the columns are linearly independent, whatever their norms."""
    columns, _ = _unit_columns(design)
    if design.shape[1] > len(design):
        return False
    return _triangle(columns.T @ columns) is not None or _is_regular(cast(Array, np.linalg.qr(columns, mode="r")))


def minimise(design: Array, labels: Array, weight_decay: float, start: Array, *, gram: Array | None = None) -> Array:
    """Minimiser of |y - A theta|^2/2 + lambda signs.theta over the support of `start`, with the signs of it.

    Where the columns depend on each other and there are many, the nearest to `start` in units of their norms; where
    there is none, `start` moved along the steepest of the directions that A does not see, by its own length.

    Parameters
    ----------
    design : ndarray, shape (n, d)
        A.
    labels : ndarray, shape (n,)
    start : ndarray, shape (d,)
    gram : ndarray, shape (d, d), optional
        Products of the columns over their norms, where they are known.
    """
    support = np.flatnonzero(start)
    signs, here = np.sign(start[support]), start[support]
    known = None if gram is None else gram[np.ix_(support, support)]
    result = np.zeros(design.shape[1])
    result[support] = _on_support(design[:, support], labels, weight_decay, signs, here, known)
    return result


def search(design: Array, labels: Array, weight_decay: float, start: Array) -> tuple[Array, int]:
    """Minimiser of the LASSO from `start` on, and the number of changes of the support.

    A weight that would change its sign leaves, else the one whose constraint |A_j . r| <= lambda is violated most
    enters; each step lowers the objective (feature-sign search: Lee, Battle, Raina and Ng, NIPS 2006).
    """
    weights, signs, changes = start.copy(), np.sign(start), 0
    norms, least = _unit_columns(design)[1], np.inf
    for _ in range(MAX_CHANGES * weights.size):
        support = np.flatnonzero(signs)
        here = weights[support]
        step = _on_support(design[:, support], labels, weight_decay, signs[support], here) - here
        with np.errstate(divide="ignore", invalid="ignore"):
            lengths = np.where(step * signs[support] < 0, -here / step, np.inf)
        first = int(np.argmin(lengths)) if support.size else 0
        if support.size and lengths[first] < 1:
            weights[support] = here + lengths[first] * step
            weights[support[first]] = signs[support[first]] = 0.0
            changes += 1
            continue
        weights[support] = here + step
        residual = labels - design @ weights
        objective = residual @ residual / 2 + weight_decay * np.abs(weights).sum()
        if not objective < least:
            # to working precision the last ones to enter changed nothing
            break
        least, correlation = objective, design.T @ residual
        excess = np.where(signs == 0, np.abs(correlation) - weight_decay, -np.inf) / norms
        enters = int(np.argmax(excess))
        if excess[enters] * norms[enters] <= ROUNDING * weight_decay:
            break
        signs[enters] = np.sign(correlation[enters])
        changes += 1
    return weights, changes


def _on_support(
    columns: Array, labels: Array, weight_decay: float, signs: Array, start: Array, gram: Array | None = None
) -> Array:
    """`minimise` for columns of the support alone."""
    columns, norms = _unit_columns(columns)
    penalty = weight_decay * signs / norms
    if columns.shape[1] <= len(columns):
        if (root := _triangle(columns.T @ columns if gram is None else gram)) is not None:
            apart: Array = cho_solve((root, False), columns.T @ labels - penalty) / norms
            return apart
        q, r = np.linalg.qr(columns)
        if _is_regular(r):
            theta: Array = solve_triangular(r, q.T @ labels - solve_triangular(r, penalty, trans=1)) / norms
            return theta
    left, values, right = np.linalg.svd(columns, full_matrices=True)
    rank = int(np.sum(values > INDEPENDENT))
    seen, unseen = right[:rank], right[rank:]
    scaled = norms * start
    free = unseen @ penalty
    moved: Array
    if np.linalg.norm(free) > INDEPENDENT * np.linalg.norm(penalty):
        # the penalty falls for ever along these: a sign changes on the way
        fall = -free / np.linalg.norm(free) * max(np.linalg.norm(scaled), np.linalg.norm(labels))
        moved = (scaled + fall @ unseen / INDEPENDENT) / norms
        return moved
    found = (left[:, :rank].T @ labels - seen @ penalty / values[:rank]) / values[:rank]
    moved = (found @ seen + (unseen @ scaled) @ unseen) / norms
    return moved


def _unit_columns(design: Array) -> tuple[Array, Array]:
    """Columns over their norms, and the norms; zero columns stay, with norm one."""
    norms = np.linalg.norm(design, axis=0)
    norms[norms == 0] = 1.0
    return design / norms, norms


def _triangle(gram: Array) -> Array | None:
    """R of the QR decomposition of unit columns, in half the time; None if they are too near each other."""
    try:
        root: Array = cholesky(gram)
    except np.linalg.LinAlgError:
        return None
    return root if np.square(np.diag(root)).min(initial=1.0) > APART else None


def _is_regular(triangle: Array) -> bool:
    return bool(np.abs(np.diag(triangle)).min(initial=1.0) > INDEPENDENT)
