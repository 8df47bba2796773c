"""Scales of a teacher with the covariance spectrum of scikit-learn's hand-written digits (1797 images of 64 pixels).

``python examples/digits/make_spectrum.py`` writes spectrum.csv beside this file. Eigenvalues are scaled so that the
largest scale is sqrt(d), as for the power law.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

OUTPUT = Path(__file__).with_name("spectrum.csv")
# a millionth of the largest eigenvalue: pixels that are always blank have the variance zero, up to rounding
DIGITS = 6


def scales() -> np.ndarray:
    """Eigenvalues of the covariance of the pixels times sqrt(d)/largest, in decreasing order, shape (64,)."""
    pixels = load_digits().data
    eigenvalues = np.linalg.eigvalsh(np.cov(pixels, rowvar=False))[::-1]
    relative = np.round(np.clip(eigenvalues / eigenvalues[0], 0, None), DIGITS)
    return relative * np.sqrt(relative.size)


if __name__ == "__main__":
    OUTPUT.write_text("\n".join(["scale", *(f"{scale:.9g}" for scale in scales())]) + "\n", encoding="utf-8")
