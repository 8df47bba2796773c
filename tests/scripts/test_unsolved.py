"""What is not finite certifies nothing, and a point that cannot be solved is a row that says so."""

import runpy
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.drawn import NAMED, POWER_LAW, draw, ensemble
from helpers.few_points import script
from scaling_spectra import networks
from scaling_spectra.measurement_ensembles import averages
from scaling_spectra.networks.diagonal import certificate as diagonal
from scaling_spectra.networks.diagonal import lasso
from scaling_spectra.networks.diagonal.statistics import Statistics
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.networks.quadratic import certificate as quadratic
from scaling_spectra.networks.quadratic import convex, effective, theory
from scaling_spectra.networks.quadratic.measurements import Measurements, StreamedMeasurements
from scaling_spectra.plotting import equivalence, gaussian_design
from scaling_spectra.records import SOLVED, StateEvolutionError, attempt, no_solution
from scaling_spectra.replicas import draw_replica
from scaling_spectra.spectral_class import summarise
from scaling_spectra.spectrum import power_law
from scaling_spectra.teachers.given_scales import GivenScales
from scaling_spectra_pipeline.checks.simulation import points_are_certified
from scaling_spectra_pipeline.checks.tables import points_are_solved
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of

SCRIPTS = ROOT / "scripts"
COMMON = {"root_seed": 3, "width": 1.0, "tolerance": 1e-5}
OPTIONS = {"max_evaluations": 2000, "init_scale": 0.1}
BROKEN = "LinAlgError: broken"


def replica(network):
    return draw_replica(network, power_law(6, 0.75), 0.5, 20, 0, 0)


@pytest.mark.parametrize("network", networks.names())
def test_training_that_overflows_is_no_certified_point(network):
    drawn = replica(network)
    options = OPTIONS | {"init_scale": 1e100}
    train = training_of(network).prepare(drawn.draw, drawn.teacher, width=1.0, tol=1e-6, **options)
    record = attempt(lambda: train(1.0, drawn.initialisation()), 6, "network")
    assert record.status == "ArithmeticError: training: the loss is not a finite number"
    assert not record.converged
    assert np.isnan([record.risk, record.objective, record.relative_gap, *record.spectrum]).all()


@pytest.mark.parametrize("size", [1e8, 1e17, 1e60, 1e160])
def test_weights_of_any_size_give_no_bound_above_the_minimum(size):
    """P - (P - D) of a huge P is rounding."""
    (inputs, labels), rng = next(iter(replica("diagonal").draw())), np.random.default_rng(0)
    with np.errstate(over="ignore", invalid="ignore"):
        small = diagonal.Certificate(inputs / np.sqrt(6), labels, 1.0)
        small.relative_gap(size * rng.standard_normal(6))
        matrix = quadratic.Certificate(Measurements(inputs, labels), 6.0)
        try:
            matrix.relative_gap(size * rng.standard_normal((6, 6)))
        except np.linalg.LinAlgError:
            assert size > 1e100
    assert small.bound <= lasso.solve(inputs, labels, 1.0).primal
    assert matrix.bound <= convex.solve(inputs, labels, 6.0).primal


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("broken", ["inputs", "labels"])
def test_data_that_are_not_numbers_are_refused(broken, value):
    inputs, labels = np.ones((9, 4)), np.ones(9)
    (inputs if broken == "inputs" else labels).flat[1] = value
    message = rf"^{broken}: 1 of {36 if broken == 'inputs' else 9} values are not finite numbers$"

    def draw():
        yield inputs, labels

    for solve in (
        lambda: lasso.solve(inputs, labels, 1.0),
        lambda: lasso.solve_statistics(Statistics(4).add(draw()), 1.0),
        lambda: convex.solve(inputs, labels, 1.0),
        lambda: convex.solve_measured(StreamedMeasurements(draw), 1.0),
        *(
            lambda network=network: training_of(network).prepare(draw, np.ones(4), width=1.0, tol=0.1, **OPTIONS)
            for network in networks.names()
        ),
    ):
        with pytest.raises(ValueError, match=message):
            solve()
    for solve, name in ((lasso.solve, "weight_decay"), (convex.solve, "penalty")):
        with pytest.raises(ValueError, match=f"^{name}: {value} is not accepted; must be finite and greater than 0"):
            solve(np.ones((9, 4)), np.ones(9), value)


