"""Too small, right, too large: the lesson taken in the window, all of it in one run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.ui.transport.stop_when_feature import StopWhenFeature
from tests.support.course import Course
from tests.support.features import feature_of


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def test_all_three_are_met_in_one_run_and_stand_in_one_loss_plot(course: Course, qtbot: Any) -> None:
    window = course.window
    course.begin("02", 1)
    assert window.snapshot.view.experiment == course.step.experiment
    assert feature_of(window, StopWhenFeature).stop.steps == 100
    run = window.snapshot.run
    course.type_rate(0.001)
    course.train_exactly(100)
    assert course.reached
    course.next()
    course.choose(2)
    assert "Not quite" in course.panel.answer_label.text()
    course.next()
    assert not course.reached
    course.type_rate(0.3)
    course.train_exactly(60)
    assert course.reached
    course.next()
    assert not course.reached
    course.type_rate(3)
    course.run(1000)
    assert course.reached
    view = window.snapshot.view
    losses = view.history.curves["train_loss"].values
    assert window.snapshot.run == run
    assert view.step <= 170, "within ten steps"
    assert losses[view.step - 1] < 100 < losses[view.step] < 1e6, "it stops by itself when it is clear"
    told: list[str] = []
    window.lab.notice.connect(told.append)
    course.make_steps(6)
    made = range(view.step + 1, view.step + 7)
    assert told == [f"Finished at step {step}: J is above 100." for step in made]
    level, down, up = losses[100] / losses[0], losses[160] / losses[100], losses[-1] / losses[160]
    assert level > 0.75
    assert down < 0.2
    assert up > 100
    qtbot.waitUntil(lambda: window.loss_view.drawing.shown["train"].steps[-1] == view.step + 6)


@pytest.mark.parametrize("wrong", [0.01, 10])
def test_a_wrong_learning_rate_misses_right(course: Course, wrong: float) -> None:
    course.begin("02", 3)
    course.type_rate(wrong)
    course.run(101)
    assert not course.reached
    assert "Missed this time" in course.panel.goal_label.text()
    course.same_weights_again()
    course.type_rate(0.3)
    course.run(100)
    assert course.reached


def test_what_is_right_is_never_thrown_out(course: Course) -> None:
    course.begin("02", 4)
    course.type_rate(0.3)
    course.run(500)
    assert not course.reached
    assert np.isfinite(course.window.snapshot.view.train_loss)
