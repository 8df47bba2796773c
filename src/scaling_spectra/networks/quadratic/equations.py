"""The equations of state evolution of the quadratic network.

With alpha = n/d^2, t = delta^2 and lam = lambda sqrt(p/d),

    2 alpha t = M(t, b) + Delta/2,        lam = 4 b (alpha - D(t, b)),

M the mean squared distance between the learned S and S*, D the normalised divergence of what makes it of S* + delta G:
a soft threshold b of the eigenvalues. Those of p < d hidden units are in few_units.py.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.conditioning import ROUNDING, accuracy, attainable
from scaling_spectra.free_probability.half_line import HalfLine, half_line
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import Spectrum

NEWTON_STEPS = 40
HALVINGS = 30
LARGEST_STEP = 2.0
# relative error of the integrals, in units of the tolerance
QUADRATURE = 1e-3
# evaluations of the integrals after which a solve gives up: ten times what the hardest of 10^4 random points take
MOST_EVALUATIONS = 2000
# continuation: first ratio of successive parameters, tolerance on the way
FIRST_RATIO = 4.0
ROUGH = 1e-3
# steps of Newton's method, and halvings of them, where a solution is near
FOLLOWING, FEW_HALVINGS = 10, 2
# how the solution is reached
WIDE = "wide"


def require_parameters(noise_var: float, **positive: float) -> None:
    """Refuse parameters of a point that are out of range.

    Raises
    ------
    ValueError
        One line that names the parameter.
    """
    for name, value in positive.items():
        if not 0 < value < np.inf:
            raise ValueError(f"{name}: {value} is not positive and finite")
    if not 0 <= noise_var < np.inf:
        raise ValueError(f"noise_var: {noise_var} is not non-negative and finite")


class Equations:
    """The two equations in the unknowns (log t, log b), as logarithms of the ratio of their sides.

    Parameters
    ----------
    spectrum : Spectrum
    samples, lam, noise_var : float
        n, lambda sqrt(p/d) and Delta.
    """

    def __init__(self, spectrum: Spectrum, samples: float, lam: float, noise_var: float) -> None:
        self.spectrum, self.samples, self.lam, self.noise_var = spectrum, samples, lam, noise_var
        self.alpha = samples / spectrum.dim**2
        self.energy = float(spectrum.mean(spectrum.values**2))
        # subordination point of the last evaluation, a guess for the next one
        self.point: complex | None = None
        self.evaluations = 0

    def count(self) -> None:
        """Count an evaluation of the integrals, of which a solve has a bounded number."""
        self.evaluations += 1
        if self.evaluations > MOST_EVALUATIONS:
            raise ArithmeticError(f"not solved in {MOST_EVALUATIONS} evaluations of the integrals")

    def half_line(self, unknowns: Array, tol: float) -> HalfLine:
        self.count()
        t, b = np.exp(unknowns)
        half = half_line(self.spectrum, float(t), float(b), guess=self.point, tol=QUADRATURE * tol)
        self.point = half.point
        return half

    def residuals(self, unknowns: Array, half: HalfLine) -> Array:
        t, b = np.exp(unknowns)
        ratios = [
            (half.distance + self.noise_var / 2) / (2 * self.alpha * t),
            (half.divergence + self.lam / (4 * b)) / self.alpha,
        ]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log(ratios)

    def jacobian(self, unknowns: Array, half: HalfLine) -> Array:
        """Derivatives of the residuals, from those of M and D (see `HalfLine`)."""
        t, b = np.exp(unknowns)
        error, pull = half.distance + self.noise_var / 2, self.lam / (4 * b)
        error_t = 2 * half.divergence - 2 * b * half.hilbert + 4 * t * half.cubic
        error_b = 2 * b * half.mass - 4 * t * half.hilbert
        filled = half.divergence + pull
        return np.array(
            [
                [t * error_t / error - 1, b * error_b / error],
                [t * half.cubic / filled, -(b * half.hilbert + pull) / filled],
            ]
        )

    def branches(self, tol: float) -> Iterator[StateEvolution]:
        """Solutions, each known by how it is reached: one, but of few hidden units."""
        found = self.nothing_learned() or self.nothing_cut() or self.continuation(tol)
        if found is not None:
            yield replace(found, branch=WIDE)

    def solve(self, unknowns: Array, tol: float, *, briefly: bool = False) -> StateEvolution | None:
        """Newton until residuals and step are below `tol`, or only rounding is left; None if it stalls before."""
        steps, halvings = (FOLLOWING, FEW_HALVINGS) if briefly else (NEWTON_STEPS, HALVINGS)
        half = self.half_line(unknowns, tol)
        residuals = self.residuals(unknowns, half)
        for _ in range(steps):
            size = np.max(np.abs(residuals))
            jacobian = self.jacobian(unknowns, half)
            try:
                step = -np.linalg.solve(jacobian, residuals)
            except np.linalg.LinAlgError:
                return None
            if not np.isfinite(step).all():
                return None
            rounded = bool((np.abs(residuals) <= np.maximum(tol, attainable(jacobian))).all())
            if rounded and np.max(np.abs(step)) <= (tol if size <= tol else ROUNDING):
                return self.result(unknowns, half, residuals)
            step *= min(1.0, LARGEST_STEP / np.max(np.abs(step)))
            for _ in range(halvings):
                trial = self.half_line(unknowns + step, tol)
                trial_residuals = self.residuals(unknowns + step, trial)
                if np.max(np.abs(trial_residuals)) < size:
                    break
                if rounded:
                    return self.result(unknowns, half, residuals)
                step /= 2
            else:
                return None
            unknowns, half, residuals = unknowns + step, trial, trial_residuals
        return self.result(unknowns, half, residuals) if rounded else None

    def continuation(self, tol: float) -> StateEvolution | None:
        """Solution followed down in lambda from where nothing is learned; None if it is lost."""
        target = self.lam
        t = (self.energy + self.noise_var / 2) / (2 * self.alpha)
        b = max(target / (4 * self.alpha), self.beyond(t))
        here, unknowns = 4 * self.alpha * b, np.log([t, b])
        ratio = FIRST_RATIO
        while ratio > 1 + 1e-6:
            last = here <= target * ratio
            self.lam = target if last else here / ratio
            found = self.solve(unknowns, tol if last else max(tol, ROUGH))
            if found is None:
                ratio = np.sqrt(ratio)
            elif last:
                return found
            else:
                here, unknowns = self.lam, np.log([found.delta**2, found.threshold])
                ratio = ratio**2
        return None

    def beyond(self, t: float) -> float:
        """A threshold at which nothing is learned."""
        return float(self.spectrum.values[0] + 2 * np.sqrt(t))

    def nothing_learned(self) -> StateEvolution | None:
        """M = mean(s^2) and D = 0, if the threshold they imply lies above the support."""
        b = self.lam / (4 * self.alpha)
        t = (self.energy + self.noise_var / 2) / (2 * self.alpha)
        if b <= self.spectrum.values[0] or t == 0:
            return None
        half = half_line(self.spectrum, t, b)
        return self.result(np.log([t, b]), half) if half.mass == 0 else None

    def nothing_cut(self) -> StateEvolution | None:
        """M = b^2 + t and D = 1/2, if the threshold they imply lies below the support."""
        if self.alpha <= 0.5:
            return None
        b = self.lam / (4 * (self.alpha - 0.5))
        t = (b**2 + self.noise_var / 2) / (2 * self.alpha - 1)
        if b >= self.spectrum.values[-1]:
            return None
        half = half_line(self.spectrum, t, b)
        return self.result(np.log([t, b]), half) if half.mass == 1 else None

    def result(self, unknowns: Array, half: HalfLine, residuals: Array | None = None) -> StateEvolution:
        """The solution; without residuals one in closed form."""
        t, b = np.exp(unknowns)
        risk, error = 2 * half.distance, ROUNDING
        if residuals is not None:
            jacobian = self.jacobian(unknowns, half)
            slopes = (jacobian[0] + [1, 0]) * (half.distance + self.noise_var / 2) / half.distance
            # M is a difference from 4 t D where little but the bulk adds to it
            cancelled = np.finfo(float).eps * np.abs(jacobian[1]).sum() * 4 * t * half.divergence / half.distance
            error = accuracy(jacobian, residuals, slopes) + float(cancelled)
        return StateEvolution(
            delta=float(np.sqrt(t)),
            threshold=float(b),
            risk=risk,
            divergence=half.divergence,
            # (Delta + R)(1 - D/alpha)^2, by the second equation
            train_loss=float((self.noise_var + risk) * (self.lam / (4 * b * self.alpha)) ** 2),
            residual=0.0 if residuals is None else float(np.max(np.abs(residuals))),
            accuracy=error,
        )


def settle(equations: Equations, start: StateEvolution | None, tol: float, where: str) -> StateEvolution:
    """Solution of any such equations of p >= d hidden units, from a neighbouring one if it is given.

    Raises
    ------
    StateEvolutionError
        If the residual stays above `tol` and above what rounding explains; `where` names the point.
    """
    try:
        found = equations.nothing_learned() or equations.nothing_cut()
        if found is None and start is not None and start.delta > 0:
            found = equations.solve(np.log([start.delta**2, start.threshold]), tol)
        found = found or equations.continuation(tol)
        reason = f"no solution to {tol:g}"
    except ArithmeticError as error:
        found, reason = None, str(error)
    if found is None:
        raise StateEvolutionError(f"state evolution: {reason} at {where}")
    return found
