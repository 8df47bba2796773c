"""Families of teachers: the gain of feature learning, and the spectra and tails that are learned."""

from scaling_spectra.plotting import teachers
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {"study": "studies/teachers", "tails": "tables/family_tails"}
OPTIONAL = ("tails",)
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(teachers.compose)

if __name__ == "__main__":
    run(main, snakemake)
