"""Tail exponent of learned weights against weight decay and excess risk."""

from scaling_spectra.plotting import heavy_tails
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"table": "tables/heavy_tails", "transition": "tables/tail_transition"}
OPTIONAL = ("transition",)
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(heavy_tails.compose)

if __name__ == "__main__":
    run(main, snakemake)
