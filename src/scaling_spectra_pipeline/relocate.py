"""``.venv/bin/python -m scaling_spectra_pipeline.relocate``: repair an environment that was moved or copied.

The interpreter finds its packages wherever it lies. Programs and `activate` name the old place: they are written anew.
"""

import sys
import venv
from importlib.metadata import entry_points
from pathlib import Path

from distlib.scripts import ScriptMaker, enquote_executable


def main() -> None:
    """Write programs and `activate` of the running environment for the place where it is."""
    # another checkout may lend it by a link, which is no place of its own
    place = Path(sys.prefix).resolve()
    venv.EnvBuilder(symlinks=True).create(place)
    programs = place / "bin"
    maker = ScriptMaker(None, str(programs))
    maker.executable = enquote_executable(str(programs / Path(sys.executable).name))
    maker.clobber, maker.set_mode, maker.variants = True, True, {""}
    for program in entry_points(group="console_scripts"):
        if (programs / program.name).exists():
            maker.make(f"{program.name} = {program.value}")


if __name__ == "__main__":
    main()
