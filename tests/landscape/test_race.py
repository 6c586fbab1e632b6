"""The learning rates of a race are those with which a run of each optimiser's own ends lowest."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.race import best_of, best_rates_on

RATES = np.array([0.01, 0.03, 0.1, 0.3, 1.0, 3.0])
BOWL = Experiment(formula=FORMULA_PRESETS["bowl"].formula, training=TrainingSettings("nesterov", 0.05))
NETWORK = Experiment(
    DataSettings(points=30), NetworkSettings((2,)), TrainingSettings("adam", 0.1, batch_size=7)
)


@pytest.mark.parametrize("experiment", [BOWL, NETWORK], ids=["bowl", "network in mini-batches"])
def test_the_best_rate_of_each_is_that_of_runs_of_its_own(experiment: Experiment) -> None:
    run = Trainer(experiment)
    run.advance(3)
    view = run.view()
    found = [
        best
        for best in best_rates_on(run.problem, view.checkpoint, view.settings, RATES, 20)
        if best is not None
    ]
    assert [best.optimizer for best in found] == list(OPTIMIZERS)
    for best in found:
        reached = []
        for rate in RATES:
            twin = run.anew()
            twin.restore(run.snapshot())
            if best.optimizer != view.settings.optimizer:
                twin.change("training.optimizer", best.optimizer)
            twin.learning_rate = float(rate)
            twin.advance(20)
            reached.append(math.inf if twin.diverged else twin.train_loss())
        assert best.learning_rate == RATES[int(np.argmin(reached))]
        assert best.loss == pytest.approx(min(reached), rel=1e-5)
        assert best.is_largest == (best.learning_rate == 3.0)


def test_of_equal_rates_the_smallest_is_best_and_what_overflows_is_not() -> None:
    losses = np.array([1.0, 0.5, 0.5, math.nan, -math.inf, math.nan])
    assert best_of("adam", RATES, losses).learning_rate == 0.03
    nothing = best_of("adam", RATES, np.full(6, math.nan))
    assert nothing.learning_rate == 0.01
    assert math.isnan(nothing.loss)
    assert replace(nothing, loss=0.0) == replace(best_of("adam", RATES, np.zeros(6)), loss=0.0)
