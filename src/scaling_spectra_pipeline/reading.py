"""Tables as figures read them: without the library of schemas, whose import would take longer than many figures."""

from pathlib import Path

import pandas as pd

from scaling_spectra_pipeline.seals import is_sealed, verified
from scaling_spectra_pipeline.stages import stage_of


def read_tables(inputs: dict[str, str]) -> dict[str, pd.DataFrame]:
    """Tables by name. A sealed one met its schema when it was written; another is checked against it now.

    Raises
    ------
    SealError
        If a file is not what its job wrote.
    ValueError
        If a file without a seal does not match the schema of its stage (its folder).
    """
    return {name: _read(path) for name, path in inputs.items()}


def _read(path: str) -> pd.DataFrame:
    if is_sealed(path):
        return pd.read_csv(verified(path))
    from scaling_spectra_pipeline.schemas.columns import read
    from scaling_spectra_pipeline.schemas.lookup import schema_of

    return read(Path(path), schema_of(stage_of(path)))
