"""One row per point of theory between the published numbers."""

from scaling_spectra_pipeline.schemas.columns import STATUS, missing_where_unsolved, number, schema, text
from scaling_spectra_pipeline.schemas.published_comparison import OPTIMAL, SE

SCHEMA = schema(
    __doc__,
    {
        "theory": text("what is predicted: M, or M over what learning nothing but the trace costs", SE, OPTIMAL),
        "gamma": number("teacher exponent, mean square of scales 1; none for other teachers", gt=0, nullable=True),
        "noise_var": number("label noise variance Delta", ge=0),
        "dim": number("d; none where d -> infinity", gt=0, nullable=True),
        "ratio": number("n/d^2", gt=0),
        "predicted": number("the number predicted here", gt=0, nullable=True),
        "status": STATUS,
    },
    unique=["theory", "noise_var", "dim", "ratio"],
    checks=missing_where_unsolved("predicted"),
)
