"""Global minimum of P(theta) = |y - A theta|^2 / 2 + lambda |theta|_1, A = X/sqrt(d), by scikit-learn.

Coordinate descent with gap-safe screening (`lasso_path`) finds support and signs, one linear system on
the support makes the solution exact, and where the design is so nearly singular that coordinate descent
crawls (n <= d, tiny lambda), least-angle regression (`lars_path_gram`) follows the path to the end, or,
where columns depend on each other, a search for the support goes on from there. For n >> d the few columns
that y selects are solved alone where they are few; else the samples are first reduced to d equivalent ones.

scikit-learn was chosen over celer and skglm: at d = 100 to 800 and lambda = 1 or sqrt(d) the three take
alike, 0.3 ms to 0.3 s, and at lambda = 1/d, n <= d, the other two stop short of a gap of 1e-10 or take
minutes, where least-angle regression takes 1 ms to 5 s (benchmarks/training.py measures them).
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lars_path_gram, lasso_path

from scaling_spectra.arrays import Array
from scaling_spectra.finite import relative, require_finite, require_positive
from scaling_spectra.networks.diagonal import active
from scaling_spectra.networks.diagonal.statistics import Statistics

# samples are reduced beyond this many per dimension
REDUCTION = 3
# columns whose correlation with y exceeds this fraction of lambda are solved first, if they are below this share of all
FIRST, FEW = 0.5, 0.25
# coordinate descent: gap over |y|^2 aimed at and limit on the epochs
DESCENT = (1e-8, 500)
# share of the largest weight, in units of column norms, that rounding leaves of a weight that is zero
LEFT = 1e-15
# gap beyond which weights are not those of their support to working precision
EXACT = 1e-12
# least eigenvalue of a Gram matrix of unit columns that is kept
RANK_CUTOFF = active.INDEPENDENT**2
# steps of least-angle regression per dimension
MAX_STEPS = 20
# slack, relative to lambda, of the constraints |A_j . u| <= lambda taken for active
ACTIVE_CUTOFF = 1e-6


@dataclass(frozen=True, kw_only=True)
class LassoSolution:
    """Minimiser with its certificate.

    Attributes
    ----------
    weights : ndarray, shape (d,)
        theta.
    correlation : ndarray, shape (d,)
        A^T u of the feasible dual point u = t (y - A theta): at most lambda in magnitude.
    primal, dual_value : float
        P(theta) and |y|^2/2 - |y - u|^2/2.
    squared : float
        |y - A theta|^2.
    relative_gap : float
        (P - D)/P >= 0; 0 if P = 0.
    iterations : int
        Epochs of coordinate descent and steps of least-angle regression.
    method : str
    unique : bool
        False if the minimiser is recognised as not unique.
    """

    weights: Array
    correlation: Array
    primal: float
    dual_value: float
    squared: float
    relative_gap: float
    iterations: int
    method: str
    unique: bool = True

    @property
    def rank(self) -> int:
        """Weights that are not zero."""
        return int(np.count_nonzero(self.weights))


def solve(inputs: Array, labels: Array, weight_decay: float, *, tol: float = 1e-10) -> LassoSolution:
    """Minimise P(theta) for samples held in memory.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    weight_decay : float
        lambda > 0.
    tol : float
        Relative duality gap beyond which the more expensive methods are tried.

    Raises
    ------
    ValueError
        If lambda is not positive, the shapes do not fit or data are not finite.
    """
    if inputs.ndim != 2 or labels.shape != inputs.shape[:1]:
        raise ValueError(f"labels: shape {labels.shape} does not fit inputs of shape {inputs.shape}")
    require_positive(weight_decay=weight_decay)
    require_finite(inputs=inputs, labels=labels)
    n, dim = inputs.shape
    if n > REDUCTION * dim:
        few = _solve_few(inputs, labels, weight_decay, tol)
        if few is not None and few.relative_gap <= tol:
            return few
        solution = solve_statistics(Statistics(dim).add([(inputs, labels)]), weight_decay, tol=tol)
        # without noise, |y|^2 may exceed P by more than working precision allows
        if solution.relative_gap <= tol:
            return solution
    # columns are visited one at a time
    design = np.divide(inputs, np.sqrt(dim), out=np.empty(inputs.shape, order="F"))
    return _Problem(design, labels, 0.0, weight_decay).solve(tol)


def _solve_few(inputs: Array, labels: Array, weight_decay: float, tol: float) -> LassoSolution | None:
    """Solution on few columns, if no other one's constraint is active there; None if they are many."""
    dim = inputs.shape[1]
    residual, chosen, limit = labels, np.zeros(dim, dtype=bool), FIRST * weight_decay
    while True:
        correlation = residual @ inputs / np.sqrt(dim)
        more = ~chosen & (np.abs(correlation) >= limit)
        if chosen.any() and not more.any():
            break
        chosen |= more
        if not chosen.any():
            chosen[0] = True
        if chosen.sum() > FEW * dim:
            return None
        design = np.asfortranarray(inputs.compress(chosen, axis=1) / np.sqrt(dim))
        solution = _Problem(design, labels, 0.0, weight_decay).solve(tol)
        residual, limit = labels - design @ solution.weights, (1 - ACTIVE_CUTOFF) * weight_decay
    weights = np.zeros(dim)
    weights[chosen] = solution.weights
    correlation[chosen] = solution.correlation
    return replace(solution, weights=weights, correlation=correlation)