def test_solutions_without_a_finite_number_are_refused():
    drawn = replica("diagonal")
    solved = solving_of("diagonal").prepare(drawn.draw, drawn.teacher, width=1.0, tol=1e-6)(1.0)
    with pytest.raises(ArithmeticError, match=r"^no certificate: objective nan, relative_gap inf$"):
        type(solved)(**vars(solved) | {"objective": np.nan, "relative_gap": np.inf})


def test_tables_hold_finite_numbers_where_points_are_solved(tmp_path, monkeypatch):
    table = equivalence_study(tmp_path, monkeypatch, "diagonal", fail=1)
    path, schema = tmp_path / "t.csv", schema_of("equivalence")
    for change, message in (
        ({"risk_network": np.inf}, "finite"),
        ({"status": "?"}, "numbers where status is solved"),
        ({"relative_gap": np.nan}, "numbers where status is solved"),
    ):
        table.loc[[0]].assign(**change).to_csv(path, index=False)
        with pytest.raises(ValueError, match=message):
            read(path, schema)


def test_a_missing_gap_is_above_every_tolerance():
    place = {"network": "diagonal", "replica": [0, 1]}
    found = points_are_certified("t", pd.DataFrame(place | {"relative_gap": [0.0, np.nan]}), 1e-5)
    assert not found.passed
    assert found.detail.startswith("1 of 2 above 1e-05; largest nan at network = diagonal, replica = 1")


@pytest.mark.parametrize("scales", [[0.3] * 40 + [0.0] * 20, [1.5, 1.5, 0.3, 0.3] + [0.03] * 36 + [0.0] * 20])
def test_sampled_equations_that_jump_over_zero_are_solved(scales):
    """An eigenvalue that crosses zero moves the divergence by more than the tolerance."""
    dim, samples = 20, 160
    spectrum = GivenScales(scales).spectrum(dim)
    limit = theory.state_evolution(spectrum, samples, 1.0, 0.5)
    hardest = 0.0
    for seed in range(3):
        noise = effective.goe(dim, 12, np.random.default_rng(seed))
        found, draws = effective.self_consistent(spectrum.values, samples, 1.0, 0.5, noise, limit)
        assert found.residual <= 1 / (samples * 12)
        squared = (draws.distance.mean() + 0.25) / (2 * samples / dim**2)
        assert found.delta**2 == pytest.approx(squared, rel=1e-3)
        hardest = max(hardest, found.residual)
    assert hardest > 0


def equivalence_study(folder, monkeypatch, network, fail):
    """Rows of two replicas, the second of which loses its solver."""
    solving = import_module(f"scaling_spectra.networks.{network}.solving")
    prepare, calls = solving.prepare, iter(range(9))

    def losing(*arguments, **options):
        solve, broken = prepare(*arguments, **options), next(calls) == fail

        def maybe(weight_decay):
            if broken:
                raise np.linalg.LinAlgError("broken")
            return solve(weight_decay)

        return maybe

    monkeypatch.setattr(solving, "prepare", losing)
    output, data = str(folder / "equivalence.csv"), draw(folder / "d.npz", network, 6, 2, COMMON["root_seed"])
    arguments = {
        "ensemble": ensemble(network, 6),
        "n_eff": 8.0,
        "weight_decays": [(1.0, 0.0)],
        "replicas": 2,
        "options": OPTIONS,
    }
    runpy.run_path(str(SCRIPTS / "studies/equivalence.py"))["main"]([data], output, **COMMON, **arguments)
    return read(output, schema_of("equivalence"))


