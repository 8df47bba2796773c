"""Result 1: both networks against effective samples."""

from scaling_spectra.plotting import universality
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"training": "training/excess_risk", "theory": "theory/excess_risk"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(universality.compose)

if __name__ == "__main__":
    run(main, snakemake)
