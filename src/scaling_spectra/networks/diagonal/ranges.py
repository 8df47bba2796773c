"""Ranges of the numbers that equations of the diagonal network take."""

import numpy as np

# the unknowns stay above exp(-LOG_RANGE) and below exp(LOG_RANGE), where nothing over- or underflows
LOG_RANGE = 300.0


def check(samples: float, weight_decay: float, noise_var: float) -> None:
    """Raise ValueError unless n > 0, lambda > 0 and Delta >= 0, all finite."""
    for name, value in (("samples", samples), ("weight_decay", weight_decay)):
        if not (value > 0 and np.isfinite(value)):
            raise ValueError(f"{name}: {value} is not a positive finite number")
    if not (noise_var >= 0 and np.isfinite(noise_var)):
        raise ValueError(f"noise_var: {noise_var} is not a non-negative finite number")
