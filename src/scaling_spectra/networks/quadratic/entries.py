"""Squared error of learned matrices by entries, in the basis of the teacher."""

import numpy as np

from scaling_spectra.arrays import Array

PARTS = ("systematic", "diagonal_noise", "rows", "rest")


def error_entries(learned: Array, teacher: Array, top: int) -> dict[str, Array]:
    """Parts of the risk R = 2 |S - S*|_F^2/d of replicas, shape (k,) each; they sum to it.

    ``systematic`` is the squared mean error of the diagonal entries of the teacher's `top` first
    directions, ``diagonal_noise`` their fluctuation, ``rows`` the other entries of their rows and columns,
    ``rest`` all others.

    The squared mean is the average of the products of two different replicas, given as jackknife
    pseudo-values: like for the other parts, the mean over replicas is unbiased and the standard error of this
    mean its error.

    Parameters
    ----------
    learned : ndarray, shape (k, d, d)
        S of independent replicas, k >= 2.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s).
    top : int
        Number of leading directions, at most d.
    """
    count, dim, _ = learned.shape
    if count < 2:
        raise ValueError(f"learned: {count} replica does not tell its mean error from noise; needs two")
    errors = learned - np.diag(teacher)
    squares = errors**2
    leading = np.einsum("kii->ki", errors)[:, :top]
    others = (leading.sum(axis=0) - leading) / (count - 1)
    products = np.sum(leading * others, axis=1)
    systematic = 2 * products - products.mean()
    diagonal = np.sum(leading**2, axis=1)
    rest = squares[:, top:, top:].sum(axis=(1, 2))
    # summed, not left over: a difference of large numbers may be negative where the entries are zero
    aside = squares * ~np.eye(dim, dtype=bool)
    parts = {
        "systematic": systematic,
        "diagonal_noise": diagonal - systematic,
        "rows": aside[:, :top].sum(axis=(1, 2)) + aside[:, top:, :top].sum(axis=(1, 2)),
        "rest": rest,
    }
    return {name: 2 / dim * parts[name] for name in PARTS}


def own_entries(error: Array, top: int) -> Array:
    """Sums of squares over row and column of each of the first `top` directions of an error matrix, shape (d, d)."""
    squares = error**2
    sums: Array = (2 * squares.sum(axis=1) - np.diag(squares))[:top]
    return sums
