"""Whether the minimiser of |y - A(S)|^2 + c Tr S over S >= 0 is unique.

All minimisers share r = y - A(S), hence the dual u = 2 r and the slack M = c I - A*(u), and S M = 0
confines them to S = V Q V^T, V an orthonormal basis of ker M, of dimension k. They therefore differ by
V dQ V^T with A(V dQ V^T) = 0: there is only one if these n equations in k(k + 1)/2 unknowns have full
column rank. If not, and some minimiser has rank k, there is a continuum of them.

It happens at tiny penalties and few samples: Tr S >= -sqrt(d) y_mu wherever y_mu is fitted, so that
the most negative label alone may fix Tr S. Then M has rank one, k = d - 1, and the other samples
leave most of S free.
"""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.gaussian import GaussianMeasurements
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.statistics import Statistics

# slack, relative to c, that a solution of gap 1e-6 cannot tell from zero
SLACK_CUTOFF = 1e-4
# smallest over largest eigenvalue of the restricted A*A taken for full rank
RANK_CUTOFF = 1e-10
# operations worth spending on the rank; beyond, the count of equations decides
MAX_OPERATIONS = 1e8
# equations per unknown that are tried first: enough for full rank, generically
FEW = 2


def is_unique(data: Measurements | Statistics, rank: int, adjoint: Array, penalty: float) -> bool:
    """Whether a solution with dual point u is recognised as the only one.

    Parameters
    ----------
    data : Measurements or Statistics
    rank : int
        Rank of the solution.
    adjoint : ndarray, shape (d, d)
        A*(u).
    penalty : float
        c > 0.
    """
    slack, directions = np.linalg.eigh(penalty * np.eye(data.dim) - adjoint)
    face = max(int(np.sum(slack <= SLACK_CUTOFF * penalty)), rank)
    unknowns = face * (face + 1) // 2
    if unknowns > data.samples:
        return False
    # Gaussian equations have full rank unless there are too few
    if face == 0 or isinstance(data, GaussianMeasurements) or FEW * unknowns**3 > MAX_OPERATIONS:
        return True
    rows, columns = np.triu_indices(face)
    if isinstance(data, Statistics):
        if _is_regular(data.gram):
            return True
        left, right = directions[:, rows], directions[:, columns]
        basis = np.array([data.svec(np.outer(a, b) + np.outer(b, a)) for a, b in zip(left.T, right.T, strict=True)])
        return _has_full_rank(basis @ data.gram @ basis.T)
    gram = np.zeros((unknowns, unknowns))
    seen = 0
    for block in data.blocks():
        projected = block @ directions[:, :face]
        products = projected[:, rows] * projected[:, columns] - (rows == columns)
        gram += products.T @ products
        seen += len(block)
        if seen >= FEW * unknowns and _has_full_rank(gram):
            return True
    return _has_full_rank(gram)


def _has_full_rank(gram: Array) -> bool:
    eigenvalues = np.linalg.eigvalsh(gram)
    return bool(eigenvalues[0] > RANK_CUTOFF * eigenvalues[-1])


def _is_regular(gram: Array) -> bool:
    """Whether a large Gram matrix has a Cholesky factor without small pivots: cheaper than its eigenvalues."""
    try:
        pivots = np.diag(np.linalg.cholesky(gram)) ** 2
    except np.linalg.LinAlgError:
        return False
    return bool(pivots.min() > RANK_CUTOFF * pivots.max())
