"""The question what each learning rate would reach in the next steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from playground.arrays import Floats
from playground.engine.schedules import Schedule
from playground.engine.stepping.descent import Checkpoint
from playground.landscape.lookahead import Lookahead, look_ahead_on
from playground.landscape.questions.context import Context


@dataclass(frozen=True, eq=False)
class LookaheadAnswer:
    """A look-ahead from the parameters of this step."""

    run: int
    step: int
    lookahead: Lookahead

    @property
    def complete(self) -> bool:
        return self.lookahead.checked


@dataclass(frozen=True, eq=False)
class LookaheadQuestion:
    """What would n_steps more reach, with each of these learning rates (K,), from this checkpoint on?

    l1, l2, momentum are the live values; the checkpoint brings parameters, optimiser and batches.
    """

    slot: ClassVar[str] = "lookahead"

    run: int
    step: int
    checkpoint: Checkpoint
    learning_rates: Floats
    n_steps: int
    l1: float = 0.0
    l2: float = 0.0
    schedule: Schedule | None = None

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
            yield None if result is None else LookaheadAnswer(self.run, self.step, result)
