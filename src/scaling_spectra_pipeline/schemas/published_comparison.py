"""One row per comparison: a number, published or measured here, over the one predicted here."""

from scaling_spectra_pipeline.published_numbers import SOURCES
from scaling_spectra_pipeline.schemas.columns import STATUS, number, schema, text

# who found a number, and what predicts it here
EVOLUTION, TRAINED, BAYES, DENOISING, THRESHOLD = (
    "published state evolution",
    "published networks",
    "published Bayes-optimal error",
    "published constant",
    "published threshold",
)
OURS = "networks of this project"
SE, INPUTS, OPTIMAL, OUTLIER = "state evolution", "real inputs", "Bayes-optimal risk", "outlier"

SCHEMA = schema(
    __doc__,
    {
        "found": text("who found the number", EVOLUTION, TRAINED, BAYES, DENOISING, THRESHOLD, OURS),
        "theory": text("what predicts it here", SE, INPUTS, OPTIMAL, OUTLIER),
        "quantity": text(
            "M = R/2; M over what learning nothing but the trace costs; a constant of denoising; or a threshold n/d^2"
        ),
        "gamma": number("teacher exponent, mean square of scales 1; none for other teachers", gt=0, nullable=True),
        "noise_var": number("label noise variance Delta", ge=0, nullable=True),
        "dim": number("d; none where d -> infinity", gt=0, nullable=True),
        "ratio": number("n/d^2", gt=0, nullable=True),
        "value": number("the number", gt=0),
        "error": number(
            "its standard error; of published networks the standard deviation over an unknown number of data sets",
            ge=0,
            nullable=True,
        ),
        "replicas": number("data sets; none where unknown", gt=0, nullable=True),
        "predicted": number("the number predicted here", gt=0, nullable=True),
        "quotient": number("value over predicted", gt=0, nullable=True),
        "quotient_error": number("its standard error", ge=0, nullable=True),
        "allowance": number("distance of the quotient from 1 that is known of theory at finite d and n", gt=0),
        "source": text("key of where it was published, or this project", *SOURCES, "this project"),
        "title": text("publication", nullable=True),
        "files": text("repository, revision and files, or place in the publication", nullable=True),
        "status": STATUS,
    },
    unique=["found", "theory", "quantity", "gamma", "noise_var", "dim", "ratio"],
)
