"""State evolution of the quadratic network with correlated inputs x ~ N(0, Sigma).

In whitened inputs training finds S' = Sigma^(1/2) S Sigma^(1/2), which behaves as (S'* + delta G - b R)_+ with the
prices R = Sigma^(-1), or R = 1 if weight decay is matched to the inputs. The two equations of white inputs hold,

    2 alpha delta^2 = M + Delta/2,      lambda sqrt(p/d) = 4 b (alpha - D),

with M and D of `free_probability.priced`.
"""

from collections.abc import Callable

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_finite
from scaling_spectra.free_probability.half_line import HalfLine
from scaling_spectra.free_probability.priced import Features, priced_line
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.equations import Equations, require_parameters, settle
from scaling_spectra.networks.quadratic.gaussian import GaussianMeasurements
from scaling_spectra.networks.quadratic.measurements import Blocks
from scaling_spectra.networks.quadratic.record import record
from scaling_spectra.records import StateEvolution, TrainingRecord, of_convex
from scaling_spectra.whitened import Whitened

# a feature's scale s_i sigma_i^k, its price sigma_i^(-k)
POWER = 2
# step of the derivatives, in log t and log b, and relative error of the integrals that they allow for
STEP, SHARP = 1e-6, 1e-13


def state_evolution(
    features: Features,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-9,
) -> StateEvolution:
    """Solve state evolution for whitened features; `risk` is R = 2 M and `divergence` D.

    Parameters as in `theory.state_evolution`.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    StateEvolutionError
        If the equations cannot be solved to `tol`.
    """
    require_parameters(noise_var, samples=samples, weight_decay=weight_decay, width=width)
    where = (
        f"dim = {features.dim:g}, samples = {samples:g}, weight_decay = {weight_decay:g}, noise_var = {noise_var:g}, "
        "correlated inputs"
    )
    return settle(_Priced(features, samples, weight_decay * width**0.5, noise_var), start, tol, where)


def conditional_state_evolution(
    teacher: Array,
    prices: Array,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-9,
) -> StateEvolution:
    """The same for one teacher: eigenvalues of S'* and their prices, shape (d,) each."""
    features = Whitened(teacher, prices, np.ones_like(teacher))
    return state_evolution(features, samples, weight_decay, noise_var, width=width, start=start, tol=tol)


def prepare(
    draw: Callable[[], Blocks], teacher: Array, variances: Array, *, width: float, tol: float
) -> Callable[[float], TrainingRecord]:
    """Function of lambda that returns the record of the global minimum: sum (y - Tr[S Z])^2 + lambda sqrt(p d) Tr S.

    Here Z = (x x^T - Sigma)/sqrt(d), and the network is f(x) = (|W x|^2 - Tr W Sigma W^T)/(sqrt(p) d).

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels); the inputs have covariance Sigma = diag(variances).
    teacher : ndarray, shape (d,) or (d, d)
        Eigenvalues of the whitened teacher, or the matrix where its eigenvectors are not those of Sigma, for the risk
        only; eigenvalues in the record are whitened too.
    """
    data, dim = measurements(draw(), variances), len(teacher)
    deviations, values = np.sqrt(variances), teacher
    if teacher.ndim == 2:
        values, vectors = np.linalg.eigh(teacher)
        deviations = vectors.T * deviations

    def solve(weight_decay: float) -> TrainingRecord:
        penalty = weight_decay * dim * width**0.5
        solution = convex.solve_measured(data, penalty, tol=tol)
        rank = convex.minimiser_rank(data, penalty, solution.factor)
        fit = (solution.factor, solution.squared, data.represented)
        own = of_convex(solution)
        return record(*fit, penalty, values, tol=tol, rank=rank, deviations=deviations, **own)

    return solve


def measurements(blocks: Blocks, variances: Array) -> GaussianMeasurements:
    """Measurements by (x x^T - Sigma)/sqrt(d), of more than d(d + 1)/2 samples as many as matter.

    With Z = Q T (T upper triangular) the loss is |Q^T y - T svec S|^2; what of y no weight reaches is one more label.
    """
    dim = variances.size
    rows, columns = np.triu_indices(dim)
    scale = np.where(rows == columns, 1.0, np.sqrt(2.0)) / np.sqrt(dim)
    centre = np.where(rows == columns, variances[rows], 0.0)
    table, samples = np.empty((0, rows.size + 1)), 0
    for inputs, labels in blocks:
        require_finite(inputs=inputs, labels=labels)
        measured = (inputs[:, rows] * inputs[:, columns] - centre) * scale
        table = np.concatenate([table, np.column_stack([measured, labels])])
        samples += labels.size
        if len(table) > table.shape[1]:
            table = np.asarray(np.linalg.qr(table, mode="r"))
    return GaussianMeasurements(np.ascontiguousarray(table[:, :-1]), table[:, -1].copy(), dim, samples)


class _Priced(Equations):
    """The equations with a price for each feature; the threshold changes the law, and derivatives are differences."""

    def __init__(self, features: Features, samples: float, lam: float, noise_var: float) -> None:
        self.features, self.lam, self.noise_var = features, lam, noise_var
        self.alpha, self.energy = samples / features.dim**2, features.energy
        self.point: complex | None = None
        self.evaluations = 0

    def half_line(self, unknowns: Array, tol: float) -> HalfLine:
        self.count()
        t, b = np.exp(unknowns)
        line = priced_line(self.features, float(t), float(b), guess=self.point, tol=SHARP)
        self.point = line.point
        return line

    def jacobian(self, unknowns: Array, half: HalfLine) -> Array:
        here = self.residuals(unknowns, half)
        columns = [
            self.residuals(moved := unknowns + STEP * direction, self.half_line(moved, SHARP)) - here
            for direction in np.eye(2)
        ]
        slopes: Array = np.stack(columns, axis=1) / STEP
        return slopes

    def beyond(self, t: float) -> float:
        """A threshold at which nothing is learned."""
        return self.features.highest + 2 * float(np.sqrt(t)) / self.features.least_price

    def nothing_learned(self) -> StateEvolution | None:
        b, t = self.lam / (4 * self.alpha), (self.energy + self.noise_var / 2) / (2 * self.alpha)
        if b <= self.features.highest or t == 0:
            return None
        line = priced_line(self.features, t, b)
        return self.result(np.log([t, b]), line) if line.mass == 0 else None

    def nothing_cut(self) -> StateEvolution | None:
        """With prices the smallest feature is always near zero or cut."""
        return None
