"""The map of learning rates: the loss after N steps, over learning rates and over first weights or momenta.

Every cell is a run of its own from step 0: the experiment with this α and this seed, or with this α and this
momentum. The batches are those of the experiment's training seed, the same for all, so that whole rows
advance together (engine.stepping.fleet).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.loss_scale import times
from playground.engine.optimizers import make_optimizer
from playground.engine.problem import Problem
from playground.engine.schedules import schedule_of
from playground.engine.stepping.descent import Checkpoint, Descent
from playground.engine.stepping.fleet import Fleet
from playground.experiment import TrainingSettings
from playground.landscape.lookahead import falls_without_bound, losses_reached, upcoming_batches

RATES, SEEDS = 48, 20
SAME = 1e-3
"""A loss within this share above the lowest of its seed counts as equally good."""
BREATH = 0.006
"""Seconds of one piece of work."""
REPORT_SECONDS = 0.2
"""Seconds of work between two reports of the progress."""
TOGETHER = 100_000
"""Samples × neurons of one step of all runs that advance together: a few milliseconds."""


@dataclass(frozen=True, eq=False)
class RateMap:
    """The losses of a map.

    seeds (m,), learning_rates (K,), losses (m, K): J over all training points after n_steps, NaN where it is
    not finite, −∞ where the run has left the finite numbers downward. starts (m,): J of the first weights.
    momenta (m,), where it is a map of momenta: rows differ by these, ascending, and all have one seed.
    """

    seeds: tuple[int, ...]
    learning_rates: Floats
    losses: Floats
    starts: Floats
    n_steps: int
    momenta: tuple[float, ...] = ()

    @property
    def heights(self) -> Floats:
        """(m,) where the rows stand in the picture, upwards: momenta, or seeds from above."""
        return np.array(self.momenta) if self.momenta else -np.array(self.seeds, float)

    @property
    def best(self) -> NDArray[np.intp]:
        """(m,) the index of the lowest loss of each seed.

        −1 where none is finite, or J falls without bound.
        """
        rows = zip(self.losses, self.escaped, strict=True)
        return np.array(
            [int(np.nanargmin(row)) if np.isfinite(row).any() and not fell else -1 for row, fell in rows], int
        )

    @property
    def as_good(self) -> NDArray[np.bool_]:
        """(m, K) bool: losses that are the lowest of their seed, or equally good.

        None where J falls without bound.
        """
        lowest: Floats = np.fmin.reduce(self.losses, axis=1)
        most = times(1.0 + SAME, lowest)
        result: NDArray[np.bool_] = (self.losses <= most[:, np.newaxis]) & ~self.escaped[:, np.newaxis]
        return result

    @property
    def best_spans(self) -> NDArray[np.intp]:
        """(m, 2) indices of the first and the last learning rate around the best of each seed.

        All between them are equally good, without a gap; −1 where no loss is finite.
        """
        spans = np.full((len(self.seeds), 2), -1, int)
        for span, best, good in zip(spans, self.best, self.as_good, strict=True):
            if best >= 0:
                worse = np.concatenate([[-1], np.flatnonzero(~good), [len(good)]])
                after = int(np.searchsorted(worse, best))
                span[:] = worse[after - 1] + 1, worse[after] - 1
        return spans

    @property
    def shared(self) -> tuple[int, int] | None:
        """The common part of best_spans: (first, last) index of what lies in all of them, first ≤ last.

        If there is none, first > last, and every seed has a best learning rate between the two. None: no seed
        has one.
        """
        spans = self.best_spans[self.best >= 0]
        return (int(spans[:, 0].max()), int(spans[:, 1].min())) if len(spans) else None

    @property
    def best_rates(self) -> Floats:
        """(m,) the best learning rate of each seed; NaN where none is finite.

        Where several are equally good it is the middle, on the logarithmic scale, of those within `shared`.
        """
        rates, shared = np.full(len(self.seeds), np.nan), self.shared
        if shared is not None:
            there = self.best >= 0
            first, last = np.clip(self.best_spans[there], min(shared), max(shared)).T
            rates[there] = np.sqrt(self.learning_rates[first] * self.learning_rates[last])
        return rates

    @property
    def median_best(self) -> float:
        """The median of best_rates, on the logarithmic scale; NaN where there is none."""
        rates = self.best_rates[np.isfinite(self.best_rates)]
        return float(np.exp(np.median(np.log(rates)))) if rates.size else float("nan")

    @cached_property
    def escaped(self) -> NDArray[np.bool_]:
        """(m,) bool: where J falls without bound in what was tried.

        All rows of momenta have one start: what one of them shows holds for all.
        """
        rows = zip(self.losses, self.starts, strict=True)
        fell = [falls_without_bound(self.learning_rates, row, start) is not None for row, start in rows]
        return np.array([any(fell)] * len(fell) if self.momenta else fell, dtype=bool)

    @property
    def falls_without_bound(self) -> bool:
        """Whether J falls without bound in what was tried, from one of the starts."""
        return bool(self.escaped.any())

    @property
    def below_all(self) -> int:
        """Number of cells where the run has left the finite numbers downward."""
        return int(np.count_nonzero(np.isneginf(self.losses)))

    @property
    def not_finite(self) -> int:
        """Number of cells without a finite loss, those of below_all aside."""
        return int(np.count_nonzero(~np.isfinite(self.losses))) - self.below_all

    def rank(self, row: int, column: int) -> int:
        """Return the rank of a loss among the learning rates of its seed, 1 for the lowest.

        Return 0 where it is not finite.
        """
        loss = self.losses[row, column]
        if not np.isfinite(loss):
            return 0
        return 1 + int(np.count_nonzero(self.losses[row] < loss))


def runs_together(problem: Problem, batch_size: int) -> int:
    """Return how many runs may go forward together."""
    return max(1, TOGETHER // (batch_size * problem.numbers_per_sample))


def rows_in_pieces(
    problem: Problem,
    training: TrainingSettings,
    thetas: list[Floats],
    rates: Floats,
    n_steps: int,
    momenta: Sequence[float] = (),
) -> Iterator[float | Floats]:
    """Yield the losses (m, K) after n_steps from each θ with each α; before them, shares of the work done.

    momenta: of each θ, where they differ.
    """
    start = _start(problem, thetas[0], training)
    losses = np.full(len(thetas) * len(rates), np.nan)
    parameters = np.repeat(np.array(thetas), len(rates), axis=0)
    all_rates = np.tile(rates, len(thetas))
    batch = start.batches.batch_size or problem.n_samples
    together = runs_together(problem, batch)
    schedule = schedule_of(training)
    breath = time.process_time() + BREATH
    for first in range(0, len(losses), together):
        part = slice(first, min(first + together, len(losses)))
        count = part.stop - part.start
        if momenta:
            optimizers = [
                make_optimizer(
                    start.optimizer, **{**start.hyperparameters, "momentum": momenta[run // len(rates)]}
                )
                for run in range(part.start, part.stop)
            ]
        else:
            optimizers = [make_optimizer(start.optimizer, **start.hyperparameters)] * count
        fleet = Fleet(problem, parameters[part], all_rates[part], optimizers, training.fault)
        watched = problem.may_be_negative and training.fault is None
        first_loss, last_loss = None, None
        for step, step_batch in enumerate(upcoming_batches(problem, start, n_steps)):
            if schedule is not None:
                fleet.learning_rates = all_rates[part] * schedule.factor_at(step)
            before: list[Floats] | None = [] if watched else None
            fleet.advance((step_batch,), losses=before)
            if before:
                first_loss = before[0] if first_loss is None else first_loss
                last_loss = first_loss if last_loss is None else last_loss
                last_loss = np.where(np.isfinite(before[0]), before[0], last_loss)
            if time.process_time() > breath:
                yield (first + count * step / n_steps) / len(losses)
                breath = time.process_time() + BREATH
        for index, theta in enumerate(fleet.parameters, start=first):
            with np.errstate(all="ignore"):
                loss = problem.loss(theta)
            losses[index] = loss
            if time.process_time() > breath:
                yield (first + count) / len(losses)
                breath = time.process_time() + BREATH
        losses[part] = losses_reached(fleet.parameters, losses[part], first_loss, last_loss)
    yield losses.reshape(len(thetas), len(rates))


def _start(problem: Problem, theta: Floats, training: TrainingSettings) -> Checkpoint:
    """Return the state of a run at step 0; batches and optimiser are the same for every θ."""
    descent = Descent(problem, theta, np.random.default_rng([training.seed, 3]), training)
    descent.settle(training)
    return descent.checkpoint()
