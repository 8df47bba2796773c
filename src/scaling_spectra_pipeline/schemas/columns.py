"""Columns that tables share, and how tables are read and written.

Each kind of table has a module beside this one with its ``SCHEMA``.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors

from scaling_spectra import networks
from scaling_spectra.ensemble import ENSEMBLE, Ensemble
from scaling_spectra.records import SOLVED
from scaling_spectra_pipeline.job import whole
from scaling_spectra_pipeline.seals import verified

FINITE = pa.Check(lambda values: np.isfinite(values), name="finite", error="finite")


def number(
    description: str,
    *,
    gt: float | None = None,
    ge: float | None = None,
    le: float | None = None,
    nullable: bool = False,
) -> pa.Column:
    """A column of finite numbers above `gt`, from `ge`, up to `le`."""
    return pa.Column(float, [FINITE, *_bounds(gt, ge, le)], nullable=nullable, coerce=True, description=description)


def whole_number(description: str, *, gt: int | None = None, ge: int | None = None) -> pa.Column:
    """A column of integers above `gt`, or from `ge`."""
    return pa.Column(int, _bounds(gt, ge), coerce=True, description=description)


def gap(description: str) -> pa.Column:
    """A column of relative duality gaps, which rounding may take below zero or above one."""
    return number(description, ge=-1e-9, le=1 + 1e-9, nullable=True)


def share(description: str, *, nullable: bool = False) -> pa.Column:
    """A column of fractions, sums that rounding may take below zero or above one."""
    return number(description, ge=-1e-12, le=1 + 1e-12, nullable=nullable)


def _bounds(gt: float | None, ge: float | None, le: float | None = None) -> list[pa.Check]:
    limits = ((pa.Check.gt, gt), (pa.Check.ge, ge), (pa.Check.le, le))
    return [check(limit) for check, limit in limits if limit is not None]


def text(description: str, *accepted: str, nullable: bool = False) -> pa.Column:
    """A column of words, any or those accepted."""
    checks = [pa.Check.isin(accepted)] if accepted else []
    return pa.Column(str, checks, nullable=nullable, coerce=True, description=description)


def flag(description: str) -> pa.Column:
    return pa.Column(bool, coerce=True, description=description)


STATUS = text("solved, or in one line why a number of this row is missing")


def missing_where_unsolved(*numbers: str) -> pa.Check:
    """A row has all these numbers where its status says so, and none elsewhere."""

    def holds(table: pd.DataFrame) -> pd.Series:
        known, solved = table[list(numbers)].notna(), table["status"] == SOLVED
        return (known.all(axis=1) & solved) | (~known.any(axis=1) & ~solved)

    return pa.Check(holds, name="numbers where status is solved", error="numbers where status is solved")


REPLICA = whole_number("index of the teacher and data set", ge=0)
METHOD = text("network (trained) or convex (equivalent problem solved)", "network", "convex")
CONVERGED = flag("whether the gap met the tolerance")
UNIQUE = flag("false where the minimiser is recognised as not unique")
SOLVER = text("algorithms used, in their order")
SOUND = flag("whether every replica is certified and every minimiser unique")
# of what a study trains or solves
SOLUTION = {
    "relative_gap": gap("relative duality gap"),
    "converged": CONVERGED,
    "unique": UNIQUE,
    "solver": SOLVER,
}
POINT = {
    "network": text(f"one of {', '.join(networks.names())}", *networks.names()),
    "teacher": text("key of the teacher: its parameters with their values, a checksum of given scales"),
    "gamma": number(
        "exponent of the teacher's power law, s_i = sqrt(d) i^(-gamma); empty for another teacher",
        gt=0.5,
        nullable=True,
    ),
    "noise_var": number("label noise variance Delta", ge=0),
    "dim": whole_number("input dimension d", gt=0),
    "decay_coefficient": number("c in lambda = c d^e", gt=0),
    "decay_exponent": number("e in lambda = c d^e"),
    "weight_decay": number("lambda", gt=0),
    "n_eff": number("effective samples: n (diagonal), n/d (quadratic)", gt=0),
    "samples": whole_number("number of samples n", gt=0),
}
# what names a point; gamma only says more of the teacher
KEY = [name for name in POINT if name != "gamma"]
# of a study that chooses lambda itself
OF_CHOSEN = {name: column for name, column in POINT.items() if not name.startswith("decay_")}
KEY_CHOSEN = [name for name in OF_CHOSEN if name != "gamma"]
OF_ENSEMBLE = {name: POINT[name] for name in ("network", "teacher", "gamma", "noise_var", "dim")}


def schema(
    description: str | None,
    columns: dict[str, pa.Column],
    unique: list[str] | None = None,
    checks: pa.Check | list[pa.Check] | None = None,
) -> pa.DataFrameSchema:
    """Schema of a table that has these columns, in this order, and no other; its module's docstring describes it."""
    return pa.DataFrameSchema(columns, unique=unique, checks=checks, description=description, strict=True, ordered=True)


def ensembles_of(table: pd.DataFrame) -> Iterator[tuple[Ensemble, pd.DataFrame]]:
    """Ensembles of a table, in the order of their columns, with their rows."""
    for key, rows in table.groupby(list(ENSEMBLE)):
        network, teacher, noise_var, dim = key
        gamma = rows["gamma"].iloc[0]
        yield Ensemble(network, teacher, noise_var, dim, None if pd.isna(gamma) else float(gamma)), rows


def read(path: str | Path, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Read a table, check that it is what its job wrote, and check it against its schema.

    Raises
    ------
    SealError
        If the file was truncated or edited.
    ValueError
        If it does not match: one line that names the file.
    """
    return _validated(pd.read_csv(verified(path)), schema, path)


def read_all(paths: list[str], schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Read tables as `read` does, below each other."""
    tables = [pd.read_csv(verified(path)) for path in paths]
    try:
        return schema.validate(pd.concat(tables, ignore_index=True))
    except (SchemaError, SchemaErrors):
        # one by one, to name the file; they may break the schema together only
        checked = [_validated(table, schema, path) for table, path in zip(tables, paths, strict=True)]
        return pd.concat(checked, ignore_index=True)


def _validated(table: pd.DataFrame, schema: pa.DataFrameSchema, path: str | Path) -> pd.DataFrame:
    """The table, coerced to the types of its schema."""
    try:
        return schema.validate(table)
    except (SchemaError, SchemaErrors) as error:
        first = error.schema_errors[0] if isinstance(error, SchemaErrors) else error
        # without the schema's and the table's own text
        message = str(first).partition("\n")[0].partition(" {")[0]
        raise ValueError(f"{path}: {message}") from None


def write(table: pd.DataFrame, path: str, schema: pa.DataFrameSchema) -> None:
    """Check a table against its schema and write it whole, floats in shortest exact form."""
    checked = _validated(table[list(schema.columns)], schema, path)
    with whole(path) as partial:
        checked.to_csv(partial, index=False, lineterminator="\n")
