"""One trained point, or its convex equivalent, beside its prediction."""

from dataclasses import asdict, dataclass

from scaling_spectra.arrays import Array
from scaling_spectra.defaults import INIT_SCALE, MAX_EVALUATIONS, METHODS, TOLERANCE
from scaling_spectra.library.points import Points, points
from scaling_spectra.library.result import Result
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.records import TrainingRecord, attempt_solution
from scaling_spectra.replicas import Replica, draw_replica
from scaling_spectra.teachers.interface import Teacher

# of a network whose weights are a matrix
LARGEST_TRAINED_DIM = 5000


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained(Result):
    """A trained point with its certificate.

    Attributes
    ----------
    method, solver : str
        ``network`` or ``convex``, and the algorithms used.
    samples : int
        n.
    risk : float
        Excess risk R against the teacher that was drawn.
    predicted : float
        Risk of state evolution for this teacher; NaN where it is not solved.
    train_loss : float
        Mean squared residual on the training set.
    objective, relative_gap : float
        Value P of the equivalent convex problem, and (P - D)/P for a dual value D: how far at most it is above the
        minimum.
    iterations : int
    rank : int
        Rank of S, or support size of theta.
    converged, unique : bool
        Whether the gap met the tolerance; whether the minimiser is unique, so that its risk means something.
    spectrum, overlap : ndarray, shape (d,)
        Eigenvalues of S, or weights, by magnitude, and the teacher along each.
    """

    method: str
    solver: str
    samples: int
    risk: float
    predicted: float
    train_loss: float
    objective: float
    relative_gap: float
    iterations: int
    rank: int
    converged: bool
    unique: bool
    spectrum: Array
    overlap: Array


def train(
    network: str,
    teacher: Teacher,
    *,
    dim: int,
    n_eff: float,
    weight_decay: float,
    noise_var: float,
    method: str = "network",
    seed: int = 0,
    tolerance: float = TOLERANCE,
) -> Trained:
    """Draw a teacher and samples, and train the network, or solve the convex problem that it is equivalent to.

    Parameters
    ----------
    network : str
        One of `network_names()`.
    teacher : Teacher
        `PowerLaw` or `GivenScales`, say: the spectrum of the teacher that is drawn.
    dim, n_eff, weight_decay, noise_var
        As for `predict`; numbers. n is rounded.
    method : str
        ``network``: L-BFGS from small random weights, of the quadratic network with as many hidden units as dimensions;
        ``convex``: the convex equivalent, sooner.
    seed : int
        Seed of teacher, samples and initial weights.
    tolerance : float
        Relative duality gap to reach.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    ModuleNotFoundError
        If the packages of ``scaling-spectra[train]`` are missing.
    ArithmeticError
        If there is no certificate, since numbers are too far apart for double precision.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, train
    >>> point = {"dim": 20, "n_eff": 30, "weight_decay": 1.0, "noise_var": 0.5}
    >>> found = train("quadratic", PowerLaw(0.75), method="convex", **point)
    >>> found.converged, bool(abs(found.risk / found.predicted - 1) < 0.2)
    (True, True)
    """
    if method not in METHODS:
        raise ValueError(f"method: {method!r} is not one of {', '.join(METHODS)}")
    at, samples, replica = drawn(network, teacher, dim, n_eff, weight_decay, noise_var, seed)
    record = found(network, replica, float(at.weight_decay), method, tolerance)
    evolve = theory_of(network).conditional_state_evolution
    own = attempt_solution(evolve, replica.teacher, samples, float(at.weight_decay), at.noise_var)
    known = {name: value for name, value in asdict(record).items() if name in Trained.__dataclass_fields__}
    return Trained(**known, samples=samples, predicted=own.risk)


def drawn(
    network: str, teacher: Teacher, dim: int, n_eff: float, weight_decay: float, noise_var: float, seed: int
) -> tuple[Points, int, Replica]:
    """One point, its whole number of samples, and the teacher and samples that are drawn for it."""
    at = points(network, teacher, dim, n_eff, weight_decay, noise_var)
    if at.n_eff.ndim:
        raise ValueError(f"n_eff, weight_decay: {at.n_eff.size} points given, one is accepted")
    if problem_of(network).MATRIX and at.dim > LARGEST_TRAINED_DIM:
        raise ValueError(f"dim: {at.dim} is too large to train, at most {LARGEST_TRAINED_DIM} is accepted")
    samples = max(problem_of(network).samples(float(at.n_eff), at.dim), 1)
    return at, samples, draw_replica(network, teacher.spectrum(at.dim), at.noise_var, samples, 0, seed)


def found(
    network: str, replica: Replica, weight_decay: float, method: str, tolerance: float, width: float = 1.0
) -> TrainingRecord:
    """The record of a replica by the method asked for; p/d = `width` >= 1."""
    if method == "convex":
        solve = solving_of(network).prepare(replica.draw, replica.teacher, width=width, tol=tolerance)
        return solve(weight_decay)
    prepared = training_of(network).prepare(
        replica.draw,
        replica.teacher,
        width=width,
        tol=tolerance,
        max_evaluations=MAX_EVALUATIONS,
        init_scale=INIT_SCALE,
    )
    return prepared(weight_decay, replica.initialisation())
