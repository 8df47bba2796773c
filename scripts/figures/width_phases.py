"""What limits a network of p hidden units, in (n_eff, p)."""

from scaling_spectra.plotting import width
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"phases": "tables/width_phases"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(width.compose_phases)

if __name__ == "__main__":
    run(main, snakemake)
