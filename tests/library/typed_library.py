"""What users get of the library has types: checked by mypy, never run."""

import scaling_spectra
from scaling_spectra import PowerLaw, Prediction
from scaling_spectra.arrays import Numbers
from scaling_spectra.library import Course, Optimum, Trained, TrainedNarrow

teacher: PowerLaw = scaling_spectra.PowerLaw(0.75)
found: Prediction = scaling_spectra.predict("diagonal", teacher, dim=10, n_eff=[1, 2], weight_decay=1, noise_var=0.5)
risk: Numbers = found.risk
best: Optimum = scaling_spectra.optimal_weight_decay("diagonal", teacher, dim=10, n_eff=3, noise_var=0.5)
trained: Trained = scaling_spectra.train("diagonal", teacher, dim=10, n_eff=3, weight_decay=1, noise_var=0.5)
course: Course = scaling_spectra.gradient_flow("quadratic", teacher, dim=10, time=[1.0, 2.0])
narrow: TrainedNarrow = scaling_spectra.train_narrow(
    "quadratic", teacher, dim=10, hidden=3, n_eff=3, weight_decay=1, noise_var=0.5
)
version: str = scaling_spectra.__version__
error: type[ArithmeticError] = scaling_spectra.StateEvolutionError
