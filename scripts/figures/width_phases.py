"""What limits a network of p hidden units, in (n_eff, p)."""

from scaling_spectra.plotting import width_phases
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"phases": "tables/width_phases"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(width_phases.compose)

if __name__ == "__main__":
    run(main, snakemake)
