"""Where a number of a trained network belongs: an ensemble, its sample size and its weight decay."""

from dataclasses import dataclass
from typing import Any

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.weight_decays import weight_decay


@dataclass(frozen=True)
class Point:
    """Samples of an ensemble, and the weight decay lambda = c d^e.

    Attributes
    ----------
    ensemble : Ensemble
    decay_coefficient, decay_exponent : float
        c and e.
    n_eff : float
        Effective samples.
    """

    ensemble: Ensemble
    decay_coefficient: float
    decay_exponent: float
    n_eff: float

    @property
    def weight_decay(self) -> float:
        """lambda."""
        return weight_decay(self.decay_coefficient, self.decay_exponent, self.ensemble.dim)

    @property
    def samples(self) -> int:
        """n."""
        return problem_of(self.ensemble.network).samples(self.n_eff, self.ensemble.dim)

    def columns(self) -> dict[str, Any]:
        """Its columns in a table, with their values."""
        return self.ensemble.columns() | {
            "decay_coefficient": self.decay_coefficient,
            "decay_exponent": self.decay_exponent,
            "weight_decay": self.weight_decay,
            "n_eff": self.n_eff,
            "samples": self.samples,
        }
