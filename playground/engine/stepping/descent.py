"""The steps themselves: parameters, optimiser and batches, without a record.

Everything that a step needs is laid out before it is made, so that the loop over steps holds little but NumPy
calls. Its by-products are collected for many steps at once: the squared gradient norms (the norms themselves
where float64 cannot hold the squares), the penalties, and in the slots the outputs, from which the batch
losses are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.lengths import LARGEST_SQUARE, LEAST_SQUARE, length, sum_of_squares
from playground.engine.optimizers import OPTIMIZERS, Optimizer, make_optimizer
from playground.engine.problem import Problem, Slot, Working
from playground.engine.schedules import schedule_of
from playground.engine.stepping.batches import BatchState
from playground.engine.stepping.optimizer_step import OptimizerStep
from playground.experiment import TrainingSettings

# A copy of a short θ costs less than interrupting the loop over steps, unless it is seldom needed.
KEEP_ALL_SHARE = 1 / 8
KEEP_ALL_PARAMETERS = 1000
LOOKED_AT_TOGETHER = 16
"""Number of θ that are held at a time in the search for the last finite one."""

Interrupted = Callable[[], object]
"""Called before a step; true where no further one must be made."""


class Checkpoint(NamedTuple):
    """What is needed to make the steps after this one again, bit by bit. Vectors are in working order."""

    step: int
    theta: Array
    optimizer: str
    hyperparameters: Mapping[str, Any]
    optimizer_state: Mapping[str, Any]
    batches: BatchState


class Update(NamedTuple):
    """One update in working order: θ before it, the gradient there, its α, its step, and the optimiser's."""

    theta: Array
    gradient: Array
    learning_rate: float
    step: int
    optimizer: OptimizerStep


class RowResults(NamedTuple):
    """The results of steps made in a row: their batch losses and gradient norms, (n,) each."""

    losses: Array
    norms: Array


