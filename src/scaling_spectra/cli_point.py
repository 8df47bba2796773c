"""Points on the command line: the options that name one, and all that follows from them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from scaling_spectra import networks
from scaling_spectra.defaults import (
    GAMMA,
    LARGEST,
    LARGEST_GAMMA,
    LARGEST_INPUT_EXPONENT,
    LEAST_GAMMA,
    NOISE_VAR,
)
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of

if TYPE_CHECKING:
    from scaling_spectra.spectrum import Spectrum
    from scaling_spectra.teachers.interface import Teacher

LARGEST_DIM, LARGEST_SAMPLES = 10**12, 1e48
SMALLEST = 1 / LARGEST
WIDEST = 1000.0
# p = width * d is whole within this, relative
WHOLE = 1e-9


class UsageError(Exception):
    """Bad options: one line for stderr, exit status 2."""


def number(accepted: str, valid: Callable[[float], bool], *, ranges: bool = False) -> Parameter:
    """Option that takes a number, with what is accepted in words; `ranges` if other commands take a range."""

    def convert(_: Any, tokens: Sequence[Any]) -> float:
        text = tokens[0].value
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not valid(value):
            elsewhere = "; curve and plot take ranges" if ranges and ":" in text else ""
            raise ValueError(f"{text!r} is not {accepted}{elsewhere}")
        return value

    return Parameter(converter=convert)


def network_with(*parts: str) -> Parameter:
    """Option that takes the name of a network that has these parts."""
    known = [name for name in networks.names() if networks.supports(name, *parts)]

    def convert(_: Any, tokens: Sequence[Any]) -> str:
        text: str = tokens[0].value
        if text not in known:
            raise ValueError(f"{text!r} is not one of {', '.join(known)}")
        return text

    return Parameter(converter=convert, help=f"Kind of network: {' or '.join(known)}.")


NETWORK = network_with()


def known_seed(_: Any, tokens: Sequence[Any]) -> int:
    text = tokens[0].value
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is not a non-negative integer")
    return int(text)


def between(low: float, high: float, *, ranges: bool = False) -> Parameter:
    return number(f"a number from {low:g} to {high:g}", lambda value: low <= value <= high, ranges=ranges)


def whole(low: int, high: int) -> Parameter:
    return number(f"an integer from {low} to {high:g}", lambda value: low <= value <= high and value == int(value))


OR_ZERO = number(f"0 or a number from {SMALLEST:g} to {LARGEST:g}", lambda x: x == 0 or SMALLEST <= x <= LARGEST)
# options of several commands
Dimension = Annotated[float | None, whole(2, LARGEST_DIM), Parameter(help="Dimension d; not needed with --spectrum.")]
NoiseVariance = Annotated[float, OR_ZERO, Parameter(help="Variance Delta >= 0 of the label noise.")]
Exponent = Annotated[
    float | None,
    between(LEAST_GAMMA, LARGEST_GAMMA),
    Parameter(
        help=f"Exponent of the teacher's power law, from {LEAST_GAMMA:g} to {LARGEST_GAMMA:g}; {GAMMA:g} if not given."
    ),
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Point:
    """Options that name a point.

    Attributes
    ----------
    weight_decay
        lambda > 0.
    samples
        Number of samples n. Give either --samples or --n-eff.
    n_eff
        Effective samples: n (diagonal), n/d (quadratic, signed).
    spectrum
        CSV file of scales s_i >= 0, one per line, in one line, or in a named column, in place of the power law.
    width
        p/d of the quadratic network, 1 if not given. Give either --width or --hidden-units.
    hidden_units
        Number p of hidden units of the quadratic network.
    input_exponent
        a >= 0 of correlated inputs: variances sigma_i^2 ~ i^(-a) of mean one along the teacher's features.
    covariance
        CSV file of variances sigma_i^2 > 0 of the inputs along the teacher's features, in their order, in the same
        forms as a spectrum; they are scaled to mean one.
    """

    network: Annotated[str, NETWORK]
    weight_decay: Annotated[float, between(SMALLEST, LARGEST, ranges=True), Parameter(alias="--lambda")]
    dim: Dimension = None
    samples: Annotated[float | None, between(SMALLEST, LARGEST_SAMPLES, ranges=True)] = None
    n_eff: Annotated[float | None, between(SMALLEST, LARGEST_SAMPLES / LARGEST_DIM, ranges=True)] = None
    noise_var: NoiseVariance = NOISE_VAR
    gamma: Exponent = None
    spectrum: Path | None = None
    width: Annotated[float | None, between(SMALLEST, WIDEST)] = None
    hidden_units: Annotated[float | None, whole(1, LARGEST_DIM)] = None
    input_exponent: Annotated[float | None, between(0.0, LARGEST_INPUT_EXPONENT)] = None
    covariance: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A point with all that follows from its options.

    `spectrum` is the teacher's, merged if it is long; `gamma` is None if it came from a file, `hidden_units` if no
    width was given.
    """

    network: str
    teacher: "Teacher"
    spectrum: "Spectrum"
    dim: int
    samples: float
    n_eff: float
    weight_decay: float
    noise_var: float
    gamma: float | None
    hidden_units: int | None = None

    def told(self) -> dict[str, Any]:
        """What was asked, under the keys of ``predict --json``."""
        return {
            name: getattr(self, name) for name in ("network", "dim", "samples", "weight_decay", "noise_var", "gamma")
        }

    @property
    def width(self) -> float:
        """p/d."""
        return 1.0 if self.hidden_units is None else self.hidden_units / self.dim

    @property
    def penalty(self) -> float:
        """lambda of wide networks, p = d, with the same penalty on the effective weight."""
        counted: float = self.weight_decay * self.width ** limits_of(self.network).WIDTH_EXPONENT
        return counted


