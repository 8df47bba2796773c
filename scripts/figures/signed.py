"""The signed network: its risk, and a learned spectrum with outliers on both sides."""

from scaling_spectra.plotting import signed
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"training": "training/signed", "theory": "theory/signed", "learned": "tables/signed_spectrum"}
main = drawn_by(signed.compose)

if __name__ == "__main__":
    run(main, snakemake)
