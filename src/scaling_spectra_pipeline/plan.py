"""Where the files of a configuration are, and which of them its scripts read and write."""

import itertools
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Any

from scaling_spectra import teachers
from scaling_spectra.ensemble import ENSEMBLE, Ensemble
from scaling_spectra_pipeline import builds
from scaling_spectra_pipeline.config import Config
from scaling_spectra_pipeline.grids import Grids
from scaling_spectra_pipeline.literals import declared
from scaling_spectra_pipeline.stages import stage_of

FIGURE_FILES = ("pdf", "png", "csv", "txt")
# stages with one table per experiment or study
OF_POINTS = ("training", "spectra", "theory", "exponents", "studies")


def declared_inputs(script: Path) -> dict[str, str]:
    """The literal ``INPUTS`` of a script, if it has one: {name: table below results/<build>, without suffix}.

    ``<stage>/*`` stands for the tables of all experiments.
    """
    return declared(script, "INPUTS", {})


def optional_inputs(script: Path) -> set[str]:
    """Names of inputs that are left out if the configuration has no such experiment or study.

    Those that its literal ``OPTIONAL`` lists; all of them if it is True.
    """
    optional = declared(script, "OPTIONAL", ())
    return set(declared_inputs(script) if optional is True else optional)


def stages_read(script: Path) -> tuple[str, ...]:
    """Stages of the tables that a script reads."""
    return tuple(sorted({stage_of(table) for table in declared_inputs(script).values()}))


def folder(ensemble: Ensemble) -> str:
    """Folder of an ensemble's files, below a stage's folder."""
    return f"{ensemble.network}/{ensemble.teacher}_noise{ensemble.noise_var!r}_d{ensemble.dim}"


