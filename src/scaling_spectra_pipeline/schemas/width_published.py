"""One row per published number of samples: state evolution beside the numbers of arXiv:2606.28242."""

from scaling_spectra_pipeline.schemas.columns import number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        "samples": number("number of samples n, at d = 400, gamma = 1.25, Delta = 0.1", gt=0),
        "ratio": number("n/d", gt=0),
        "published_theory": number("R = 2 M of their state evolution at full width, by sampled matrices", gt=0),
        "published_networks": number("R = 2 M of their trained networks of p = 800", gt=0),
        "theory": number("R of state evolution at full width", gt=0),
        "published_best": whole_number("best width in their state evolution", gt=0),
        "best": whole_number("best width in state evolution", gt=0),
        "best_risk": number("R there", gt=0),
        "law": whole_number("best width by the law", gt=0),
        "law_risk": number("R there", gt=0),
    },
    unique=["samples"],
)
