"""State evolution of the quadratic network, its Bayes-optimal risk and the lazy baseline.

With alpha = n/d^2, t = delta^2 and the half-line integrals of mu = law(s) boxplus semicircle(t) above b,

    2 alpha t = M(t, b) + Delta/2,        lambda sqrt(p/d) = 4 b (alpha - D(t, b)),

M the mean squared distance between (S* + delta G - b)_+ and S*, D its normalised divergence.
"""

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.free_probability.denoising import optimal_distance
from scaling_spectra.free_probability.half_line import HalfLine, half_line
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import Spectrum, distinct, from_values

NEWTON_STEPS = 60
LARGEST_STEP = 2.0


def state_evolution(
    spectrum: Spectrum,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-10,
) -> StateEvolution:
    """Solve the state-evolution equations.

    Parameters
    ----------
    spectrum : Spectrum
        Eigenvalues of the teacher.
    samples : float
        n > 0, not n_eff.
    weight_decay : float
        lambda > 0.
    noise_var : float
        Delta >= 0.
    width : float
        Number of hidden units over dimension, p/d.
    start : StateEvolution, optional
        Solution at a neighbouring point; only the time depends on it.
    tol : float
        Largest relative residual of the two equations.

    Returns
    -------
    StateEvolution
        `risk` is R = 2 M, `divergence` is D = div/d^2.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    StateEvolutionError
        If the residual stays above `tol`.
    """
    for name, value in (("samples", samples), ("weight_decay", weight_decay), ("width", width), ("tol", tol)):
        if not 0 < value < np.inf:
            raise ValueError(f"{name}: {value} is not positive and finite")
    if not 0 <= noise_var < np.inf:
        raise ValueError(f"noise_var: {noise_var} is not non-negative and finite")
    problem = _Equations(spectrum, samples, weight_decay * np.sqrt(width), noise_var)
    exact = problem.nothing_learned() or problem.nothing_cut()
    if exact:
        return exact
    if start is not None:
        found = problem.solve(np.log(start.delta**2), np.log(start.threshold), tol)
        if found:
            return found
    return problem.continuation(tol)


class _Equations:
    """The two equations in (log t, log b) at one point."""

    def __init__(self, spectrum: Spectrum, samples: float, lam: float, noise_var: float) -> None:
        self.spectrum, self.lam, self.noise_var = spectrum, lam, noise_var
        self.alpha = samples / spectrum.dim**2
        self.point: complex | None = None

    def result(self, t: float, b: float, half: HalfLine, residual: float) -> StateEvolution:
        risk = 2 * half.distance
        return StateEvolution(
            delta=float(np.sqrt(t)),
            threshold=float(b),
            risk=float(risk),
            divergence=half.divergence,
            train_loss=float((self.noise_var + risk) * (1 - half.divergence / self.alpha) ** 2),
            residual=float(residual),
        )

    def nothing_learned(self) -> StateEvolution | None:
        """M = mean(s^2) and D = 0, if the threshold they imply lies above the support."""
        energy = self.spectrum.mean(self.spectrum.values**2)
        t = (energy + self.noise_var / 2) / (2 * self.alpha)
        b = self.lam / (4 * self.alpha)
        if b <= self.spectrum.values[0] or t <= 0:
            return None
        half = half_line(self.spectrum, t, b)
        return self.result(t, b, half, 0.0) if half.mass == 0 else None

    def nothing_cut(self) -> StateEvolution | None:
        """M = b^2 + t and D = 1/2, if the threshold they imply lies below the support."""
        if self.alpha <= 0.5:
            return None
        b = self.lam / (4 * (self.alpha - 0.5))
        t = (b**2 + self.noise_var / 2) / (2 * self.alpha - 1)
        if b >= self.spectrum.values[-1]:
            return None
        half = half_line(self.spectrum, t, b)
        return self.result(t, b, half, 0.0) if half.mass == 1 else None

    def evaluate(self, log_t: float, log_b: float, tol: float) -> tuple[HalfLine, np.ndarray]:
        t, b = np.exp(log_t), np.exp(log_b)
        half = half_line(self.spectrum, t, b, guess=self.point, tol=tol)
        self.point = half.point
        pull = self.lam / (4 * b)
        residuals = np.log(
            [
                (half.distance + self.noise_var / 2) / (2 * self.alpha * t),
                (half.divergence + pull) / self.alpha,
            ]
        )
        return half, residuals

    def solve(self, log_t: float, log_b: float, tol: float) -> StateEvolution | None:
        """Newton with the exact Jacobian; None if it does not converge."""
        quadrature = 1e-3 * tol
        half, residuals = self.evaluate(log_t, log_b, quadrature)
        size = np.max(np.abs(residuals))
        for _ in range(NEWTON_STEPS):
            t, b = np.exp(log_t), np.exp(log_b)
            pull, error = self.lam / (4 * b), half.distance + self.noise_var / 2
            # dM/dt and dM/db from HalfLine, in logarithms
            jacobian = np.array(
                [
                    [
                        t * (2 * half.divergence - 2 * b * half.hilbert + 4 * t * half.cubic) / error - 1,
                        b * (2 * b * half.mass - 4 * t * half.hilbert) / error,
                    ],
                    [
                        t * half.cubic / (half.divergence + pull),
                        -(b * half.hilbert + pull) / (half.divergence + pull),
                    ],
                ]
            )
            determinant = jacobian[0, 0] * jacobian[1, 1] - jacobian[0, 1] * jacobian[1, 0]
            if not determinant:
                return None
            step = (
                -np.array(
                    [
                        jacobian[1, 1] * residuals[0] - jacobian[0, 1] * residuals[1],
                        jacobian[0, 0] * residuals[1] - jacobian[1, 0] * residuals[0],
                    ]
                )
                / determinant
            )
            if size <= tol and np.max(np.abs(step)) <= 100 * tol:
                return self.result(t, b, half, size)
            step *= min(1.0, LARGEST_STEP / np.max(np.abs(step)))
            for _ in range(30):
                trial_half, trial = self.evaluate(log_t + step[0], log_b + step[1], quadrature)
                trial_size = np.max(np.abs(trial))
                if trial_size < max(size, 1e-13):
                    break
                step /= 2
            else:
                return None
            log_t, log_b, half, residuals, size = log_t + step[0], log_b + step[1], trial_half, trial, trial_size
        return None

    def continuation(self, tol: float) -> StateEvolution:
        """Follow the solution down in lambda from where nothing is learned."""
        target = np.log(self.lam)
        energy = self.spectrum.mean(self.spectrum.values**2)
        t = (energy + self.noise_var / 2) / (2 * self.alpha)
        b = max(self.lam / (4 * self.alpha), self.spectrum.values[0] + 2 * np.sqrt(t))
        state = np.log([t, b])
        here = max(np.log(4 * self.alpha * b), target)
        stride = 1.0
        found = None
        while here > target:
            stride = min(stride, here - target)
            self.lam = np.exp(here - stride) if stride < here - target else np.exp(target)
            found = self.solve(*state, tol)
            if found is None:
                stride /= 2
                if stride < 1e-6:
                    break
                continue
            here -= stride
            state = np.log([found.delta**2, found.threshold])
            stride *= 2
        if found is None:
            raise StateEvolutionError(f"state evolution: no solution to {tol:g} at lambda = {np.exp(target):g}")
        return found


