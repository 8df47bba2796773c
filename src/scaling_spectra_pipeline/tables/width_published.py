"""One row per published number of samples: state evolution beside the numbers of arXiv:2606.28242."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import POSITIVE, number, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        "samples": number("number of samples n, at d = 400, gamma = 1.25, Delta = 0.1", POSITIVE),
        "ratio": number("n/d", POSITIVE),
        "published_theory": number("R = 2 M of their state evolution at full width, by sampled matrices", POSITIVE),
        "published_networks": number("R = 2 M of their trained networks of p = 800", POSITIVE),
        "theory": number("R of state evolution at full width", POSITIVE),
        "published_best": whole_number("best width in their state evolution", POSITIVE),
        "best": whole_number("best width in state evolution", POSITIVE),
        "best_risk": number("R there", POSITIVE),
        "law": whole_number("best width by the law", POSITIVE),
        "law_risk": number("R there", POSITIVE),
    },
    unique=["samples"],
    description="One row per published number of samples: state evolution beside the numbers of arXiv:2606.28242.",
    strict=True,
    ordered=True,
)
