"""``python -m scaling_spectra_pipeline.run ARGUMENTS``: Snakemake with short messages, behind one-line refusals.

Settings that Snakemake would answer with a traceback, or without saying where they are wrong, are refused first, and
so is a folder in which another run builds.
"""

import os
import sys
from argparse import ArgumentParser
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from scaling_spectra.terminal import forget_no_width, version
from scaling_spectra_pipeline import disk
from scaling_spectra_pipeline.asked import accepted_cores, checked, of_make
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.lock import STATE, occupied
from scaling_spectra_pipeline.surroundings import introduce
from scaling_spectra_pipeline.yaml_file import check_files


def check_settings(arguments: list[str]) -> None:
    """Refuse cores that are no number, ``--config`` entries that are no ``key=value``, and files that are no YAML.

    Raises
    ------
    ConfigError
        One line.
    """
    options = ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--cores", "-c", nargs="?", default="all", const="all")
    accepted_cores(options.parse_known_args(arguments)[0].cores)
    if not any(word.startswith(("--config", "-C")) for word in arguments):
        return
    # takes a second to import
    from snakemake.cli import parse_args

    try:
        # it says which profile it uses, and Snakemake says it again
        with redirect_stderr(StringIO()) as said:
            _, parsed = parse_args(arguments)
    except SystemExit:
        print(said.getvalue(), file=sys.stderr, end="")
        raise
    checked(parsed.config or [])
    check_files([str(path) for path in parsed.configfile or []])


def main(arguments: list[str]) -> None:
    """Become Snakemake in the current folder."""
    if arguments in (["--version"], ["-v"]):
        print(version())
        return
    introduce(STATE.absolute())
    try:
        settings = of_make()
        arguments = [*arguments, "--config", *settings] if settings else arguments
        check_settings(arguments)
    except ConfigError as error:
        sys.exit(str(error))
    if obstacle := disk.obstacle([STATE]) or occupied(Path.cwd()):
        sys.exit(obstacle)
    forget_no_width()
    # text is UTF-8, names of folders too, whatever the locale
    os.environ["PYTHONUTF8"] = "1"
    # not Snakemake's own script, whose first line cannot name every folder
    module = ["-m", "scaling_spectra_pipeline.door", "snakemake"]
    os.execv(sys.executable, [sys.executable, *module, "--logger=progress", *arguments])


if __name__ == "__main__":
    refuse_another()
    main(sys.argv[1:])
