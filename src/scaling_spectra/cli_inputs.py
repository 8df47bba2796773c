"""Correlated inputs on the command line: what state evolution predicts with them."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaling_spectra import networks
from scaling_spectra.cli_point import Point, Problem, UsageError, scales_in

if TYPE_CHECKING:
    from scaling_spectra.arrays import Array
    from scaling_spectra.whitened import Whitened


def given(point: Point) -> str:
    """The option that asks for correlated inputs, with its value; empty if there is none."""
    if point.input_exponent is not None:
        return f"--input-exponent: {point.input_exponent:g}"
    return "" if point.covariance is None else f"--covariance: {point.covariance}"


def refuse(point: Point, command: str) -> None:
    """Refuse correlated inputs where white ones are supposed.

    Raises
    ------
    UsageError
        One line.
    """
    if given(point):
        raise UsageError(f"{given(point)} given, {command} supposes white inputs; predict accepts others")


def prediction_with(point: Point, here: Problem) -> dict[str, Any]:
    """What state evolution predicts, and the risk with decay matched to the inputs."""
    from scaling_spectra.networks.interface.correlated import correlated_of

    features = {decay: _features(point, here, decay) for decay in ("plain", "matched")}
    solve = correlated_of(here.network).state_evolution
    args = (here.samples, here.weight_decay, here.noise_var)
    try:
        plain, matched = (solve(features[decay], *args, width=here.width) for decay in ("plain", "matched"))
    except (ArithmeticError, ValueError) as error:
        raise ArithmeticError(f"not solved at this point: {error}") from error
    return {
        **here.told(),
        "input_exponent": point.input_exponent,
        "delta": plain.delta,
        "threshold": plain.threshold,
        "risk": plain.risk,
        "divergence": plain.divergence,
        "train_loss": plain.train_loss,
        "risk_nothing_learned": features["plain"].energy * (2 if here.network == "quadratic" else 1),
        "risk_matched_decay": matched.risk,
        "accuracy": plain.accuracy,
    }


def _features(point: Point, here: Problem, decay: str) -> "Whitened":
    from scaling_spectra.library.correlated import MOST_VARIANCES, whitened

    if not networks.supports(here.network, "correlated"):
        known = " or ".join(name for name in networks.names() if networks.supports(name, "correlated"))
        raise UsageError(f"{given(point)} given, the {here.network} network takes white inputs; {known} is accepted")
    if here.width < 1:
        raise UsageError(f"{given(point)} given, fewer hidden units than dimensions take white inputs only")
    if point.input_exponent is not None and point.covariance is not None:
        raise UsageError(f"{given(point)} given beside --covariance, only one of them is accepted")
    merged = here.gamma is not None and point.input_exponent is not None
    if here.dim > MOST_VARIANCES and not merged:
        raise UsageError(f"{given(point)} given with d = {here.dim}, at most {MOST_VARIANCES} is accepted here")
    found = None if point.covariance is None else variances_of(Path(point.covariance))
    if found is not None and found.size != here.dim:
        raise UsageError(f"--covariance: {point.covariance} holds {found.size} variances, d = {here.dim} is needed")
    try:
        return whitened(here.network, here.teacher, here.dim, decay, point.input_exponent, found)
    except ValueError as error:
        raise UsageError(f"{given(point)} given, {error}") from error


def variances_of(path: Path) -> "Array":
    """Variances of inputs in a file.

    Raises
    ------
    UsageError
        If the file is not as it should be.
    """
    import numpy as np

    try:
        found = np.array(scales_in(path, "--covariance"))
    except UsageError as error:
        # a file of variances has the form of a spectrum, without zeros
        raise UsageError(_of_variances(str(error), str(path))) from None
    if not found.all():
        raise UsageError(f"--covariance: {path} holds a zero, positive variances are accepted")
    return found


def _of_variances(message: str, path: str) -> str:
    """What is said of a file of scales, of one of variances; the names of columns and of the file stay."""
    parts = (
        re.sub(r"\b(0|1|positive) scale", r"\1 variance", part).replace("non-negative finite", "positive finite")
        for part in message.split(path)
    )
    return path.join(parts)
