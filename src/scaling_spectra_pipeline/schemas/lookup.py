"""The schema of a table that is known by its stage alone.

Whoever imports this depends on every schema, or on those of the stages that a rule names; a script with one kind of
table imports its module instead.
"""

from importlib import import_module

import pandera.pandas as pa


def schema_of(stage: str) -> pa.DataFrameSchema:
    """Schema of a stage's tables."""
    return import_module(f"scaling_spectra_pipeline.schemas.{stage}").SCHEMA
