"""Draw the teachers of one batch of replicas, and the seeds and first rows of their samples.

Samples themselves are cheaper to draw again than to store: a training job rebuilds them from the
seed and compares the first rows with those kept here.
"""

from typing import Any

import numpy as np

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.replicas import draw_teacher
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.data import write_data
from scaling_spectra_pipeline.job import job


def main(output: str, ensemble: dict[str, Any], teacher: Settings, replicas: list[int], root_seed: int):
    of = Ensemble(**ensemble)
    spectrum = make(teacher).spectrum(of.dim)
    drawn = [draw_teacher(of.network, spectrum, of.noise_var, number, root_seed) for number in replicas]
    write_data(output, of, replicas, np.array(drawn), root_seed)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
