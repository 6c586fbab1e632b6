"""The question for the look-ahead: what each learning rate would reach in the next steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.arrays import Floats
from playground.engine.schedules import Schedule
from playground.engine.stepping.descent import Checkpoint
from playground.landscape.lookahead import Lookahead, look_ahead_on
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


@dataclass(frozen=True, eq=False)
class LookaheadAnswer(RunAnswer):
    """A look-ahead from the parameters of this step. number: that of the question."""

    lookahead: Lookahead
    number: int = 0

    @property
    def complete(self) -> bool:
        return self.lookahead.checked


@dataclass(frozen=True, eq=False)
class LookaheadQuestion(RunQuestion):
    """A question for J after n_steps more from this checkpoint, with each of these learning rates (K,).

    l1, l2, momentum are the live values; the checkpoint holds parameters, optimiser and batches. number: by
    which the answer is told from that to another question.
    """

    slot = "lookahead"

    checkpoint: Checkpoint
    learning_rates: Floats
    n_steps: int
    l1: float = 0.0
    l2: float = 0.0
    schedule: Schedule | None = None
    number: int = 0

    def answers(self, context: Context) -> Iterator[LookaheadAnswer | None]:
        problem = context.problem.with_penalties(self.l1, self.l2)
        for result in look_ahead_on(
            problem,
            self.checkpoint,
            self.learning_rates,
            self.n_steps,
            self.schedule,
            context.experiment.training.fault,
        ):
            yield None if result is None else LookaheadAnswer(self.run, self.step, result, self.number)
