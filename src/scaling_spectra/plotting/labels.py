"""Symbols and numbers in TeX, the same in every figure."""

from fractions import Fraction

import numpy as np
import pandas as pd

from scaling_spectra.teacher import NO_POWER_LAW

_POWERS = {-1.0: r"1/d", 0.0: "", 0.5: r"\sqrt{d}", 1.0: "d"}


def weight_decay(coefficient: float, exponent: float) -> str:
    """The rule lambda = c d^e."""
    power = _POWERS.get(exponent, f"d^{{{exponent:g}}}")
    if not power:
        return rf"$\lambda = {coefficient:g}$"
    if coefficient == 1:
        return rf"$\lambda = {power}$"
    return rf"$\lambda = {coefficient:g}/d$" if exponent == -1 else rf"$\lambda = {coefficient:g}\,{power}$"


def slope(value: float) -> str:
    """An exponent, as a fraction with a small denominator where it is one."""
    fraction = Fraction(value).limit_denominator(12)
    text = str(abs(fraction)) if abs(float(fraction) - value) < 1e-9 else f"{abs(value):.2f}"
    return f"$-{text}$" if value < 0 else f"${text}$"


def teacher(gamma: float) -> str:
    """The family of teachers, for captions."""
    return "teacher's scales from a file" if gamma == NO_POWER_LAW else f"gamma = {gamma:g}"


def dim(value: float) -> str:
    """A dimension, as a power of ten where it is large."""
    return rf"d = 10^{{{np.log10(value):g}}}" if value >= 1e4 else f"d = {value:g}"


def replicas(counts: pd.Series) -> str:
    """How many replicas points have, for captions."""
    least, most = int(counts.min()), int(counts.max())
    return f"{least} to {most} replicas" if least < most else f"{most} replica{'s' if most > 1 else ''}"
