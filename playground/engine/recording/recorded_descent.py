"""Steps with their record: made in blocks, checked, recorded, and undone where they are not finite.

A block (engine.stepping.descent) only computes. Afterwards the batch losses of all its steps are computed
from their outputs at once and checked, and only then the block enters the history. Where a loss or a gradient
is not finite, the run goes back to a checkpoint and makes the steps up to the last good parameters again, so
that no step pays for the check.

Losses and accuracies over all points are measured at a cadence in steps; see engine.stepping.measuring.
"""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from playground.arrays import Array
from playground.engine.problem import Problem
from playground.engine.recording.gauge import Gauge
from playground.engine.recording.history import History, Measured
from playground.engine.schedules import schedule_of
from playground.engine.stepping.descent import Descent, Interrupted
from playground.engine.stepping.measuring import next_measured
from playground.experiment import TrainingSettings

CHECKPOINT_STEPS = 64
"""Smallest number of steps between two checkpoints."""


class RecordedDescent:
    """A descent and the history that its steps enter.

    descent      the moving parts
    gauge        losses and accuracies over all points, at the present parameters
    history      the record up to the present step
    last_finite  a checkpoint where the loss over all training points is finite; steps are undone back to it
                 at most

    theta (P,) in public order is the start; rng draws the order of the samples.
    """

    def __init__(
        self,
        problem: Problem,
        theta: Array,
        rng: np.random.Generator,
        training: TrainingSettings,
    ):
        self.descent = Descent(problem, theta, rng, training)
        self.gauge = Gauge(problem, self.descent)
        self.history = History(theta)
        self._has_accuracy = problem.has_accuracy
        self.settle(training)
        self.history.add_measured(0, self.gauge.for_history())
        self.last_finite = self.descent.checkpoint()

    @property
    def step(self) -> int:
        """Steps made."""
        return self.descent.step

    def take_points(self, problem: Problem, rng: np.random.Generator, training: TrainingSettings) -> None:
        """Go on with the points of this problem: see Descent.take_points."""
        self.descent.take_points(problem, rng, training)
        self.gauge = Gauge(problem, self.descent)

    def take_over(self, training: TrainingSettings) -> None:
        """Apply the live settings to the next step."""
        self._settings = training
        self.descent.settle(training)
        self._longest_stride, self._each_octave = self.gauge.longest_stride(), self.gauge.each_octave

    def settle(self, training: TrainingSettings) -> None:
        """Apply the live settings to the next step, and record what they changed at the present one."""
        descent, history, step = self.descent, self.history, self.step
        self.take_over(training)
        if history.changed_at(step):
            history.mark_point(step, descent.parameters)
            history.drop_measured(step)
            if self._due(step):
                history.add_measured(step, self.gauge.for_history())
            self.last_finite = descent.checkpoint()

    def advance_in_block(self, target: int, furthest: int, interrupted: Interrupted | None) -> bool:
        """Make steps to the end of the block at most, check them, and record them.

        target is the step to reach in the end, furthest the last one of this call; interrupted is called
        before every step. Return False where a step was not finite: see go_back.
        """
        descent, history, first = self.descent, self.history, self.step
        checkpoint = self.last_finite
        full = descent.batches.full
        if full and first - checkpoint.step >= CHECKPOINT_STEPS:
            checkpoint = descent.checkpoint()
        points: list[Array] = []
        measured: list[tuple[int, Measured]] = []
        end = first + descent.begin_row(min(target, furthest) - first)
        path_steps = history.points_to_keep(first, end)
        while self.step < end:
            # The last update before the target is shown by a view.
            stop = min(end, self._next_due(self.step), max(target - 1, self.step + 1))
            if stop == target and interrupted is None:
                points += descent.advance_one_noted(path_steps[len(points) :][:1] == [stop])
            else:
                due = path_steps[len(points) : bisect_right(path_steps, stop)]
                points += descent.advance(stop - self.step, due, interrupted)
            step = self.step
            self.gauge.invalidate()
            if step < stop:
                end = step
            elif self._due(step):
                measurement = self.gauge.for_history()
                measured.append((step, measurement))
                if (
                    step - checkpoint.step >= CHECKPOINT_STEPS
                    and measurement.train_loss is not None
                    and math.isfinite(measurement.train_loss)
                ):
                    checkpoint = descent.checkpoint()

        losses, norms = descent.row_results()
        finite = np.isfinite(losses) & np.isfinite(norms)
        # No α goes on from parameters whose gradient overflows: the run stops before them.
        furthest_good = end
        if not finite.all():
            good = int(np.argmin(finite))
            furthest_good = first + good - bool(np.isfinite(losses[good]))
            losses, norms = losses[:good], norms[:good]
        history.add_steps(first, losses, norms, self._rates(first, len(losses)))
        if full:
            accuracies = descent.shares_right()[: len(losses)] if self._has_accuracy else None
            history.add_train_rows(first, losses, accuracies)
        reached = first + len(losses)
        if points:
            steps = np.array(path_steps[: len(points)], dtype=np.int64)
            there = steps <= reached
            history.add_points(steps[there], descent.working.public(np.array(points)[there]))
        for step, measurement in measured:
            if step <= reached:
                history.add_measured(step, measurement)
        if reached < end:
            self.go_back(max(furthest_good, self.last_finite.step))
            return False
        self.last_finite = checkpoint
        return True

    def go_back(self, step: int) -> None:
        """Return to the last parameters up to step whose loss over all training points is finite."""
        with np.errstate(all="ignore"):
            self.descent.return_to_last_finite(
                self.last_finite, step, self._settings, self.gauge.train_losses_at
            )
        self.history.cut(self.step)
        self.gauge.invalidate()

    def _rates(self, first: int, steps: int) -> float | list[float]:
        """Return the α of this many steps from the first one on; one number where it is constant."""
        if schedule_of(self._settings) is None:
            return self._settings.learning_rate
        return [self.descent.rate_at(step) for step in range(first, first + steps)]

    def _due(self, step: int) -> bool:
        return step == 0 or self._next_due(step - 1) == step

    def _next_due(self, step: int) -> int:
        return next_measured(step, self._longest_stride, self._each_octave)
