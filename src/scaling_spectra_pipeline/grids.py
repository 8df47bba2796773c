"""Which points a configuration asks for, and how large their jobs are."""

import itertools
from collections.abc import Iterator
from functools import cached_property
from math import ceil

from scaling_spectra import teachers
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks import supports
from scaling_spectra.widths import share, units
from scaling_spectra_pipeline.config import Config
from scaling_spectra_pipeline.costs import Work
from scaling_spectra_pipeline.sections import WITH_WIDTH, Experiment, Grid, Study


class Grids:
    """Points of a configuration: experiments and studies, by their names."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def experiment(self, name: str) -> Experiment:
        """Experiment of that name."""
        return self.config.experiments[name]

    def points(self, name: str) -> Experiment | Study:
        """Experiment or study of that name."""
        return self.config.points[name]

    def grid(self, name: str, network: str, dim: int) -> Grid:
        """Grid of one network in one dimension."""
        return self.points(name).networks[network][dim]

    def ensembles(self, name: str) -> Iterator[Ensemble]:
        """Ensembles of an experiment or study."""
        section = self.points(name)
        for network, dims in section.networks.items():
            for settings, noise_var, dim in itertools.product(self.teachers_of(name), section.noise_levels, dims):
                yield Ensemble.of(network, settings, float(noise_var), dim)

    def teachers_of(self, name: str) -> list[teachers.Settings]:
        """Teachers of an experiment or study: its own power laws, or the teacher of the build, and other families."""
        gammas, others = self.points(name).gammas, self.points(name).teachers
        if gammas is None and not others:
            return [self.config.settings]
        return [*map(teachers.with_exponent, gammas or []), *others]

    @cached_property
    def teachers(self) -> dict[str, teachers.Settings]:
        """Settings of all teachers by their keys, that of the build first."""
        of_points = (settings for name in self.config.points for settings in self.teachers_of(name))
        return {teachers.key(settings): settings for settings in (self.config.settings, *of_points)}

    @property
    def families(self) -> tuple[str, ...]:
        """Families of these teachers."""
        return tuple(sorted({str(settings["family"]) for settings in self.teachers.values()}))

    @property
    def has_power_law(self) -> bool:
        """Whether the teacher of the build is a power law."""
        return self.config.settings["family"] == teachers.POWER_LAW

    def hidden_units(self, study: str, dim: int) -> list[int]:
        """Numbers of hidden units that the configuration asks of a study; none where it chooses them itself."""
        rules = self.config.studies[study].width
        return sorted(units(rule.coefficient, rule.exponent, dim) for rule in rules)

    def weight_decays(self, name: str) -> list[list[float]]:
        """Rules lambda = c d^e, as pairs [c, e]."""
        return [[float(rule.coefficient), float(rule.exponent)] for rule in self.points(name).weight_decays]

    def batch(self, number: int) -> list[int]:
        """Replicas of a full batch."""
        size = self.config.training.replicas_per_job
        return list(range(number * size, (number + 1) * size))

    def replicas(self, experiment: str, network: str, dim: int, batch: int) -> list[int]:
        """Replicas of a batch that the grid asks for."""
        total = self.grid(experiment, network, dim).replicas
        return [replica for replica in self.batch(batch) if replica < total]

    def method(self, experiment: str, network: str, dim: int, n_eff: float) -> str:
        """Whether a point is found by training a network or by solving the convex equivalent."""
        last = self.experiment(experiment).networks[network][dim].trained_up_to
        return "convex" if last is not None and n_eff > last else "network"

    def width(self, network: str, dim: int) -> float:
        """p/d of a network; the diagonal network has one hidden unit per input whatever is configured."""
        return share(self.config.width_or_rule, dim) if network in WITH_WIDTH else 1.0

    def training_options(self) -> dict[str, float]:
        """What only the training of networks needs; the convex equivalent has no initial weights."""
        training = self.config.training
        return {"max_evaluations": training.max_evaluations, "init_scale": training.init_scale}

    def batches(self, experiment: str, network: str, dim: int) -> range:
        """Batches that hold the replicas of a grid."""
        total = self.grid(experiment, network, dim).replicas
        return range(ceil(total / self.config.training.replicas_per_job))

    def trained_at_once(self, network: str, method: str) -> bool:
        """Whether an accelerator, where there is one, trains all points of a job together."""
        return method == "network" and supports(network, "batched")

    def training_work(self, experiment: str, network: str, dim: int, n_eff: float, method: str, batch: int) -> Work:
        """Size of a training job."""
        replicas, decays = len(self.replicas(experiment, network, dim, batch)), len(self.weight_decays(experiment))
        held = replicas if self.config.training.device != "cpu" and self.trained_at_once(network, method) else 1
        return Work(network, method, dim, n_eff, replicas, decays, width=self.width(network, dim), held=held)

    def study_work(self, study: str, network: str, dim: int, n_eff: float) -> Work:
        """Size of a study's job."""
        replicas = self.grid(study, network, dim).replicas
        return Work(
            network, study, dim, n_eff, replicas, len(self.weight_decays(study)), width=self.width(network, dim)
        )
