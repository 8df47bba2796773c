"""The one model of the configuration: what may be set, what it means, what it is by default.

A run is config.yaml on top of workflow/presets/<scale>.yaml on top of the defaults below.
"""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import suppress
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    NonNegativeInt,
    PositiveInt,
    PrivateAttr,
    ValidationError,
    computed_field,
    model_validator,
)

from scaling_spectra import networks, teachers
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.spectrum_file import read_scales
from scaling_spectra_pipeline import builds
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.literals import declared
from scaling_spectra_pipeline.yaml_file import read_yaml

SCALES = ("smoke", "laptop", "paper")
PRESETS = Path("workflow/presets")
STUDIES = Path("scripts/studies")
# networks whose number of hidden units can be chosen
WITH_WIDTH = tuple(name for name in networks.names() if problem_of(name).MATRIX)

PositiveFloat = Annotated[FiniteFloat, Field(gt=0)]
# the norm of the teacher diverges towards 1/2; beyond 4 a handful of features leaves nothing for the others to show
LEAST_GAMMA, LARGEST_GAMMA = 0.55, 4.0


def _teacher_exponent(gamma: float) -> float:
    if not LEAST_GAMMA <= gamma <= LARGEST_GAMMA:
        raise ValueError(f"must be between {LEAST_GAMMA:g} and {LARGEST_GAMMA:g}")
    return gamma


# the schema for editors does not see what validators accept
_GAMMAS = Field(json_schema_extra={"minimum": LEAST_GAMMA, "maximum": LARGEST_GAMMA})
TeacherExponent = Annotated[FiniteFloat, AfterValidator(_teacher_exponent), _GAMMAS]
NonNegativeFloat = Annotated[FiniteFloat, Field(ge=0)]
# beyond these nothing is left of double precision, or of a lifetime
Moderate = Annotated[FiniteFloat, Field(gt=0, le=1e12)]
NoiseVariance = Annotated[FiniteFloat, Field(ge=0, le=1e12)]
Dimension = Annotated[int, Field(ge=2, le=10**6)]
HugeDimension = Annotated[int, Field(ge=2, le=10**15)]
Count = Annotated[int, Field(ge=1, le=10_000)]
GridSize = Annotated[int, Field(ge=3, le=1000)]
# values of a spectrum file; they are parameters of jobs
LARGEST_SPECTRUM = 10_000
# a part of file names
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]


def _increasing(grid: list[float]) -> list[float]:
    if any(b <= a for a, b in itertools.pairwise(grid)):
        raise ValueError("must be strictly increasing, without duplicates")
    return grid


def _distinct(items: list) -> list:
    if len({str(item) for item in items}) < len(items):
        raise ValueError("must not hold duplicates")
    return items


def _network(name: str) -> str:
    if name not in networks.names():
        raise ValueError(f"must be one of {', '.join(networks.names())}{_meant(name, networks.names())}")
    return name


def _meant(word: Any, accepted: Iterable[str]) -> str:
    """The accepted word that is closest to one that is not, as a question."""
    close = get_close_matches(str(word), list(accepted), n=1)
    return f"; did you mean {close[0]}?" if close else ""


Network = Annotated[str, AfterValidator(_network), Field(json_schema_extra={"enum": [*networks.names()]})]


