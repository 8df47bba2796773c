"""Tidy tables of the pipeline: one schema each, with the meaning of every column."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from scaling_spectra_pipeline.job import whole

POSITIVE = pa.Check.gt(0)
NON_NEGATIVE = pa.Check.ge(0)


def _number(description: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(float, list(checks), nullable=nullable, coerce=True, description=description)


def _whole(description: str, *checks: pa.Check) -> pa.Column:
    return pa.Column(int, list(checks), coerce=True, description=description)


def _text(description: str, *, nullable: bool = False) -> pa.Column:
    return pa.Column(str, nullable=nullable, coerce=True, description=description)


def _flag(description: str) -> pa.Column:
    return pa.Column(bool, coerce=True, description=description)


POINT = {
    "network": _text("diagonal or quadratic"),
    "gamma": _number("teacher exponent: s_i = sqrt(d) i^(-gamma)", pa.Check.gt(0.5)),
    "noise_var": _number("label noise variance Delta", NON_NEGATIVE),
    "dim": _whole("input dimension d", POSITIVE),
    "decay_coefficient": _number("c in lambda = c d^e", POSITIVE),
    "decay_exponent": _number("e in lambda = c d^e"),
    "weight_decay": _number("lambda", POSITIVE),
    "n_eff": _number("effective samples: n (diagonal), n/d (quadratic)", POSITIVE),
    "samples": _whole("number of samples n", POSITIVE),
}
KEY = list(POINT)

TRAINING = pa.DataFrameSchema(
    {
        **POINT,
        "replica": _whole("index of the teacher and data set", NON_NEGATIVE),
        "method": _text("what found the weights"),
        "risk": _number("excess risk R = E[(f* - f)^2] (quadratic: 2 M)", NON_NEGATIVE),
        "train_loss": _number("mean squared residual on the training set", NON_NEGATIVE),
        "objective": _number("value P of the equivalent convex problem", NON_NEGATIVE),
        "relative_gap": _number("duality gap (P - D)/P", pa.Check.in_range(-1e-9, 1.0)),
        "iterations": _whole("evaluations of loss and gradient", NON_NEGATIVE),
        "rank": _whole("rank of S, or support size of theta", NON_NEGATIVE),
        "converged": _flag("whether the gap met the tolerance"),
        "unique": _flag("false where the minimiser is recognised as not unique"),
    },
    unique=[*KEY, "replica"],
    strict=True,
    ordered=True,
)

THEORY = pa.DataFrameSchema(
    {
        **POINT,
        "replica": _whole("index of the teacher", NON_NEGATIVE),
        "delta": _number("effective noise", POSITIVE),
        "threshold": _number("soft threshold b", NON_NEGATIVE),
        "risk": _number("excess risk R, conditional on the replica's teacher", NON_NEGATIVE),
        "divergence": _number("sum_i P(theta_i != 0) (diagonal), D = div/d^2 (quadratic)", NON_NEGATIVE),
        "train_loss": _number("predicted mean squared residual on the training set", NON_NEGATIVE),
    },
    unique=[*KEY, "replica"],
    strict=True,
    ordered=True,
)

EXPONENTS = pa.DataFrameSchema(
    {
        "network": POINT["network"],
        "gamma": POINT["gamma"],
        "noise_var": POINT["noise_var"],
        "dim": POINT["dim"],
        "decay_coefficient": POINT["decay_coefficient"],
        "decay_exponent": POINT["decay_exponent"],
        "weight_decay": POINT["weight_decay"],
        "phase": _text("phase of the window"),
        "n_eff_min": _number("smallest fitted n_eff", POSITIVE),
        "n_eff_max": _number("largest fitted n_eff", POSITIVE),
        "points": _whole("fitted values of n_eff", POSITIVE),
        "predicted": _number("asymptotic slope of log R against log n_eff"),
        "theory": _number("slope of the state-evolution risk over the same points", nullable=True),
        "slope": _number("slope of the trained networks' mean risk", nullable=True),
        "low": _number("lower end of the confidence interval of slope", nullable=True),
        "high": _number("upper end of the confidence interval of slope", nullable=True),
        "tilt": _number("change of slope that the known deviation may cause", nullable=True),
        "verdict": _text("agrees, differs, or why there is no fit"),
    },
    strict=True,
    ordered=True,
)

SCHEMAS = {"training": TRAINING, "theory": THEORY, "exponents": EXPONENTS}


def read(path: str | Path, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Read a table and check it against its schema."""
    return schema.validate(pd.read_csv(path, float_precision="round_trip"))


def write(table: pd.DataFrame, path: str, schema: pa.DataFrameSchema) -> None:
    """Check a table against its schema and write it whole, floats in shortest exact form."""
    checked = schema.validate(table[list(schema.columns)])
    with whole(path) as partial:
        checked.to_csv(partial, index=False, lineterminator="\n")
