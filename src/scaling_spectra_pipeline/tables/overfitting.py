"""One row per value of the overfitting function rho: risk over Delta of the interpolator of pure noise."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import POINT, POSITIVE, STATUS, number

SCHEMA = pa.DataFrameSchema(
    {
        "network": POINT["network"],
        "ratio": number("t = n_eff/d, below interpolation", POSITIVE),
        "rho": number("overfitting function rho(t)", POSITIVE),
        "asymptote": number("its leading order for t -> 0: -1/log t, (2/7)(15 pi t/4)^(2/5)", POSITIVE),
        "solved": number(
            "risk over Delta of state evolution for a teacher of zeros at tiny lambda", POSITIVE, nullable=True
        ),
        "status": STATUS,
    },
    unique=["network", "ratio"],
    description="One row per value of the overfitting function rho: risk over Delta of the interpolator of pure noise.",
    strict=True,
    ordered=True,
)
