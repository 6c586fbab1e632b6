"""Many runs of one problem that advance together, with the same NumPy calls for all of them.

The runs share problem, samples and the order of the batches; parameters, learning rate and optimiser are each
run's own. A step costs a few large calls instead of many small ones, so that dozens of learning rates can be
tried while a run goes on. Layout: (K, …) with run k in row k, parameters in the working order of the problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.optimizers import Optimizer, make_optimizer
from playground.engine.problem import Batch, Problem


class FleetState(NamedTuple):
    """The part of a fleet that changes with each step.

    thetas (K, P) in working order; optimizers: the states of the groups that step together, their vectors
    concatenated.
    """

    thetas: Array
    optimizers: tuple[Mapping[str, Any], ...]


class Fleet:
    """K runs that advance together.

    parameters (K, P) are their starts, in public order; learning_rates (K,). optimizers are K of them, each
    with its state; they are copied, never changed. fault is the deliberate mistake in the backward pass of
    all of them (engine.backprop.bugs): such a fleet is slower.

    A run that is no longer finite stays so and has no effect on the others.
    """

    def __init__(
        self,
        problem: Problem,
        parameters: Array,
        learning_rates: Array,
        optimizers: Sequence[Optimizer],
        fault: str | None = None,
    ):
        self._problem = problem
        self._order = problem.working_parameters()
        self._theta = np.stack([self._order.working(row) for row in np.asarray(parameters, dtype=np.float64)])
        self._gradient = np.zeros_like(self._theta)
        self._groups = _groups(optimizers)
        for group in self._groups:
            group.optimizer.expect_rates(self._theta[group.rows].size)
        self._gradients = problem.fleet_gradient(self._theta, self._gradient, fault)
        self._penalized = self._order.penalized
        self.learning_rates = np.array(learning_rates, dtype=np.float64)

    @property
    def learning_rates(self) -> Array:
        """α of each run (K,), a copy. May be set at any time."""
        return self._learning_rates.copy()

    @learning_rates.setter
    def learning_rates(self, rates: Array) -> None:
        self._learning_rates = np.array(rates, dtype=np.float64)
        size = self._theta.shape[1]
        self._rates = [np.repeat(self._learning_rates[group.rows], size) for group in self._groups]

    @property
    def parameters(self) -> Array:
        """θ (K, P), a copy in public order."""
        return np.stack([self._order.public(row) for row in self._theta])

    @property
    def working(self) -> Array:
        """θ (K, P) in working order, not copied: it changes with the next step."""
        return self._theta

    def optimizer_state(self, run: int) -> dict[str, Any]:
        """Return the state of this run's optimiser, for Optimizer.load_state; vectors in working order."""
        for group in self._groups:
            if group.rows.start <= run < group.rows.stop:
                return group.state(run)
        raise IndexError(f"there is no run {run}.")

    def state(self) -> FleetState:
        """Return copies of everything that changes with a step, for load_state."""
        return FleetState(self._theta.copy(), tuple(group.optimizer.state() for group in self._groups))

    def load_state(self, state: FleetState) -> None:
        """Continue from the state() of a fleet of the same runs. Raises ValueError for any other."""
        if state.thetas.shape != self._theta.shape or len(state.optimizers) != len(self._groups):
            raise ValueError("these are no parameters and optimisers of this fleet.")
        for group, optimizer in zip(self._groups, state.optimizers, strict=True):
            size = self._theta[group.rows].size
            if any(optimizer[name].shape != (size,) for name in _vectors(optimizer)):
                raise ValueError(f"these optimisers remember no {size} numbers.")
            group.optimizer.load_state(optimizer)
        self._theta[:] = state.thetas

    def advance(
        self,
        batches: Iterable[Batch],
        kept: list[Array] | None = None,
        losses: list[Array] | None = None,
    ) -> None:
        """Make one step of every run for each batch.

        kept, where given, receives θ (K, P) after each step, in working order: see in_public_order. losses,
        where given, receives J (K,) of the batch before each step, penalties included; not with a fault.
        """
        with np.errstate(all="ignore"):
            for batch in batches:
                self._take_gradient(batch)
                if losses is not None:
                    losses.append(self._batch_losses(batch))
                self._update()
                if kept is not None:
                    kept.append(self._theta.copy())

    def in_public_order(self, thetas: Array) -> Array:
        """Return vectors (…, P), given in working order, in public order."""
        return self._order.public(thetas)

    def losses(self) -> Array:
        """Return J (K,) over all training samples, penalties included."""
        with np.errstate(all="ignore"):
            losses: Array = self._gradients.losses()
            losses += np.array([self._problem.penalty(theta) for theta in self.parameters])
        return losses

    def _take_gradient(self, batch: Batch) -> None:
        l1, l2 = self._problem.l1, self._problem.l2
        self._gradients.take(batch)
        if l1:
            self._gradient += l1 * np.sign(self._theta) * self._penalized
        if l2:
            self._gradient += l2 * self._theta * self._penalized

    def _batch_losses(self, batch: Batch) -> Array:
        l1, l2 = self._problem.l1, self._problem.l2
        J = self._gradients.batch_losses(batch)
        if l1:
            J += l1 * np.abs(self._theta * self._penalized).sum(axis=1)
        if l2:
            J += 0.5 * l2 * np.square(self._theta * self._penalized).sum(axis=1)
        return J

    def _update(self) -> None:
        """Let every optimiser step all of its runs as one long vector, each entry with the α of its run."""
        frozen = self._order.frozen
        for group, rates in zip(self._groups, self._rates, strict=True):
            rows = group.rows
            kept = self._theta[rows, frozen] if frozen.size and group.optimizer.decays_weights_apart else None
            group.optimizer.step(self._theta[rows].reshape(-1), self._gradient[rows].reshape(-1), rates)
            if kept is not None:
                self._theta[rows, frozen] = kept


class _Group:
    """Neighbouring runs with the same kind of optimiser, stepped as one long vector."""

    def __init__(self, rows: slice, optimizers: Sequence[Optimizer]):
        self.rows = rows
        first = optimizers[0]
        self.optimizer = make_optimizer(first.name, **first.hyperparameters)
        states = [optimizer.state() for optimizer in optimizers]
        self._n_runs = len(states)
        if len(states[0]) > 1 or states[0]["step"]:
            stacked = {
                name: np.concatenate([state[name] for state in states]) for name in _vectors(states[0])
            }
            self.optimizer.load_state({"step": states[0]["step"], **stacked})

    def state(self, run: int) -> dict[str, Any]:
        state = self.optimizer.state()
        row = run - self.rows.start
        for name in _vectors(state):
            state[name] = state[name].reshape(self._n_runs, -1)[row]
        return state


def _vectors(state: Mapping[str, Any]) -> list[str]:
    return [name for name in state if name != "step"]


def _groups(optimizers: Sequence[Optimizer]) -> list[_Group]:
    """Return groups of neighbouring runs with equal name, hyperparameters and shape of the state."""
    groups, start = [], 0
    for _, members in groupby(optimizers, key=_kind):
        group = list(members)
        groups.append(_Group(slice(start, start + len(group)), group))
        start += len(group)
    return groups


def _kind(optimizer: Optimizer) -> tuple[Any, ...]:
    state = optimizer.state()
    return (
        optimizer.name,
        tuple(sorted(optimizer.hyperparameters.items())),
        state["step"],
        tuple(sorted(state)),
    )
