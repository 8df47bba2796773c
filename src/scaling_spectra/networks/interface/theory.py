"""What training finds as d -> oo, what the best estimator finds, and what lazy learning finds."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from scaling_spectra.arrays import Array
    from scaling_spectra.records import StateEvolution
    from scaling_spectra.spectrum import Spectrum


class Theory(Protocol):
    """State evolution, the Bayes-optimal risk and the lazy baseline of a network.

    Training behaves as a soft threshold b of the teacher seen through Gaussian noise delta. The two follow from two
    equations: for the diagonal network delta^2 = (Delta + R) d/n and lambda = b (n - div)/d; for the quadratic one
    2 alpha delta^2 = M + Delta/2 and lambda sqrt(p/d) = 4 b (alpha - D), where alpha = n/d^2 and R = 2 M.
    """

    def state_evolution(
        self,
        spectrum: Spectrum,
        samples: float,
        weight_decay: float,
        noise_var: float,
        *,
        width: float = 1.0,
        start: StateEvolution | None = None,
        tol: float = 1e-10,
    ) -> StateEvolution:
        """Solve state evolution, averaged over teachers of a spectrum.

        Parameters
        ----------
        spectrum : Spectrum
            Scales s_i, merged or not.
        samples : float
            n > 0, not n_eff.
        weight_decay : float
            lambda > 0.
        noise_var : float
            Delta >= 0.
        width : float
            p/d, of networks that have a width.
        start : StateEvolution, optional
            Solution at a neighbouring point; only the time depends on it.
        tol : float
            Largest relative residual of the two equations.

        Raises
        ------
        ValueError
            If a parameter is out of range.
        StateEvolutionError
            If the residual stays above `tol`.
        """

    def conditional_state_evolution(
        self,
        teacher: Array,
        samples: float,
        weight_decay: float,
        noise_var: float,
        *,
        width: float = 1.0,
        start: StateEvolution | None = None,
        tol: float = 1e-10,
    ) -> StateEvolution:
        """State evolution of one teacher, shape (d,); otherwise as `state_evolution`."""

    def curve(
        self,
        spectrum: Spectrum,
        samples: Array,
        weight_decay: Array,
        noise_var: float,
        *,
        width: float = 1.0,
        tol: float = 1e-10,
    ) -> list[StateEvolution]:
        """State evolution along a path: `samples` and `weight_decay` are scalars, or vectors of shape (k,)."""

    def bayes_risk(self, spectrum: Spectrum, samples: float, noise_var: float) -> float:
        """Smallest risk R that any estimator has on average, who knows the spectrum."""

    def conditional_bayes_risk(self, teacher: Array, spectrum: Spectrum, samples: float, noise_var: float) -> float:
        """Risk of that estimator for one teacher, shape (d,), of an unmerged `spectrum`."""

    def lazy_risk(self, spectrum: Spectrum, samples: float, noise_var: float) -> float:
        """Risk of ridge regression with fixed features and the best ridge; it knows mean s_i^2 alone."""


def theory_of(network: str) -> Theory:
    """Theory of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "theory")
    return cast(Theory, import_module(f"scaling_spectra.networks.{network}.theory"))