class Plan(Grids):
    """Files of a configuration, stage by stage, all below ``results/<build>``."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.root = f"results/{config.build}"

    @property
    def foot(self) -> str:
        """What stands in every image: the teacher's exponent, and all that is not as in the preset of the scale."""
        teacher = {"gamma": self.config.gamma} if self.has_power_law else {}
        said = builds.described({**teacher, **self.config.changes}).replace("gamma = ", "γ = ")
        return f"{self.config.build}: {said}" if self.config.changes else said

    def data(self, experiment: str, ensemble: Ensemble) -> list[str]:
        """Teachers and seeds of an ensemble."""
        batches = self.batches(experiment, ensemble.network, ensemble.dim)
        return [f"{self.root}/data/{folder(ensemble)}/batch{batch}.npz" for batch in batches]

    def drawn_teachers(self, name: str) -> list[str]:
        """Teachers of an experiment or study: `data` of all its ensembles."""
        return [path for ensemble in self.ensembles(name) for path in self.data(name, ensemble)]

    def trainings(self, experiment: str) -> list[str]:
        """Tables of the training jobs of an experiment, in the order of the collected table."""
        return [
            f"{self.root}/training/{experiment}/{folder(ensemble)}/"
            f"n_eff{float(n_eff)!r}_{self.method(experiment, ensemble.network, ensemble.dim, n_eff)}_batch{batch}.csv"
            for ensemble in self.ensembles(experiment)
            for n_eff in self.grid(experiment, ensemble.network, ensemble.dim).n_eff
            for batch in self.batches(experiment, ensemble.network, ensemble.dim)
        ]

    def points_asked_for(self) -> dict[str, list[dict[str, Any]]]:
        """Points of every table of trained points and studies, one entry per ensemble."""
        stages = dict.fromkeys(self.config.studies, "studies") | dict.fromkeys(self.config.experiments, "training")
        return {
            f"{self.root}/{stage}/{name}.csv": [
                {
                    **{name: getattr(ensemble, name) for name in ENSEMBLE},
                    "n_eff": [float(n_eff) for n_eff in self.grid(name, ensemble.network, ensemble.dim).n_eff],
                    "weight_decays": self.weight_decays(name),
                    "replica": list(range(self.grid(name, ensemble.network, ensemble.dim).replicas)),
                }
                for ensemble in self.ensembles(name)
            ]
            for name, stage in stages.items()
        }

    def trained_points(self, experiment: str) -> int:
        """Number of rows of the collected training table."""
        grids = self.points_asked_for()[f"{self.root}/training/{experiment}.csv"]
        return sum(len(grid["n_eff"]) * len(grid["weight_decays"]) * len(grid["replica"]) for grid in grids)

    def settings(self, scripts: Iterable[Path]) -> dict[str, Any]:
        """Noise levels and dimensions of all points and tables, and exponents of power laws by their teacher's key.

        The literal ``LARGE_DIMS`` of a script of tables, if it has one, adds dimensions of its own.
        """
        ensembles = [ensemble for name in self.config.points for ensemble in self.ensembles(name)]
        theory = self.config.theory
        own = itertools.chain.from_iterable(declared(script, "LARGE_DIMS", ()) for script in scripts)
        found = {
            "noise_var": {0.0, theory.noise_var, *(ensemble.noise_var for ensemble in ensembles)},
            "dim": {theory.dim, *theory.large_dims, *own, *(ensemble.dim for ensemble in ensembles)},
        }
        exponents = {key: teachers.exponent(settings) for key, settings in self.teachers.items()}
        return {"teacher": exponents, **{name: sorted(map(float, values)) for name, values in found.items()}}

    def files_of_points(self) -> list[str]:
        """Files of all jobs of single points, and the tables that collect them."""
        found = set(self.studies())
        for name in self.config.studies:
            found |= {*self.examined(name)}
        for stage in ("training", "spectra", "theory", "exponents"):
            found |= {*self.per_experiment(stage)}
        for name in self.config.experiments:
            found |= {*self.trainings(name), *self.spectra(name), *self.theories(name)}
        for name in self.config.points:
            found |= {*self.drawn_teachers(name)}
        return sorted(found)

    def spectra(self, experiment: str) -> list[str]:
        """Learned spectra of an experiment, one file beside each of its `trainings`."""
        return [str(Path(path).with_suffix(".npy")) for path in self.trainings(experiment)]

    def examined(self, study: str) -> list[str]:
        """Tables of a study's jobs, one an (ensemble, n_eff)."""
        return [
            f"{self.root}/studies/{study}/{folder(ensemble)}/n_eff{float(n_eff)!r}.csv"
            for ensemble in self.ensembles(study)
            for n_eff in self.grid(study, ensemble.network, ensemble.dim).n_eff
        ]

    def studies(self) -> list[str]:
        """Collected tables of the studies."""
        return [f"{self.root}/studies/{name}.csv" for name in self.config.studies]

    def theories(self, experiment: str) -> list[str]:
        """Theory tables of an experiment, one per ensemble."""
        return [f"{self.root}/theory/{experiment}/{folder(e)}.csv" for e in self.ensembles(experiment)]

    def can_build(self, script: Path) -> bool:
        """Whether the points that a figure or table needs are asked for, with the noise it shows.

        Its literal ``NOISELESS``, if it has one, says which noise that is; ``POWER_LAW = True`` that it has no meaning
        for another teacher.
        """
        if not self.has_power_law and declared(script, "POWER_LAW", False):
            return False
        optional = optional_inputs(script)
        needed = (table for name, table in declared_inputs(script).items() if name not in optional)
        return all(self._is_there(script, *table.split("/")) for table in needed)

    def left_out(self, scripts: Iterable[Path]) -> list[str]:
        """Of the scripts those that need a power law, while the teacher is none."""
        if self.has_power_law:
            return []
        return [script.stem for script in scripts if self._needs_power_law(script)]

    def _needs_power_law(self, script: Path) -> bool:
        tables = (table.split("/") for table in declared_inputs(script).values())
        read = (script.parents[1] / "tables" / f"{name}.py" for stage, name in tables if stage not in OF_POINTS)
        return declared(script, "POWER_LAW", False) or any(map(self._needs_power_law, read))

    def _is_there(self, script: Path, stage: str, name: str) -> bool:
        if name == "*":
            return bool(self.config.experiments)
        if stage not in OF_POINTS:
            return self.can_build(script.parents[1] / "tables" / f"{name}.py")
        noiseless = declared(script, "NOISELESS", "either")
        points = self.config.points.get(name)
        return points is not None and (noiseless == "either" or any((v == 0) == noiseless for v in points.noise_levels))

    def inputs(self, script: Path) -> dict[str, str | list[str]]:
        """Files that a script reads, by name: tables, and ``data``, the drawn teachers.

        Of teachers they are those of the experiment or study that the literal ``DATA`` names.
        """
        drawn = declared(script, "DATA", "")
        return self._tables(script) | ({"data": self.drawn_teachers(drawn)} if drawn else {})

    def _tables(self, script: Path) -> dict[str, str | list[str]]:
        optional, found = optional_inputs(script), {}
        for name, table in declared_inputs(script).items():
            stage, stem = table.split("/")
            if name not in optional or self._is_there(script, stage, stem):
                found[name] = self.per_experiment(stage) if stem == "*" else f"{self.root}/{table}.csv"
        return found

    def read_by(self, script: Path) -> list[str]:
        """Files of the tables that a script reads."""
        listed = ([paths] if isinstance(paths, str) else paths for paths in self._tables(script).values())
        return list(itertools.chain.from_iterable(listed))

    def tabulated(self, script: Path) -> str:
        """Table that a script in scripts/tables writes, by its name."""
        return f"{self.root}/tables/{script.stem}.csv"

    def drawn(self, script: Path) -> list[str]:
        """Files that a script in scripts/figures writes, in the order of `FIGURE_FILES`."""
        return [f"figures/{self.config.build}/{script.stem}.{kind}" for kind in FIGURE_FILES]

    def parameters(self, script: Path) -> dict[str, Any]:
        """Arguments of a script in scripts/tables, from its literal ``PARAMETERS`` = {argument: key, dotted}.

        Beside keys of the configuration there are ``teacher``, the settings of the teacher of the build, and
        ``teachers``, those of all teachers by their keys.
        """
        values = self.config.model_dump() | {"teacher": self.config.settings, "teachers": self.teachers}
        found = {}
        for argument, key in declared(script, "PARAMETERS", {}).items():
            found[argument] = reduce(lambda section, part: section[part], key.split("."), values)
        return found

    def per_experiment(self, stage: str) -> list[str]:
        """Collected tables of a stage."""
        return [f"{self.root}/{stage}/{name}.csv" for name in self.config.experiments]
