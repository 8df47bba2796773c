"""One row per value of the overfitting function rho: risk over Delta of the interpolator of pure noise."""

from scaling_spectra_pipeline.schemas.columns import POINT, STATUS, number, schema

SCHEMA = schema(
    __doc__,
    {
        "network": POINT["network"],
        "ratio": number("t = n_eff/d, below interpolation", gt=0),
        "rho": number("overfitting function rho(t)", gt=0),
        "asymptote": number("its leading order for t -> 0: -1/log t, (2/7)(15 pi t/4)^(2/5)", gt=0),
        "solved": number(
            "risk over Delta of state evolution for a teacher of zeros at tiny lambda", gt=0, nullable=True
        ),
        "status": STATUS,
    },
    unique=["network", "ratio"],
)
