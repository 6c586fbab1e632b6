"""The question for the next update of a run, to be taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.stepping.descent import Checkpoint
from playground.engine.stepping.preview import NextStep, next_step
from playground.experiment import TrainingSettings
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


@dataclass(frozen=True, eq=False)
class OneUpdateAnswer(RunAnswer):
    """The update after these parameters with these live settings, and J over all training points around it.

    update: bit by bit the step that the run makes next.
    """

    settings: TrainingSettings
    update: NextStep
    loss_before: float
    loss_after: float


@dataclass(frozen=True, eq=False)
class OneUpdateQuestion(RunQuestion):
    """A question for the update after this checkpoint, with its optimiser's state and the next batch."""

    slot = "one_update"

    checkpoint: Checkpoint
    settings: TrainingSettings

    def answers(self, context: Context) -> Iterator[OneUpdateAnswer | None]:
        settings = self.settings
        problem = context.problem.with_penalties(settings.l1, settings.l2)
        update = next_step(problem, self.checkpoint, settings)
        yield None
        with np.errstate(all="ignore"):
            before, after = problem.loss(update.before), problem.loss(update.after)
        yield OneUpdateAnswer(self.run, self.step, settings, update, before, after)
