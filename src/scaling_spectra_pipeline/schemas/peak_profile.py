"""One row per point: state evolution averaged over teachers, across the interpolation peak."""

from scaling_spectra_pipeline.schemas import peak_height
from scaling_spectra_pipeline.schemas.columns import schema

SCHEMA = schema(__doc__, peak_height.SCHEMA.columns, unique=peak_height.SCHEMA.unique)
