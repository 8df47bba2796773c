"""Command line: what state evolution predicts at a point, and which phase it is in.

Commands import what they need when they run, so that help and errors come at once.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from json import dumps
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Parameter

from scaling_spectra.cli_curve import Ranges, along, print_csv, print_table
from scaling_spectra.cli_flow import Course, flown
from scaling_spectra.cli_point import SMALLEST, Point, UsageError, between, known_seed, problem
from scaling_spectra.cli_predict import prediction
from scaling_spectra.defaults import METHODS, TOLERANCE
from scaling_spectra.terminal import forget_no_width, version

# samples that training of a network may hold in memory
TRAINED_GIGABYTES = 4.0

app = App(
    name="scaling-spectra",
    help="State evolution of shallow networks in the feature learning regime.",
    version=version,
    # who started it says that it was stopped
    suppress_keyboard_interrupt=False,
)
app.register_install_completion_command()


def _method(_: Any, tokens: Sequence[Any]) -> str:
    text: str = tokens[0].value
    if text not in METHODS:
        raise ValueError(f"{text!r} is not one of {', '.join(METHODS)}")
    return text


@app.command
def predict(point: Point, *, json: bool = False) -> None:
    """Solve state evolution at one point.

    Prints the effective noise delta, the threshold, the excess risk R (and M = R/2 for the quadratic
    network), the divergence, the training loss, the Bayes-optimal risk, the relative accuracy of delta, threshold and
    risk, and the phase. With a width, also the least eigenvalue of the noisy teacher that p hidden units learn (cut),
    how the solution was reached (branch) and whether there is another, the risk at p = d, and the best width.

    Parameters
    ----------
    json
        Print one JSON object.
    """
    from scaling_spectra import cli_inputs

    here = problem(point)
    _show(cli_inputs.prediction_with(point, here) if cli_inputs.given(point) else prediction(here), json)


@app.command
def phase(point: Point, *, json: bool = False) -> None:
    """Explain the phase of a point: rate, exponents, spectrum and distances to its boundaries.

    The phase is that of wide networks of the same penalty. With a width, also what limits p hidden units, about the
    best width, and about the one from which width makes no difference.

    Parameters
    ----------
    json
        Print one JSON object.
    """
    from scaling_spectra.cli_inputs import refuse
    from scaling_spectra.phase_diagram import PhaseDiagram
    from scaling_spectra.phases import PHASES, exponents, rate

    refuse(point, "phase")
    here = problem(point)
    if here.gamma is None:
        raise UsageError(f"--spectrum: {point.spectrum} given, phases are known for power laws only (--gamma)")
    diagram = PhaseDiagram(here.network, here.dim, here.gamma, here.noise_var)
    name = diagram.phase(here.n_eff, here.penalty)
    by_n_eff, by_weight_decay = exponents(name, here.gamma, here.network)
    distances = {
        pair: float(distance) for pair, distance in diagram.distances(here.n_eff, here.penalty).items() if name in pair
    }
    found = {
        "network": here.network,
        "dim": here.dim,
        "samples": here.samples,
        "n_eff": here.n_eff,
        "weight_decay": here.weight_decay,
        "noise_var": here.noise_var,
        "gamma": here.gamma,
        "phase": name,
        "summary": PHASES[name].summary,
        "spectrum": PHASES[name].spectrum,
        "spectral_class": PHASES[name].spectral_class,
        "rate": rate(name, here.network),
        "exponent_n_eff": by_n_eff,
        "exponent_weight_decay": by_weight_decay,
    }
    if json:
        found["boundaries"] = [
            {"phases": pair, "decades": abs(distance)} for pair, distance in sorted(distances.items(), key=_nearest)
        ]
    else:
        for pair, distance in sorted(distances.items(), key=_nearest):
            other = pair[1] if pair[0] == name else pair[0]
            found[f"distance to {other}"] = f"{abs(distance):.2f} decades"
    if here.hidden_units is not None:
        from scaling_spectra.cli_width import width_phase

        found |= width_phase(here)
    _show(found, json)


@app.command
def train(
    point: Point,
    *,
    seed: Annotated[int, Parameter(converter=known_seed)] = 0,
    method: Annotated[str, Parameter(converter=_method)] = "network",
    tolerance: Annotated[float, between(SMALLEST, 1.0)] = TOLERANCE,
    json: bool = False,
) -> None:
    """Find one point on drawn samples, and print its record beside the prediction.

    Fewer hidden units than d are trained to where the gradient vanishes and no direction leads down: nothing
    certifies a global minimum.

    Parameters
    ----------
    seed
        Seed of teacher, samples and initial weights.
    method
        network: train by L-BFGS from random weights; convex: solve the equivalent convex problem.
    tolerance
        Relative duality gap to reach.
    json
        Print one JSON object.
    """
    from scaling_spectra.cli_inputs import refuse
    from scaling_spectra.cli_train import trained
    from scaling_spectra.library.training import LARGEST_TRAINED_DIM

    refuse(point, "train")
    asked = problem(point)
    # no part of a sample is drawn
    samples = max(round(asked.samples), 1)
    here = replace(asked, samples=samples, n_eff=asked.n_eff * samples / asked.samples)
    if method == "convex" and here.width < 1:
        raise UsageError(
            f"--method: convex given with {here.hidden_units} hidden units, at least d = {here.dim} are accepted"
        )
    if here.dim > LARGEST_TRAINED_DIM:
        raise UsageError(f"--dim: {here.dim} is too large to train, at most {LARGEST_TRAINED_DIM} is accepted")
    gigabytes = 8e-9 * here.samples * here.dim
    if method == "network" and gigabytes > TRAINED_GIGABYTES:
        raise UsageError(
            f"--samples: {here.samples:g} take {gigabytes:.3g} GB, at most {TRAINED_GIGABYTES:g} GB are accepted to "
            "train a network; --method convex takes more"
        )
    # first what may have no solution, then what takes long
    predicted = prediction(here)
    found = {"training": trained(here, seed, method, tolerance), "prediction": predicted}
    if json:
        _show(found, json)
        return
    for title, values in found.items():
        print(f"{title}:")
        _show({f"  {name}": value for name, value in values.items()}, json)


@app.command
def flow(course: Course, *, json: bool = False) -> None:
    """What gradient flow of the population loss has learned after some time, from small weights.

    Prints the risk R, the floor that it falls to, the largest learned weights (eigenvalues of S; for the diagonal
    network |theta_i| of a teacher with |theta*_i| = s_i), and the times at which these features appear.

    Parameters
    ----------
    json
        Print one JSON object.
    """
    _show(flown(course), json)


@app.command
def curve(ranges: Ranges, *, csv: bool = False, json: bool = False) -> None:
    """Solve state evolution along ranges, such as --n-eff 1:1000:20: 20 values from 1 to 1000.

    Parameters
    ----------
    csv
        Print every number of a prediction, with commas between.
    json
        Print one JSON array of objects.
    """
    rows = along(ranges, prediction)
    if json:
        print(dumps(rows, allow_nan=False))
    else:
        (print_csv if csv else print_table)(rows)


@app.command
def plot(ranges: Ranges, *, output: Path | None = None) -> None:
    """Draw the risk along a range, beside the Bayes-optimal risk, into a window or a file.

    Parameters
    ----------
    output
        File to write, .png or .pdf; without one a window is opened.
    """
    from scaling_spectra.plotting.risk_curve import FORMATS, can_show, draw, show

    if output is None:
        if not can_show():
            raise UsageError("--output: not given, and there is no display for a window; --output risk.png is accepted")
        show(along(ranges, prediction))
        return
    if output.suffix not in FORMATS:
        raise UsageError(f"--output: {output} is not accepted, must end with {' or '.join(FORMATS)}")
    if not output.absolute().parent.is_dir():
        raise UsageError(f"--output: {output} is not accepted, there is no folder {output.parent}")
    draw(along(ranges, prediction), output)
    print(output)


def _nearest(item: tuple[Any, float]) -> float:
    return abs(item[1])


def _show(values: dict[str, Any], as_json: bool) -> None:
    """Print a JSON object or an aligned list, in which what is not known is left out."""
    if as_json:
        print(dumps(values, allow_nan=False))
        return
    known = {name.replace("_", " "): value for name, value in values.items() if value is not None}
    width = max(map(len, known))
    for name, value in known.items():
        print(f"{name:<{width}}  {_words(value)}")


def _words(value: Any) -> str:
    """A value, or several: numbers in ten digits, what is not known as a dash."""
    if isinstance(value, list):
        return " ".join("-" if part is None else f"{part:.6g}" for part in value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    forget_no_width()
    try:
        app(
            None if arguments is None else list(arguments),
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader, such as `head`, has seen enough; at exit Python would flush once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except CycloptsError as error:
        error.verbose = False
        return _fail(str(error), 2)
    except UsageError as error:
        return _fail(str(error), 2)
    except ModuleNotFoundError as error:
        return _fail(str(error), 1)
    except ArithmeticError as error:
        return _fail(str(error), 1)
    return 0


def _fail(message: str, status: int) -> int:
    print("scaling-spectra:", " ".join(message.split()), file=sys.stderr)
    return status
