"""The question for the stability limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from playground.engine.stepping.descent import Checkpoint
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.stability import FAULTY, Stability, stability_in_pieces


@dataclass(frozen=True, eq=False)
class LimitAnswer(RunAnswer):
    """The stability limit at the parameters of this step."""

    stability: Stability


@dataclass(frozen=True, eq=False)
class LimitQuestion(RunQuestion):
    """A question for the stability limit of this checkpoint's optimiser. l1, l2 are the live values."""

    slot = "limit"

    checkpoint: Checkpoint
    l1: float = 0.0
    l2: float = 0.0

    def answers(self, context: Context) -> Iterator[LimitAnswer | None]:
        problem = context.problem.with_penalties(self.l1, self.l2)
        result = yield from stability_in_pieces(problem, self.checkpoint)
        if context.experiment.training.fault is not None:
            # The limit belongs to the right gradient, which this run does not follow.
            result = replace(result, limit=None, level_times_rate=None, reason=FAULTY)
        yield LimitAnswer(self.run, self.step, result)