@pytest.mark.parametrize("network", networks.names())
def test_a_replica_that_fails_is_a_row_of_the_study_equivalence(tmp_path, monkeypatch, network):
    table = equivalence_study(tmp_path, monkeypatch, network, fail=0)
    assert table["status"].tolist() == [BROKEN, "solved"]
    assert not table.loc[0, "converged_convex"]
    assert table.loc[0, ["objective_convex", "risk_difference", "relative_gap"]].isna().all()
    found = points_are_solved("t", table)
    assert not found.passed
    assert found.detail.startswith(f"1 of 2 rows; without numbers network = {network}, ")
    assert found.detail.endswith(f"replica = 0: {BROKEN}")
    figure, points, _ = equivalence.compose(table, NAMED)
    assert len(points) == 1
    assert len(figure.axes) == 2


def test_a_replica_that_fails_is_a_row_of_the_study_of_the_gain(tmp_path, monkeypatch):
    study = runpy.run_path(str(SCRIPTS / "studies/feature_learning_gain.py"))
    compared, calls = study["compared"], iter(range(9))

    def losing(*arguments):
        if next(calls) == 0:
            raise np.linalg.LinAlgError("broken")
        return compared(*arguments)

    monkeypatch.setitem(study["main"].__globals__, "compared", losing)
    arguments = {"ensemble": ensemble("diagonal", 6), "teacher": POWER_LAW, "n_eff": 8.0, "replicas": 2}
    data, output = [draw(tmp_path / "d.npz", "diagonal", 6, 2, COMMON["root_seed"])], str(tmp_path / "x.csv")
    study["main"](data, output, **COMMON, **arguments)
    table = read(output, schema_of("feature_learning_gain"))
    assert table["status"].tolist() == [BROKEN, "solved"]
    assert table.loc[0, ["risk", "risk_theory", "lazy_risk", "bayes_risk"]].isna().all()

    def lost(*arguments, **options):
        raise ArithmeticError("nowhere")

    monkeypatch.setitem(study["main"].__globals__, "optimal_weight_decay", lost)
    study["main"](data, output, **COMMON, **arguments)
    status = "no best weight decay: ArithmeticError: nowhere"
    assert read(output, schema_of("feature_learning_gain"))["status"].tolist() == [status] * 2


def test_points_that_fail_are_rows_and_gaps_of_the_study_of_the_design(tmp_path, monkeypatch):
    def design(**faults):
        study = runpy.run_path(str(SCRIPTS / "studies/gaussian_design.py"))
        for module, function, fails in faults.values():
            inner = getattr(module, function)

            def losing(*arguments, inner=inner, fails=fails, **options):
                if fails(*arguments):
                    raise np.linalg.LinAlgError("broken")
                return inner(*arguments, **options)

            monkeypatch.setattr(module, function, losing)
        data = [draw(tmp_path / "d.npz", "quadratic", 6, 3, COMMON["root_seed"])]
        arguments = {
            "ensemble": ensemble("quadratic", 6),
            "n_eff": 10.0,
            "weight_decays": [(1.0, 0.0), (2.0, 0.0), (4.0, 0.0)],
        }
        output = str(tmp_path / "x.csv")
        study["main"](data, output, replicas=3, **COMMON, **arguments)
        monkeypatch.undo()
        return read(output, schema_of("gaussian_design"))

    calls = iter(range(99))
    table = design(
        replica=(convex, "solve", lambda *_: next(calls) == 3),
        model=(effective, "self_consistent", lambda teacher, samples, weight_decay, *_: weight_decay == 2),
    )
    lost = table[table["status"] != "solved"].sort_values("weight_decay")
    assert lost[["model", "weight_decay", "replica"]].values.tolist() == [
        ["inputs", 1.0, 1],
        ["self-consistent", 2.0, 0],
    ]
    assert set(lost["status"]) == {BROKEN}
    assert lost[["risk", "systematic", "rest"]].isna().all(axis=None)
    # two replicas of the first point are left, which would select among data sets
    means = averages(table).set_index(["weight_decay", "model"])["excess"]
    assert means[1.0].isna().all()
    assert means[2.0].isna().to_dict() == dict.fromkeys(means[2.0].index, False) | {"self-consistent": True}
    assert not points_are_solved("t", table).passed
    assert points_are_solved("t", table.assign(status="solved")).passed
    # what is drawn needs no certificate
    assert points_are_certified("t", table[table["status"] == "solved"], COMMON["tolerance"]).passed
    figure, drawn, _ = gaussian_design.compose(table, NAMED)
    assert drawn["excess"].isna().sum() == 6
    assert len(figure.axes) == 6
    # theory of the points alone: where it is computed has a dot
    assert figure.axes[0].lines[1].get_marker() == "o"
    # nothing at all
    table = design(limit=(theory, "state_evolution", lambda *_: True))
    assert (table["status"] == BROKEN).all()
    assert len(table) == 3 * (3 + 3 + 3)
    gaussian_design.compose(table, NAMED)


