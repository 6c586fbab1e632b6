"""Going back to any of 100 000 steps of 2-8-8-1 at batch 10, and what it costs to be able to."""

from __future__ import annotations

import time

import numpy as np
from threadpoolctl import threadpool_limits

from playground.engine.branches.moments import Moments, branch_at
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings

STEPS = 100_000
EXPERIMENT = Experiment(
    DataSettings(points=250), NetworkSettings((8, 8)), TrainingSettings(learning_rate=0.05, batch_size=10)
)
SECONDS_OF_KEEPING = 3


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    with threadpool_limits(1):
        run = Trainer(EXPERIMENT)
        began = time.perf_counter()
        run.advance(STEPS)
        step = (time.perf_counter() - began) / STEPS
        moments, history = Moments(), run.history.view()
        moments.view_at(run, history, 1)
        steps = np.random.default_rng(0).integers(0, STEPS, 200).tolist()
        took = [_seconds(lambda at=at: moments.view_at(run, history, at)) for at in steps]
        branches = [_seconds(lambda at=at: branch_at(run, at)) for at in steps[:8]]
        keeping = [_seconds(lambda: (run._record(), run._descent.checkpoint())) for _ in range(50)]  # noqa: SLF001
    return [
        ("a step, history included", 1e6 * step, "µs"),
        ("scrubbing, slowest of 200 places", 1e3 * max(took), "≤ 100 ms"),
        ("scrubbing, median", 1e3 * float(np.median(took)), "ms"),
        ("running from there, slowest of 8 places", 1e3 * max(branches), "ms"),
        ("keeping a record and a checkpoint", 1e3 * float(np.median(keeping)), "ms"),
    ]


def _seconds(do) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
