"""Drawing only: functions from tables to figures, no file access, no numerics beyond means and errors."""

from scaling_spectra.extras import extras

with extras():
    # every figure needs them
    import matplotlib  # noqa: F401
    import pandas  # noqa: F401
