"""The next step of a run, computed beside it: the run itself does not change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.problem import Problem
from playground.engine.stepping.descent import Checkpoint, Descent
from playground.engine.stepping.optimizer_step import OptimizerStep
from playground.experiment import TrainingSettings


class NextStep(NamedTuple):
    """The next update; arrays (P,) in public order.

    before, after  θ before and after it
    gradient       ∂J/∂θ over the batch that it sees, penalties included
    learning_rate  its α, the schedule taken in
    optimizer      the optimiser's state before and after it
    """

    before: Array
    gradient: Array
    after: Array
    learning_rate: float
    optimizer: OptimizerStep


def next_step(problem: Problem, checkpoint: Checkpoint, settings: TrainingSettings) -> NextStep:
    """Return the step after a checkpoint with these live settings, bit by bit as a run would make it.

    problem is that of the run. Nothing is checked: after may hold infinities.
    """
    descent = Descent(problem, np.zeros(problem.n_parameters), np.random.default_rng(0), settings)
    with np.errstate(all="ignore"):
        descent.return_to(checkpoint)
        descent.settle(settings)
        descent.begin_row(1)
        descent.advance_one_noted()
    update, public = descent.last_update, descent.working.public
    assert update is not None
    optimizer = update.optimizer.reordered(public)
    rate = update.learning_rate
    return NextStep(public(update.theta), public(update.gradient), descent.parameters, rate, optimizer)
