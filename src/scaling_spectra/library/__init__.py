"""What `import scaling_spectra` offers: theory and training of both networks, arrays in and arrays out.

Functions take a network by its name, a teacher, and keywords: ``dim`` (d), ``n_eff`` (effective samples: n for the
diagonal network, n/d for the quadratic one), ``weight_decay`` (lambda), ``noise_var`` (Delta). `n_eff` and
`weight_decay` are numbers or arrays, broadcast against each other. Nothing of the workflow imports this package.
"""

from scaling_spectra.library.baselines import bayes_risk, lazy_risk
from scaling_spectra.library.correlated import predict_correlated
from scaling_spectra.library.course import Course, gradient_flow
from scaling_spectra.library.learned import LearnedSpectrum, learned_spectrum
from scaling_spectra.library.narrow import TrainedNarrow, train_narrow
from scaling_spectra.library.optimum import Optimum, optimal_weight_decay
from scaling_spectra.library.parts import Parts, decompose
from scaling_spectra.library.phases import Phases, phase
from scaling_spectra.library.prediction import Prediction, predict
from scaling_spectra.library.training import Trained, train
from scaling_spectra.networks import names as network_names
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.teachers.cut_power_law import CutPowerLaw
from scaling_spectra.teachers.exponential import Exponential
from scaling_spectra.teachers.flat import Flat
from scaling_spectra.teachers.given_scales import GivenScales
from scaling_spectra.teachers.low_rank import LowRank
from scaling_spectra.teachers.power_law import PowerLaw

__all__ = [
    "Course",
    "CutPowerLaw",
    "Exponential",
    "Flat",
    "GivenScales",
    "LearnedSpectrum",
    "LowRank",
    "Optimum",
    "Parts",
    "Phases",
    "PowerLaw",
    "Prediction",
    "StateEvolutionError",
    "Trained",
    "TrainedNarrow",
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
