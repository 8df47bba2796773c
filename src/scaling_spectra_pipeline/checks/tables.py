"""One table: schema, and the rows that the configuration asks for."""

import itertools
from typing import Any

import pandas as pd

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.measurement_ensembles import MEASURED, may_be_unsolved
from scaling_spectra.records import SOLVED
from scaling_spectra_pipeline.checks.finding import Finding, where
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of
from scaling_spectra_pipeline.stages import stage_of

# share of rows that may lack a solution
UNSOLVED = 0.01
SETTINGS = ("noise_var", "dim")
POINT = [*ENSEMBLE, "decay_coefficient", "decay_exponent", "n_eff", "replica"]


def valid_table(path: str) -> tuple[Finding, pd.DataFrame | None]:
    """Whether the table exists, is what its job wrote and matches the schema of its stage; and the table if so."""
    try:
        table = read(path, schema_of(stage_of(path)))
    except FileNotFoundError:
        return Finding("schema", path, False, "missing"), None
    except ValueError as error:
        return Finding("schema", path, False, str(error).splitlines()[0].removeprefix(path).lstrip(": ")), None
    return Finding("schema", path, True, f"{len(table)} rows"), table


def table_is_complete(path: str, table: pd.DataFrame, grids: list[dict[str, Any]]) -> Finding:
    """The points of a table are exactly those that the configuration asks for.

    Parameters
    ----------
    grids : list of dict
        One an ensemble: network, teacher, noise_var, dim, and lists n_eff, weight_decays (pairs c, e) and replica. A
        study that chooses lambda itself has no weight_decays.
    """
    rows = []
    for grid in grids:
        ensemble = {name: grid[name] for name in ENSEMBLE}
        for n_eff, (c, e), replica in itertools.product(
            grid["n_eff"], grid["weight_decays"] or [(None, None)], grid["replica"]
        ):
            point = {"n_eff": n_eff, "decay_coefficient": c, "decay_exponent": e, "replica": replica}
            rows.append(ensemble | point)
    asked = pd.DataFrame(rows)
    on = [name for name in POINT if name in table and asked[name].notna().all()]
    asked = asked[on].drop_duplicates().astype({name: table[name].dtype for name in on})
    if "model" in table:
        # a point is solved for each of these; others were drawn, in any number
        table = table[table["model"].isin(MEASURED)]
        asked = asked.merge(table[["model"]].drop_duplicates(), how="cross")
        on.append("model")
    both = table[on].drop_duplicates().merge(asked, how="outer", indicator="side")
    missing, extra = (both[both["side"] == side] for side in ("right_only", "left_only"))
    twice = int(table.duplicated([*POINT, *({"model"} & set(table))]).sum()) if set(POINT) <= set(table) else 0
    detail = f"{len(asked) - len(missing)} of {len(asked)} points"
    detail += f"; missing {where(missing.iloc[0])}" if len(missing) else ""
    detail += f"; {len(extra)} not asked for, as {where(extra.iloc[0])}" if len(extra) else ""
    detail += f"; {twice} rows of a point that has one already" if twice else ""
    return Finding("complete", path, not (len(missing) or len(extra) or twice), detail)


def points_are_solved(path: str, table: pd.DataFrame) -> Finding:
    """Every row has numbers, but those that may have none.

    Effective models of inputs need not have a solution at few samples; of theory, rounding and the bound on the work of
    a solve explain a row in a hundred.
    """
    without = table[table["status"] != SOLVED]
    excused = may_be_unsolved(without) if "model" in table else pd.Series(False, index=without.index)
    few = 0 if "relative_gap" in table else UNSOLVED * len(table)
    detail = f"{len(table) - len(without)} of {len(table)} rows"
    if excused.any():
        detail += f"; {excused.sum()} of the others may be without: their equations need not have a solution"
    for row in without[~excused].head(1).to_dict("records"):
        detail += f"; without numbers {where(row)}: {row['status']}"
    return Finding("solved", path, bool((~excused).sum() <= few), detail)


def settings_are_those_asked_for(path: str, table: pd.DataFrame, settings: dict[str, Any]) -> Finding:
    """No row belongs to a teacher, exponent, noise or dimension that the configuration does not hold."""
    named = [name for name in ("teacher", *SETTINGS) if name in table]
    foreign = {name: sorted(set(table[name].dropna()) - set(settings[name])) for name in named}
    if {"gamma", "teacher"} <= set(table) and not foreign["teacher"]:
        exponents = table["teacher"].map(settings["teacher"]).astype(float)
        of_others = table["gamma"][~((table["gamma"] == exponents) | (table["gamma"].isna() & exponents.isna()))]
        foreign["gamma"] = of_others.tolist()
    found = "; ".join(
        f"{name} = {values[0] if name == 'teacher' else f'{values[0]:g}'} is not of this configuration"
        for name, values in foreign.items()
        if values
    )
    return Finding("settings", path, not found, found or f"{', '.join(named) or 'none'} as configured")
