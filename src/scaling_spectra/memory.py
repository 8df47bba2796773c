"""Bytes of samples that are held in memory, and bytes that a solver of the quadratic network may use beside them."""

# of a training job
HELD = 2e9
# of a job of a study
HELD_IN_STUDIES = 5e8
