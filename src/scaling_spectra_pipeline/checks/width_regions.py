"""Predicted regions in (n_eff, p) against the local exponents of state evolution, deep inside each."""

import numpy as np
import pandas as pd

from scaling_spectra.arrays import Array, Mask
from scaling_spectra.ties import TIE
from scaling_spectra.width_phases import BEYOND, LIMITED, WidthPhases
from scaling_spectra_pipeline.checks.finding import Finding

# decades from the nearest point of another region that are deep inside
DEEP = 0.7
# columns of the lines between regions
LINES = ("best", "interpolation", "enough")
# largest distance of an exponent there, for one of zero; steep ones bend more at few units
NEAR = 0.12
# by how much the risk beyond the peak may rise: the peak is as wide as weight decay makes it
RISING = 0.1


def regions_are_those_of_state_evolution(path: str, table: pd.DataFrame) -> Finding:
    """Exponents of a region hold within it, and beyond the interpolation peak the risk falls with the width."""
    first = table.iloc[0]
    phases = WidthPhases(first["dim"], first["gamma"], first["noise_var"], first["weight_decay"])
    grids = {
        name: table.pivot(index="n_eff", columns="hidden", values=name)
        for name in ("region", "slope_n_eff", "slope_hidden", "predicted_n_eff", "predicted_hidden")
    }
    regions = grids["region"].to_numpy()
    log_n, log_p = np.log10(grids["region"].index.to_numpy(float)), np.log10(grids["region"].columns.to_numpy(float))
    predicted_p = grids["predicted_hidden"].to_numpy(float)
    # p + 1/2 units at the ends of sums: on the same grid, since few units differ by much of their number
    missed = np.log([phases.missed(float(p)) for p in grids["region"].columns])
    predicted_p = np.where(regions == LIMITED, np.gradient(missed, log_p * np.log(10)), predicted_p)
    pairs = (("slope_n_eff", grids["predicted_n_eff"].to_numpy(float)), ("slope_hidden", predicted_p))
    off = np.fmax(*(np.abs(grids[name].to_numpy(float) - known) / (1 + np.abs(known)) for name, known in pairs))
    falls = np.maximum(grids["slope_hidden"].to_numpy(float) - RISING, 0)
    off = np.where(regions == BEYOND, falls, off)
    lines = table.drop_duplicates("n_eff").set_index("n_eff").loc[grids["region"].index]
    from_lines = [np.abs(log_p - np.log10(lines[name].to_numpy(float))[:, None]) for name in LINES]
    # slopes are differences over two steps
    deep = DEEP + np.diff(log_n).max() / 2
    inside = np.minimum(depths(regions, log_n, log_p), np.min(from_lines, axis=0)) >= deep * (1 - TIE)
    judged = inside & np.isfinite(off)
    worst = float(off[judged].max(initial=0.0))
    named = ", ".join(f"{name} {int((judged & (regions == name)).sum())}" for name in sorted(set(regions[judged])))
    detail = f"{judged.sum()} points deep inside a region ({named or 'none'}), exponents {worst:.3f} off at most"
    return Finding("regions of the width", path, worst <= NEAR, detail)


def depths(regions: Array, log_n: Array, log_p: Array) -> Array:
    """Decades from each point of a grid to the nearest of another region; 0 where a neighbour is of another."""
    n, p = np.meshgrid(log_n, log_p, indexing="ij")
    found = np.empty(regions.shape)
    for place in np.ndindex(regions.shape):
        others: Mask = regions != regions[place]
        found[place] = np.hypot(n[others] - n[place], p[others] - p[place]).min(initial=np.inf)
    for axis in (0, 1):
        changes = np.take(regions, range(1, regions.shape[axis]), axis) != np.take(
            regions, range(regions.shape[axis] - 1), axis
        )
        for side in (slice(None, -1), slice(1, None)):
            np.moveaxis(found, axis, 0)[side][np.moveaxis(changes, axis, 0)] = 0.0
    return found