def solve_statistics(statistics: Statistics, weight_decay: float, *, tol: float = 1e-10) -> LassoSolution:
    """Minimise P(theta) from sufficient statistics, at a cost that does not depend on n.

    With A^T A = R^T R the loss is that of at most d samples with design R, up to a constant.
    """
    gram = statistics.gram
    norms = np.sqrt(np.diag(gram))
    norms[norms == 0] = 1.0
    gram, correlation = gram / norms / norms[:, None], statistics.correlation / norms
    try:
        root = cholesky(gram, check_finite=False)
        full = bool(statistics.samples >= 2 * statistics.dim and np.diag(root).min() ** 2 > RANK_CUTOFF)
    except np.linalg.LinAlgError:
        full = False
    if full:
        labels = solve_triangular(root, correlation, trans=1, check_finite=False)
    else:
        values, vectors = np.linalg.eigh(gram)
        kept = values > RANK_CUTOFF * values[-1]
        root = np.sqrt(values[kept])[:, None] * vectors[:, kept].T
        labels = (correlation @ vectors[:, kept]) / np.sqrt(values[kept])
    design = root * norms
    offset = max(statistics.labels_squared - float(labels @ labels), 0.0)
    return _Problem(np.asfortranarray(design), labels, offset, weight_decay, gram if full else None).solve(tol)


