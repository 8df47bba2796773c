"""The risk against the norm that is learned, for several numbers of samples."""

from scaling_spectra.plotting import dynamics
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"study": "studies/gradient_descent"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(dynamics.compose_norms)

if __name__ == "__main__":
    run(main, snakemake)
