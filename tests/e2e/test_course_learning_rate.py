"""Too small, right, too large: the lesson taken in the window, all of it in one run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.course import Course


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def test_all_three_are_met_in_one_run_and_stand_in_one_loss_plot(course: Course, qtbot: Any) -> None:
    window = course.window
    course.begin("02", 1)
    assert window.snapshot.view.experiment == course.step.experiment
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
    course.train_exactly(10)
    assert course.reached
    view = window.snapshot.view
    assert (window.snapshot.run, view.step) == (run, 170)
    losses = view.history.curves["train_loss"].values
    level, down, up = losses[100] / losses[0], losses[160] / losses[100], losses[170] / losses[160]
    assert level > 0.75
    assert down < 0.2
    assert up > 100
    qtbot.waitUntil(lambda: window.loss_view.drawing.shown["train"].steps[-1] == 170)


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
