"""The best number of hidden units, what it is worth, and the frontier of compute."""

from scaling_spectra.plotting import width
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"best": "tables/width_best", "curves": "tables/width_risk"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(width.compose_best)

if __name__ == "__main__":
    run(main, snakemake)
