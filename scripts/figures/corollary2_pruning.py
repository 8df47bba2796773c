"""Corollary 2: pruning after training beside tuning the weight decay."""

from scaling_spectra.plotting import corollary2_pruning
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"points": "tables/pruning", "curves": "tables/pruning_curves", "landmarks": "tables/landmarks"}
NOISELESS = False
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(corollary2_pruning.compose)

if __name__ == "__main__":
    run(main, snakemake)
