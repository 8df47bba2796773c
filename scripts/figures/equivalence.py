"""Trained networks against their convex equivalents: differences of objective and risk, cost of training."""

from scaling_spectra.plotting import equivalence
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"equivalence": "studies/equivalence"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(equivalence.compose)

if __name__ == "__main__":
    run(main, snakemake)