class Descent:
    """The moving parts of a run: parameters, optimiser and batches.

    theta is (P,) in public order; rng draws the order of the samples. Call `settle` before the first step and
    after a change of the settings.
    """

    def __init__(
        self,
        problem: Problem,
        theta: Array,
        rng: np.random.Generator,
        training: TrainingSettings,
    ):
        self.step = 0
        self.working = problem.working_parameters()
        self.working.theta[:] = self.working.working(theta)
        self.batches = problem.batches(self.working, rng, training.batch_size, training.fault)
        self.last_update: Update | None = None
        self._optimizer = optimizer_of(training)
        self._displacement = np.empty_like(self.working.theta)
        self._before = np.empty_like(self.working.theta)
        self._memory_before: dict[str, Array] = {}
        self._rate = np.zeros(())
        self._learning_rate = training.learning_rate
        self._schedule = schedule_of(training)
        self._penalty: _Penalty | None = None
        self._penalties_set = (0.0, 0.0)
        self._squares: list[float] = []
        self._lengths: dict[int, float] = {}
        """The gradient norms whose squares are too large or too small, by their place in the row."""
        self._penalties: list[float] = []

    @property
    def parameters(self) -> Array:
        """θ (P,), a copy in public order."""
        return self.working.public(self.working.theta)

    @property
    def optimizer(self) -> Optimizer:
        """The optimiser in use, its vectors in working order."""
        return self._optimizer

    def rate_at(self, step: int) -> float:
        """Return the α of the step from θ of this step, with the present settings."""
        if self._schedule is None:
            return self._learning_rate
        return self._learning_rate * self._schedule.factor_at(step)

    def set_parameters(self, theta: Array) -> None:
        """Set θ (P,), given in public order."""
        self.working.theta[:] = self.working.working(theta)
        self.last_update = None

    def set_penalty(self, l1: float, l2: float) -> None:
        """Use l1·Σ|w| + ½·l2·Σw² as the penalty, at once."""
        if (l1, l2) != self._penalties_set:
            self._penalties_set = l1, l2
            self._penalty = _Penalty(self.working, l1, l2) if l1 or l2 else None

    def penalty(self) -> float:
        """Return the penalty at the present θ."""
        return 0.0 if self._penalty is None else self._penalty.value()

    def settle(self, training: TrainingSettings) -> None:
        """Apply the live settings to the next step.

        A new optimiser starts with an empty state, a new batch size starts a new epoch.
        """
        self._learning_rate = training.learning_rate
        self._schedule = schedule_of(training)
        self._rate[()] = training.learning_rate
        self.batches.set_batch_size(training.batch_size)
        fresh = optimizer_of(training)
        if fresh.name != self._optimizer.name:
            self._optimizer = fresh
        elif fresh.hyperparameters != self._optimizer.hyperparameters:
            self._optimizer.hyperparameters.update(fresh.hyperparameters)
        self.set_penalty(training.l1, training.l2)

    def take_points(self, problem: Problem, rng: np.random.Generator, training: TrainingSettings) -> None:
        """Make the next steps on the points of this problem, in a new epoch, in the order that rng draws."""
        epochs = self.batches.epoch
        self.batches = problem.batches(self.working, rng, training.batch_size, training.fault)
        self.batches.load_state(self.batches.state()._replace(epochs=epochs))
        self.last_update = None

    def begin_row(self, at_most: int) -> int:
        """Begin a row of steps; return how many of at_most can be made before the block of batches ends."""
        self.batches.open_block()
        self._squares.clear()
        self._lengths.clear()
        self._penalties.clear()
        return min(at_most, len(self.batches.slots) - self.batches.position)

    def advance(
        self, n_steps: int, keep_at: Sequence[int] = (), interrupted: Interrupted | None = None
    ) -> list[Array]:
        """Make steps of the row, without any check of the results.

        interrupted is called before every step and ends the row where it is true; the last update is then
        noted whichever step was the last. Return θ, in working order, at the steps of keep_at that were
        reached; these increase and lie within the row.
        """
        start, end = self.step, self.step + n_steps
        kept: list[Array] = []
        if len(keep_at) >= KEEP_ALL_SHARE * n_steps and self.working.theta.size <= KEEP_ALL_PARAMETERS:
            made = start + self._advance_in_block(n_steps, interrupted, kept)
            if len(keep_at) < n_steps:
                kept = [kept[step - start - 1] for step in keep_at if step <= made]
        else:
            for step in (*keep_at, end):
                part = step - self.step
                if self._advance_in_block(part, interrupted) < part:
                    break
                if len(kept) < len(keep_at):
                    kept.append(self.working.theta.copy())
        if interrupted is not None and self.step > start:
            self._note_update(self._before.copy())
        return kept

    def advance_one_noted(self, keep_theta: bool = False) -> list[Array]:
        """Make one step of the row as advance does and note its update; return θ if keep_theta."""
        before = self.working.theta.copy()
        self._optimizer.keep_memory(self._memory_before)
        kept = self.advance(1, (self.step + 1,) if keep_theta else ())
        self._note_update(before)
        return kept

    def _note_update(self, before: Array) -> None:
        optimizer = self._optimizer
        state = optimizer.state()
        count = state.pop("step")
        memory = {name: vector.copy() for name, vector in self._memory_before.items()}
        noted = OptimizerStep(optimizer.name, dict(optimizer.hyperparameters), count, memory, state)
        gradient = self.working.gradient.copy()
        self.last_update = Update(before, gradient, self.rate_at(self.step - 1), self.step - 1, noted)

    def row_results(self) -> RowResults:
        """Return the batch losses, penalties included, and the gradient norms of the row that was made."""
        n = len(self._squares)
        losses = self.batches.losses(self.batches.position - n, self.batches.position)
        if self._penalties:
            losses += np.array(self._penalties)
        norms = np.sqrt(np.array(self._squares))
        for place, norm in self._lengths.items():
            norms[place] = norm
        return RowResults(losses, norms)

    def shares_right(self) -> Array:
        """Return the accuracies of the row that was made, for the full batch."""
        return self.batches.shares_right(self.batches.position - len(self._squares), self.batches.position)

    def checkpoint(self) -> Checkpoint:
        """Return a checkpoint of the present step; everything in it is a copy."""
        optimizer = self._optimizer
        theta = self.working.theta.copy()
        theta.setflags(write=False)
        return Checkpoint(
            self.step,
            theta,
            optimizer.name,
            dict(optimizer.hyperparameters),
            optimizer.state(),
            self.batches.state(),
        )

    def return_to(self, checkpoint: Checkpoint) -> None:
        """Return to a checkpoint. The settings must be those of its step: settle."""
        self.step = checkpoint.step
        self.working.theta[:] = checkpoint.theta
        self._optimizer = make_optimizer(checkpoint.optimizer, **checkpoint.hyperparameters)
        self._optimizer.load_state(checkpoint.optimizer_state)
        self.batches.load_state(checkpoint.batches)
        self.last_update = None

    def return_to_last_finite(
        self,
        start: Checkpoint,
        step: int,
        training: TrainingSettings,
        losses_at: Callable[[list[Array]], list[float]],
    ) -> None:
        """Return to the last step up to this one whose loss is finite, no further back than start.

        training are the settings since start; losses_at takes parameters in working order. The steps are made
        again from start, and the newest parameters are checked first, a few at a time.
        """
        last = found = step
        while last > start.step:
            self.return_to(start)
            self.settle(training)
            finite = np.isfinite(losses_at(self.replay_to(last, LOOKED_AT_TOGETHER - 1)))
            if finite.any():
                found = last - int(np.argmax(finite[::-1]))
                break
            last -= len(finite)
            found = max(last, start.step)
        self.return_to(start)
        self.settle(training)
        self.replay_to(found)

    def replay_to(self, step: int, keep: int = 0) -> list[Array]:
        """Make the steps up to this one.

        Return the θ of up to keep steps before it and its own, in working order.
        """
        kept = []
        while self.step < step:
            if self.step >= step - keep:
                kept.append(self.working.theta.copy())
            self.begin_row(1)
            self.advance_one_noted()
        kept.append(self.working.theta.copy())
        return kept

    def _advance_in_block(
        self, n_steps: int, interrupted: Interrupted | None, thetas: list[Array] | None = None
    ) -> int:
        """Make at most n steps; return how many. thetas, where given, receives θ after each."""
        batches, earlier = self.batches, len(self._squares)
        slots: Iterable[Slot] = batches.slots[batches.position : batches.position + n_steps]
        self._take_steps(slots if interrupted is None else self._watched(slots, interrupted), thetas)
        made = len(self._squares) - earlier
        batches.position += made
        self.step += made
        return made

    def _watched(self, slots: Iterable[Slot], interrupted: Interrupted) -> Iterator[Slot]:
        """Yield the slots until interrupted; before each, copy θ and the optimiser's state."""
        before, theta = self._before, self.working.theta
        keep, memory = self._optimizer.keep_memory, self._memory_before
        stateless = self._optimizer.name == "gradient_descent"
        if stateless:
            # Another optimiser may have left vectors here. Gradient descent has none to replace them.
            memory.clear()
        for slot in slots:
            if interrupted():
                return
            before[:] = theta
            if not stateless:
                keep(memory)
            yield slot

    def _take_steps(self, slots: Iterable[Slot], thetas: list[Array] | None) -> None:
        theta, gradient = self.working.theta, self.working.gradient
        note_square, least, largest = self._squares.append, LEAST_SQUARE, LARGEST_SQUARE
        square_of = sum_of_squares(gradient)
        if self._schedule is None and self._penalty is None and self._optimizer.name == "gradient_descent":
            rate, displacement, multiply, subtract = self._rate, self._displacement, np.multiply, np.subtract
            for take_gradient, batch in slots:
                take_gradient(batch)
                square = square_of()
                note_square(square)
                if not least < square < largest:
                    self._note_length()
                multiply(gradient, rate, displacement)
                subtract(theta, displacement, theta)
                if thetas is not None:
                    thetas.append(theta.copy())
            return
        frozen = self.working.frozen if self._optimizer.decays_weights_apart else ()
        kept = theta[frozen] if len(frozen) else None
        penalty, update, learning_rate = self._penalty, self._optimizer.step, self._learning_rate
        factors = repeat(1.0) if self._schedule is None else self._schedule.factors_from(self.step)
        for (take_gradient, batch), factor in zip(slots, factors, strict=False):
            take_gradient(batch)
            if penalty is not None:
                self._penalties.append(penalty.add_gradient())
            square = square_of()
            note_square(square)
            if not least < square < largest:
                self._note_length()
            update(theta, gradient, learning_rate * factor)
            if kept is not None:
                # The optimiser's own decay knows of no frozen entries.
                theta[frozen] = kept
            if thetas is not None:
                thetas.append(theta.copy())

    def _note_length(self) -> None:
        """Note the norm of the gradient whose square was noted last."""
        gradient = self.working.gradient
        if np.count_nonzero(gradient):
            self._lengths[len(self._squares) - 1] = length(gradient)


