"""The question for the learning rates of a race of optimisers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.arrays import Floats
from playground.engine.stepping.descent import Checkpoint
from playground.experiment import TrainingSettings
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.race import BestRate, best_rates_on


@dataclass(frozen=True, eq=False)
class RaceAnswer(RunAnswer):
    """The best learning rate of each optimiser so far. number: that of the question."""

    best: tuple[BestRate, ...]
    number: int = 0
    complete: bool = True


@dataclass(frozen=True, eq=False)
class RaceQuestion(RunQuestion):
    """A question for the best of these learning rates (K,) of each optimiser, n_steps after this checkpoint.

    settings are the live ones of the run. number: by which the answer is told from that to another question.
    """

    slot = "race"

    checkpoint: Checkpoint
    settings: TrainingSettings
    learning_rates: Floats
    n_steps: int
    number: int = 0

    def answers(self, context: Context) -> Iterator[RaceAnswer | None]:
        problem = context.problem.with_penalties(self.settings.l1, self.settings.l2)
        found: list[BestRate] = []
        for best in best_rates_on(problem, self.checkpoint, self.settings, self.learning_rates, self.n_steps):
            if best is not None:
                found.append(best)
                yield RaceAnswer(self.run, self.step, tuple(found), self.number, complete=False)
            yield None
        yield RaceAnswer(self.run, self.step, tuple(found), self.number)


@dataclass(frozen=True, eq=False)
class NoRace(RunQuestion):
    """Takes the place of a RaceQuestion whose answer is not wanted any more, and has none itself."""

    slot = RaceQuestion.slot

    def answers(self, context: Context) -> Iterator[None]:
        yield from ()
