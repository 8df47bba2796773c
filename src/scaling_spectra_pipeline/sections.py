"""Sections of the configuration: what may be set, what it means, what it is by default."""

import itertools
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    PositiveInt,
    ValidationError,
)

from scaling_spectra import defaults, networks
from scaling_spectra.defaults import LARGEST, LARGEST_DIM, LARGEST_GAMMA, LEAST_GAMMA
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.widths import FEWER, WIDEST
from scaling_spectra_pipeline.mistakes import meant

# networks whose number of hidden units can be chosen
WITH_WIDTH = tuple(name for name in networks.names() if problem_of(name).MATRIX)

PositiveFloat = Annotated[FiniteFloat, Field(gt=0)]


def _teacher_exponent(gamma: float) -> float:
    if not LEAST_GAMMA <= gamma <= LARGEST_GAMMA:
        raise ValueError(f"must be between {LEAST_GAMMA:g} and {LARGEST_GAMMA:g}")
    return gamma


# the schema for editors does not see what validators accept
_GAMMAS = Field(json_schema_extra={"minimum": LEAST_GAMMA, "maximum": LARGEST_GAMMA})
TeacherExponent = Annotated[FiniteFloat, AfterValidator(_teacher_exponent), _GAMMAS]
NonNegativeFloat = Annotated[FiniteFloat, Field(ge=0)]
Moderate = Annotated[FiniteFloat, Field(gt=0, le=LARGEST)]
NoiseVariance = Annotated[FiniteFloat, Field(ge=0, le=LARGEST)]
Dimension = Annotated[int, Field(ge=2, le=10**6)]
# fewer are sizes of networks
HugeDimension = Annotated[int, Field(ge=1000, le=LARGEST_DIM)]
Count = Annotated[int, Field(ge=1, le=10_000)]
GridSize = Annotated[int, Field(ge=3, le=1000)]
# a part of file names
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]


def _increasing(grid: list[float]) -> list[float]:
    if any(b <= a for a, b in itertools.pairwise(grid)):
        raise ValueError("must be strictly increasing, without duplicates")
    return grid


def distinct(items: list) -> list:
    if len({str(item) for item in items}) < len(items):
        raise ValueError("must not hold duplicates")
    return items


def _network(name: str) -> str:
    if name not in networks.names():
        raise ValueError(f"must be one of {', '.join(networks.names())}{meant(name, networks.names())}")
    return name


Network = Annotated[str, AfterValidator(_network), Field(json_schema_extra={"enum": [*networks.names()]})]


