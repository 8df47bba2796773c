"""Early stopping against weight decay, alone and together."""

from scaling_spectra.plotting import early_stopping
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"study": "studies/gradient_descent", "stopping": "tables/early_stopping"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(early_stopping.compose)

if __name__ == "__main__":
    run(main, snakemake)
