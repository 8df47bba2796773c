"""What was asked for: settings, on a command line or given to make, and the command by which to ask again.

Make leaves its variables in the environment, and says in `TARGET` what it makes.
"""

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scaling_spectra.__main__ import STOPPED
from scaling_spectra.terminal import forget_no_width, version
from scaling_spectra_pipeline import builds
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.yaml_file import read_yaml

if TYPE_CHECKING:
    from scaling_spectra_pipeline.config import Config

ROOT = Path(__file__).parents[2]
TARGET = "MAKE_TARGET"
# variables of make that say what is built, and how
WHAT, HOW = ("SCALE", "CONFIG"), ("CORES", "MEMORY", "DISK", "HOURS")
# what Snakemake takes after --config
KEY_VALUE = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*=")


def of_make() -> list[str]:
    """Settings that make was given, ``SCALE=smoke CONFIG='gamma=1.3 fit={"margin": 0.2}'``, as ``key=value``."""
    if TARGET not in os.environ:
        return []
    scale, configured = (os.environ.get(name, "").strip() for name in WHAT)
    # values may hold blanks: a setting begins where a key does
    words = re.split(rf"\s+(?={KEY_VALUE.pattern})", configured) if configured else []
    return [*([f"scale={scale}"] if scale else []), *words]


def checked(words: Iterable[str]) -> list[str]:
    """The words, each of which must be ``key=value``.

    Raises
    ------
    ConfigError
        One line.
    """
    for word in (words := list(words)):
        if not KEY_VALUE.match(word):
            raise ConfigError(f"config: --config: {word!r} is not accepted; must be key=value")
    return words


def accepted_cores(asked: str) -> str:
    """Cores as they were `asked` for: a whole number from 1, or all.

    Raises
    ------
    ConfigError
        One line.
    """
    if asked != "all" and not (asked.isascii() and asked.isdigit() and int(asked) > 0):
        raise ConfigError(f"cores: {asked} is not accepted; must be a whole number from 1, or all")
    return asked


def configuration(words: Iterable[str] = ()) -> "Config":
    """Configuration of the current folder, with settings from the command line and from make on top.

    A word alone names a scale. A build that is there by its name was made with these settings.

    Raises
    ------
    ConfigError
        One line per mistake.
    """
    # these take a second to import
    from snakemake.cli import parse_config
    from snakemake.utils import update_config

    from scaling_spectra_pipeline.config import load

    settings = [word if "=" in word else f"scale={word}" for word in words]
    file = Path("config.yaml")
    merged = read_yaml(file) if file.exists() else {}
    update_config(merged, parse_config(checked([*settings, *of_make()])))
    config = load(merged, ROOT)
    builds.check_record(Path("results") / config.build, config.name, config.made_with)
    return config


def again(target: str | None = None, settings: Iterable[str] | None = None) -> str:
    """A command ready to be copied: the user's own, or the one that asks for another `target` of the same build.

    `settings` are those of a command that is not Snakemake.
    """
    if made := os.environ.get(TARGET):
        given = [(name, os.environ.get(name, "").strip()) for name in (*WHAT, *HOW)]
        return _make(target or made, given)
    if settings is not None:
        scale = " ".join(
            word.removeprefix("scale=") for word in settings if "=" not in word or word.startswith("scale=")
        )
        others = " ".join(word for word in settings if "=" in word and not word.startswith("scale="))
        return _make(target or "figures", [("SCALE", scale), ("CONFIG", others)])
    words = [word for word in sys.argv[1:] if not word.startswith("--logger")]
    if target is not None:
        from snakemake.cli import parse_args

        _, parsed = parse_args(words)
        words = [*(word for word in words if word not in {"--", *parsed.targets}), "--", target]
    return shlex.join(["snakemake", *words])


def _make(target: str, variables: list[tuple[str, str]]) -> str:
    """Line that asks make for a target; that all cores are used is its default."""
    words = (f"{name}={shlex.quote(value)}" for name, value in variables if value and (name, value) != ("CORES", "all"))
    return " ".join(["make", target, *words])


def serve(function: Callable[..., None]) -> None:
    """Be the command that `function` is: its docstring is the help, the version ours; mistakes, Ctrl-C get a line."""
    from cyclopts import App, CycloptsError

    forget_no_width()
    module = Path(sys.argv[0]).stem
    app = App(name=f"python -m {__package__}.{module}", version=version, suppress_keyboard_interrupt=False)
    app.default(function)
    try:
        app(exit_on_error=False, print_error=False)
    except CycloptsError as error:
        error.verbose = False
        sys.exit(f"{os.environ.get(TARGET) or module}: {' '.join(str(error).split())}")
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(STOPPED)
