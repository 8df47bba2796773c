"""Risk of gradient flow against time, and against compute p t for several widths and for the best one."""

import itertools

import numpy as np
import pandas as pd

from scaling_spectra.flow import best_width, mean_squared_error
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks import names, supports
from scaling_spectra.networks.interface.flow import flow_of
from scaling_spectra.spectrum import Spectrum
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import time_risk as flow_table
from scaling_spectra_pipeline.schemas.columns import write

PARAMETERS = {}
GAMMAS = (0.75, 1.0, 1.5)
LARGE_DIMS = (1_000_000,)
# sigma(0)/s_1, so small that little is left of its logarithm
START = 1e-40
# s_1 t, and p s_1 t
TIMES, COMPUTES = np.geomspace(30, 3e4, 97), np.geomspace(1e3, 3e7, 109)
WIDTHS = (3, 30, 300)
MATRIX = "quadratic"


def main(output: str):
    rows = []
    for gamma, dim in itertools.product(GAMMAS, LARGE_DIMS):
        spectrum = merged_power_law(dim, gamma)
        of = {"teacher_gamma": gamma, "dim": dim}
        for network in (name for name in names() if supports(name, "flow")):
            risks = flow_of(network).risk(spectrum, START * spectrum.values[0], TIMES / spectrum.values[0])
            for time, risk in zip(TIMES, risks, strict=True):
                at = {"width": dim, "scaled_time": time, "scaled_compute": dim * time}
                rows.append(of | {"network": network, "series": flow_table.TIME, "risk": risk} | at)
        rows += [of | row for row in of_compute(spectrum)]
    write(pd.DataFrame(rows), output, flow_table.SCHEMA)


def of_compute(spectrum: Spectrum) -> list[dict]:
    """Rows of the quadratic network with p hidden units, which start along the p strongest features."""
    first = float(spectrum.values[0])
    rows = []
    for width in WIDTHS:
        errors = mean_squared_error(spectrum, START * first, COMPUTES / width / first, width=width)
        at = {"series": flow_table.WIDTH, "width": width}
        rows += [at | {"scaled_compute": c, "risk": 2 * e} for c, e in zip(COMPUTES, errors, strict=True)]
    for compute in COMPUTES:
        width, error = best_width(spectrum, START * first, compute / first)
        rows.append({"series": flow_table.BEST, "width": width, "scaled_compute": compute, "risk": 2 * error})
    return [row | {"network": MATRIX, "scaled_time": row["scaled_compute"] / row["width"]} for row in rows]


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
