"""Figure 2: learned spectra of the quadratic network, phase by phase."""

from scaling_spectra.plotting import learned_law
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"table": "tables/learned_law"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(learned_law.compose, network="quadratic")

if __name__ == "__main__":
    run(main, snakemake)
