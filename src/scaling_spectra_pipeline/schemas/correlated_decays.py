"""One row per n_eff: plain decay and decay matched to aligned inputs, each at its best lambda, in theory."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "input_exponent": number("a: inputs have the variances sigma_i^2 ~ i^(-a), aligned with the teacher", gt=0),
        "n_eff": POINT["n_eff"],
        "found": number("n_eff over the one from which the noise is below every feature", gt=0),
        "decay_plain": number("best lambda of plain decay; 0 where none is better", ge=0, nullable=True),
        "decay_matched": number("best lambda of matched decay; 0 where none is better", ge=0, nullable=True),
        "risk_plain": number("risk of state evolution there", ge=0, nullable=True),
        "risk_matched": number("risk of state evolution there", ge=0, nullable=True),
        "ratio": number("risk of matched over that of plain decay", gt=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "input_exponent", "n_eff"],
)
