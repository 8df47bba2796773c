"""One row per point along n_eff beyond interpolation: risk, and how much of the spectrum stands out of the noise."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    FRACTION,
    KEY,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    flag,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "full_spectrum": number("n_eff from which every feature stands above the noise (VIa | VIb)", POSITIVE),
        "replicas": whole_number("replicas", POSITIVE),
        "sound": flag("whether every replica is certified and every minimiser unique"),
        "risk": number("mean excess risk R (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "risk_error": number("its standard error", NON_NEGATIVE, nullable=True),
        "predicted_risk": number("risk of state evolution, averaged over teachers", NON_NEGATIVE),
        "outside": number("share of learned weights beyond the predicted noise bulk", FRACTION, nullable=True),
        "predicted_outside": number("that of the predicted law", FRACTION),
        "spectral_class": text("class of the predicted law, by the rules of spectral_class.py"),
    },
    unique=KEY,
    description="One row per point beyond interpolation: risk, and how much of the spectrum stands out of the noise.",
    strict=True,
    ordered=True,
)
