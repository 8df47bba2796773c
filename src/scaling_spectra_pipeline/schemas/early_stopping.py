"""One row per way to stop: the least risk by early stopping, by weight decay, and by both."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, number, schema, text, whole_number

EARLY, DECAY, BOTH = "early stopping", "weight decay", "both"
LAST, DRIVEN = "neither, at the last time", "early stopping of the driven flow"

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "way": text("what is chosen", EARLY, DECAY, BOTH, LAST, DRIVEN),
        "replicas": whole_number("replicas that are averaged over", gt=0),
        "decay_factor": number("chosen weight decay in units of the best one of state evolution", ge=0),
        "weight_decay": number("lambda", ge=0),
        "scaled_time": number("chosen s_1 t among the snapshots; empty for t -> infinity", gt=0, nullable=True),
        "risk": number("mean excess risk R (quadratic: 2 M) there, the least of all that were tried", ge=0),
        "standard_error": number("of the mean", ge=0, nullable=True),
        "excess": number("mean difference to the best weight decay on the same samples, over its risk"),
        "excess_error": number("standard error of that", ge=0, nullable=True),
    },
    unique=[*ENSEMBLE, "n_eff", "way"],
)
