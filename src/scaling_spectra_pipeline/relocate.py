"""``.venv/bin/python -m scaling_spectra_pipeline.relocate``: repair an environment that was moved or copied.

The interpreter finds its packages wherever it lies. Programs and `activate` name the old place: they are written anew.
"""

import sys
import venv
from importlib.metadata import entry_points
from pathlib import Path

from distlib.scripts import ScriptMaker


def main() -> None:
    """Write programs and `activate` of the running environment for the place where it is."""
    venv.EnvBuilder(symlinks=True).create(sys.prefix)
    programs = Path(sys.executable).parent
    maker = ScriptMaker(None, str(programs))
    maker.clobber, maker.set_mode, maker.variants = True, True, {""}
    for program in entry_points(group="console_scripts"):
        if (programs / program.name).exists():
            maker.make(f"{program.name} = {program.value}")


if __name__ == "__main__":
    main()
