"""One row per exponent of the risk with correlated inputs at huge d, beside the predicted one."""

from scaling_spectra.correlated_rates import NOISE, SHRINKAGE
from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.whitened import DECAYS, POSITIONS
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, STATUS, flag, number, schema, text

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "input_exponent": number("a: inputs have the variances sigma_i^2 ~ i^(-a)", gt=0),
        "limit": text("shrinkage: lambda is fixed; noise: lambda is the best one", SHRINKAGE, NOISE),
        "decay": text("plain, or matched to the inputs", *DECAYS),
        "position": text("of the largest variances: aligned with the largest features, or against them", *POSITIONS),
        "predicted": number(
            "exponent of R in n_eff; empty where no single power is known: the slope is measured", nullable=True
        ),
        "logarithmic": flag("whether a logarithm changes the slope at any d"),
        "expected": number("predicted, with the logarithm at this d in the middle of the window", nullable=True),
        "slope": number("slope of log R in log n_eff, by least squares", nullable=True),
        "first": number("slope of the first piece of the window", nullable=True),
        "last": number("slope of its last piece", nullable=True),
        "n_eff_min": number("first n_eff", gt=0),
        "n_eff_max": number("last n_eff", gt=0),
        "weight_decay_min": number("lambda at the first n_eff", nullable=True),
        "weight_decay_max": number("lambda at the last", nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "input_exponent", "limit", "decay", "position"],
)
