"""A schedule is chosen and edited while the network learns, and seen over the loss plot."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.schedules import Schedule
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.landscape.stability import LimitAnswer
from playground.ui.limit_feature import LimitFeature, told

SLOW = 20_000
SMALL = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(learning_rate=0.4))


def test_a_schedule_is_edited_while_it_runs_and_drawn_over_the_loss(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SMALL))
    window.set_full(True)
    panel, line = window.panel, window.loss_view.drawing.rates
    chooser, steps = panel.choosers["training.schedule"], panel.fields["training.schedule_steps"]
    assert chooser.isVisible()
    assert not steps.isEnabled()
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20, timeout=SLOW)
    assert not line.text, "α follows the slider alone"
    window.lab.change("training.schedule_steps", 60)
    window.lab.change("training.schedule", "cosine")
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40, timeout=SLOW)
    assert window.lab.run_number == 1, "nothing starts again"
    qtbot.waitUntil(lambda: line.line.now == 40, timeout=SLOW)
    assert "cosine" in line.text
    qtbot.waitUntil(lambda: steps.isEnabled(), timeout=SLOW)
    schedule = Schedule("cosine", 60, 0.1)
    drawn = dict(zip(line.line.steps.tolist(), line.line.rates.tolist(), strict=True))
    assert drawn[0] == 0.4
    assert drawn[40] == pytest.approx(0.4 * schedule.factor_at(40))
    qtbot.waitUntil(lambda: line.line.steps[-1] > 45, timeout=SLOW)
    assert line.line.rates[-1] == pytest.approx(0.4 * schedule.factor_at(int(line.line.steps[-1])))
    assert window.strip.learning_rate == 0.4, "the thumb stands where the hand put it"
    recorded = window.snapshot.view.history.curves["learning_rate"]
    assert np.interp(30, recorded.steps, recorded.values) == pytest.approx(0.4 * schedule.factor_at(30))


def test_the_mark_of_the_limit_stands_where_the_scheduled_alpha_reaches_it(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SMALL))
    limits = next(feature for feature in window.features if isinstance(feature, LimitFeature))
    window.set_full(True)
    qtbot.waitUntil(lambda: limits.answer is not None, timeout=SLOW)
    answer: LimitAnswer = limits.answer
    plain, halved = (told(answer, None, (1e-4, 1e3), factor) for factor in (1.0, 0.5))
    assert plain.limit is not None
    assert halved.limit == pytest.approx(2 * plain.limit)
