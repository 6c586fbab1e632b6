"""A fork: a run continued with several learning rates or optimisers side by side, on the same batches.

The branches advance together (engine.stepping.fleet). Each is bit by bit as a run of its own would be,
wherever the linear algebra library treats one matrix of many as it treats one alone. A branch that is kept is
run again as a run of its own, so that its history and its log of changes are those of a run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.branches.moments import AT_ONCE
from playground.engine.loss_scale import escapes_along
from playground.engine.optimizers import Optimizer, make_optimizer
from playground.engine.problem import Batch
from playground.engine.recording.series import Curve, Path, PathState, Series, SeriesState
from playground.engine.schedules import schedule_of
from playground.engine.stepping.batches import BatchState
from playground.engine.stepping.descent import KEEP_ALL_SHARE, Checkpoint, Interrupted, optimizer_of
from playground.engine.stepping.fleet import Fleet, FleetState
from playground.engine.stepping.measuring import each_octave, next_measured
from playground.engine.trainer import Trainer
from playground.experiment import TrainingSettings

MOST_BRANCHES = 8


class Plan(NamedTuple):
    """What a branch changes: its learning rate, and its optimiser where that is another."""

    learning_rate: float
    optimizer: str | None = None


@dataclass(frozen=True, eq=False)
class BranchView:
    """A branch at one step; arrays are read-only copies.

    loss is J over all training points at parameters (P,), penalties included; losses is its curve from the
    fork on; path (m, P) begins at the fork.
    """

    plan: Plan
    parameters: Array
    loss: float
    losses: Curve
    path: Array

    @property
    def falls_without_bound(self) -> bool:
        """Whether J escapes downward, as far as this branch has gone."""
        values = self.losses.values
        if not np.isfinite(self.loss) and not np.isfinite(self.parameters).all():
            finite = values[np.isfinite(values)]
            return len(finite) > 1 and bool(finite[-1] < min(finite[0], 0.0))
        return escapes_along(values)


@dataclass(frozen=True, eq=False)
class ForkView:
    """A fork at one step."""

    first_step: int
    step: int
    branches: tuple[BranchView, ...]


class ForkState(NamedTuple):
    """The whole state of a fork without its run: Fork.resumed continues from it bit by bit."""

    plans: tuple[Plan, ...]
    step: int
    fleet: FleetState
    batches: BatchState
    curves: tuple[SeriesState, ...]
    paths: tuple[PathState, ...]


def optimizer_from(checkpoint: Checkpoint, settings: TrainingSettings, name: str | None) -> Optimizer:
    """Return the optimiser of this name with which a run goes on from a checkpoint.

    The run's own, or None, goes on with its state; another one begins.
    """
    if name in (None, checkpoint.optimizer):
        optimizer = make_optimizer(checkpoint.optimizer, **checkpoint.hyperparameters)
        optimizer.load_state(checkpoint.optimizer_state)
        return optimizer
    return optimizer_of(replace(settings, optimizer=name))


class Fork:
    """The branches of a run from its present point on. The run itself does not advance."""

    def __init__(self, run: Trainer, plans: Sequence[Plan]):
        if not 1 <= len(plans) <= MOST_BRANCHES:
            raise ValueError(f"a fork has 1 to {MOST_BRANCHES} branches, not {len(plans)}.")
        view = run.view()
        checkpoint, settings = view.checkpoint, view.settings
        self.plans = tuple(plans)
        self.first_step = self.step = run.step
        self._run = run
        problem = run.problem
        optimizers = [optimizer_from(checkpoint, settings, plan.optimizer) for plan in self.plans]
        # Neighbours of one kind are stepped together.
        self._order = sorted(range(len(plans)), key=lambda row: optimizers[row].name)
        rates = np.array([self.plans[row].learning_rate for row in self._order])
        self._fleet = Fleet(
            problem,
            np.tile(view.parameters, (len(plans), 1)),
            rates,
            [optimizers[row] for row in self._order],
            settings.fault,
        )
        self._rates, self._schedule = rates, schedule_of(settings)
        self._batches = problem.batches(
            problem.working_parameters(), np.random.default_rng(0), settings.batch_size
        )
        self._batches.load_state(checkpoint.batches)
        self._longest = problem.longest_stride(self._batches.batch_size, "train")
        self._each_octave = each_octave(problem.n_samples)
        self._curves = [Series() for _ in plans]
        self._paths = [Path(view.parameters) for _ in plans]
        self._losses: list[float] | None = None
        self._note_losses()

    def state(self) -> ForkState:
        """Return copies of the state, for resumed."""
        return ForkState(
            self.plans,
            self.step,
            self._fleet.state(),
            self._batches.state(),
            tuple(curve.state(self.step) for curve in self._curves),
            tuple(path.state(self.step) for path in self._paths),
        )

    @staticmethod
    def resumed(run: Trainer, state: ForkState) -> Fork:
        """Return the fork of a run that continues from a state. Raises ValueError where they do not fit."""
        fork = Fork(run, state.plans)
        if state.step < fork.step or not len(state.curves) == len(state.paths) == len(state.plans):
            raise ValueError("these are no branches of this run.")
        fork.step = state.step
        fork._fleet.load_state(state.fleet)
        fork._batches.load_state(state.batches)
        fork._curves = [Series.of_state(curve) for curve in state.curves]
        fork._paths = [Path.of_state(path) for path in state.paths]
        fork._losses = None
        return fork

    @property
    def parameters(self) -> Array:
        """θ (K, P) of every branch, a copy."""
        return self._in_order(self._fleet.parameters)

    def advance(self, n_steps: int, interrupted: Interrupted | None = None) -> int:
        """Make n steps in every branch; return how many were made before interrupted was true."""
        first, end = self.step, self.step + n_steps
        batches = self._batches
        while self.step < end:
            if interrupted is not None and interrupted():
                break
            batches.open_block()
            made = self.step - self.first_step
            due = self.first_step + next_measured(made, self._longest, self._each_octave)
            stop = min(end, due, self.step + len(batches.slots) - batches.position)
            # All paths have their points at the same steps.
            path_steps = self._paths[0].points_to_keep(self.step - self.first_step, stop - self.first_step)
            keep_all = len(path_steps) >= KEEP_ALL_SHARE * (stop - self.step)
            if path_steps and not keep_all:
                stop = self.first_step + path_steps[0]
            slots = batches.slots[batches.position : batches.position + stop - self.step]
            thetas: list[Array] = []
            coming = (batch for _, batch in slots)
            self._fleet.advance(self._scheduled(coming), thetas if keep_all else None)
            batches.position += len(slots)
            before, self.step = self.step, stop
            self._losses = None
            if stop == due:
                self._note_losses()
            if keep_all:
                rows = np.array(path_steps) - (before + 1 - self.first_step)
                self._note_points(np.array(path_steps), np.array(thetas)[rows])
            elif path_steps:
                self._note_points(np.array(path_steps[:1]), self._fleet.working[np.newaxis])
        return self.step - first

    def view(self) -> ForkView:
        """Return an immutable view of the fork at its present step."""
        if self._losses is None:
            self._losses = self._measured()
        branches = []
        for plan, theta, loss, curve, path in zip(
            self.plans, self.parameters, self._losses, self._curves, self._paths, strict=True
        ):
            theta.setflags(write=False)
            points = path.points(self.step - self.first_step, theta)[1]
            branches.append(BranchView(plan, theta, loss, curve.curve(self.step, loss), points))
        return ForkView(self.first_step, self.step, tuple(branches))

    def kept(self, row: int, interrupted: Interrupted | None = None) -> Trainer | None:
        """Return the run that continues one branch; None where it was interrupted.

        Its settings were changed at the fork as the branch's were, and it has the branch's parameters, bit by
        bit. Where it diverged on the way, it has the last good ones.
        """
        run, plan = self._run.anew(), self.plans[row]
        run.restore(self._run.snapshot())
        run.records = self._run.records.copy()
        if plan.optimizer is not None:
            run.change("training.optimizer", plan.optimizer)
        run.change("training.learning_rate", plan.learning_rate)
        while run.step < self.step:
            if interrupted is not None and interrupted():
                return None
            if run.advance(min(AT_ONCE, self.step - run.step)) <= 0:
                return run
        theta = self.parameters[row]
        if not np.array_equal(run.parameters, theta) and np.isfinite(theta).all():
            run.set_parameters(theta)
        return run

    def _scheduled(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield the batches of the coming steps; before each, set the fleet's α to the one that is due."""
        if self._schedule is None:
            yield from batches
            return
        for batch, factor in zip(batches, self._schedule.factors_from(self.step), strict=False):
            self._fleet.learning_rates = self._rates * factor
            yield batch

    def _note_losses(self) -> None:
        self._losses = self._measured()
        for curve, loss in zip(self._curves, self._losses, strict=True):
            curve.add(self.step, loss)

    def _note_points(self, since: Array, thetas: Array) -> None:
        """Add thetas (n, K, P) in working order to the paths; since: steps since the fork."""
        points = self._fleet.in_public_order(thetas)
        for place, row in enumerate(self._order):
            self._paths[row].extend(since, points[:, place])

    def _measured(self) -> list[float]:
        losses = self._in_order(self._fleet.losses())
        return [loss if math.isfinite(loss) else math.nan for loss in losses.tolist()]

    def _in_order(self, rows: Array) -> Array:
        """Return rows of the fleet in the order of the plans."""
        result = np.empty_like(rows)
        result[self._order] = rows
        return result
