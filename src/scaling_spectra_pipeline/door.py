"""``python -m scaling_spectra_pipeline.door MODULE ARGUMENTS``: ``python -m MODULE`` without what nobody has to read.

That is a traceback where a command is stopped while it still loads, and the line by which Snakemake names its profile.
"""

import re
import runpy
import sys
from contextlib import redirect_stderr
from io import StringIO

from scaling_spectra.__main__ import STOPPED

PROFILE = re.compile(r"^Using .*profile.* for setting default command line arguments\.\n", re.MULTILINE)


def keep_quiet_about_profiles() -> None:
    """Let Snakemake read its arguments; of what it says then, all but its profile is shown."""
    from snakemake import cli

    parse = cli.parse_args

    def parsed(arguments: list[str] | None) -> object:
        said = StringIO()
        try:
            with redirect_stderr(said):
                return parse(arguments)
        finally:
            print(PROFILE.sub("", said.getvalue()), file=sys.stderr, end="")

    cli.parse_args = parsed


def main(module: str, *arguments: str) -> None:
    """Be the module."""
    sys.argv = [module, *arguments]
    try:
        if module == "snakemake":
            keep_quiet_about_profiles()
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(STOPPED)


if __name__ == "__main__":
    main(*sys.argv[1:])