class _Problem:
    """(|y - A theta|^2 + offset)/2 + lambda |theta|_1, in units in which y and the longest column are of order one.

    What the methods take for zero are numbers, not fractions of the data; units that are powers of two do not round.
    `gram`, the products of the columns over their norms, is known of independent ones only.
    """

    def __init__(
        self, design: Array, labels: Array, offset: float, weight_decay: float, gram: Array | None = None
    ) -> None:
        require_positive(weight_decay=weight_decay)
        require_finite(inputs=design, labels=labels)
        self._unit = _power_of_two(np.linalg.norm(design, axis=0).max(initial=0.0))
        self._label_unit = _power_of_two(np.hypot(np.linalg.norm(labels), np.sqrt(offset)))
        self.design, self.labels = design / self._unit, np.ascontiguousarray(labels / self._label_unit)
        self.offset, self.weight_decay = offset / self._label_unit**2, weight_decay / self._unit / self._label_unit
        self.correlation = self.design.T @ self.labels
        self.gram = gram

    def solve(self, tol: float) -> LassoSolution:
        """Try the methods in order of cost until the gap is at most `tol`."""
        dim = self.correlation.size
        if np.abs(self.correlation).max(initial=0.0) <= self.weight_decay:
            return self._in_units_of_data(self._certified(np.zeros(dim), 0, "zero"))
        with warnings.catch_warnings():
            # what they warn of shows in the gap
            warnings.simplefilter("ignore", ConvergenceWarning)
            weights, epochs = self._descend(None, *DESCENT)
            best = self._certified(weights, epochs, "coordinate descent")
            if best.relative_gap > tol:
                best = self._better(best, self._polished(weights), 0)
            if best.relative_gap > tol:
                path_weights, steps = self._path()
                best = self._better(best, path_weights, steps, "least-angle regression")
                if best.relative_gap > tol:
                    best = self._better(best, self._polished(path_weights), 0)
            if best.relative_gap > tol:
                start = min((weights, path_weights), key=lambda found: self._certified(found, 0, "").primal)
                found = active.search(self.design, self.labels, self.weight_decay, start)
                best = self._better(best, *found, "feature-sign search")
        if best.relative_gap > EXACT:
            # the support of a solution is that of the exact one
            best = self._better(best, *active.search(self.design, self.labels, self.weight_decay, best.weights))
        return self._in_units_of_data(replace(best, unique=self._is_unique(best)))

    def _in_units_of_data(self, solution: LassoSolution) -> LassoSolution:
        energy = self._label_unit**2
        return replace(
            solution,
            weights=solution.weights * (self._label_unit / self._unit),
            correlation=solution.correlation * (self._label_unit * self._unit),
            primal=solution.primal * energy,
            dual_value=solution.dual_value * energy,
            squared=solution.squared * energy,
        )

    def _descend(self, start: Array | None, tol: float, max_epochs: int) -> tuple[Array, int]:
        """Coordinate descent; scikit-learn divides the loss by the number of rows."""
        rows = self.labels.size
        _, weights, _, epochs = lasso_path(
            self.design,
            self.labels,
            alphas=[self.weight_decay / rows],
            precompute=False,
            coef_init=start,
            tol=tol,
            max_iter=max_epochs,
            return_n_iter=True,
            check_input=False,  # as long as small problems take
        )
        return weights[:, 0], epochs[0]

    def _path(self) -> tuple[Array, int]:
        """Least-angle regression down to lambda."""
        _, _, weights, steps = lars_path_gram(
            self.correlation,
            self.design.T @ self.design,
            n_samples=1,
            alpha_min=self.weight_decay,
            max_iter=MAX_STEPS * self.correlation.size,
            method="lasso",
            return_path=False,
            return_n_iter=True,
        )
        # a weight that has left the path may keep a last digit
        sizes = np.abs(weights) * np.linalg.norm(self.design, axis=0)
        return np.where(sizes > LEFT * sizes.max(initial=0.0), weights, 0.0), steps

    def _polished(self, weights: Array) -> Array:
        """Exact minimiser with the support and signs of `weights`."""
        return active.minimise(self.design, self.labels, self.weight_decay, weights, gram=self.gram)

    def _better(self, best: LassoSolution, weights: Array, more: int, method: str | None = None) -> LassoSolution:
        """`best` or, if its gap is smaller, `weights`; either way with `more` iterations, by `method` too."""
        iterations = best.iterations + more
        method = f"{best.method}, {method}" if method else best.method
        trial = self._certified(weights, iterations, method)
        return trial if trial.relative_gap < best.relative_gap else replace(best, iterations=iterations, method=method)

    def _certified(self, weights: Array, iterations: int, method: str) -> LassoSolution:
        """Gap with the scaled residual as dual point, from P - D = |r - u|^2/2 + lambda |theta|_1 - theta.A^T u."""
        residual = self.labels - self.design @ weights
        squared = float(residual @ residual) + self.offset
        correlation = self.design.T @ residual
        overlap = float(weights @ correlation)
        l1_norm = float(np.abs(weights).sum())
        primal = squared / 2 + self.weight_decay * l1_norm
        bound = self.weight_decay / max(np.abs(correlation).max(), 1e-300)
        scale = float(np.clip((squared + overlap) / max(squared, 1e-300), 0.0, bound))
        gap = (1 - scale) ** 2 * squared / 2 + self.weight_decay * l1_norm - scale * overlap
        return LassoSolution(
            weights=weights,
            correlation=scale * correlation,
            primal=primal,
            dual_value=primal - max(gap, 0.0),
            squared=squared,
            relative_gap=relative(gap, primal),
            iterations=iterations,
            method=method,
        )

    def _is_unique(self, solution: LassoSolution) -> bool:
        """Whether the columns whose constraint is active are independent (Tibshirani, Electron. J. Stat. 7, 2013)."""
        if self.gram is not None:
            return True
        tight = np.abs(solution.correlation) >= (1 - ACTIVE_CUTOFF) * self.weight_decay
        return active.independent(self.design[:, tight | (solution.weights != 0)])


def _power_of_two(size: float) -> float:
    """The power of two next to a size; one for zero."""
    return float(2.0 ** np.round(np.log2(size))) if size > 0 else 1.0
