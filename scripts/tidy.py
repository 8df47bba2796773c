"""Removes what no rule of a configuration makes any more: the files of a figure or table whose script is gone."""

import sys
from pathlib import Path

from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.job import job


def main(left: list[str], accounts: list[str]) -> None:
    """Remove those of the files that a job wrote and nobody has changed; others may be somebody's own, and stay.

    `accounts` are logs and benchmarks of jobs that no rule has any more; nobody's work is in them.
    """
    made = [path for path in left if not seals.fault(path)]
    for path in made:
        seal = seals.seal_of(Path(path))
        Path(path).unlink()
        if seal:
            seal.unlink()
        print(f"removed  {path}", file=sys.stderr)
    for path in left:
        if path not in made:
            print(f"kept     {path}: no job wrote it as it is; move it elsewhere or delete it", file=sys.stderr)
    for path in accounts:
        Path(path).unlink()
        # a table's folder may have been its own
        if not any(Path(path).parent.iterdir()):
            Path(path).parent.rmdir()
    if accounts:
        print(f"removed  {len(accounts)} logs and benchmarks of their jobs", file=sys.stderr)
    if not left and not accounts:
        print("tidy     nothing to remove", file=sys.stderr)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.params.left, snakemake.params.accounts)
