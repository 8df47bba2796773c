"""Result 3: overfitting, underfitting and approximation beside the exact risk."""

from scaling_spectra.plotting import result3_decomposition
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"table": "tables/error_decomposition"}
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(result3_decomposition.compose)

if __name__ == "__main__":
    run(main, snakemake)
