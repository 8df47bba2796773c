"""Quadratic networks trained together on a device: the points of the single ones, certified on the CPU."""

import numpy as np
import pandas as pd
import pytest
import torch

from helpers.drawn import draw, ensemble
from helpers.few_points import script
from scaling_spectra.networks.interface.batched import batched_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.networks.quadratic import batched, joint_descent, quasi_newton, tensors, training
from scaling_spectra.networks.quadratic.certificate import Certificate
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.replicas import draw_replica
from scaling_spectra.spectrum import power_law

OPTIONS = {"width": 1.0, "tol": 1e-5, "max_evaluations": 20_000, "init_scale": 0.1}
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))]


def replicas_of(dim, n_eff, count=2):
    return [draw_replica("quadratic", power_law(dim, 1.0), 0.5, round(n_eff * dim), k, 7) for k in range(count)]


def together(replicas, weight_decays, device="cpu", **options):
    prepared = batched_of("quadratic").prepare(replicas, weight_decays, device=device, **{**OPTIONS, **options})
    return {(k, lam): find(lam) for k, find in enumerate(prepared) for lam in weight_decays}


def alone(replicas, weight_decays, **options):
    trained = {}
    for k, replica in enumerate(replicas):
        train = training_of("quadratic").prepare(replica.draw, replica.teacher, **{**OPTIONS, **options})
        trained |= {(k, lam): train(lam, replica.initialisation()) for lam in weight_decays}
    return trained


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("dim", "n_eff", "width"), [(12, 8, 1.0), (8, 2, 1.0), (6, 40, 2.0)])
def test_points_are_those_of_single_networks(device, dim, n_eff, width):
    """Whatever else is in the stack: weight decays that need 2 to 500 evaluations, minima at zero and not unique."""
    replicas, decays = replicas_of(dim, n_eff), [1 / dim, 0.1, 1.0, dim**0.5, 100.0 * dim]
    many, single = (find(replicas, decays, width=width) for find in (together, alone))
    for point, one in single.items():
        found = many[point]
        assert found.converged
        assert found.solver == f"L-BFGS on {device}"
        # two bounds on one minimum
        assert abs(found.objective - one.objective) <= (found.relative_gap + one.relative_gap) * one.objective
        assert found.unique == one.unique
        if one.unique:
            assert max(found.relative_gap, one.relative_gap) <= 1e-8
            assert found.risk == pytest.approx(one.risk, rel=1e-4)
            assert found.rank == one.rank
    evaluations = [found.iterations for found in many.values()]
    assert max(evaluations) > 10 * min(evaluations)


@pytest.mark.parametrize("device", DEVICES)
def test_a_point_does_not_depend_on_the_others_of_its_stack(device, monkeypatch):
    """Nor on how many of them fit."""
    replicas, decays = replicas_of(8, 10), [0.3, 3.0]
    many = together(replicas, decays, device)
    asked = []

    class Watched(joint_descent.Descent):
        def __init__(self, courses, device):
            asked.append(len(courses))
            super().__init__(courses, device)

    monkeypatch.setattr(batched, "Descent", Watched)
    for fitting, stacks in ((1, [1] * 4), (3, [2, 2]), (99, [4])):
        monkeypatch.setattr(batched, "fitting", lambda *_, fitting=fitting: fitting)
        asked.clear()
        few = together(replicas, decays, device)
        assert asked == stacks
        for point, found in many.items():
            assert few[point].objective == pytest.approx(found.objective, rel=1e-9)


def test_a_stack_keeps_to_its_budget():
    """Bytes of a point are counted with room for a copy of its samples."""
    n, dim = 40_000, 800
    assert batched.fitting(n, dim, dim) * 2 * 8 * n * dim < batched.BUDGET
    assert batched.fitting(100 * n, dim, dim) == 1
    assert batched.fitting(50, 10, 10) > 1000


def test_what_fails_is_one_row(monkeypatch):
    """Points that cannot be solved raise when they are asked for; the others of their stack are trained."""
    replicas = replicas_of(10, 4, count=1)
    done = training.Judge.done

    def fails(self, point, slack, predicted):
        if slack.values[-1] > 1e3:
            raise np.linalg.LinAlgError("no eigenvalues")
        return done(self, point, slack, predicted)

    monkeypatch.setattr(training.Judge, "done", fails)
    (find,) = batched.prepare(replicas, [1.0, 1e3], device="cpu", **OPTIONS)
    assert find(1.0).converged
    with pytest.raises(np.linalg.LinAlgError, match="no eigenvalues"):
        find(1e3)
    (find,) = batched.prepare(replicas, [1.0], device="cpu", **(OPTIONS | {"init_scale": 1e200}))
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(ArithmeticError, match="not a finite number"):
        find(1.0)


def test_budget_ends_what_is_not_certified():
    (found,) = together(replicas_of(20, 3, count=1), [0.05], max_evaluations=20).values()
    assert 20 <= found.iterations < 40
    assert found.relative_gap >= 0


