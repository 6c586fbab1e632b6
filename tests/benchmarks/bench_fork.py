"""A fork of 5 against single runs of 2-8-8-1, as ratios measured in turns."""

from __future__ import annotations

import time

import numpy as np
from threadpoolctl import threadpool_limits

from playground.engine.branches.fork import Fork
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from tests.support.forks import plans_around

ROUNDS = 12
REACH = {10: "≤ 4 runs", 250: "≤ 6 runs"}


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    rows = []
    with threadpool_limits(1):
        for optimizer in ("gradient_descent", "adam"):
            for batch, reach in REACH.items():
                ratio = cost_of_five(optimizer, batch)
                rows.append((f"a fork of 5 at batch {batch}, {optimizer}", ratio, reach))
    return rows


def cost_of_five(optimizer: str, batch: int) -> float:
    """How many single runs a fork of five costs."""
    training = TrainingSettings(optimizer, 0.01, batch_size=batch)
    run = Trainer(Experiment(DataSettings(points=640), NetworkSettings((8, 8)), training))
    run.advance(100)
    fork = Fork(run, plans_around(0.01))
    steps = 20_000 // (batch + 10)
    ratios = []
    for _ in range(ROUNDS):
        alone = _seconds(lambda: run.advance(steps))
        ratios.append(_seconds(lambda: fork.advance(steps)) / alone)
    return float(np.median(ratios))


def _seconds(do) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
