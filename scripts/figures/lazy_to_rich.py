"""The diagonal network without weight decay, from lazy to rich as its initial scale falls."""

from scaling_spectra.plotting import lazy_to_rich
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"study": "studies/lazy_to_rich", "curves": "tables/lazy_to_rich_curves"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(lazy_to_rich.compose)

if __name__ == "__main__":
    run(main, snakemake)
