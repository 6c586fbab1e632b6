"""A schedule is chosen and edited while the network learns, and seen over the loss plot."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.schedules import Schedule
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.landscape.questions.limit import LimitAnswer
from playground.numerals import number_text
from playground.ui.experiment.feature import ExperimentFeature
from playground.ui.loss.feature import LossFeature
from playground.ui.loss.schedule_feature import ScheduleFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.limit_feature import LimitFeature, strip_limit, words_on
from playground.ui.rate.lookahead_feature import LookaheadFeature
from tests.support.features import bench_with, feature_of

SMALL = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(learning_rate=0.4))

WARMING = SMALL.with_value("training.schedule", "warm_up").with_value("training.schedule_steps", 100)


open_schedule = bench_with(
    LossFeature,
    ExperimentFeature,
    RateFeature,
    FirstOvershootFeature,
    LimitFeature,
    LookaheadFeature,
    ScheduleFeature,
)


def test_a_schedule_is_edited_while_it_runs_and_drawn_over_the_loss(qtbot, open_schedule) -> None:
    window = open_schedule(ExperimentFile(SMALL))
    window.set_full(True)
    panel, line = window.panel, window.loss_view.drawing.rates
    chooser, steps = panel.choosers["training.schedule"], panel.fields["training.schedule_steps"]
    assert chooser.isVisible()
    assert not steps.isEnabled()
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20)
    assert not line.text, "α follows the slider alone"
    window.lab.change("training.schedule_steps", 60)
    window.lab.change("training.schedule", "cosine")
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40)
    assert window.lab.run_number == 1, "nothing starts again"
    qtbot.waitUntil(lambda: line.line.now == 40)
    assert "cosine" in line.text
    qtbot.waitUntil(lambda: steps.isEnabled())
    schedule = Schedule("cosine", 60, 0.1)
    drawn = dict(zip(line.line.steps.tolist(), line.line.rates.tolist(), strict=True))
    assert drawn[0] == 0.4
    assert drawn[40] == pytest.approx(0.4 * schedule.factor_at(40))
    qtbot.waitUntil(lambda: line.line.steps[-1] > 45)
    assert line.line.rates[-1] == pytest.approx(0.4 * schedule.factor_at(int(line.line.steps[-1])))
    assert window.strip.learning_rate == 0.4, "the thumb stands where the hand put it"
    recorded = window.snapshot.view.history.curves["learning_rate"]
    assert np.interp(30, recorded.steps, recorded.values) == pytest.approx(0.4 * schedule.factor_at(30))


def test_the_limit_is_about_the_alpha_of_a_step_and_the_words_about_the_sliders(qtbot, open_schedule) -> None:
    window = open_schedule(ExperimentFile(SMALL))
    limits = feature_of(window, LimitFeature)
    window.set_full(True)
    qtbot.waitUntil(lambda: limits.answer is not None)
    answer: LimitAnswer = limits.answer
    scale, limit = (1e-4, 1e3), answer.stability.limit
    plain, halved = (
        strip_limit(answer, words_on(scale, None, answer.stability, factor), scale, factor)
        for factor in (None, 0.5)
    )
    assert plain.limit == halved.limit == limit
    assert [part.low for part in plain.words] == [limit]
    assert [part.low for part in halved.words] == [2 * limit], "half of the slider's α goes into a step"
    # The slider stands at a smaller α than the mark's: no word may read as if it stood past it.
    there = number_text(limit, 2)
    lands = ", steps across the steepest wall land higher, while the valley keeps this shape"
    assert plain.sentence == f"from the mark at {there} on{lands}"
    assert halved.sentence == f"with the ring at {there} or more{lands}"
    assert plain.shorter[0] == halved.shorter[0] == f"from {there} on{lands}"


def test_the_strip_shows_the_alpha_that_the_schedule_makes_of_the_sliders(qtbot, open_schedule) -> None:
    window = open_schedule(ExperimentFile(WARMING))
    window.set_full(True)
    strip, slider = window.strip, window.strip.slider
    assert slider.picture().acting == pytest.approx(0.04)
    window.lab.run_exactly(50)
    qtbot.waitUntil(lambda: slider.picture().acting == pytest.approx(0.22))
    assert slider.picture().learning_rate == 0.4, "the thumb stands where the hand put it"
    assert slider.accessibleName() == "Learning rate, slider’s α = 0.4"
    assert "Now 0.22 by the schedule" in slider.accessibleDescription()
    assert "ring: the α of the coming step" in slider.toolTip()
    assert "look-ahead: the slider’s α" in slider.toolTip()
    assert "slider’s α" in strip.field.toolTip()
    slider.multiply(2.0)
    assert slider.picture().acting == pytest.approx(0.44), "both move with the hand"
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == 0.8)
    qtbot.waitUntil(lambda: slider.picture().lookahead is not None)
    assert slider.picture().lookahead.rate_name == "slider’s α"
    window.lab.change("training.schedule", "constant")
    qtbot.waitUntil(lambda: slider.picture().acting is None)
    assert slider.accessibleName() == "Learning rate α = 0.8"
    assert "schedule" not in slider.toolTip()
    assert "slider" not in strip.field.toolTip()
