"""The one model of the configuration: what may be set, what it means, what it is by default.

A run is config.yaml on top of workflow/presets/<scale>.yaml on top of the defaults below.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeInt,
    PrivateAttr,
    ValidationError,
    computed_field,
    model_validator,
)

from scaling_spectra import defaults, networks, teachers
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.spectrum_file import read_scales
from scaling_spectra.widths import Width, units
from scaling_spectra_pipeline import builds
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.literals import arguments_of, declared
from scaling_spectra_pipeline.mistakes import lines, meant
from scaling_spectra_pipeline.overlay import overlay, typed
from scaling_spectra_pipeline.sections import (
    WITH_WIDTH,
    Checks,
    Experiment,
    Fit,
    Name,
    Network,
    Section,
    Study,
    TeacherExponent,
    Theory,
    Training,
    UnitsOfDim,
    WideNetwork,
    distinct,
)
from scaling_spectra_pipeline.yaml_file import read_yaml

SCALES = ("smoke", "laptop", "paper")
PRESETS = Path("workflow/presets")
STUDIES = Path("scripts/studies")
# markers, colours and line styles of networks; the module is read, not loaded: it lies beside matplotlib
LOOKS = Path(networks.__file__).parents[1] / "plotting/looks.py"
# values of a spectrum file; they are parameters of jobs
LARGEST_SPECTRUM = 10_000


class Config(Section):
    """Everything that determines a build."""

    scale: Literal["smoke", "laptop", "paper"] = Field("laptop", description="preset that sets the grids")
    name: Name | None = Field(
        None, description="name of the build, `results/<scale>-<name>`; without one, a hash of what is not the preset's"
    )
    seed: NonNegativeInt = Field(2509_24882, description="root of every random seed")
    gamma: TeacherExponent = Field(defaults.GAMMA, description="teacher exponent, s_i = sqrt(d) i^(-gamma)")
    spectrum: str | None = Field(
        None, description="CSV file of the teacher's scales s_i, in place of the power law (docs/howto/own-spectrum.md)"
    )
    teacher: dict[str, str | float | list[float]] | None = Field(
        None,
        description="another family of teachers with its parameters, {family: ..., parameter: ...}, in place of the "
        "power law (docs/howto/add-a-teacher.md)",
    )
    width: WideNetwork = Field(
        1.0,
        description="hidden units of the quadratic network, at least one per input dimension: p/d, or a rule "
        "{coefficient: c, exponent: e} of p = c d^e",
    )
    networks: Annotated[list[Network], Field(min_length=1), AfterValidator(distinct)] = Field(
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
    def width_or_rule(self) -> Width:
        """p/d, or its rule, as scripts take it."""
        return self.width.model_dump() if isinstance(self.width, UnitsOfDim) else self.width

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
        from scaling_spectra.teachers.given_scales import GivenScales

        try:
            count = len(GivenScales(self.scales or []).scales)
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
                if isinstance(self.width, UnitsOfDim):
                    try:
                        units(self.width.coefficient, self.width.exponent, dim, wide=True)
                    except ValueError as error:
                        raise ValueError(f"width: {error}") from None
                elif abs(self.width * dim - round(self.width * dim)) > 1e-9:
                    raise ValueError(f"width: {self.width} times d = {dim} is not a whole number of hidden units")
        return self

    @model_validator(mode="after")
    def _hidden_units(self) -> "Config":
        for name, study in self.studies.items():
            for dim in sorted({dim for dims in study.networks.values() for dim in dims}):
                try:
                    hidden = [units(rule.coefficient, rule.exponent, dim) for rule in study.width]
                except ValueError as error:
                    raise ValueError(f"studies.{name}.width: {error}") from None
                if len(set(hidden)) < len(hidden):
                    told = f"gives p = {hidden} at d = {dim}; must give different numbers"
                    raise ValueError(f"studies.{name}.width: {told}")
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
        raise ConfigError(f"config: scale: {scale!r} is not one of {', '.join(SCALES)}{meant(scale, SCALES)}")
    preset = read_yaml(root / PRESETS / f"{scale}.yaml")
    try:
        config = Config.model_validate(overlay(preset, typed(overrides)))
    except ValidationError as error:
        raise ConfigError("\n".join(lines(error.errors(), preset, Config))) from None
    scripts = sorted(script.stem for script in (root / STUDIES).glob("*.py"))
    unknown = [name for name in config.studies if name not in scripts]
    if unknown:
        hint = meant(unknown[0], scripts)
        raise ConfigError(f"config: studies: {unknown[0]!r} has no script; must be one of {', '.join(scripts)}{hint}")
    _check_looks(config)
    for name, study in config.studies.items():
        _check_study(name, study, root / STUDIES / f"{name}.py")
    preset_of_scale = Config.model_validate({**preset, "scale": scale})
    config._changes = builds.changes(config.made_with, preset_of_scale.made_with)  # noqa: SLF001
    return config


def _check_looks(config: Config) -> None:
    """Refuse a network that no figure could draw."""
    for network in sorted({*config.networks, *(name for points in config.points.values() for name in points.networks)}):
        lacking = [look for look in ("MARKERS", "COLOURS", "LINESTYLES") if network not in declared(LOOKS, look)]
        if lacking:
            raise ConfigError(f"config: network {network} has no look: add it to {', '.join(lacking)} in {LOOKS}")


def _check_study(name: str, study: Study, script: Path) -> None:
    """Refuse what a study's script says it cannot examine (its literals ``NETWORKS``, ``LEAST_REPLICAS``)."""
    if study.width and "hidden" not in arguments_of(script):
        raise ConfigError(f"config: studies.{name}.width: is not accepted; this study has p = d hidden units")
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
