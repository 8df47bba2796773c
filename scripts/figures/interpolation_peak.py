"""Result 1: the interpolation peak of both networks, its height against weight decay, and place."""

from scaling_spectra.plotting import interpolation_peak
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"height": "tables/peak_height", "profile": "tables/peak_profile", "training": "training/peak"}
OPTIONAL = ("training",)
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(interpolation_peak.compose)

if __name__ == "__main__":
    run(main, snakemake)
