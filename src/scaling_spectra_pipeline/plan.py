"""Which points a configuration asks for, and where their files are."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from math import ceil
from pathlib import Path
from typing import Any

from scaling_spectra_pipeline.config import WITH_WIDTH, Config, Experiment, Grid

FIGURE_FILES = ("pdf", "png", "csv", "txt")


def declared(script: Path, name: str, default: Any = None) -> Any:
    """The literal that a script assigns to `name` at its top level; without a default it must."""
    for node in ast.parse(script.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
            return ast.literal_eval(node.value)
    if default is None:
        raise ValueError(f"{script}: needs a literal {name} = ...")
    return default


def declared_inputs(script: Path) -> dict[str, str]:
    """The literal ``INPUTS`` of a figure script: {name: table below results/<scale>, without suffix}."""
    return declared(script, "INPUTS")


def table_modules(script: Path) -> set[str]:
    """Modules with the schemas of the tables that a figure script reads."""
    stages = {table.split("/")[0] for table in declared_inputs(script).values()}
    return {f"scaling_spectra_pipeline.tables.{stage}" for stage in stages}


@dataclass(frozen=True)
class Ensemble:
    """Teachers and samples of one (network, gamma, Delta, d)."""

    network: str
    gamma: float
    noise_var: float
    dim: int

    @property
    def path(self) -> str:
        """Folder of its files, below a stage's folder."""
        return f"{self.network}/gamma{self.gamma!r}_noise{self.noise_var!r}_d{self.dim}"


class Plan:
    """Files of a configuration, stage by stage, all below ``results/<scale>``."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.root = f"results/{config.scale}"

    def experiment(self, name: str) -> Experiment:
        """Experiment of that name."""
        return self.config.experiments[name]

    def grid(self, experiment: str, network: str, dim: int) -> Grid:
        """Grid of one network in one dimension."""
        return self.experiment(experiment).networks[network][dim]

    def ensembles(self, experiment: str) -> Iterator[Ensemble]:
        """Ensembles that an experiment trains on."""
        section = self.experiment(experiment)
        for network, dims in section.networks.items():
            for noise_var in section.noise_levels:
                for dim in dims:
                    yield Ensemble(network, float(self.config.gamma), float(noise_var), dim)

    def weight_decays(self, experiment: str) -> list[list[float]]:
        """Rules lambda = c d^e, as pairs [c, e]."""
        return [[float(rule.coefficient), float(rule.exponent)] for rule in self.experiment(experiment).weight_decays]

    def batch(self, number: int) -> list[int]:
        """Replicas of a full batch."""
        size = self.config.training.replicas_per_job
        return list(range(number * size, (number + 1) * size))

    def replicas(self, experiment: str, network: str, dim: int, batch: int) -> list[int]:
        """Replicas of a batch that the grid asks for."""
        total = self.grid(experiment, network, dim).replicas
        return [replica for replica in self.batch(batch) if replica < total]

    def method(self, experiment: str, ensemble: Ensemble, n_eff: float) -> str:
        """Whether a point is found by training a network or by solving the convex equivalent."""
        last = self.grid(experiment, ensemble.network, ensemble.dim).trained_up_to
        return "convex" if last is not None and n_eff > last else "network"

    def width(self, network: str) -> float:
        """p/d of a network; the diagonal network has one hidden unit per input whatever is configured."""
        return self.config.width if network in WITH_WIDTH else 1.0

    def training_options(self, method: str) -> dict[str, float] | None:
        """What only the training of networks needs; the convex equivalent has no initial weights."""
        if method == "convex":
            return None
        training = self.config.training
        return {"max_evaluations": training.max_evaluations, "init_scale": training.init_scale}

    def batches(self, experiment: str, network: str, dim: int) -> range:
        """Batches that hold the replicas of a grid."""
        total = self.grid(experiment, network, dim).replicas
        return range(ceil(total / self.config.training.replicas_per_job))

    def data(self, experiment: str, ensemble: Ensemble) -> list[str]:
        """Teachers and seeds of an ensemble."""
        batches = self.batches(experiment, ensemble.network, ensemble.dim)
        return [f"{self.root}/data/{ensemble.path}/batch{batch}.npz" for batch in batches]

    def trainings(self, experiment: str) -> list[str]:
        """Tables of the training jobs of an experiment, in the order of the collected table."""
        return [
            f"{self.root}/training/{experiment}/{ensemble.path}/"
            f"n_eff{float(n_eff)!r}_{self.method(experiment, ensemble, n_eff)}_batch{batch}.csv"
            for ensemble in self.ensembles(experiment)
            for n_eff in self.grid(experiment, ensemble.network, ensemble.dim).n_eff
            for batch in self.batches(experiment, ensemble.network, ensemble.dim)
        ]

    def trained_points(self, experiment: str) -> int:
        """Number of rows of the collected training table."""
        grids = (grid for dims in self.experiment(experiment).networks.values() for grid in dims.values())
        points = sum(len(grid.n_eff) * grid.replicas for grid in grids)
        return points * len(self.weight_decays(experiment)) * len(self.experiment(experiment).noise_levels)

    def theories(self, experiment: str) -> list[str]:
        """Theory tables of an experiment, one an ensemble."""
        return [f"{self.root}/theory/{experiment}/{e.path}.csv" for e in self.ensembles(experiment)]

    def can_draw(self, script: Path) -> bool:
        """Whether the experiments that a figure reads have the noise it shows (its literal ``NOISELESS``)."""
        tables = (table.split("/") for table in declared_inputs(script).values())
        read = {name for stage, name in tables if stage == "training"}
        noiseless = declared(script, "NOISELESS", "either")
        return all(
            name in self.config.experiments
            and (noiseless == "either" or any((v == 0) == noiseless for v in self.experiment(name).noise_levels))
            for name in read
        )

    def theory_table(self, script: Path) -> str:
        """Table that a script in scripts/theory writes, in the folder of its literal ``STAGE``."""
        return f"{self.root}/{declared(script, 'STAGE')}/{script.stem}.csv"

    def parameters(self, script: Path) -> dict[str, Any]:
        """Arguments of a script in scripts/theory, from its literal ``PARAMETERS`` = {argument: key, dotted}."""
        found = {}
        for argument, key in declared(script, "PARAMETERS").items():
            found[argument] = reduce(lambda section, part: section[part], key.split("."), self.config.model_dump())
        return found

    def per_experiment(self, stage: str) -> list[str]:
        """Collected tables of a stage."""
        return [f"{self.root}/{stage}/{name}.csv" for name in self.config.experiments]
