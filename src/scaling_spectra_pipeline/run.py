"""``python -m scaling_spectra_pipeline.run ARGUMENTS``: Snakemake, refused in one line while another run builds."""

import os
import sys
from pathlib import Path

from scaling_spectra_pipeline.lock import occupied


def main(arguments: list[str]) -> None:
    """Become Snakemake in the current folder."""
    obstacle = occupied(Path.cwd())
    if obstacle:
        sys.exit(obstacle)
    snakemake = Path(sys.executable).with_name("snakemake")
    os.execv(snakemake, [str(snakemake), *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
