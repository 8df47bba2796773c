"""Networks of fewer hidden units than dimensions: the best width, and where training ended."""

from dataclasses import dataclass, field

from scaling_spectra.arrays import Array
from scaling_spectra.records import StateEvolution


@dataclass(frozen=True)
class BestWidth:
    """Number p of hidden units of the least risk, and state evolution there."""

    hidden: int
    solution: StateEvolution


@dataclass(frozen=True, kw_only=True)
class NarrowRecord:
    """Where training of p < d hidden units ended.

    Attributes
    ----------
    risk, train_loss, objective : float
        Excess risk R, mean squared residual and P.
    gradient : float
        |dP/dU|_F |U|_F / P.
    curvature : float
        Least eigenvalue of the Hessian over 2 c, as far as found; rotations among hidden units have 0.
    bound : float
        Largest dual value of the convex relaxation: below P at every width.
    relaxation_gap : float
        (P - `bound`)/P: what wider networks could gain at most. No certificate of a minimum at this p.
    stationary : bool
        Whether `gradient` met the tolerance asked for and no direction of lower P is left.
    evaluations : int
        Of loss and gradient.
    escapes : int
        Times that training left a saddle.
    spectrum : ndarray, shape (p,)
        Eigenvalues of S that p units may have, non-increasing.
    """

    risk: float
    train_loss: float
    objective: float
    gradient: float
    curvature: float
    bound: float
    relaxation_gap: float
    stationary: bool
    evaluations: int
    escapes: int
    spectrum: Array = field(repr=False)
