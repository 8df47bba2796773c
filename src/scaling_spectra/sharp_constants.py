"""Sharp constants of the phase diagram from state evolution at huge dimension, beside the predicted ones."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from scaling_spectra.continuation import Continuation
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.phase_diagram import PhaseDiagram


@dataclass(frozen=True, kw_only=True)
class Constant:
    """A measured constant beside the predicted one; `where` says at which point."""

    network: str
    noise_var: float
    gamma: float
    dim: float
    name: str
    where: str
    measured: float
    predicted: float


def constants(network: str, noise_var: float, gamma: float, dim: int) -> list[Constant]:
    """Sharp constants measured on state evolution: lambda_c, lambda_opt, height and place of the peak.

    Parameters
    ----------
    network : str
    noise_var : float
        Delta > 0.
    gamma : float
        Exponent of the teacher.
    dim : int
        Dimension d.
    """
    diagram, spectrum = PhaseDiagram(network, dim, gamma, noise_var), merged_power_law(dim, gamma)
    path = Continuation(partial(theory_of(network).state_evolution, spectrum, noise_var=noise_var))
    per_n_eff = 1 / problem_of(network).effective_samples(1, dim)
    rows: list[Constant] = []

    def add(name: str, where: str, measured: float, predicted: float) -> None:
        rows.append(
            Constant(
                network=network,
                noise_var=noise_var,
                gamma=gamma,
                dim=dim,
                name=name,
                where=where,
                measured=float(measured),
                predicted=float(predicted),
            )
        )

    low, high = np.log(diagram.detection), np.log(diagram.full_spectrum)
    for share in (0.25, 0.5, 0.75):
        n_eff = float(np.exp(low + share * (high - low)))
        unit, predicted = np.sqrt(n_eff / dim), float(diagram.bulk(n_eff))
        where = f"n_eff = d^{np.log(n_eff) / np.log(dim):.2f}"

        def above_edge(log_lam: float, n_eff: float = n_eff) -> float:
            point = path.to(n_eff * per_n_eff, float(np.exp(log_lam)))
            return point.threshold / point.delta - diagram.limits.bulk_edge(dim)

        at_edge = brentq(above_edge, np.log(predicted / 10), np.log(predicted * 10), xtol=1e-8)
        add("lambda_c/sqrt(n_eff/d)", where, np.exp(at_edge) / unit, predicted / unit)
        best = optimal_weight_decay(network, spectrum, n_eff * per_n_eff, noise_var)
        add("lambda_opt/sqrt(n_eff/d)", where, best.weight_decay / unit, predicted / unit)

    for lam in (1e-3, 1e-6, 1e-9):
        top = path.to(diagram.interpolation * per_n_eff, lam).risk
        add("risk at interpolation", f"lambda = {lam:g}", top, float(diagram.peak_risk(lam)))
        # the peak is as narrow as it is high
        reach = min(10 * noise_var / float(diagram.peak_risk(lam)), 0.5)
        place = minimize_scalar(
            lambda share, lam=lam: -path.to(share * diagram.interpolation * per_n_eff, lam).risk,
            bounds=(1 - reach, 1 + reach),
            method="bounded",
            options={"xatol": 1e-3 * reach},
        )
        share = diagram.limits.INTERPOLATION
        add("n_eff/d of the largest risk", f"lambda = {lam:g}", place.x * share, share)
    return rows
