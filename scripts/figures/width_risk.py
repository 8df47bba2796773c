"""Risk against the number of hidden units: networks on theory, theory at large d, published numbers."""

from scaling_spectra.plotting import width
from scaling_spectra_pipeline import published_numbers
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {
    "study": "studies/few_hidden_units",
    "curves": "tables/width_risk",
    "published": "tables/width_published",
    "between": "tables/published_curves",
}
OPTIONAL = ("between",)
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(width.compose_risk, of_published=(published_numbers.GAMMA, published_numbers.DIM))

if __name__ == "__main__":
    run(main, snakemake)
