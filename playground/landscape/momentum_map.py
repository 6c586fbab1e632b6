"""What a map of learning rates and momenta runs: its optimiser, its learning rates, its limit of theory."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from playground.arrays import Floats
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.problem import Problem
from playground.experiment import MAX_LEARNING_RATE, MIN_LEARNING_RATE, TrainingSettings
from playground.landscape.rate_map import RATES
from playground.landscape.stability_region import StabilityRegion, optimizer_with_momentum, region_of

MOMENTA = tuple(round(0.05 * row, 2) for row in range(20))
"""From 0, plain gradient descent, to 0.95."""
AROUND_LIMIT = (0.05, 8.0)
"""The learning rates where the limit is known, as αλ: for heavy ball that is 2 to 4."""
USUAL_SCALE = (1e-4, 10.0)


@dataclass(frozen=True, eq=False)
class MomentumPlan:
    """The runs of a map: training but for α and momentum, learning_rates (K,), and the limit of theory.

    why_no_region: a sentence where there is no region.
    """

    training: TrainingSettings
    learning_rates: Floats
    region: StabilityRegion | None
    why_no_region: str


def momentum_plan(
    problem: Problem, settings: TrainingSettings, scale: tuple[float, float] = USUAL_SCALE
) -> MomentumPlan:
    """Return what is run for a run of these settings; scale: the learning rates where no limit is known.

    Raises ValueError for an optimiser without momentum: see no_momentum.
    """
    training = of_momenta(settings)
    problem = problem.with_penalties(settings.l1, settings.l2)
    region, why = region_of(problem, training, training.optimizer)
    if region is not None:
        low, high = (share / region.sharpness for share in AROUND_LIMIT)
        around = max(low, MIN_LEARNING_RATE), min(high, MAX_LEARNING_RATE)
        scale = around if around[0] < around[1] else scale
    rates = np.logspace(math.log10(scale[0]), math.log10(scale[1]), RATES)
    return MomentumPlan(training, rates, region, why)


def of_momenta(settings: TrainingSettings) -> TrainingSettings:
    """Return what the runs of a map of momenta share; those of gradient descent are of heavy ball."""
    optimizer = optimizer_with_momentum(settings.optimizer)
    if optimizer is None:
        raise ValueError(no_momentum(settings.optimizer))
    return replace(settings, optimizer=optimizer, momentum=None)


def momentum_of(settings: TrainingSettings) -> float:
    """Return the momentum of a run, 0 for an optimiser that has none."""
    usual = OPTIMIZERS[settings.optimizer].momentum
    if usual is None:
        return 0.0
    return usual if settings.momentum is None else settings.momentum


def no_momentum(optimizer: str) -> str:
    """Return a sentence about an optimiser without momentum."""
    title = OPTIMIZERS[optimizer].title
    return f"{title} has no momentum β: choose gradient descent, momentum, Nesterov or RMSProp for it."
