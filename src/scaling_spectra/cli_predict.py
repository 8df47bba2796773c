"""What state evolution predicts at a point, on the command line."""

import math
from typing import Any

from scaling_spectra.cli_point import Problem
from scaling_spectra.networks.interface.theory import theory_of


def prediction(here: Problem) -> dict[str, Any]:
    """What state evolution predicts, under the keys of ``predict --json``."""
    import numpy as np

    from scaling_spectra.cli_width import narrow_prediction
    from scaling_spectra.phase_diagram import PhaseDiagram

    theory = theory_of(here.network)
    phase, narrow = None, {}
    with np.errstate(all="ignore"):
        try:
            solution = theory.state_evolution(
                here.spectrum, here.samples, here.weight_decay, here.noise_var, width=here.width
            )
            if here.hidden_units is not None:
                narrow = narrow_prediction(here, solution)
            bayes_risk = theory.bayes_risk(here.spectrum, here.samples, here.noise_var)
            if here.gamma is not None:
                diagram = PhaseDiagram(here.network, here.dim, here.gamma, here.noise_var)
                phase = diagram.phase(here.n_eff, here.penalty)
        except (ArithmeticError, RuntimeError, ValueError) as error:
            # the options are within their ranges: numbers too far apart for double precision
            raise ArithmeticError(f"not solved at this point: {error}") from error
    matrix_mse = {"matrix_mse": solution.risk / 2} if here.network == "quadratic" else {}
    return {
        **here.told(),
        "delta": solution.delta,
        "threshold": solution.threshold,
        "risk": solution.risk,
        **matrix_mse,
        "divergence": solution.divergence,
        "train_loss": solution.train_loss,
        "bayes_risk": bayes_risk,
        "accuracy": solution.accuracy if math.isfinite(solution.accuracy) else None,
        "phase": phase,
        **narrow,
    }
