"""Correlated inputs: the phase diagram for several input exponents, and what weight decay learns with them."""

from scaling_spectra.plotting import correlated_inputs
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {
    "study": "studies/correlated_inputs",
    "boundaries": "tables/correlated_boundaries",
    "exponents": "tables/correlated_exponents",
    "curves": "tables/correlated_curves",
    "decays": "tables/correlated_decays",
}
POWER_LAW = True
main = drawn_by(correlated_inputs.compose)

if __name__ == "__main__":
    run(main, snakemake)
