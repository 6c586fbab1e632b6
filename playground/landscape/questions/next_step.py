"""The question for the next step of the optimiser, seen from the side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.engine.stepping.descent import Checkpoint
from playground.engine.stepping.preview import next_step
from playground.experiment import TrainingSettings
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.side import StepFromTheSide, step_in_pieces


@dataclass(frozen=True, eq=False)
class NextStepAnswer(RunAnswer):
    """The step after these parameters, seen from the side."""

    side: StepFromTheSide


@dataclass(frozen=True, eq=False)
class NextStepQuestion(RunQuestion):
    """A question for the true J, over all training points, along the step after this checkpoint.

    It is the optimiser's own step, with the batch that is due, at the α of these settings.
    """

    slot = "next_step"

    checkpoint: Checkpoint
    settings: TrainingSettings

    def answers(self, context: Context) -> Iterator[NextStepAnswer | None]:
        settings = self.settings
        problem = context.problem.with_penalties(settings.l1, settings.l2)
        coming = next_step(problem, self.checkpoint, settings)
        yield None
        update = coming.after - coming.before
        side = yield from step_in_pieces(problem, coming.before, coming.learning_rate, update)
        yield NextStepAnswer(self.run, self.step, side)
