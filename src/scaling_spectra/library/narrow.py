"""Training of fewer hidden units than dimensions."""

from dataclasses import asdict, dataclass

from scaling_spectra.arrays import Array
from scaling_spectra.defaults import INIT_SCALE, MAX_EVALUATIONS, TOLERANCE
from scaling_spectra.library.result import Result
from scaling_spectra.library.training import drawn
from scaling_spectra.narrow import NarrowRecord
from scaling_spectra.networks.interface.narrow import narrow_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import attempt_solution
from scaling_spectra.replicas import Replica
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainedNarrow(Result):
    """Where training of p < d hidden units ended: stationary, not certified to be the minimum at this width.

    Attributes
    ----------
    hidden, samples : int
        p and n.
    risk : float
        Excess risk R against the teacher that was drawn.
    predicted : float
        Risk of state evolution for this teacher and width, on the branch that goes on from wide networks; NaN where it
        is not solved.
    train_loss, objective : float
        Mean squared residual on the training set, and |y - f(X)|^2 + lambda |W|_F^2 in units of the convex problem.
    gradient, curvature : float
        |gradient| |weights|/objective, and the least eigenvalue of the Hessian over that of the penalty, as far as
        found.
    relaxation_gap : float
        What wider networks could gain at most, relative.
    stationary : bool
        Whether the gradient vanishes and no direction leads down.
    spectrum : ndarray, shape (p,)
        Eigenvalues of S that p units may have, non-increasing.
    """

    hidden: int
    samples: int
    risk: float
    predicted: float
    train_loss: float
    objective: float
    gradient: float
    curvature: float
    relaxation_gap: float
    stationary: bool
    spectrum: Array


def train_narrow(
    network: str,
    teacher: Teacher,
    *,
    dim: int,
    hidden: int,
    n_eff: float,
    weight_decay: float,
    noise_var: float,
    seed: int = 0,
    tolerance: float = TOLERANCE,
) -> TrainedNarrow:
    """Draw a teacher and samples, and train a network of few hidden units from small random weights.

    Parameters
    ----------
    network, teacher, dim, n_eff, weight_decay, noise_var, seed
        As for `train`; networks that have a width.
    hidden : int
        Hidden units p, from 1 to d.
    tolerance : float
        Relative gradient to reach.

    Returns
    -------
    TrainedNarrow

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    ModuleNotFoundError
        If the packages of ``scaling-spectra[train]`` are missing.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, train_narrow
    >>> point = {"dim": 10, "n_eff": 40, "weight_decay": 0.5, "noise_var": 0.5}
    >>> found = train_narrow("quadratic", PowerLaw(0.75), hidden=3, **point)
    >>> found.stationary, found.spectrum.size
    (True, 3)
    """
    at, samples, replica = drawn(network, teacher, dim, n_eff, weight_decay, noise_var, seed)
    if not (1 <= hidden <= at.dim and hidden == int(hidden)):
        raise ValueError(f"hidden: {hidden} is not an integer from 1 to {at.dim}")
    decay = float(at.weight_decay)
    record = asdict(found(network, replica, decay, int(hidden), tolerance))
    evolve = theory_of(network).conditional_state_evolution
    own = attempt_solution(evolve, replica.teacher, samples, decay, at.noise_var, width=hidden / at.dim)
    known = {name: value for name, value in record.items() if name in TrainedNarrow.__dataclass_fields__}
    return TrainedNarrow(**known, hidden=int(hidden), samples=samples, predicted=own.risk)


def found(network: str, replica: Replica, weight_decay: float, hidden: int, tolerance: float) -> NarrowRecord:
    """The record of a replica with so many hidden units."""
    prepared = narrow_of(network).prepare(
        replica.draw,
        replica.teacher,
        hidden=hidden,
        tol=tolerance,
        max_evaluations=MAX_EVALUATIONS,
        init_scale=INIT_SCALE,
    )
    return prepared(weight_decay, replica.initialisation())
