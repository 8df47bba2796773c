"""Real inputs against Gaussian measurements and the effective model: where state evolution is exact."""

from scaling_spectra.plotting import gaussian_design
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"table": "studies/gaussian_design"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(gaussian_design.compose)

if __name__ == "__main__":
    run(main, snakemake)
