"""The question for the map of learning rates and first weights."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground.arrays import Floats
from playground.engine.stepping.batches import mini_batch
from playground.experiment import TrainingSettings
from playground.landscape.questions.context import Context
from playground.landscape.rate_map import REPORT_SECONDS, RateMap, rows_in_pieces, runs_together


@dataclass(frozen=True, eq=False)
class RateMapAnswer:
    """The rows that are complete so far, and the share of all the work that is done."""

    run: int
    ticket: int
    rows: RateMap
    progress: float
    complete: bool


@dataclass(frozen=True, eq=False)
class RateMapQuestion:
    """A question for what each of these learning rates (K,) reaches from each of these network seeds.

    training: the settings of all runs but for α. ticket is returned with the answers. No seeds: nothing to
    do, which ends a map that is being computed. momenta: one for each row of a map of momenta, whose runs all
    begin where the experiment does; their seeds only name it.
    """

    slot: ClassVar[str] = "rate_map"

    run: int
    ticket: int
    training: TrainingSettings
    seeds: tuple[int, ...]
    learning_rates: Floats
    n_steps: int
    momenta: tuple[float, ...] = ()

    def answers(self, context: Context) -> Iterator[RateMapAnswer | None]:
        problem = context.problem.with_penalties(self.training.l1, self.training.l2)
        thetas = [problem.start(None if self.momenta else seed) for seed in self.seeds]
        rates = np.asarray(self.learning_rates, dtype=np.float64)
        losses, starts = np.empty((len(thetas), len(rates))), np.empty(len(thetas))
        done = 0

        def answer(progress: float, complete: bool = False) -> RateMapAnswer:
            rows = RateMap(
                self.seeds[:done],
                rates,
                losses[:done].copy(),
                starts[:done].copy(),
                self.n_steps,
                self.momenta[:done],
            )
            return RateMapAnswer(self.run, self.ticket, rows, progress, complete)

        batch = mini_batch(self.training.batch_size, problem.n_samples) or problem.n_samples
        together = runs_together(problem, batch)
        at_once = max(1, together // len(rates))
        reported_at = time.process_time()
        for first in range(0, len(thetas), at_once):
            group = thetas[first : first + at_once]
            share = len(group) / len(thetas)
            momenta = self.momenta[first : first + at_once]
            pieces = rows_in_pieces(problem, self.training, group, rates, self.n_steps, momenta)
            for piece in pieces:
                if isinstance(piece, float):
                    if time.process_time() - reported_at > REPORT_SECONDS:
                        reported_at = time.process_time()
                        yield answer(done / len(thetas) + piece * share)
                    else:
                        yield None
                else:
                    losses[first : first + len(group)] = piece
            with np.errstate(all="ignore"):
                starts[first : first + len(group)] = [problem.loss(t) for t in group]
            done += len(group)
            if done < len(thetas):
                yield answer(done / len(thetas))
        yield answer(1.0, complete=True)
