"""Teachers and samples that belong together, and their columns in every table."""

from dataclasses import dataclass, field
from typing import Any

from scaling_spectra import teachers

# columns that name an ensemble; ``gamma`` beside them only says more of a power law
ENSEMBLE = ("network", "teacher", "noise_var", "dim")


@dataclass(frozen=True)
class Ensemble:
    """Teachers and samples of one (network, teacher, Delta, d).

    Attributes
    ----------
    network : str
    teacher : str
        The teacher's key, `scaling_spectra.teachers.key`.
    noise_var : float
        Delta.
    dim : int
        d.
    gamma : float, optional
        Exponent if the teacher is a power law.
    """

    network: str
    teacher: str
    noise_var: float
    dim: int
    gamma: float | None = field(default=None, compare=False)

    @classmethod
    def of(cls, network: str, teacher: teachers.Settings, noise_var: float, dim: int) -> "Ensemble":
        """Ensemble of a teacher by its settings."""
        return cls(network, teachers.key(teacher), noise_var, dim, teachers.exponent(teacher))

    def columns(self) -> dict[str, Any]:
        """Its columns in a table, with their values."""
        return {
            "network": self.network,
            "teacher": self.teacher,
            "gamma": self.gamma,
            "noise_var": self.noise_var,
            "dim": self.dim,
        }
