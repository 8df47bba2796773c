"""What every script does around its work: log, limit threads, fail in one line, write whole files."""

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from threadpoolctl import threadpool_limits

from scaling_spectra_pipeline import seals

# numbers of threads, which a user may have set
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@contextmanager
def job(log: str, threads: int) -> Iterator[None]:
    """Run a script's work with its log file and its number of threads.

    An exception goes to the log with its traceback and to standard error in one line.
    """
    logging.basicConfig(
        filename=log,
        filemode="w",
        encoding="utf-8",
        level=logging.INFO,
        format="%(levelname)s %(name)s: %(message)s",
        force=True,
    )
    logging.captureWarnings(True)
    # libraries that are loaded later read these
    os.environ.update(dict.fromkeys(THREADS, str(threads)))
    try:
        with threadpool_limits(threads):
            yield
    except KeyboardInterrupt:
        sys.exit("stopped")
    except Exception as error:
        logging.exception("failed")
        sys.exit(f"{type(error).__name__}: {error} (full log: {log})")
    finally:
        # the process ends here: without it Python looks through every object of every module once more
        # (benchmarks/results/shortcuts.csv)
        gc.freeze()


@contextmanager
def whole(path: str) -> Iterator[Path]:
    """Yield a path beside `path` to write to; when all went well, seal it and move it there.

    What a killed job left beside it is removed: one job at a time writes a file.
    """
    target = Path(path)
    for left in target.parent.glob(f".{escape(target.name)}.*{escape(target.suffix)}"):
        left.unlink(missing_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}{target.suffix}")
    try:
        yield partial
        seals.write(target, partial)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
