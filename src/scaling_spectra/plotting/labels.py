"""Symbols and numbers in TeX, the same in every figure."""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pandas as pd

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of

# exponents of n_eff that depend on gamma, by phase
_FORMULAS = {"II": r"-2+1/\gamma", "IV": r"-1+1/(2\gamma)", "IV0": r"1-2\gamma"}
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


def exponent(phase: str, value: float) -> str:
    """The exponent of a phase: its formula in gamma, where it has one."""
    return f"${_FORMULAS[phase]}$" if phase in _FORMULAS else slope(value)


def symbol(network: str) -> str:
    """TeX of a network's effective samples."""
    return problem_of(network).N_EFF


def present(points: pd.DataFrame) -> dict[str, str]:
    """The networks that `points` hold, with their symbols: what has no points has no panel."""
    return {network: symbol(network) for network in names() if (points["network"] == network).any()}


def noisiest(*tables: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of the largest noise level that the first of the tables holds, of all of them."""
    noise_var = tables[0]["noise_var"].max()
    return [table[table["noise_var"] == noise_var] for table in tables]


def matrix_risk(networks: Iterable[str]) -> str:
    """In brackets, for captions: which of the networks learn a matrix, half of whose risk is its squared error M."""
    names = [network for network in sorted(set(networks)) if problem_of(network).MATRIX]
    return f" ({' and '.join(names)} network{'s' if names[1:] else ''}: R = 2M)" if names else ""


def with_gamma(points: pd.DataFrame, source: pd.DataFrame) -> pd.DataFrame:
    """The points with the exponents of their teachers, as the `source` of their numbers has them."""
    exponents = source.drop_duplicates("teacher").set_index("teacher")["gamma"]
    found = points.drop(columns="gamma", errors="ignore")
    found.insert(list(found).index("teacher") + 1, "gamma", found["teacher"].map(exponents))
    return found


def of_last_teacher(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the teacher of largest gamma; one that is no power law comes first."""
    last = table.sort_values("gamma", na_position="first", kind="stable")["teacher"].iloc[-1]
    return table[table["teacher"] == last]


def title(gamma: float, name: str) -> str:
    """A teacher in a title: the exponent of a power law, else its name in words."""
    return name if np.isnan(gamma) else rf"$\gamma = {gamma:g}$"


def dim(value: float) -> str:
    """A dimension, as a power of ten where it is large."""
    return rf"d = 10^{{{np.log10(value):g}}}" if value >= 1e4 else f"d = {value:g}"


def replicas(counts: pd.Series) -> str:
    """How many replicas points have, for captions."""
    least, most = int(counts.min()), int(counts.max())
    return f"{least} to {most} replicas" if least < most else f"{most} replica{'s' if most > 1 else ''}"
