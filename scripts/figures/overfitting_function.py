"""Result 1: the overfitting function rho(t) of both networks, with its asymptotes."""

from scaling_spectra.plotting import overfitting_function
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"table": "tables/overfitting_function"}
main = drawn_by(overfitting_function.compose)

if __name__ == "__main__":
    run(main, snakemake)
