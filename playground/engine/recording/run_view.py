"""The public view of a run: a trainer at one step, immutable."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.datasets import training_points
from playground.engine.painted_points import training_points_at
from playground.engine.recording.history import HistoryView
from playground.engine.recording.series import Curve
from playground.engine.schedules import rates_used
from playground.engine.stepping.batches import mini_batch
from playground.engine.stepping.descent import Checkpoint
from playground.engine.stepping.optimizer_step import OptimizerStep
from playground.experiment import DataSettings, Experiment, ExperimentFile, TrainingSettings
from playground.experiment_table import FIELD as POINTS

STEPS_IN_A_GAP = 257
"""Steps of a gap of the record at which the α of a schedule is computed."""


class LastUpdate(NamedTuple):
    """The update that led to the present parameters; arrays (P,) in public order, read-only.

    before          θ before the update
    gradient        ∂J/∂θ there, over that step's batch, penalties included
    after           θ after it
    learning_rate   α of the update
    step            the step that was made: before is the θ of this step, after that of the next
    optimizer       the optimiser's state before and after it
    """

    before: Array
    gradient: Array
    after: Array
    learning_rate: float
    step: int
    optimizer: OptimizerStep


@dataclass(frozen=True)
class RunView:
    """A run at one step. Every array is a read-only copy, so a view does not change while the run goes on.

    experiment        as the run was started
    settings          the live values now
    parameters        θ (P,)
    train_loss        J(θ) over all training points, penalties included
    test_loss         the same over the test points; NaN where there are none
    train_accuracy    share of points whose class is predicted right; NaN for values that are no classes
    checkpoint        the state that the next step starts from: parameters, optimiser, batches
    train_points_loss, test_points_loss  the mean loss over the points alone: J without the penalty; NaN where
    there are none
    penalty           l1·Σ|w| + ½·l2·Σw² at θ: the rest of J
    data              the present points: those of the experiment until they are changed
    """

    experiment: Experiment
    settings: TrainingSettings
    step: int
    epoch: int
    parameters: Array
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    history: HistoryView
    last_update: LastUpdate | None
    diverged: bool
    checkpoint: Checkpoint
    train_points_loss: float = math.nan
    test_points_loss: float = math.nan
    penalty: float = 0.0
    data: DataSettings | None = None

    def __post_init__(self) -> None:
        if self.data is None:
            object.__setattr__(self, "data", self.experiment.data)

    @property
    def live(self) -> Experiment:
        """The experiment with the present settings and points."""
        return replace(self.experiment, training=self.settings, data=self.data)

    @property
    def experiment_file(self) -> ExperimentFile:
        """The experiment as it was started, the changes since, and the number of steps made."""
        return ExperimentFile(self.experiment, tuple(self.history.changes), self.step)

    @property
    def points_since(self) -> int:
        """The step of the last change of the points up to now; 0 where there was none."""
        changes = self.history.changes
        return max((c.step for c in changes if c.field == POINTS and c.step <= self.step), default=0)

    @property
    def mini_batch(self) -> int | None:
        """The present size of the mini-batches; None for the full batch."""
        return mini_batch(self.settings.batch_size, training_points(self.data))

    def mini_batch_at(self, size: int | None, step: int) -> int | None:
        """Return what a batch size was at the step from θ of this step; None for the full batch."""
        if size is None:
            return None
        return mini_batch(size, training_points_at(self.experiment.data, self.history.changes, step))

    def rate_at(self, step: int) -> float:
        """Return the α of the step from θ of this step.

        It is the recorded one, or for a coming step the present one.
        """
        return float(self.rates_at(np.array([step]))[0])

    def rates_at(self, steps: Array) -> Array:
        """Return the same for several steps (n,), as (n,)."""
        return rates_used(self.experiment.training, self.history.changes, steps)

    def rate_curve(self) -> Curve:
        """Return the α of the steps up to the present one, which the log tells also where a record has a gap.

        Between two of its steps α lies on a straight line, except in a gap for the bend of a schedule.
        """
        recorded, gaps = self.history.curves["learning_rate"], self.history.gaps
        if not gaps:
            return recorded
        turns = [c.step for c in self.history.changes if c.field.startswith("training.")]
        within = [np.linspace(*gap, STEPS_IN_A_GAP).astype(np.int64) for gap in gaps]
        around = np.array([turns, np.subtract(turns, 1)], dtype=np.int64).ravel()
        steps = np.unique(np.concatenate([recorded.steps, *within, around]))
        steps = steps[(steps >= 0) & (steps <= self.step)]
        return Curve(steps, self.rates_at(steps))
