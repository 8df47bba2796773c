"""One row per phase: its exponent as predicted, from state evolution at huge d, from trained networks."""

import pandera.pandas as pa

from scaling_spectra_pipeline.schemas.columns import POINT, flag, number, schema, text, whole_number

SCHEMA = schema(
    __doc__,
    {
        "network": POINT["network"],
        "teacher": POINT["teacher"],
        "gamma": POINT["gamma"],
        "noise_var": POINT["noise_var"],
        "phase": text("phase; optimal: at the best lambda (at huge d along lambda_c, where the noise bulk disappears)"),
        "variable": text("what log R is differentiated by"),
        "predicted": number("predicted exponent (Results 1 and 4)"),
        "logarithmic": flag("whether the rate carries logarithms beside its power"),
        "large_dim": whole_number("huge d at which state evolution is solved", gt=0),
        "large_predicted": number("exponent predicted at that d, to the next order where it is approached slowly"),
        "large_slope": number(
            "slope of state evolution there; none where the phase is within 1.5 decades of others everywhere",
            nullable=True,
        ),
        "experiment": text("experiment or study of the fitted networks", nullable=True),
        "dim": number("their d", gt=0, nullable=True),
        "points": number("fitted points", gt=0, nullable=True),
        "replicas": number("replicas fitted", gt=0, nullable=True),
        "weight_decay_min": number("smallest fitted lambda", gt=0, nullable=True),
        "weight_decay_max": number("largest fitted lambda", gt=0, nullable=True),
        "n_eff_min": number("smallest fitted n_eff", gt=0, nullable=True),
        "n_eff_max": number("largest fitted n_eff", gt=0, nullable=True),
        "theory": number("slope of state evolution over the same points and teachers", nullable=True),
        "real_inputs": number(
            "that in the theory of the network's inputs at their d; empty where they are Gaussian, or it is not solved",
            nullable=True,
        ),
        "slope": number("slope of the trained networks' mean risk", nullable=True),
        "low": number("lower end of its confidence interval", nullable=True),
        "high": number("upper end of its confidence interval", nullable=True),
        "finite_size": number(
            "theory - predicted: what finite d and the nearness of other phases change", nullable=True
        ),
        "fits": whole_number("fitted windows in this phase, of which the widest is shown", ge=0),
        "verdict": text("of the window shown: with which theory it agrees, differs, or why there is no fit"),
    },
    unique=["network", "teacher", "noise_var", "phase"],
    checks=pa.Check(lambda table: ~(table["low"] > table["high"]), name="low <= high"),
)
