"""One row per way to stop: the least risk, averaged over replicas, by early stopping, weight decay and both."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    NON_NEGATIVE,
    OF_ENSEMBLE,
    POINT,
    POSITIVE,
    number,
    text,
    whole_number,
)

EARLY, DECAY, BOTH = "early stopping", "weight decay", "both"
LAST, DRIVEN = "neither, at the last time", "early stopping of the driven flow"

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "way": text("what is chosen", EARLY, DECAY, BOTH, LAST, DRIVEN),
        "replicas": whole_number("replicas that are averaged over", POSITIVE),
        "decay_factor": number("chosen weight decay in units of the best one of state evolution", NON_NEGATIVE),
        "weight_decay": number("lambda", NON_NEGATIVE),
        "scaled_time": number("chosen s_1 t among the snapshots; empty for t -> infinity", POSITIVE, nullable=True),
        "risk": number("mean excess risk R (quadratic: 2 M) there, the least of all that were tried", NON_NEGATIVE),
        "standard_error": number("of the mean", NON_NEGATIVE, nullable=True),
        "excess": number("mean difference to the best weight decay on the same samples, over its risk"),
        "excess_error": number("standard error of that", NON_NEGATIVE, nullable=True),
    },
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "way"],
    description="One row per way to stop: the least risk by early stopping, by weight decay, and by both.",
    strict=True,
    ordered=True,
)
