"""What features add to the risk, one by one; and sums over features beside the risk itself."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import FRACTION, NON_NEGATIVE, POINT, POSITIVE, STATUS, number, text

CURVE, SUM = "price of a feature", "sum over features"

SCHEMA = pa.DataFrameSchema(
    {
        "series": text("price of one feature, or the sum of overfitting and prices over the risk", CURVE, SUM),
        "network": POINT["network"],
        "exponent": number("exponent of the power law that is summed over", POSITIVE, nullable=True),
        "dim": number("its d", POSITIVE, nullable=True),
        "n_eff": number("effective samples", POSITIVE, nullable=True),
        "weight_decay": number("lambda", POSITIVE, nullable=True),
        "threshold": number("b/delta", POSITIVE),
        "scale": number("s/delta of the one feature", POSITIVE, nullable=True),
        "found": number("share K/d of features that are found", FRACTION, nullable=True),
        "value": number("price over s^2, its price where nothing is learned; or the sum over the risk", NON_NEGATIVE),
        "paper": number("the paper's sum over the risk", nullable=True),
        "status": STATUS,
    },
    unique=["series", "network", "exponent", "dim", "n_eff", "weight_decay", "threshold", "scale"],
    description="What features add to the risk, one by one; and sums over features beside the risk itself.",
    strict=True,
    ordered=True,
)
