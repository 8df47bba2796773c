"""Corollary 1: risk along the weight decay, and at its best beside the Bayes-optimal risk."""

from scaling_spectra.plotting import corollary1_optimal
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {
    "training": "training/weight_decay_scan",
    "decay": "tables/risk_along_decay",
    "optimal": "tables/optimal_decay",
    "landmarks": "tables/landmarks",
}
NOISELESS = False
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(corollary1_optimal.compose)

if __name__ == "__main__":
    run(main, snakemake)
