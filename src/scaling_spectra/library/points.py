"""Arguments of points, checked once for every function, and their solutions of state evolution."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.defaults import LARGEST_DIM
from scaling_spectra.merged_teachers import spectrum_in
from scaling_spectra.networks import require, supports
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True, eq=False)
class Points:
    """Points of one network and teacher; `n_eff` and `weight_decay` have one shape."""

    network: str
    dim: int
    noise_var: float
    width: float
    spectrum: Spectrum
    n_eff: Array
    weight_decay: Array

    @property
    def samples(self) -> Array:
        """n, which need not be whole."""
        samples: Array = self.n_eff / problem_of(self.network).effective_samples(1, self.dim)
        return samples

    def solutions(self, strict: bool = True) -> list[StateEvolution]:
        """State evolution of each point in C order; `strict` where one without a solution is an error."""
        samples, decays = self.samples.ravel(), self.weight_decay.ravel()
        found = theory_of(self.network).curve(self.spectrum, samples, decays, self.noise_var, width=self.width)
        return all_solved(found) if strict else found


def all_solved(solutions: list[StateEvolution]) -> list[StateEvolution]:
    """The solutions, if there is one of every point."""
    for solution in solutions:
        if not solution.solved:
            raise StateEvolutionError(solution.status)
    return solutions


def points(
    network: str,
    teacher: Teacher,
    dim: int,
    n_eff: ArrayLike,
    weight_decay: ArrayLike,
    noise_var: float,
    width: float = 1.0,
) -> Points:
    """Points of these arguments.

    Raises
    ------
    TypeError
        If `teacher` is no teacher.
    ValueError
        If there is no such network, or a number is out of range: one line with name and value.
    """
    require(network, "theory")
    if not isinstance(teacher, Teacher):
        raise TypeError(f"teacher: {teacher!r} is not a teacher, such as PowerLaw(0.75)")
    if not (2 <= dim <= LARGEST_DIM and dim == int(dim)):
        raise ValueError(f"dim: {dim} is not an integer from 2 to {LARGEST_DIM:g}")
    if not 0 <= noise_var < np.inf:
        raise ValueError(f"noise_var: {noise_var} is not a non-negative finite number")
    if not 0 < width < np.inf:
        raise ValueError(f"width: {width} is not a positive finite number")
    if width != 1 and not supports(network, "width"):
        raise ValueError(f"width: {width} given, the {network} network takes 1 alone")
    grid = _positive(n_eff=n_eff, weight_decay=weight_decay)
    return Points(network, int(dim), float(noise_var), float(width), spectrum_in(teacher, int(dim)), *grid)


def _positive(**arrays: ArrayLike) -> list[Array]:
    """The arrays as floats of one shape."""
    found = {name: np.asarray(values, dtype=float) for name, values in arrays.items()}
    for name, values in found.items():
        wrong = values[~((values > 0) & np.isfinite(values))]
        if wrong.size:
            raise ValueError(f"{name}: {wrong.flat[0]} is not a positive finite number")
    try:
        return [np.array(values) for values in np.broadcast_arrays(*found.values())]
    except ValueError:
        shapes = ", ".join(f"{name} {values.shape}" for name, values in found.items())
        raise ValueError(f"shapes do not broadcast: {shapes}") from None