class Section(BaseModel):
    """Strict base: unknown keys and silent conversions are refused at every level."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PowerOfDim(Section):
    """Weight decay lambda = coefficient * d^exponent."""

    coefficient: Moderate = Field(description="c in lambda = c d^e")
    exponent: Annotated[FiniteFloat, Field(ge=-10, le=10)] = Field(description="e in lambda = c d^e")


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
    noise_levels: Annotated[list[NoiseVariance], Field(min_length=1), AfterValidator(_distinct)] = Field(
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

    weight_decays: Annotated[list[PowerOfDim], Field(min_length=1), AfterValidator(_distinct)] = Field(
        description="weight decay rules {coefficient: c, exponent: e}, meaning lambda = c d^e"
    )
    curve_points_per_decade: Count = Field(20, description="points of theory curves per decade of n_eff")


class Study(Points[Grid]):
    """Points that a script of scripts/studies examines in its own way."""

    weight_decays: Annotated[list[PowerOfDim], AfterValidator(_distinct)] = Field(
        [], description="weight decay rules {coefficient: c, exponent: e}; none where the study chooses lambda itself"
    )


class Training(Section):
    """How networks are trained."""

    tolerance: Annotated[FiniteFloat, Field(gt=0, lt=1)] = Field(
        1e-5,
        description="relative duality gap that training reaches at least, and above which a point fails the checks",
    )
    max_evaluations: PositiveInt = Field(
        20_000, description="budget of loss evaluations per point; an uncertified point is shown and reported"
    )
    init_scale: Annotated[FiniteFloat, Field(ge=1e-4, le=100)] = Field(
        0.1, description="standard deviation of the initial weights; far smaller or larger ones train to nothing"
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

    noise_var: Moderate = Field(0.5, description="Delta where there is label noise")
    dim: Annotated[int, Field(ge=2, le=10**5)] = Field(200, description="dimension d of curves and maps at finite d")
    large_dims: Annotated[list[HugeDimension], Field(min_length=1), AfterValidator(_increasing)] = Field(
        [10**6, 10**12], description="dimensions d, up to 1e15, that show limits; diagrams are drawn for the largest"
    )
    exponent_dim: Annotated[int, Field(ge=10**6, le=10**15)] = Field(
        10**15, description="dimension d at which exponents of state evolution are compared with the predicted ones"
    )
    points_per_decade: Count = Field(20, description="points of curves per decade")
    map_points: GridSize = Field(50, description="points of a map of the risk along either axis")
    diagram_points: GridSize = Field(120, description="points of a diagram along either axis")
    optimal_points: GridSize = Field(24, description="values of n_eff of the curves at optimal weight decay")
    weight_decays: Annotated[list[PowerOfDim], Field(min_length=1), AfterValidator(_distinct)] = Field(
        [PowerOfDim(coefficient=1.0, exponent=e) for e in (-1.0, 0.0, 0.5)],
        description="weight decay rules {coefficient: c, exponent: e} of the error decomposition",
    )
    small_weight_decays: Annotated[list[Moderate], Field(min_length=1), AfterValidator(_increasing)] = Field(
        [1e-4, 1e-3, 1e-2, 1e-1], description="weight decays lambda of the curves across the interpolation peak"
    )


class Config(Section):
    """Everything that determines a build."""

    scale: Literal["smoke", "laptop", "paper"] = Field("laptop", description="preset that sets the grids")
    name: Name | None = Field(
        None, description="name of the build, `results/<scale>-<name>`; without one, a hash of what is not the preset's"
    )
    seed: NonNegativeInt = Field(2509_24882, description="root of every random seed")
    gamma: TeacherExponent = Field(0.75, description="teacher exponent, s_i = sqrt(d) i^(-gamma)")
    spectrum: str | None = Field(
        None, description="CSV file of the teacher's scales s_i, in place of the power law (docs/howto/own-spectrum.md)"
    )
    teacher: dict[str, str | float | list[float]] | None = Field(
        None,
        description="another family of teachers with its parameters, {family: ..., parameter: ...}, in place of the "
        "power law (docs/howto/add-a-teacher.md)",
    )
    width: Annotated[FiniteFloat, Field(ge=1, le=1000)] = Field(
        1.0, description="hidden units of the quadratic network per input dimension, p/d"
    )
    networks: Annotated[list[Network], Field(min_length=1), AfterValidator(_distinct)] = Field(
        ["diagonal", "quadratic"], description="networks that tables of theory, and figures of them, go through"
    )
    training: Training = Field(Training(), description="how networks are trained")
    fit: Fit = Field(Fit(), description="how exponents are fitted")
    checks: Checks = Field(Checks(), description="what artifacts must fulfil")
    theory: Theory = Field(Theory(), description="tables of theory alone")
    experiments: Annotated[dict[Name, Experiment], Field(min_length=1)] = Field(
        description="sets of trained points, by name"
    )
    studies: dict[Name, Study] = Field({}, description="sets of points by the name of the script that examines them")

    # what is not the preset's, by dotted key
    _changes: dict[str, Any] = PrivateAttr({})

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the preset of the scale, by dotted key."""
        return self._changes

    @property
    def build(self) -> str:
        """Name of the build: its folder below ``results`` and ``figures``."""
        return builds.name_of(self.scale, self.name, self._changes)

    @property
    def made_with(self) -> dict[str, Any]:
        """All that the build is made with, but for its name, as plain values."""
        return self.model_dump(mode="json", exclude={"name"})

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def scales(self) -> list[float] | None:
        """Scales in the file `spectrum`, in decreasing order: their values are what jobs depend on."""
        return None if self.spectrum is None else sorted(read_scales(Path(self.spectrum)), reverse=True)

    @property
    def settings(self) -> teachers.Settings:
        """The teacher of the build, as scripts take it."""
        if self.teacher is not None:
            return self.teacher
        if self.scales is not None:
            return {"family": teachers.GIVEN_SCALES, "scales": self.scales}
        return teachers.with_exponent(self.gamma)

    @property
    def points(self) -> dict[str, Experiment | Study]:
        """Experiments and studies by name."""
        return {**self.studies, **self.experiments}

    @model_validator(mode="after")
    def _one_teacher(self) -> "Config":
        given = [name for name in ("gamma", "spectrum", "teacher") if self.model_fields_set & {name}]
        given = [name for name in given if getattr(self, name) is not None]
        if len(given) > 1:
            one, other = given[:2]
            values = f"{one}: {getattr(self, one)} is given beside {other}: {getattr(self, other)}"
            raise ValueError(f"{values}; must be one of them only")
        for name, points in self.points.items():
            for number, settings in enumerate(points.teachers):
                _check_teacher(settings, f"{name}.teachers.{number}")
        if self.teacher is not None:
            _check_teacher(self.teacher, "teacher")
        if self.spectrum is None:
            return self
        try:
            count = len(self.scales or [])
        except ValueError as error:
            raise ValueError(f"spectrum: {error}") from None
        if count > LARGEST_SPECTRUM:
            raise ValueError(f"spectrum: {self.spectrum} holds {count} scales; must be at most {LARGEST_SPECTRUM}")
        return self

    @model_validator(mode="after")
    def _distinct_names(self) -> "Config":
        for name in self.studies.keys() & self.experiments.keys():
            raise ValueError(f"studies: {name!r} is the name of an experiment too; must be another")
        return self

    @model_validator(mode="after")
    def _distinct_samples(self) -> "Config":
        for name, points in self.points.items():
            for network, dims in points.networks.items():
                samples = problem_of(network).samples
                for dim, grid in dims.items():
                    counts = [samples(n_eff, dim) for n_eff in grid.n_eff]
                    if counts[0] < 1 or len(set(counts)) < len(counts):
                        raise ValueError(
                            f"{name}.networks.{network}.{dim}.n_eff: {grid.n_eff} gives {counts} samples; must give "
                            "different numbers of at least 1"
                        )
        return self

    @model_validator(mode="after")
    def _whole_width(self) -> "Config":
        for experiment in self.points.values():
            for dim in (d for network in WITH_WIDTH for d in experiment.networks.get(network, {})):
                if abs(self.width * dim - round(self.width * dim)) > 1e-9:
                    raise ValueError(f"width: {self.width} times d = {dim} is not a whole number of hidden units")
        return self


