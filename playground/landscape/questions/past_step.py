"""The question for an earlier step, seen from the side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.arrays import Floats
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.side import StepFromTheSide, step_in_pieces


@dataclass(frozen=True, eq=False)
class StepAnswer(RunAnswer):
    """The step from these parameters, seen from the side."""

    side: StepFromTheSide


@dataclass(frozen=True, eq=False)
class StepQuestion(RunQuestion):
    """A question for the true J along a step.

    The step goes by update (P,) at this learning rate, or by −α·∂J/∂θ where update is None.
    """

    slot = "step"

    parameters: Floats
    learning_rate: float
    l1: float = 0.0
    l2: float = 0.0
    update: Floats | None = None

    def answers(self, context: Context) -> Iterator[StepAnswer | None]:
        problem = context.problem.with_penalties(self.l1, self.l2)
        side = yield from step_in_pieces(problem, self.parameters, self.learning_rate, self.update)
        yield StepAnswer(self.run, self.step, side)
