"""What feature learning is worth: optimal feature learning, optimal lazy learning and Bayes-optimal risk."""

from scaling_spectra.plotting import feature_learning_gain
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"study": "studies/feature_learning_gain", "gain": "tables/gain_curves"}
NOISELESS = False
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(feature_learning_gain.compose)

if __name__ == "__main__":
    run(main, snakemake)
