"""The question for the next step and for the direction of steepest descent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.stepping.descent import Checkpoint
from playground.engine.stepping.preview import next_step
from playground.experiment import TrainingSettings
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.side import is_within_rounding


@dataclass(frozen=True, eq=False)
class ArrowsAnswer(RunAnswer):
    """The next step from parameters (P,), and the gradient there.

    The update (P,) that the optimiser is about to make, the gradient (P,) of J over all training points, that
    of the batch of the update, and its α with any schedule. visible: whether the update changes J by more
    than rounding.
    """

    parameters: Floats
    update: Floats
    gradient: Floats
    batch_gradient: Floats
    settings: TrainingSettings
    learning_rate: float
    visible: bool = True


@dataclass(frozen=True, eq=False)
class ArrowsQuestion(RunQuestion):
    """A question for the step after this checkpoint, with these live settings."""

    slot = "arrows"

    checkpoint: Checkpoint
    settings: TrainingSettings

    def answers(self, context: Context) -> Iterator[ArrowsAnswer | None]:
        settings = self.settings
        problem = context.problem.with_penalties(settings.l1, settings.l2)
        coming = next_step(problem, self.checkpoint, settings)
        yield None
        with np.errstate(all="ignore"):
            standing, gradient = problem.loss_and_gradient(coming.before)
            update = coming.after - coming.before
            landing = problem.loss(coming.after)
            expected = float(gradient @ update)
        yield ArrowsAnswer(
            self.run,
            self.step,
            coming.before,
            update,
            gradient,
            coming.gradient,
            settings,
            coming.learning_rate,
            not is_within_rounding(standing, landing, expected),
        )
