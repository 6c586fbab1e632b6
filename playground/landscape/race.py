"""The learning rates of a race: for each optimiser the one whose look-ahead ends with the lowest J.

Best is the rate that reaches the lowest finite J after N steps, of the rates that the look-ahead tries, from
the same parameters and on the same batches. The race makes the same steps, so this J is what its branch has
after N of them. Where J has no lower end, as on a saddle, that is often the largest rate tried; is_largest
tells it, and falls_without_bound that J escapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.branches.fork import optimizer_from
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.problem import Problem
from playground.engine.schedules import schedule_of
from playground.engine.stepping.descent import Checkpoint
from playground.experiment import TrainingSettings
from playground.landscape.lookahead import falls_without_bound, look_ahead_on


@dataclass(frozen=True)
class BestRate:
    """The best learning rate of one optimiser, and J after the steps; NaN: no rate ends with a finite J."""

    optimizer: str
    learning_rate: float
    loss: float
    is_largest: bool
    falls_without_bound: bool = False


def best_rates_on(
    problem: Problem,
    checkpoint: Checkpoint,
    settings: TrainingSettings,
    learning_rates: Floats,
    n_steps: int,
) -> Iterator[BestRate | None]:
    """Yield the best of learning_rates (K,) for each optimiser, in their order; None between pieces of work.

    Of rates that are equally good it is the smallest, and so it is where none ends with a finite J.
    """
    for name in OPTIMIZERS:
        optimizer = optimizer_from(checkpoint, settings, name)
        start = checkpoint._replace(
            optimizer=name,
            hyperparameters=dict(optimizer.hyperparameters),
            optimizer_state=optimizer.state(),
        )
        for ahead in look_ahead_on(
            problem, start, learning_rates, n_steps, schedule_of(settings), settings.fault
        ):
            if ahead is None or not ahead.computed.all():
                yield None
                continue
            # The copies, which tell how predictable each is, are not needed: the race makes the same steps.
            yield best_of(name, ahead.learning_rates, ahead.losses, ahead.loss_now)
            break


def best_of(optimizer: str, learning_rates: Floats, losses: Floats, now: float = math.nan) -> BestRate:
    """Return the rate of learning_rates (K,) with the lowest finite loss of losses (K,).

    now: the present J.
    """
    order = np.argsort(learning_rates)
    finite = np.where(np.isfinite(losses[order]), losses[order], math.inf)
    best = int(order[int(np.argmin(finite))])
    loss = float(losses[best])
    return BestRate(
        optimizer,
        float(learning_rates[best]),
        loss if math.isfinite(loss) else math.nan,
        bool(learning_rates[best] == np.max(learning_rates)),
        falls_without_bound(learning_rates, losses, now) is not None,
    )
