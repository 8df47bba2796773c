"""One row per teacher and phase: tail exponents of the predicted law and of the teacher."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.places import NOISE, RESOLVED, SHRINKAGE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, text, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "phase": text(
            "what stands among the teacher's features there: noise, the threshold (shrinkage), or neither (resolved)",
            *(NOISE, SHRINKAGE, RESOLVED),
        ),
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "weight_decay": POINT["weight_decay"],
        "replicas": whole_number("teachers that are pooled, those of the study", gt=0),
        "delta": number("delta of state evolution, averaged over teachers", ge=0, nullable=True),
        "threshold": number("b of it", ge=0, nullable=True),
        "tail": number(
            "tail exponent of the predicted law of learned weights; none if few are left", gt=0, nullable=True
        ),
        "tail_error": number("its standard error if the weights were drawn from the law", ge=0, nullable=True),
        "count": whole_number("weights above the cut-off", ge=0),
        "teacher_tail": number("tail exponent of the teachers' weights; none if few differ", gt=0, nullable=True),
        "teacher_tail_error": number("its standard error if they were independent", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "phase"],
)
