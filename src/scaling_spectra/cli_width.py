"""What the command line says of networks of a given width."""

from typing import TYPE_CHECKING, Any

from scaling_spectra.cli_point import Problem
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.interface.width import width_of
from scaling_spectra.ties import TIE, rounded

if TYPE_CHECKING:
    from scaling_spectra.records import StateEvolution


def narrow_prediction(here: Problem, solution: "StateEvolution") -> dict[str, Any]:
    """Width, branch and what other widths would give, under the keys of ``predict --json``."""
    import math

    width = width_of(here.network)
    point = (here.spectrum, here.samples, here.weight_decay, here.noise_var)
    others = [found for found in width.solutions(*point, width=here.width) if found.branch != solution.branch]
    least = width.best_width(here.spectrum, here.samples, lambda _: here.weight_decay, here.noise_var)
    best, risk = least.hidden, least.solution.risk
    # the search does not try every p, and none beyond d
    if here.hidden_units is not None and solution.risk < risk * (1 - TIE):
        best, risk = here.hidden_units, solution.risk
    return {
        "hidden_units": here.hidden_units,
        "width": here.width,
        "cut": solution.cut if math.isfinite(solution.cut) else None,
        "branch": solution.branch,
        "other_branch": others[0].branch if others else None,
        "other_risk": others[0].risk if others else None,
        "wide_risk": theory_of(here.network).state_evolution(*point).risk,
        "best_hidden_units": best,
        "best_width_risk": risk,
    }


def width_phase(here: Problem) -> dict[str, Any]:
    """What limits p hidden units, under the keys of ``phase --json``."""
    from scaling_spectra.width_phases import REGIONS, WidthPhases

    assert here.gamma is not None
    assert here.hidden_units is not None
    phases = WidthPhases(here.dim, here.gamma, here.noise_var, here.weight_decay)
    region = phases.region(here.n_eff, here.hidden_units)
    return {
        "hidden_units": here.hidden_units,
        "width_region": region,
        "width_summary": REGIONS[region].summary,
        "width_rate": REGIONS[region].rate,
        # the law: about the first minimum of the risk, and another may be lower
        "hidden_units_that_pay": rounded(phases.best(here.n_eff)),
        "enough_hidden_units": rounded(phases.enough(here.n_eff)),
    }
