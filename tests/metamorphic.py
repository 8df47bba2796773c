"""Tables from inputs whose last digits are changed, beside those from the inputs themselves."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pandas as pd

SCRIPTS = Path(__file__).parent.parent / "scripts/tables"
# relative change of every float that goes in, and the largest relative difference of those that come out
SHIFT, CLOSE = 1e-13, 1e-8
# what is known less well: the accepted difference
LOOSE = {
    # a risk that is 1e-13 above its minimum is 1e-6 away from it
    "weight_decay": 1e-4,
    # quotients of differences on a grid
    "slope": 1e-7,
}
# what may vanish, being a difference or a part: the column, or the number, that measures it
UNITS = {**dict.fromkeys(["overfitting", "underfitting", "approximation"], "risk"), "slope": 1.0}


def shifted(value, seed: int):
    """The same with every float changed by at most SHIFT, relatively; equal floats stay equal."""
    if isinstance(value, dict):
        return {key: shifted(part, seed) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(shifted(part, seed) for part in value)
    if isinstance(value, pd.DataFrame):
        floats = value.select_dtypes(float)
        return value.assign(**{name: shifted(floats[name].to_numpy(), seed) for name in floats})
    if isinstance(value, float):
        return float(shifted(np.array([value]), seed)[0])
    if not isinstance(value, np.ndarray):
        return value
    distinct, place = np.unique(value, return_inverse=True)
    # drawn from its digits, so that one number has one shift wherever it stands
    draws = [np.random.default_rng([seed, int(bits)]).uniform(-1, 1) for bits in distinct.view(np.uint64)]
    return (distinct * (1 + SHIFT * np.array(draws)))[place].reshape(value.shape)


def table(name: str, folder: Path, inputs: dict[str, pd.DataFrame | list[pd.DataFrame]], arguments: dict):
    """What a script of scripts/tables writes."""
    main = run_path(str(SCRIPTS / f"{name}.py"))["main"]
    paths: dict = {}
    for role, found in inputs.items():
        several = [found] if isinstance(found, pd.DataFrame) else found
        written = [folder / f"{role}{index}.csv" for index in range(len(several))]
        for part, path in zip(several, written, strict=True):
            part.to_csv(path, index=False)
        paths[role] = str(written[0]) if isinstance(found, pd.DataFrame) else [str(path) for path in written]
    takes = main.__code__.co_varnames[: main.__code__.co_argcount]
    main(str(folder / "output.csv"), **({"inputs": paths} if "inputs" in takes else {}), **arguments)
    return read(folder / "output.csv")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


def differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """Where two tables of the same numbers, but for rounding, differ."""
    if ours.shape != theirs.shape:
        return [f"{len(ours)} rows, {len(theirs)} with changed digits"]
    found = []
    for column in ours:
        first, second = ours[column], theirs[column]
        if first.dtype != float or second.dtype != float:
            apart = ~((first == second) | (first.isna() & second.isna()))
        else:
            unit = UNITS.get(column, column)
            scale = unit if isinstance(unit, float) else np.maximum(ours[unit].abs(), theirs[unit].abs())
            apart = (first - second).abs() > LOOSE.get(column, CLOSE) * scale
            apart |= first.isna() != second.isna()
        if apart.any():
            row = int(apart.to_numpy().argmax())
            found.append(f"{column}: {apart.sum()} of {len(ours)} rows, {first[row]} and {second[row]} in row {row}")
    return found
