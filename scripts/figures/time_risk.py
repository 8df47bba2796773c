"""Risk of gradient flow against time and against compute."""

from scaling_spectra.plotting import time_risk
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"table": "tables/time_risk"}
main = drawn_by(time_risk.compose)

if __name__ == "__main__":
    run(main, snakemake)