def test_an_unsolved_point_is_a_row_of_the_trained_ones(tmp_path, monkeypatch):
    solving = import_module("scaling_spectra.networks.diagonal.solving")

    def prepare(*arguments, **options):
        def solve(weight_decay):
            raise FloatingPointError("overflow")

        return solve

    monkeypatch.setattr(solving, "prepare", prepare)
    train = runpy.run_path(str(SCRIPTS / "solve_networks.py"))["main"]
    data = draw(tmp_path / "d.npz", "diagonal", 5, 2, 3)
    table, spectra = (str(tmp_path / name) for name in ("t.csv", "s.npy"))
    arguments = {
        "ensemble": ensemble("diagonal", 5),
        "root_seed": 3,
        "n_eff": 4.0,
        "weight_decays": [(1.0, 0.0)],
        "replicas": [0, 1],
        "width": 1.0,
        "tolerance": 1e-5,
    }
    train(data, table, spectra, **arguments)
    points = read(table, schema_of("training"))
    assert points["status"].tolist() == ["FloatingPointError: overflow"] * 2
    assert not points["converged"].any()
    assert points[["risk", "train_loss", "objective", "relative_gap"]].isna().all(axis=None)
    output = tmp_path / "spectra.csv"
    runpy.run_path(str(SCRIPTS / "collect_spectra.py"))["main"]([table], [spectra], str(output))
    assert read(output, schema_of("spectra"))["value"].isna().all()


def test_sums_and_classes_without_a_solution_are_rows_that_say_so(monkeypatch):
    table = script("tables/price_of_a_feature")
    monkeypatch.setattr(table, "LARGE_DIMS", (200,))
    monkeypatch.setattr(table, "EXPONENTS", (1.0,))
    whole, solve = list(table._sums(0.5)), theory.state_evolution

    def failing(spectrum, samples, *arguments, **options):
        if samples > 1e5:
            raise StateEvolutionError("not\nsolved")
        return solve(spectrum, samples, *arguments, **options)

    monkeypatch.setattr(theory, "state_evolution", failing)
    rows = list(table._sums(0.5))
    lost = {row["n_eff"] for row in rows if row["status"] == "not solved"}
    assert lost == {row["n_eff"] for row in whole if row["n_eff"] * 200 > 1e5} != set()
    assert all("value" in row for row in rows if row["status"] == SOLVED)
    schema_of("price_of_a_feature").validate(
        pd.DataFrame(rows).reindex(columns=list(schema_of("price_of_a_feature").columns))
    )
    summary = summarise("quadratic", power_law(20, 1.0), no_solution("not solved"))
    assert (summary.spectral_class, summary.outliers) == ("no solution", 0)
    assert np.isnan([summary.zero_mass, summary.bulk_edge, summary.gap]).all()
