"""Distance of exponents from the predicted ones at finite d, phase by phase."""

from scaling_spectra.plotting import finite_size
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"sizes": "tables/finite_size"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(finite_size.compose)

if __name__ == "__main__":
    run(main, snakemake)
