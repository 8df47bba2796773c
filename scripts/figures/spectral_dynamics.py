"""Learned weights against training time: gradient descent beside gradient flow."""

from scaling_spectra.plotting import dynamics
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"study": "studies/gradient_descent", "flow": "tables/spectral_dynamics"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(dynamics.compose_spectra)

if __name__ == "__main__":
    run(main, snakemake)
