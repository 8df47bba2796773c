"""What features add to the risk, one by one; and sums over features beside the risk itself."""

from scaling_spectra_pipeline.schemas.columns import POINT, STATUS, number, schema, share, text

CURVE, SUM = "price of a feature", "sum over features"

SCHEMA = schema(
    __doc__,
    {
        "series": text("price of one feature, or the sum of overfitting and prices over the risk", CURVE, SUM),
        "network": POINT["network"],
        "exponent": number("exponent of the power law that is summed over", gt=0, nullable=True),
        "dim": number("its d", gt=0, nullable=True),
        "n_eff": number("effective samples", gt=0, nullable=True),
        "weight_decay": number("lambda", gt=0, nullable=True),
        "threshold": number("b/delta", gt=0, nullable=True),
        "scale": number("s/delta of the one feature", gt=0, nullable=True),
        "found": share("share K/d of features that are found", nullable=True),
        "value": number(
            "price over s^2, its price where nothing is learned; or the sum over the risk", ge=0, nullable=True
        ),
        "paper": number("the paper's sum over the risk", nullable=True),
        "status": STATUS,
    },
    unique=["series", "network", "exponent", "dim", "n_eff", "weight_decay", "threshold", "scale"],
)
