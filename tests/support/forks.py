"""The fork of most tests: a learning rate times each of five factors."""

from __future__ import annotations

from collections.abc import Sequence

from playground.engine.branches.fork import Plan
from playground.experiment import MAX_LEARNING_RATE, MIN_LEARNING_RATE

FACTORS = (0.1, 1 / 3, 1.0, 3.0, 10.0)


def plans_around(learning_rate: float, factors: Sequence[float] = FACTORS) -> list[Plan]:
    """Return a learning rate times each factor, within what an experiment may have."""
    rates = [min(max(learning_rate * factor, MIN_LEARNING_RATE), MAX_LEARNING_RATE) for factor in factors]
    return [Plan(rate) for rate in dict.fromkeys(rates)]
