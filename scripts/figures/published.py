"""Published numbers against what is predicted here."""

from scaling_spectra.plotting import published
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"table": "tables/published_comparison", "curves": "tables/published_curves"}
main = drawn_by(published.compose)

if __name__ == "__main__":
    run(main, snakemake)
