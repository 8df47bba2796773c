"""Descent of many quadratic networks at once, as tensors on a device, in double precision.

It is that of `quasi_newton` for a stack of b points of one d and n. Products with the samples, eigenvectors of the
slacks, pairs of L-BFGS and line searches are those of the whole stack. At every look each point decides for itself, on
the CPU and by the same functions, whether it ends, and which units it turns, leaves out or starts. Ranks differ: units
are columns, and those beyond a point's own are zero. A point that has ended leaves the stack.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.networks.quadratic.quasi_newton import (
    DECREASE,
    FEWEST,
    FLOOR,
    LEAP,
    MOST,
    PATIENCE,
    ROUNDING,
    SHORTER,
    STILL,
    TRIES,
    Objective,
    Point,
    Slack,
)
from scaling_spectra.networks.quadratic.tensors import Pairs, Stack, State, padded
from scaling_spectra.networks.quadratic.training import Judge
from scaling_spectra.records import TrainingRecord


class Course:
    """Training of one point: what it decides at its looks, and what is left of it."""

    def __init__(self, data: Measurements, weight_decay: float, network: QuadraticNetwork, tol: float) -> None:
        width, dim = network.weight.shape
        self.data, self.start = data, network.factor
        self.objective = Objective(data, weight_decay * (width * dim) ** 0.5, width)
        self._judge = Judge(data, self.objective.penalty, tol, own=False)
        self.rank, self.predicted, self.idle = width, np.inf, 0
        self._least = self._smallest = self._seen = np.inf
        # where training ended, on which device, or why it could not go on
        self._end: Point | None = None
        self._device = ""
        self._failed: Exception | None = None

    def point(self, state: State, row: int) -> Point:
        """Its row of the stack, without the columns beyond its rank."""
        units, gradient = (part[row, :, : self.rank].cpu().numpy() for part in (state.units, state.gradient))
        return Point(units, gradient, state.residual[row].cpu().numpy(), float(state.loss[row]))

    def leaps(self) -> bool:
        """Whether steps have become so small that a look is due."""
        return self.predicted < LEAP * self._seen

    def ends(self, point: Point, slack: Slack) -> bool:
        """Whether it is good enough, or nothing moves any more; asked at every look."""
        self._seen = min(self.predicted, 1.0)
        try:
            if self._judge.done(point, slack, self.predicted):
                return True
        except (ArithmeticError, np.linalg.LinAlgError) as error:
            self._failed = error
            return True
        moves = point.loss < self._least * (1 - STILL) or self.predicted < self._smallest / 2
        self.idle = 0 if moves else self.idle + 1
        self._least, self._smallest = min(self._least, point.loss), min(self._smallest, self.predicted)
        return self.idle > PATIENCE

    def end(self, point: Point, device: str) -> None:
        """Training has ended at a point."""
        self._end, self._device = point, device

    def record(self, teacher: Array) -> TrainingRecord:
        """What training left, certified here.

        Raises
        ------
        ArithmeticError, LinAlgError
            If there is nothing.
        """
        assert self._end is not None
        if self._failed is not None:
            raise self._failed
        if not np.isfinite(self._end.loss):
            raise ArithmeticError("training: the loss is not a finite number")
        solver = f"L-BFGS on {self._device}"
        return self._judge.record(self._end, teacher, self.objective.evaluations, solver)


class Descent:
    """`quasi_newton.minimise` for a stack of points."""

    def __init__(self, courses: Sequence[Course], device: torch.device) -> None:
        self._running, self._device, self._pairs = list(courses), device, Pairs()
        penalties = [course.objective.penalty for course in courses]
        self._stack = Stack([course.data for course in courses], penalties, device)
        starts = [course.start for course in courses]
        self._state = self._at(padded(starts, starts[0].shape, device), range(len(courses)))
        # eigenvectors and eigenvalues of the slacks, and the guess of the Hessian, at the last look
        self._basis = self._curvature = self._levels = torch.empty((len(courses), 0), device=device)

    def run(self, max_evaluations: int) -> None:
        """Steps until every point has ended; parameters as in `quasi_newton.minimise`."""
        steps = MOST
        self._leave((~torch.isfinite(self._state.loss)).tolist())
        while self._running:
            if self._look_due(steps):
                self._look()
                if not self._running:
                    return
                steps = 0
            missed, stuck = self._step()
            steps = MOST if missed else steps + 1
            spent = [course.objective.evaluations >= max_evaluations for course in self._running]
            self._leave([a or b for a, b in zip(spent, stuck, strict=True)])

    def _look_due(self, steps: int) -> bool:
        if steps < FEWEST or steps >= MOST:
            return steps >= MOST
        leaps = any(course.leaps() for course in self._running)
        return leaps or self._running[0].objective.look_due(np.empty(self._state.units.shape[1:]), steps)

    def _at(self, units: Tensor, rows: Iterable[int]) -> State:
        """Loss and gradient of some points."""
        rows = list(rows)
        for row in rows:
            self._running[row].objective.evaluations += 1
        return self._stack.at(units, torch.tensor(rows, device=self._device))

    def _leave(self, stop: Sequence[bool]) -> None:
        """End some points where they are, and go on with the others."""
        if not any(stop):
            return
        for row, course in enumerate(self._running):
            if stop[row]:
                course.end(course.point(self._state, row), self._device.type)
        kept = [row for row, stopped in enumerate(stop) if not stopped]
        rows = torch.tensor(kept, dtype=torch.long, device=self._device)
        self._running = [self._running[row] for row in kept]
        self._state = self._state.of(rows)
        self._basis, self._levels, self._curvature = self._basis[rows], self._levels[rows], self._curvature[rows]
        self._stack.keep(rows)
        self._pairs.keep(rows)

    def _look(self) -> None:
        """End what is good enough; turn the units of the others."""
        adjoint, self._levels, self._basis = self._stack.slack(self._state.residual)
        looks = []
        for row, course in enumerate(self._running):
            parts = (part[row].cpu().numpy() for part in (adjoint, self._levels, self._basis))
            looks.append((course.point(self._state, row), Slack(*parts)))
        stop = [course.ends(*look) for course, look in zip(self._running, looks, strict=True)]
        self._leave(stop)
        if self._running:
            self._turn([look for look, stopped in zip(looks, stop, strict=True) if not stopped])
            self._curvature = self._stack.curvature(self._state.units, self._levels, FLOOR)

    def _turn(self, looks: list[tuple[Point, Slack]]) -> None:
        """`quasi_newton._turned` at every point: units to their singular directions, some left out, some started."""
        rotations, started = [], []
        for course, (point, slack) in zip(self._running, looks, strict=True):
            rotation = course.objective.rotation(point.factor, slack)
            rotations.append(rotation)
            started.append(course.objective.missing(point.factor @ rotation, slack, course.predicted))
        ranks = [rotation.shape[1] for rotation in rotations]
        # the smallest make room
        rooms = [course.objective.width - new.shape[1] for course, new in zip(self._running, started, strict=True)]
        most = [min(rank, room) + new.shape[1] for rank, room, new in zip(ranks, rooms, started, strict=True)]
        shape = self._state.units.shape[2], max(1, *ranks, *most)
        turned = padded(rotations, shape, self._device)
        before, units = self._state.loss, self._state.units @ turned
        self._state = State(units, self._state.gradient @ turned, self._state.residual, before)
        changed = {row for row, course in enumerate(self._running) if ranks[row] < course.rank}
        pending = [row for row, new in enumerate(started) if new.shape[1]]
        for _ in range(SHORTER):
            if not pending:
                break
            trials = units[pending]
            for trial, row in zip(trials, pending, strict=True):
                kept = min(ranks[row], rooms[row])
                trial[:, kept:] = 0
                trial[:, kept : most[row]] = torch.from_numpy(started[row])
                started[row] = started[row] / 2
            found = self._at(trials, pending)
            lower = (found.loss < before[pending]).tolist()
            for place, row in enumerate(pending):
                if lower[place]:
                    turned[row, :, min(ranks[row], rooms[row]) :] = 0
                    ranks[row] = most[row]
                    changed.discard(row)
            better = [place for place, lies in enumerate(lower) if lies]
            self._state.put(torch.tensor(pending)[better], found.of(torch.tensor(better, dtype=torch.long)))
            pending = [row for row, lies in zip(pending, lower, strict=True) if not lies]
        if changed:
            rows = sorted(changed)
            self._state.put(torch.tensor(rows), self._at(self._state.units[rows], rows))
        for course, rank in zip(self._running, ranks, strict=True):
            course.rank = rank
        self._pairs.turn(turned)

    def _step(self) -> tuple[bool, list[bool]]:
        """One step of every point; whether one found none, and which of them have nothing left to try."""
        state = self._state
        change = self._pairs.direction(state.gradient, self._basis, self._curvature)
        slope = (state.gradient * change).sum((1, 2))
        new, left = self._search(change, slope)
        self._pairs.push(new.units - state.units, new.gradient - state.gradient)
        known = self._pairs.known(len(self._running))
        self._pairs.forget(torch.tensor(left, dtype=torch.long))
        for row, (course, fall, loss) in enumerate(zip(self._running, slope.tolist(), new.loss.tolist(), strict=True)):
            if row in left:
                course.idle += 1
            else:
                course.predicted = -fall / loss if loss > 0 else 0.0
        self._state = new
        return bool(left), [row in left and not known[row] for row in range(len(known))]

    def _search(self, change: Tensor, slope: Tensor) -> tuple[State, list[int]]:
        """First of ever smaller shares of a change that lowers the loss as the slope asks for, and who found none."""
        state, down = self._state, (slope < 0).tolist()
        new = state.of(torch.arange(len(down)))
        left, none = (
            [row for row, falls in enumerate(down) if falls],
            [row for row, falls in enumerate(down) if not falls],
        )
        share = torch.ones_like(slope)
        for _ in range(TRIES):
            if not left:
                break
            rows = torch.tensor(left, device=self._device)
            trial = self._at(state.units[rows] + share[rows, None, None] * change[rows], left)
            rise, wanted = trial.loss - state.loss[rows], share[rows] * slope[rows]
            good = rise <= ROUNDING * state.loss[rows] + DECREASE * wanted
            new.put(rows[good], trial.of(good))
            # least value of the parabola through what is known
            parabola = torch.nan_to_num(-0.5 * wanted * share[rows] / (rise - wanted), nan=np.inf)
            share[rows] = torch.clamp(parabola, min=0.1 * share[rows], max=0.5 * share[rows])
            left = rows[~good].tolist()
        return new, sorted(none + left)