def _check_teacher(settings: teachers.Settings, where: str) -> None:
    """Refuse settings of no family; power laws and scales from a file have keys of their own."""
    own = {teachers.POWER_LAW: "gamma", teachers.GIVEN_SCALES: "spectrum"}
    accepted = [family for family in teachers.families() if family not in own]
    family = settings.get("family")
    if family in own:
        raise ValueError(f"{where}: {family} is set by the key {own[str(family)]}")
    if family not in accepted:
        raise ValueError(f"{where}: family {family!r} is not accepted; must be one of {', '.join(accepted) or 'none'}")
    # families are read where one is asked for
    from scaling_spectra.teachers.interface import make

    try:
        make(settings)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{where}: {error}") from None


def load(overrides: dict[str, Any], root: Path = Path(".")) -> Config:
    """Validate `overrides` (config.yaml and command line) on top of the preset they name.

    Raises
    ------
    ConfigError
        One line per mistake: key, value, what is accepted.
    """
    scale = overrides.get("scale", Config.model_fields["scale"].default)
    if scale not in SCALES:
        raise ConfigError(f"config: scale: {scale!r} is not one of {', '.join(SCALES)}{_meant(scale, SCALES)}")
    preset = read_yaml(root / PRESETS / f"{scale}.yaml")
    try:
        config = Config.model_validate(_overlay(preset, _typed(overrides)))
    except ValidationError as error:
        raise ConfigError("\n".join(_lines(error.errors(), preset))) from None
    scripts = sorted(script.stem for script in (root / STUDIES).glob("*.py"))
    unknown = [name for name in config.studies if name not in scripts]
    if unknown:
        hint = _meant(unknown[0], scripts)
        raise ConfigError(f"config: studies: {unknown[0]!r} has no script; must be one of {', '.join(scripts)}{hint}")
    for name, study in config.studies.items():
        _check_study(name, study, root / STUDIES / f"{name}.py")
    config._changes = builds.changes(config.made_with, Config.model_validate({**preset, "scale": scale}).made_with)
    return config