class _Penalty:
    """l1·Σ|w| + ½·l2·Σw² and its gradient, at working.theta."""

    def __init__(self, working: Working, l1: float, l2: float):
        self._working = working
        self._l1, self._l2 = l1 * working.penalized, l2 * working.penalized
        self._sign, self._pull = np.empty_like(self._l1), np.empty_like(self._l1)

    def value(self) -> float:
        self._take_slopes()
        theta = self._working.theta
        return float(self._sign.dot(theta) + 0.5 * self._pull.dot(theta))

    def add_gradient(self) -> float:
        """Add the gradient of the penalty to working.gradient; return the penalty."""
        value = self.value()
        gradient = self._working.gradient
        np.add(gradient, self._sign, gradient)
        np.add(gradient, self._pull, gradient)
        return value

    def _take_slopes(self) -> None:
        theta = self._working.theta
        np.sign(theta, self._sign)
        np.multiply(self._sign, self._l1, self._sign)
        np.multiply(theta, self._l2, self._pull)


def optimizer_of(training: TrainingSettings) -> Optimizer:
    """Return the optimiser of these settings, with an empty state."""
    given: dict[str, Any] = {}
    if training.momentum is not None and OPTIMIZERS[training.optimizer].momentum is not None:
        given["momentum"] = training.momentum
    if training.momentum_form == "average" and training.optimizer == "momentum":
        given["average"] = True
    return make_optimizer(training.optimizer, **given)
