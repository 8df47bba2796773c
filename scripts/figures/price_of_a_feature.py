"""What a feature adds to the risk, beside Result 3."""

from scaling_spectra.plotting import price_of_a_feature
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"price": "tables/price_of_a_feature", "study": "studies/feature_price"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(price_of_a_feature.compose)

if __name__ == "__main__":
    run(main, snakemake)