def test_what_a_device_says_proves_nothing(monkeypatch):
    """A device whose slacks call any weights good leaves a point with the gap that they have."""
    slack = tensors.Stack.slack

    def wrong(self, residual):
        adjoint, values, directions = slack(self, residual)
        return 0 * adjoint, values + 1e6, directions

    replicas = replicas_of(12, 5, count=1)
    (best,) = alone(replicas, [1.0]).values()
    monkeypatch.setattr(tensors.Stack, "slack", wrong)
    monkeypatch.setattr(Certificate, "polish", lambda self, factor, tol=0.0: self.relative_gap(factor))
    (found,) = together(replicas, [1.0], max_evaluations=30).values()
    assert found.objective > 1.01 * best.objective
    assert found.objective * (1 - found.relative_gap) <= best.objective
    assert not found.converged


@pytest.mark.parametrize("kept", [[0, 1, 2], [2, 0]])
def test_tensors_are_those_of_single_points(kept):
    """Loss, gradient and slack of a part of the stack; directions of L-BFGS with pairs that say nothing."""
    rng, dim, rank = np.random.default_rng(3), 7, 4
    data = [Measurements(rng.standard_normal((30, dim)), rng.standard_normal(30)) for _ in range(3)]
    penalties = [1.0, 2.0, 30.0]
    stack = tensors.Stack(data, penalties, torch.device("cpu"))
    factors = [rng.standard_normal((dim, rank)) for _ in range(3)]
    units = tensors.padded(factors, (dim, 6), torch.device("cpu"))
    rows = torch.tensor(kept)
    state = stack.at(units[rows], rows)
    adjoint, values, directions = stack.slack(stack.at(units, torch.arange(3)).residual)
    guess = stack.curvature(units, values, quasi_newton.FLOOR)
    for place, row in enumerate(kept):
        objective = quasi_newton.Objective(data[row], penalties[row], dim)
        point = objective.at(factors[row])
        assert float(state.loss[place]) == pytest.approx(point.loss, rel=1e-12)
        np.testing.assert_allclose(state.gradient[place, :, :rank], point.gradient, rtol=1e-9, atol=1e-9)
        assert not state.gradient[place, :, rank:].any()
        np.testing.assert_allclose(state.residual[place], point.residual, rtol=1e-9, atol=1e-12)
        own = objective.slack(point)
        np.testing.assert_allclose(adjoint[row], own.adjoint, atol=1e-11)
        np.testing.assert_allclose(values[row], own.values, atol=1e-10)
        np.testing.assert_allclose(guess[row, :, :rank], objective.curvature(factors[row], own), rtol=1e-9)
    pairs, histories = tensors.Pairs(), [quasi_newton.History() for _ in range(3)]
    assert pairs.known(3) == [False] * 3
    for _ in range(13):
        step, change = (torch.from_numpy(rng.standard_normal((3, dim, 6))) for _ in range(2))
        change = change + 3 * step
        pairs.push(step, change)
        for row, history in enumerate(histories):
            history.push(step[row].numpy(), change[row].numpy())
    pairs.forget(torch.tensor([1]))
    histories[1].forget()
    assert pairs.known(3) == [True, False, True]
    turn = torch.linalg.qr(torch.from_numpy(rng.standard_normal((3, 6, 6))))[0]
    pairs.turn(turn)
    pairs.keep(rows)
    for row, history in enumerate(histories):
        history.turn(turn[row].numpy())
    gradient = torch.from_numpy(rng.standard_normal((3, dim, 6)))
    found = pairs.direction(gradient[rows], directions[rows], guess[rows])
    for place, row in enumerate(kept):
        wanted = histories[row].direction(gradient[row].numpy(), directions[row].numpy(), guess[row].numpy())
        np.testing.assert_allclose(found[place], wanted, rtol=1e-8, atol=1e-10)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_refused_in_one_line():
    with pytest.raises(RuntimeError, match=r"^device: cuda is asked for, and torch finds no GPU on this machine$"):
        next(batched.prepare(replicas_of(5, 2), [1.0], device="cuda", **OPTIONS))


def test_a_job_on_a_device_writes_the_points_of_one_on_the_cpu(tmp_path):
    data = draw(tmp_path / "data.npz", "quadratic", 8, 2, 1)
    point = {"n_eff": 5.0, "weight_decays": [[1.0, -1.0], [1.0, 0.5]], "replicas": [0, 1], "root_seed": 1}
    point |= {"width": 1.0, "tolerance": 1e-5, "options": {"max_evaluations": 20_000, "init_scale": 0.1}}
    tables = []
    for name, device in (("train_networks", {}), ("train_networks_on_gpu", {"device": "cpu:0"})):
        files = str(tmp_path / f"{name}.csv"), str(tmp_path / f"{name}.npy")
        script(name).main(data, *files, ensemble=ensemble("quadratic", 8), **point, **device)
        tables.append(pd.read_csv(files[0]))
    single, many = tables
    assert (single.pop("solver").unique(), many.pop("solver").unique()) == (["L-BFGS"], ["L-BFGS on cpu"])
    same = ["replica", "weight_decay", "unique", "rank", "converged"]
    pd.testing.assert_frame_equal(single[same], many[same])
    np.testing.assert_allclose(many["objective"], single["objective"], rtol=1e-6)
