"""One row per point beyond interpolation: risk, and how much of the spectrum stands out of the noise."""

from scaling_spectra_pipeline.schemas.columns import KEY, POINT, SOUND, number, schema, share, text, whole_number

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "full_spectrum": number("n_eff from which every feature stands above the noise (VIa | VIb)", gt=0),
        "replicas": whole_number("replicas; 0 between trained points: theory alone", ge=0),
        "sound": SOUND,
        "risk": number("mean excess risk R (quadratic: 2 M)", ge=0, nullable=True),
        "risk_error": number("its standard error", ge=0, nullable=True),
        "predicted_risk": number("risk of state evolution, averaged over teachers", ge=0, nullable=True),
        "outside": share("share of learned weights beyond the predicted noise bulk", nullable=True),
        "predicted_outside": share("that of the predicted law", nullable=True),
        "spectral_class": text("class of the predicted law, by the rules of spectral_class.py, or no solution"),
    },
    unique=KEY,
)
