"""Scaling laws and weight spectra of shallow networks: theory, training and convex solvers.

>>> import scaling_spectra
>>> teacher = scaling_spectra.PowerLaw(0.75)
>>> found = scaling_spectra.predict("quadratic", teacher, dim=100, n_eff=30, weight_decay=1.0, noise_var=0.5)
>>> print(f"risk {found.risk:.4f}, noise {found.delta:.3f}, threshold {found.threshold:.3f}")
risk 1.2320, noise 1.201, threshold 1.538

The names below are for users, and are loaded when they are first asked for. Modules of this project import each other:
a name that is added here reruns nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaling_spectra.library import (
        CutPowerLaw,
        Exponential,
        Flat,
        GivenScales,
        LowRank,
        PowerLaw,
        Prediction,
        StateEvolutionError,
        bayes_risk,
        decompose,
        gradient_flow,
        lazy_risk,
        learned_spectrum,
        network_names,
        optimal_weight_decay,
        phase,
        predict,
        predict_correlated,
        train,
        train_narrow,
    )

    __version__: str

__all__ = [
    "CutPowerLaw",
    "Exponential",
    "Flat",
    "GivenScales",
    "LowRank",
    "PowerLaw",
    "Prediction",
    "StateEvolutionError",
    "__version__",
    "bayes_risk",
    "decompose",
    "gradient_flow",
    "lazy_risk",
    "learned_spectrum",
    "network_names",
    "optimal_weight_decay",
    "phase",
    "predict",
    "predict_correlated",
    "train",
    "train_narrow",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from importlib.metadata import version

        return version("scaling-spectra")
    from scaling_spectra import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