def conditional_state_evolution(
    teacher: np.ndarray,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-10,
) -> StateEvolution:
    """State evolution of the given teacher, eigenvalues of shape (d,); parameters as in `state_evolution`."""
    return state_evolution(from_values(teacher), samples, weight_decay, noise_var, width=width, start=start, tol=tol)


def curve(
    spectrum: Spectrum,
    samples: np.ndarray,
    weight_decay: np.ndarray,
    noise_var: float,
    *,
    width: float = 1.0,
    tol: float = 1e-10,
) -> list[StateEvolution]:
    """State evolution along a path, each point started from the one before.

    Parameters
    ----------
    samples, weight_decay : array_like
        n and lambda along the path; scalars or vectors that broadcast to one length.
    """
    path: list[StateEvolution] = []
    for n, lam in np.broadcast(np.atleast_1d(samples), weight_decay):
        start = path[-1] if path else None
        path.append(state_evolution(spectrum, float(n), float(lam), noise_var, width=width, start=start, tol=tol))
    return path


def lazy_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk R = 2 M of the optimally regularised ridge on S (kernel regression with fixed features).

    M = Q t/(Q + t) with Q = mean(s^2) and 2 alpha t = M + Delta/2: the positive root of a quadratic in t.
    """
    energy = float(spectrum.mean(spectrum.values**2))
    twice_alpha = 2 * samples / spectrum.dim**2
    linear = energy * (twice_alpha - 1) - noise_var / 2
    root = np.hypot(linear, np.sqrt(2 * twice_alpha * noise_var * energy))
    # the form of the root without cancellation
    t = noise_var * energy / (linear + root) if linear > 0 else (root - linear) / (2 * twice_alpha)
    return float(2 * energy * t / (energy + t)) if t else 0.0


def bayes_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Bayes-optimal risk R = 2 M for a known spectrum and a uniformly rotated teacher.

    M = M(t) of the optimal denoiser at 2 alpha t = M + Delta/2, the largest solution: the one reached
    from no information (Maillard et al., *Bayes-optimal learning of an extensive-width neural network*).
    """
    twice_alpha = 2 * samples / spectrum.dim**2
    # M(t) = t (1 - sum p_i^2) as t -> 0: without noise, as many samples as unknowns
    if noise_var == 0 and twice_alpha >= 1 - np.sum(distinct(spectrum).fractions ** 2):
        return 0.0

    def excess(log_t: float) -> float:
        t = np.exp(log_t)
        return float(np.log((optimal_distance(spectrum, t) + noise_var / 2) / (twice_alpha * t)))

    high = np.log((spectrum.mean(spectrum.values**2) + noise_var / 2) / twice_alpha)
    low = high - 1.0
    while excess(low) < 0:
        low, high = low - 1.0, low
    log_t = brentq(excess, low, high, xtol=1e-12, rtol=1e-12)
    return float(2 * optimal_distance(spectrum, np.exp(log_t)))
