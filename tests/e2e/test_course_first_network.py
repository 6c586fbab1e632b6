"""Logistic regression: the lesson taken in the window, with its sliders and its picture of w and b."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.landscape.bowl import lowest_point
from tests.support.course import Course


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def units(course: Course) -> float:
    """Return how long a unit of b is drawn beside one of w."""
    box = course.window.surface_view.drawing.box
    (left, right), (bottom, top) = box.viewRange()
    return float(box.height() / (top - bottom)) / (box.width() / (right - left))


def test_the_lowest_place_is_in_the_picture_and_w_and_b_have_equal_units(course: Course, qtbot: Any) -> None:
    steps = course.begin("01", 1)
    surface = course.window.surface_view
    qtbot.waitUntil(lambda: surface.settled and abs(units(course) - 1) < 0.02)
    problem = Trainer(steps[0].experiment).problem
    lowest = lowest_point(problem, course.window.snapshot.view.parameters)
    assert f"w = {lowest[0]:.2f}, b = −{-lowest[1]:.2f}" in steps[0].text
    assert f"J = {problem.loss(lowest):.3f}" in steps[2].text
    (left, right), (bottom, top) = surface.drawing.box.viewRange()
    inside = (lowest[0] - left) / (right - left), (lowest[1] - bottom) / (top - bottom)
    assert min(inside) > 0.1
    assert max(inside) < 0.9
    shown = surface.answer.surface
    row, column = np.unravel_index(np.argmin(shown.values), shown.values.shape)
    place = shown.a[column], shown.b[row]
    np.testing.assert_allclose(place, lowest, atol=0.25)
    course.window.resize(1366, 900)
    qtbot.waitUntil(lambda: surface.settled and abs(units(course) - 1) < 0.02)


def test_the_sliders_under_the_text_reach_the_goal_and_the_network(course: Course, qtbot: Any) -> None:
    course.begin("01", 1)
    w, b = course.lessons.sliders.sliders
    assert not course.reached
    b.setValue(round(-4.5 / 12 * b.maximum()))
    qtbot.waitUntil(lambda: course.window.snapshot.view.parameters[1] == pytest.approx(-4.5))
    assert not course.reached
    w.setValue(round(1.5 / 12 * w.maximum()))
    qtbot.waitUntil(lambda: course.window.snapshot.view.parameters[0] == pytest.approx(1.5))
    assert course.reached
    assert course.window.snapshot.view.train_loss < 0.45


def test_a_rate_that_is_too_large_does_not_get_to_the_bottom(course: Course) -> None:
    course.begin("01", 3)
    for wrong in (2, 5, 10):
        course.type_rate(wrong)
        course.run(500)
        assert not course.reached, wrong
        course.same_weights_again()
    hint = course.step.hint
    for rate, needed in ((0.3, 299), (1, 88)):
        losses = Trainer(course.step.experiment)
        losses.learning_rate = rate
        losses.advance(needed)
        curve = losses.history.curve("train_loss")
        assert curve.steps[curve.values < 0.357].tolist() == [needed]
        assert f"it takes {needed}" in hint
    course.type_rate(1)
    course.train_exactly(88)
    assert course.reached
    punished = course.lessons.lesson.steps[1].prediction.explanation
    assert "−log 0.01 = 4.6. An answer of 0.5 would have cost 0.69" in punished
    assert (round(-np.log(0.01), 1), round(-np.log(0.5), 2)) == (4.6, 0.69)