def problem(point: Point, like: Problem | None = None) -> Problem:
    """Complete and check the options together; `like` is another point of the same teacher, which is not read again.

    Raises
    ------
    UsageError
        If they contradict each other or the spectrum file is not as it should be.
    """
    if (point.samples is None) == (point.n_eff is None):
        said = "neither" if point.samples is None else f"both, {point.samples:g} and {point.n_eff:g},"
        raise UsageError(f"--samples, --n-eff: {said} given, exactly one is accepted")
    given = _taught(point) if like is None else (like.dim, like.gamma, like.teacher, like.spectrum)
    dim, gamma, family, spectrum = given
    module = problem_of(point.network)
    per_n_eff = 1 / module.effective_samples(1, dim)
    samples = point.samples if point.n_eff is None else point.n_eff * per_n_eff
    assert samples is not None
    return Problem(
        network=point.network,
        teacher=family,
        spectrum=spectrum,
        dim=dim,
        samples=samples,
        n_eff=samples / per_n_eff,
        weight_decay=point.weight_decay,
        noise_var=point.noise_var,
        gamma=gamma,
        hidden_units=_hidden_units(point, dim),
    )


def _taught(point: Point) -> "tuple[int, float | None, Teacher, Spectrum]":
    from scaling_spectra.merged_teachers import spectrum_in

    dim, gamma, family = teacher(point.dim, point.gamma, point.spectrum)
    return dim, gamma, family, spectrum_in(family, dim)


def _hidden_units(point: Point, dim: int) -> int | None:
    """p, or None where it is not given."""
    width, units = point.width, point.hidden_units
    if width is None and units is None:
        return None
    if width is not None and units is not None:
        raise UsageError(f"--width, --hidden-units: both, {width:g} and {units:g}, given, only one is accepted")
    if not networks.supports(point.network, "width"):
        given = f"--width: {width:g}" if units is None else f"--hidden-units: {units:g}"
        accepted = ", ".join(name for name in networks.names() if networks.supports(name, "width"))
        raise UsageError(f"{given} given for the {point.network} network, accepted for {accepted}")
    if units is None:
        assert width is not None
        units = width * dim
        if round(units) < 1 or abs(units - round(units)) > WHOLE * units:
            raise UsageError(
                f"--width: {width:g} of d = {dim} is {units:g} hidden units, a whole number of them is needed "
                "(--hidden-units takes one)"
            )
    return round(units)


def teacher(dim: float | None, gamma: float | None, path: Path | None) -> "tuple[int, float | None, Teacher]":
    """Dimension, exponent or None, and teacher.

    Raises
    ------
    UsageError
        If the options --dim, --gamma and --spectrum contradict each other or the file is not as it should be.
    """
    from scaling_spectra.teachers.given_scales import GivenScales
    from scaling_spectra.teachers.power_law import PowerLaw

    if path is None:
        if dim is None:
            raise UsageError("--dim: not given, an integer is needed unless --spectrum names a file")
        gamma = GAMMA if gamma is None else gamma
        return int(dim), gamma, PowerLaw(gamma)
    if gamma is not None:
        raise UsageError(f"--gamma: {gamma:g} given beside --spectrum, only one of them is accepted")
    scales = scales_in(path)
    if dim not in (None, len(scales)):
        raise UsageError(f"--dim: {dim:g} is not {len(scales)}, the number of scales in {path}")
    try:
        return len(scales), None, GivenScales(scales)
    except ValueError as error:
        raise UsageError(f"--spectrum: {path} given, {error}") from None


def scales_in(path: Path, option: str = "--spectrum") -> list[float]:
    """Scales in a file.

    Raises
    ------
    UsageError
        If the file is not as it should be.
    """
    from scaling_spectra.spectrum_file import SpectrumFileError, read_scales

    try:
        return read_scales(path)
    except SpectrumFileError as error:
        raise UsageError(f"{option}: {error}") from None
