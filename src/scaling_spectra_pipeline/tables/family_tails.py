"""One row per teacher and phase: tail exponents of the predicted law of learned weights and of the teacher."""

import pandera.pandas as pa

from scaling_spectra.places import NOISE, RESOLVED, SHRINKAGE
from scaling_spectra_pipeline.tables.columns import (
    NON_NEGATIVE,
    OF_ENSEMBLE,
    POINT,
    POSITIVE,
    STATUS,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "phase": text(
            "what stands among the teacher's features there: noise, the threshold (shrinkage), or neither (resolved)",
            *(NOISE, SHRINKAGE, RESOLVED),
        ),
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "weight_decay": POINT["weight_decay"],
        "replicas": whole_number("teachers that are pooled, those of the study", POSITIVE),
        "delta": number("delta of state evolution, averaged over teachers", NON_NEGATIVE, nullable=True),
        "threshold": number("b of it", NON_NEGATIVE, nullable=True),
        "tail": number(
            "tail exponent of the predicted law of learned weights; none if few are left", POSITIVE, nullable=True
        ),
        "tail_error": number("its standard error if the weights were drawn from the law", NON_NEGATIVE, nullable=True),
        "count": whole_number("weights above the cut-off", NON_NEGATIVE),
        "teacher_tail": number("tail exponent of the teachers' weights; none if few differ", POSITIVE, nullable=True),
        "teacher_tail_error": number("its standard error if they were independent", NON_NEGATIVE, nullable=True),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "phase"],
    description="One row per teacher and phase: tail exponents of the predicted law and of the teacher.",
    strict=True,
    ordered=True,
)
