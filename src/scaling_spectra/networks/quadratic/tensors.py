"""Tensors of a stack of quadratic networks on a device, one point below the other: see `joint_descent`."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from scaling_spectra.arrays import Array
from scaling_spectra.curvature import HISTORY, NO_CURVATURE
from scaling_spectra.networks.quadratic.measurements import Measurements


def padded(matrices: Sequence[Array], shape: tuple[int, int], device: torch.device) -> Tensor:
    """Matrices below each other, each with zeros beyond its own rows and columns."""
    stacked = np.zeros((len(matrices), *shape))
    for place, matrix in zip(stacked, matrices, strict=True):
        place[: matrix.shape[0], : matrix.shape[1]] = matrix
    return torch.from_numpy(stacked).to(device)


def _inner(left: Tensor, right: Tensor) -> Tensor:
    """<A, B> of each point, shape (b,)."""
    return (left * right).sum((1, 2))


@dataclass
class State:
    """Hidden units of b points with their losses, as in `quasi_newton.Point`.

    Attributes
    ----------
    units, gradient : Tensor, shape (b, d, w)
    residual : Tensor, shape (b, n)
    loss : Tensor, shape (b,)
    """

    units: Tensor
    gradient: Tensor
    residual: Tensor
    loss: Tensor

    def of(self, rows: Tensor) -> "State":
        """Some of the points, as a copy."""
        return State(self.units[rows], self.gradient[rows], self.residual[rows], self.loss[rows])

    def put(self, rows: Tensor, other: "State") -> None:
        """Replace some of the points."""
        self.units[rows], self.gradient[rows] = other.units, other.gradient
        self.residual[rows], self.loss[rows] = other.residual, other.loss


class Stack:
    """Samples of b points, all of shape (n, d), and their penalties."""

    def __init__(self, data: Sequence[Measurements], penalties: Sequence[float], device: torch.device) -> None:
        shape = (len(data), data[0].samples, data[0].dim)
        self._inputs = torch.empty(shape, dtype=torch.float64, device=device)
        for place, one in zip(self._inputs, data, strict=True):
            place.copy_(torch.from_numpy(one.inputs))
        self._labels = torch.from_numpy(np.stack([one.labels for one in data])).to(device)
        self.penalty = torch.tensor(penalties, dtype=torch.float64, device=device)
        self.stiffness, self._root = 8 * shape[1] / shape[2], shape[2] ** 0.5

    def keep(self, rows: Tensor) -> None:
        """Forget the other points."""
        self._inputs, self._labels, self.penalty = self._inputs[rows], self._labels[rows], self.penalty[rows]

    def at(self, units: Tensor, rows: Tensor) -> State:
        """Loss and gradient of some points at their U, shape (len(rows), d, w)."""
        every = len(rows) == len(self._inputs)
        inputs = self._inputs if every else self._inputs[rows]
        labels, penalty = self._labels[rows], self.penalty[rows]
        hidden, trace = inputs @ units, _inner(units, units)
        residual = labels - (torch.linalg.vector_norm(hidden, dim=2) ** 2 - trace[:, None]) / self._root
        hidden *= residual[:, :, None]
        image = inputs.mT @ hidden - residual.sum(1)[:, None, None] * units
        loss = (residual**2).sum(1) + penalty * trace
        return State(units, 2 * penalty[:, None, None] * units - (4 / self._root) * image, residual, loss)

    def slack(self, residual: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """A*(r), shape (b, d, d), and eigenvalues and eigenvectors of c I - 2 A*(r)."""
        one = torch.eye(self._inputs.shape[2], dtype=torch.float64, device=residual.device)
        moment = self._inputs.mT @ (residual[:, :, None] * self._inputs)
        adjoint = (moment - residual.sum(1)[:, None, None] * one) / self._root
        adjoint = (adjoint + adjoint.mT) / 2
        values, directions = torch.linalg.eigh(self.penalty[:, None, None] * one - 2 * adjoint)
        return adjoint, values, directions

    def curvature(self, units: Tensor, values: Tensor, floor: float) -> Tensor:
        """Diagonal guess of the Hessian, shape (b, d, w), as `quasi_newton.Objective.curvature`."""
        squares = (units**2).sum(1)[:, None, :]
        guess: Tensor = 2 * values.abs()[:, :, None] + self.stiffness * squares + floor * self.penalty[:, None, None]
        return guess


class Pairs:
    """`curvature.History` of b points: a pair that says nothing, or is forgotten, is zero."""

    def __init__(self) -> None:
        self._pairs: list[tuple[Tensor, Tensor, Tensor]] = []
        # of each point the last pair that says something
        self._last: tuple[Tensor, Tensor] | None = None

    def known(self, points: int) -> list[bool]:
        """Of each point whether there is a pair."""
        return [False] * points if self._last is None else (self._last[1] > 0).tolist()

    def push(self, step: Tensor, change: Tensor) -> None:
        """Remember a pair of each point whose curvature along the step is positive."""
        product = _inner(step, change)
        good = product > NO_CURVATURE * (_inner(step, step) * _inner(change, change)).sqrt()
        pair = step * good[:, None, None], change * good[:, None, None], product * good
        self._pairs = [*self._pairs[1 - HISTORY :], pair]
        change, product = pair[1:]
        if self._last is not None:
            change = torch.where(good[:, None, None], change, self._last[0])
            product = torch.where(good, product, self._last[1])
        self._last = change, product

    def keep(self, rows: Tensor) -> None:
        """Forget the other points."""
        self._pairs = [(step[rows], change[rows], product[rows]) for step, change, product in self._pairs]
        self._last = self._last and (self._last[0][rows], self._last[1][rows])

    def forget(self, rows: Tensor) -> None:
        """Start anew at some points."""
        for part in itertools.chain(self._last or (), *self._pairs):
            part[rows] = 0

    def turn(self, rotation: Tensor) -> None:
        """Multiply steps and changes from the right, as the units were."""
        pairs, self._pairs, self._last = self._pairs, [], None
        while pairs:
            step, change, _ = pairs.pop(0)
            self.push(step @ rotation, change @ rotation)

    def direction(self, gradient: Tensor, basis: Tensor, curvature: Tensor) -> Tensor:
        """-H g of each point, as `curvature.History.direction`."""
        direction, shares = -gradient, []
        for step, change, product in reversed(self._pairs):
            share = torch.where(product > 0, _inner(step, direction) / product, 0.0)
            shares.append(share)
            direction = direction - share[:, None, None] * change
        turned = (basis.mT @ direction) / curvature
        if self._last is not None:
            change, product = self._last
            along = basis.mT @ change
            turned *= torch.where(product > 0, product / _inner(along, along / curvature), 1.0)[:, None, None]
        direction = basis @ turned
        for (step, change, product), share in zip(self._pairs, reversed(shares), strict=True):
            back = torch.where(product > 0, _inner(change, direction) / product, 0.0)
            direction = direction + (share - back)[:, None, None] * step
        return direction
