"""State evolution of p < d hidden units, followed from a known solution along the curve of all solutions.

The curve in (log t, log b, log lam) or (log t, log b, log p/d) is followed by its arc length: where a solution changes
fast, as next to interpolation, the parameter hardly moves, and where the curve turns back the branch has ended. Its
direction is exact. With tau = t_p > b, H the Hilbert transform of mu and kappa = p/d,

    dM/dkappa = (tau - b)(4 t H(tau) - tau - b),        dD/dkappa = (tau - b) H(tau).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import cos, pi, sin

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.half_line import HalfLine, half_line, integrate, mass_above
from scaling_spectra.free_probability.subordination import cauchy, resolve
from scaling_spectra.free_probability.top_part import PRECISION, above_cut, place, quantile
from scaling_spectra.networks.quadratic.equations import QUADRATURE, WIDE, Equations
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum

# beside WIDE: the solution continued from there in p at the same lambda, or the one continued in lambda at the same p
# from where nothing is learned
BY_WIDTH, BY_DECAY = "by width", "by decay"
# how far in (log t, log b) from a straight line a solution belongs to another branch, and the tolerance on the way
LEAP, CLOSE = 0.7, 1e-5
# lengths of steps along the curve, corrections of a step, and the least cosine between directions before and after it
FIRST_STEP, LONGEST, SHORTEST = 2.0, 4.0, 0.01
CORRECTIONS, FEW = 5, 2
STRAIGHT = 0.9
# a step so short may turn more: derivatives jump where an eigenvalue enters or leaves
KINK = 0.1
# radius of an eigenvalue's semicircle, in units of the distance of the next, up to which it is alone
ALONE = 0.3
# part of a hidden unit that makes no difference
ALMOST = 1e-3
# by how much more mass than p/d a wide network may learn, as far as it is known on the way
NEARLY = 1e-3

LAM, FRACTION = "lam", "fraction"


def equations_of(
    spectrum: Spectrum, samples: float, weight_decay: float, noise_var: float, width: float
) -> "Equations":
    """The equations at p/d = `width`."""
    point = (spectrum, samples, weight_decay * np.sqrt(width), noise_var)
    return FewUnits(*point, width) if width < 1 else Equations(*point)


class FewUnits(Equations):
    """The equations for p < d, `fraction` p/d; see `Equations`.

    Of the eigenvalues above b all but the p largest are lost (`top_part`).
    """

    def __init__(self, spectrum: Spectrum, samples: float, lam: float, noise_var: float, fraction: float) -> None:
        super().__init__(spectrum, samples, lam, noise_var)
        self.fraction = fraction
        # whether t_p exceeded b, and subordination points of both, at the last evaluation
        self._cuts = True
        self._at_cut: complex | None = None
        self._at_threshold: complex | None = None

    def half_line(self, unknowns: Array, tol: float) -> HalfLine:
        self.count()
        t, b = (float(value) for value in np.exp(unknowns))
        half = self._above_cut(t, b, tol) if self._cuts else None
        if half is None:
            sharp, point = resolve(self.spectrum, t, b, self._at_threshold)
            self._at_threshold = point
            self._cuts = mass_above(sharp, point) > self.fraction * (1 + PRECISION)
            half = self._above_cut(t, b, tol, anyhow=True) if self._cuts else None
            half = half or integrate(sharp, t, b, point, QUADRATURE * tol)
        self.point = half.point
        return half

    def _above_cut(self, t: float, b: float, tol: float, *, anyhow: bool = False) -> HalfLine | None:
        """The integrals of `top_part` above t_p; None if b is larger, unless `anyhow`."""
        guess = self._alone(t) or self._at_cut
        sharp, point = quantile(self.spectrum, t, self.fraction, guess=guess)
        cut = place(sharp, t, point)
        if cut <= b and not anyhow:
            return None
        self._at_cut = point
        return above_cut(sharp, t, b, self.fraction, cut, point, QUADRATURE * tol)

    def _alone(self, t: float) -> complex | None:
        """Subordination point of t_p within the semicircle of an eigenvalue that no other is near; None if some are."""
        values, fractions = self.spectrum.values, self.spectrum.fractions
        above = np.cumsum(fractions)
        last = min(int(np.searchsorted(above, self.fraction)), values.size - 1)
        radius = np.sqrt(t * fractions[last])
        nearest = np.abs(np.diff(values[max(last - 1, 0) : last + 2])).min(initial=np.inf)
        share = 1 - (above[last] - self.fraction) / fractions[last]
        if radius > nearest * ALONE or not 0 < share < 1:
            return None
        # the mass above is that of the angle, as in `mass_above`
        angle = brentq(lambda angle: angle - sin(angle) * cos(angle) - pi * share, 0, pi)
        return complex(values[last] + radius * np.exp(1j * angle))

    def branches(self, tol: float) -> Iterator[StateEvolution]:
        simple = self.nothing_learned()
        if simple is not None:
            yield replace(simple, branch=WIDE)
            return
        free = Equations(self.spectrum, self.samples, self.lam, self.noise_var)
        wide = free.nothing_cut() or free.continuation(CLOSE)
        if wide is not None:
            mass = half_line(self.spectrum, wide.delta**2, wide.threshold).mass
            if mass <= self.fraction * (1 + NEARLY):
                wide = free.nothing_cut() or free.solve(_unknowns(wide), tol) or free.continuation(tol)
                mass = np.inf if wide is None else half_line(self.spectrum, wide.delta**2, wide.threshold).mass
        if wide is not None:
            if mass <= self.fraction:
                yield replace(wide, branch=WIDE)
                return
            found = self._attempt(lambda: self._along(FRACTION, mass, _unknowns(wide), tol))
            if found is not None:
                yield replace(found, branch=BY_WIDTH)
        t = (self.energy + self.noise_var / 2) / (2 * self.alpha)
        b = max(self.lam / (4 * self.alpha), self.beyond(t))
        found = self._attempt(lambda: self._along(LAM, 4 * self.alpha * b, np.log([t, b]), tol))
        if found is not None:
            yield replace(found, branch=WIDE if found.cut == -np.inf else BY_DECAY)

    def nothing_cut(self) -> StateEvolution | None:
        """Few units always cut."""
        return None

    def result(self, unknowns: Array, half: HalfLine, residuals: Array | None = None) -> StateEvolution:
        """As ever, with t_p where it exceeds b: eigenvalues of S* + delta G below it are lost."""
        found = super().result(unknowns, half, residuals)
        lost = half.mass >= self.fraction
        return replace(found, cut=place(self.spectrum, float(np.exp(unknowns[0])), half.point)) if lost else found

    def _attempt(self, follow: Callable[[], StateEvolution | None]) -> StateEvolution | None:
        """What a continuation finds, or None where it ends: another one may still arrive."""
        self.evaluations, self.point = 0, None
        target = self.lam, self.fraction
        try:
            return follow()
        except ArithmeticError:
            return None
        finally:
            self.lam, self.fraction = target

    def _along(self, parameter: str, here: float, unknowns: Array, tol: float) -> StateEvolution | None:
        """Solution at the parameter's value, followed down from `here`; None if the branch ends before."""
        target = _coordinate(parameter, getattr(self, parameter))
        if parameter == FRACTION:
            here = min(here, 1 - ALMOST / self.spectrum.dim)
        coordinate = _coordinate(parameter, here)
        if coordinate <= target:
            return self.solve(unknowns, tol)
        self._set(parameter, coordinate)
        start = self.solve(unknowns, CLOSE)
        if start is None:
            return None
        place = np.append(_unknowns(start), coordinate)
        half = self.half_line(place[:2], CLOSE)
        # the cross product of the gradients keeps its orientation along the curve, also where it turns back
        direction = self._direction(parameter, place, half)
        orientation = -1.0 if direction[2] > 0 else 1.0
        direction, step = orientation * direction, FIRST_STEP
        # a branch in p ends where the curve turns back; one in lam is what it leads to
        while step > SHORTEST and (direction[2] < 0 or parameter == LAM):
            ahead = place + step * direction
            there = None
            if ahead[2] > target:
                there = self._corrected(parameter, ahead, direction)
                ahead = ahead if there is None else there[0]
            if ahead[2] <= target < place[2]:
                share = (place[2] - target) / (place[2] - ahead[2])
                guess = (place + share * (ahead - place))[:2]
                self._set(parameter, target)
                found = self.solve(guess, tol, briefly=True)
                if found is not None and np.abs(_unknowns(found) - guess).max() <= LEAP / 2:
                    return found
                there = None
            turned = None if there is None else orientation * self._direction(parameter, there[0], there[1])
            if there is None or turned is None or (turned @ direction < STRAIGHT and step > KINK):
                step /= 2
                continue
            place, direction = there[0], turned
            step = min(2 * step, LONGEST) if there[2] <= FEW else step
        return None

    def _set(self, parameter: str, coordinate: float) -> None:
        setattr(self, parameter, float(np.exp(coordinate) if parameter == LAM else expit(coordinate)))

    def _corrected(self, parameter: str, guess: Array, direction: Array) -> tuple[Array, HalfLine, int] | None:
        """The solution in the plane through `guess` across `direction`, and how many corrections it took."""
        place = guess
        for corrections in range(CORRECTIONS + 1):
            self._set(parameter, place[2])
            half = self.half_line(place[:2], CLOSE)
            residuals = self.residuals(place[:2], half)
            if not np.isfinite(residuals).all():
                return None
            if np.abs(residuals).max() <= CLOSE:
                return place, half, corrections
            gradients = np.vstack([*self._gradients(parameter, place, half), direction])
            try:
                change = np.linalg.solve(gradients, np.append(-residuals, 0.0))
            except np.linalg.LinAlgError:
                return None
            if not np.abs(change).max() <= LEAP:
                return None
            place = place + change
        return None

    def _gradients(self, parameter: str, place: Array, half: HalfLine) -> Array:
        """Of the two residuals in log t, log b and the parameter's coordinate, shape (2, 3)."""
        t, b = np.exp(place[:2])
        error, pull = half.distance + self.noise_var / 2, self.lam / (4 * b)
        filled = half.divergence + pull
        last = np.zeros(2)
        if parameter == LAM:
            last[1] = pull / filled
        elif half.mass >= self.fraction:
            hilbert = cauchy(self.spectrum.resolved(half.point), half.point)[0].real
            cut = half.point.real + t * hilbert
            change = self.fraction * (1 - self.fraction) * (cut - b)
            last = change * np.array([(4 * t * hilbert - cut - b) / error, hilbert / filled])
        return np.column_stack([self.jacobian(place[:2], half), last])

    def _direction(self, parameter: str, place: Array, half: HalfLine) -> Array:
        """Direction of the curve up to its sign, of unit length."""
        direction = np.cross(*self._gradients(parameter, place, half))
        found: Array = direction / np.linalg.norm(direction)
        return found


def _coordinate(parameter: str, value: float) -> float:
    """log lam, or log kappa/(1 - kappa): next to p = d the loss goes with 1 - kappa."""
    return float(np.log(value) if parameter == LAM else logit(value))


def _unknowns(solution: StateEvolution) -> Array:
    return np.log([solution.delta**2, solution.threshold])