def _check_study(name: str, study: Study, script: Path) -> None:
    """Refuse what a study's script says it cannot examine (its literals ``NETWORKS``, ``LEAST_REPLICAS``)."""
    accepted, least = declared(script, "NETWORKS", networks.names()), declared(script, "LEAST_REPLICAS", 1)
    for network, dims in study.networks.items():
        key = f"config: studies.{name}.networks"
        if network not in accepted:
            raise ConfigError(f"{key}: {network!r} is not accepted; must be {' or '.join(accepted)}")
        for dim, grid in dims.items():
            if grid.replicas < least:
                raise ConfigError(
                    f"{key}.{network}.{dim}.replicas: {grid.replicas} is not accepted; must be at least {least}"
                )


def _typed(value: Any) -> Any:
    """Numbers for strings inside mappings and lists: Snakemake passes nested command-line values as strings."""
    if isinstance(value, dict):
        typed: dict[Any, Any] = {}
        for key, item in value.items():
            # the number 20 of a file and the string "20" of the command line name the same dimension
            typed = _overlay(typed, {_scalar(key): _scalar(item)})
        return typed
    if isinstance(value, list):
        return [_scalar(item) for item in value]
    return value


def _scalar(value: Any) -> Any:
    if not isinstance(value, str):
        return _typed(value)
    for number in (int, float):
        with suppress(ValueError):
            return number(value)
    return {"true": True, "false": False, "null": None}.get(value.lower(), value)


def _overlay(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """`top` on `base`, key by key; null removes a mapping, anything but a mapping replaces what it covers."""
    merged = dict(base)
    for key, value in top.items():
        old = merged.get(key)
        if isinstance(old, dict) and value is None:
            del merged[key]
            continue
        merged[key] = _overlay(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _lines(mistakes: list[Any], preset: dict[str, Any]) -> Iterator[str]:
    """One line per mistake; what a name lacks because it is misspelt, in one."""
    told: set[tuple[Any, ...]] = set()
    for mistake in mistakes:
        place = mistake["loc"][:2]
        known = preset.get(place[0], {}) if mistake["type"] == "missing" and len(mistake["loc"]) == 3 else None
        if known is not None and place[0] in ("experiments", "studies") and place[1] not in known:
            if place not in told:
                lacking = [m["loc"][2] for m in mistakes if m["loc"][:2] == place and m["type"] == "missing"]
                yield (
                    f"config: {place[0]}.{place[1]}: is not in the preset, must give {', '.join(lacking)}"
                    f"{_meant(place[1], known)}"
                )
            told.add(place)
        # a value below a name that is not accepted says nothing more
        elif (*mistake["loc"], "[key]") not in {other["loc"] for other in mistakes}:
            yield _one_line(mistake)


def _one_line(mistake: Any) -> str:
    key = ".".join(str(part) for part in mistake["loc"] if part != "[key]")
    message = mistake["msg"].removeprefix("Value error, ")
    if mistake["type"] == "extra_forbidden":
        return f"config: {key}: unknown key; {_accepted_keys(mistake['loc'])}"
    if mistake["type"] == "missing":
        return f"config: {key}: missing; it is required"
    if not mistake["loc"]:
        return f"config: {message}"
    if mistake["type"] == "invalid_key":
        return f"config: {key}: unknown key; accepted: {', '.join(Config.model_fields)}"
    if mistake["type"] in ("model_type", "dict_type"):
        return f"config: {key}: {mistake['input']!r} is not accepted; must be a mapping of keys to values"
    if mistake["type"] == "string_pattern_mismatch":
        return (
            f"config: {key}: {mistake['input']!r} is not accepted; must be small letters, digits and _, a letter first"
        )
    if mistake["type"] == "too_short":
        return f"config: {key}: {mistake['input']!r} is not accepted; must not be empty"
    message = message.removeprefix("Input should be ").removeprefix("must be ").removeprefix("must ")
    return f"config: {key}: {mistake['input']!r} is not accepted; must {_verb(message)}"


def _verb(message: str) -> str:
    return message if message.startswith(("be ", "not ")) else f"be {message}"


def _accepted_keys(loc: tuple[Any, ...]) -> str:
    """Keys accepted where `loc` ends, with the closest to the unknown one."""
    section: type[BaseModel] = Config
    for part in loc[:-1]:
        if part in section.model_fields:
            section = innermost_model(section.model_fields[part].annotation) or section
    accepted = list(section.model_fields)
    close = get_close_matches(str(loc[-1]), accepted, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}accepted: {', '.join(accepted)}"


def innermost_model(annotation: Any) -> type[BaseModel] | None:
    """The section inside an annotation such as dict[str, dict[int, Grid]]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (innermost_model(argument) for argument in reversed(get_args(annotation)))
    return next((model for model in found if model), None)