class Section(BaseModel):
    """Strict base: unknown keys and silent conversions are refused at every level."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PowerOfDim(Section):
    """Weight decay lambda = coefficient * d^exponent."""

    coefficient: Moderate = Field(description="c in lambda = c d^e")
    exponent: Annotated[FiniteFloat, Field(ge=-10, le=10)] = Field(description="e in lambda = c d^e")


class UnitsOfDim(Section):
    """Number of hidden units p = coefficient * d^exponent, rounded to a whole number unless the exponent is 0 or 1."""

    coefficient: Moderate = Field(description="c in p = c d^e")
    exponent: Annotated[FiniteFloat, Field(ge=-10, le=10)] = Field(description="e in p = c d^e")


def _rules_of_width(value: Any) -> Any:
    """A share p/d, a rule, or a list of them as a list of rules."""
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, bool) or not isinstance(item, int | float | dict | UnitsOfDim):
            raise ValueError("must be shares p/d, rules {coefficient: c, exponent: e} of p = c d^e, or a list of them")
    return [{"coefficient": item, "exponent": 1.0} if isinstance(item, int | float) else item for item in items]


def _one_width(value: Any) -> Any:
    """A number p/d or one rule, of p >= d hidden units."""
    one = "a number p/d or a rule {coefficient: c, exponent: e} of p = c d^e"
    if isinstance(value, list):
        raise ValueError(f"must be {one}, not several: from d units on lambda sqrt(p/d) alone counts; {FEWER}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 1 <= value <= WIDEST:
            raise ValueError(f"must be from 1 to {WIDEST}: {FEWER}")
        return value
    try:
        return UnitsOfDim.model_validate(value)
    except ValidationError:
        raise ValueError(f"must be {one}") from None


WideNetwork = Annotated[Annotated[FiniteFloat, Field(ge=1, le=WIDEST)] | UnitsOfDim, BeforeValidator(_one_width)]


class Grid(Section):
    """Points of one network in one dimension."""

    n_eff: Annotated[list[Moderate], Field(min_length=1), AfterValidator(_increasing)] = Field(
        description="effective sample sizes: n (diagonal), n/d (quadratic)"
    )
    replicas: Count = Field(description="independent teachers and data sets per point")


class TrainedGrid(Grid):
    """Trained points of one network in one dimension."""

    trained_up_to: PositiveFloat | None = Field(
        None, description="largest n_eff at which networks are trained; beyond, the convex equivalent is solved"
    )


G = TypeVar("G", bound=Grid)


class Points(Section, Generic[G]):
    """Teachers, sample sizes and replicas."""

    gammas: Annotated[list[TeacherExponent], Field(min_length=1), AfterValidator(_increasing)] | None = Field(
        None, description="teacher exponents; not given: the teacher of the build"
    )
    teachers: list[dict[str, str | float | list[float]]] = Field(
        [], description="teachers of other families beside them, {family: ..., parameter: ...}"
    )
    noise_levels: Annotated[list[NoiseVariance], Field(min_length=1), AfterValidator(distinct)] = Field(
        description="label noise variances Delta"
    )
    networks: Annotated[
        dict[
            Network,
            Annotated[dict[Dimension, G], Field(min_length=1)],
        ],
        Field(min_length=1),
    ] = Field(description="for each network, for each dimension d, the grid of points")


class Experiment(Points[TrainedGrid]):
    """A set of trained points that belong together, their theory, and the figures drawn from them."""

    weight_decays: Annotated[list[PowerOfDim], Field(min_length=1), AfterValidator(distinct)] = Field(
        description="weight decay rules {coefficient: c, exponent: e}, meaning lambda = c d^e"
    )
    curve_points_per_decade: Count = Field(20, description="points of theory curves per decade of n_eff")


def _shares_or_rules(schema: dict[str, Any]) -> None:
    """What validators accept beside a list of rules, for editors."""
    one = [{"type": "number", "exclusiveMinimum": 0}, schema.pop("items")]
    schema["anyOf"] = [*one, {"type": schema.pop("type"), "items": {"anyOf": one}}]


class Study(Points[Grid]):
    """Points that a script of scripts/studies examines in its own way."""

    weight_decays: Annotated[list[PowerOfDim], AfterValidator(distinct)] = Field(
        [], description="weight decay rules {coefficient: c, exponent: e}; none where the study chooses lambda itself"
    )
    width: Annotated[list[UnitsOfDim], BeforeValidator(_rules_of_width), Field(json_schema_extra=_shares_or_rules)] = (
        Field(
            [],
            description="hidden units: shares p/d, rules {coefficient: c, exponent: e} of p = c d^e, or a list of them;"
            " none where the study chooses them itself",
        )
    )


class Training(Section):
    """How networks are trained."""

    tolerance: Annotated[FiniteFloat, Field(gt=0, lt=1)] = Field(
        1e-5,
        description="relative duality gap that training reaches at least, and above which a point fails the checks",
    )
    max_evaluations: PositiveInt = Field(
        defaults.MAX_EVALUATIONS,
        description="budget of loss evaluations per point; an uncertified point is shown and reported",
    )
    init_scale: Annotated[FiniteFloat, Field(ge=1e-4, le=100)] = Field(
        defaults.INIT_SCALE,
        description="standard deviation of the initial weights; far smaller or larger ones train to nothing",
    )
    device: Literal["cpu", "cuda", "auto"] = Field(
        "cpu",
        description="where quadratic networks of experiments are trained: cpu, cuda (a GPU), or auto: cuda if torch "
        "finds a GPU on this machine (docs/howto/use-a-gpu.md)",
    )
    replicas_per_job: Count = Field(
        8, description="replicas trained by one job: one more replica reruns at most one job per point"
    )


class Fit(Section):
    """How exponents are fitted."""

    margin: NonNegativeFloat = Field(
        0.15, description="least distance, in decades, of a fitted point from every phase boundary"
    )
    min_points: Annotated[int, Field(ge=3)] = Field(3, description="fewer points give no exponent")
    min_decades: PositiveFloat = Field(0.3, description="shorter windows, in decades of n_eff, give no exponent")
    bootstrap: Annotated[int, Field(ge=100, le=10**6)] = Field(2000, description="bootstrap samples over replicas")
    confidence: Annotated[FiniteFloat, Field(gt=0, lt=1)] = Field(
        0.95, description="coverage of the confidence intervals"
    )


class Checks(Section):
    """What artifacts must fulfil."""

    outliers: Annotated[FiniteFloat, Field(ge=0, le=1)] = Field(
        0.001, description="probability below which a number of points outside their 99 % interval is not chance"
    )
    agreeing: Annotated[FiniteFloat, Field(ge=0, le=1)] = Field(
        0.9, description="fraction of fitted slopes whose interval must hold the theory's slope"
    )
    large_dim: PositiveFloat = Field(
        0.02, description="distance of state evolution's exponents from the predicted ones that is accepted at huge d"
    )


class Theory(Section):
    """Tables of theory alone: averages over teachers, hidden width p = d."""

    noise_var: Moderate = Field(defaults.NOISE_VAR, description="Delta where there is label noise")
    dim: Annotated[int, Field(ge=2, le=10**5)] = Field(200, description="dimension d of curves and maps at finite d")
    large_dims: Annotated[list[HugeDimension], Field(min_length=1), AfterValidator(_increasing)] = Field(
        [10**6, 10**12],
        description="dimensions d, from 1000 to 1e15, that show limits; diagrams are drawn for the largest",
    )
    exponent_dim: Annotated[int, Field(ge=10**6, le=LARGEST_DIM)] = Field(
        LARGEST_DIM,
        description="dimension d at which exponents of state evolution are compared with the predicted ones",
    )
    points_per_decade: Count = Field(20, description="points of curves per decade")
    map_points: GridSize = Field(50, description="points of a map of the risk along either axis")
    diagram_points: GridSize = Field(120, description="points of a diagram along either axis")
    optimal_points: GridSize = Field(24, description="values of n_eff of the curves at optimal weight decay")
    weight_decays: Annotated[list[PowerOfDim], Field(min_length=1), AfterValidator(distinct)] = Field(
        [PowerOfDim(coefficient=1.0, exponent=e) for e in (-1.0, 0.0, 0.5)],
        description="weight decay rules {coefficient: c, exponent: e} of the error decomposition",
    )
    small_weight_decays: Annotated[list[Moderate], Field(min_length=1), AfterValidator(_increasing)] = Field(
        [1e-4, 1e-3, 1e-2, 1e-1], description="weight decays lambda of the curves across the interpolation peak"
    )
