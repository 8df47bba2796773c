"""One row per phase and d: the distance of an exponent from the predicted one, in theory and of trained networks."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, number, schema, text

THEORY, NETWORKS = "state evolution", "networks"
# those whose rates differ from a constant; no ray at d within reach of networks lies in V
PHASES = ("II", "III", "IV", "VIa", "VIb", "IV0", "optimal", "peak")
# fitted along other lines than n_eff at one lambda
ALONG_LINES = ("optimal", "peak")

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "source": text(
            "state evolution (where the phase is deepest at this d) or networks (the widest fitted window)",
            THEORY,
            NETWORKS,
        ),
        "phase": text(
            "phase; optimal: along lambda_c or at the best lambda; peak: in lambda at interpolation", *PHASES
        ),
        "predicted": number("predicted exponent (Results 1 and 4)"),
        "slope": number("slope of log R", nullable=True),
        "low": number("lower end of its confidence interval; networks alone", nullable=True),
        "high": number("upper end of its confidence interval; networks alone", nullable=True),
        "theory": number(
            "slope of state evolution over the points of the fitted window; networks alone", nullable=True
        ),
        "distance": number("slope - predicted", nullable=True),
        "depth": number(
            "decades from the ray to the nearest boundary of the phase (peak: of its height over the noise); state "
            "evolution alone",
            nullable=True,
        ),
        "experiment": text("experiment or study of the fitted window", nullable=True),
        "points": number("points of the fitted window", gt=0, nullable=True),
        "replicas": number("replicas of the fitted window", gt=0, nullable=True),
    },
    unique=[*ENSEMBLE, "source", "phase"],
)
