"""The first lesson of the course, on a formula of one variable, taken in the window as a student would."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.ui.curve.feature import CurveFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.main_window import MainWindow
from playground.ui.transport.bar import SPEEDS
from tests.support.course import Course, numbers_in
from tests.support.features import feature_of

START, CURVATURE = 2.5, 1.0


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    window: MainWindow = open_window()
    return Course(window, qtbot)


def test_the_two_steps_that_are_guessed_are_those_under_the_curve(course: Course, qtbot: Any) -> None:
    course.begin("00", 1)
    view, curve = course.window.snapshot.view, feature_of(course.window, CurveFeature).view
    assert (view.parameters[0], view.settings.learning_rate) == (START, 0.1)
    qtbot.waitUntil(lambda: curve.sentence.text() != "")
    assert "w := 2.5 − 0.1 · 2.5 = 2.25" in curve.sentence.text()
    assert "2.025" not in curve.sentence.text(), "the question is not answered on the same screen"
    course.answer("2.25")
    assert "Not quite" in course.panel.answer_label.text()
    course.answer("2.025")
    assert "Right" in course.panel.answer_label.text()
    course.make_steps(1)
    assert course.window.snapshot.view.parameters[0] == 2.25
    qtbot.waitUntil(lambda: "2.25 − 0.1 · 2.25 = 2.025" in curve.sentence.text())
    assert "2.25 − 0.1 · 2.25 = 2.025" in course.step.prediction.explanation
    # The curve itself says the same number, with the same digits.
    curve.canvas.grab()
    assert any(text == "w := 2.025" for text, _ in curve.drawing.ink.placed)


def test_a_wrong_learning_rate_misses_each_goal_and_a_right_one_reaches_it(course: Course) -> None:
    for number, wrong, right, enough in (
        (2, 0.1, 0.01, 100),
        (3, 0.3, 1, 1),
        (4, 1, 1.9, 20),
        (5, 1.9, 2.2, 16),
    ):
        course.begin("00", number)
        course.type_rate(wrong)
        course.run(120)
        assert not course.reached, course.step.title
        course.same_weights_again()
        course.type_rate(right)
        course.make_steps(enough - 1)
        assert not course.reached, course.step.title
        course.make_steps(1)
        assert course.reached, course.step.title
        w = course.window.snapshot.view.parameters[0]
        assert w == pytest.approx(START * (1 - right * CURVATURE) ** enough, abs=1e-12)


def test_with_a_larger_constant_the_same_rate_is_too_large(course: Course, qtbot: Any) -> None:
    course.begin("00", 6)
    window = course.window
    course.answer("2")
    assert "Not quite" in course.panel.answer_label.text()
    course.answer("4")
    assert "Right" in course.panel.answer_label.text()
    course.run(30)
    assert not course.reached
    course.same_weights_again()
    course.type_rate(2.5)
    course.run(30)
    assert not window.snapshot.view.train_loss < 1000
    assert not course.reached, "thrown out by α, not by λ"
    course.same_weights_again()
    course.type_rate(0.5)
    panel = feature_of(window, LessonFeature).panel
    row = feature_of(window, LessonFeature).constants.rows["λ"]
    assert row.slider.isVisible()
    assert panel.isVisible(), "the lesson stays in sight"
    run = window.snapshot.run
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "5")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.run > run)
    assert row.value == window.lab.experiment.formula.constants_by_name["λ"] == 5.0
    drawing = feature_of(window, CurveFeature).view.drawing
    qtbot.waitUntil(lambda: drawing.picture.step is not None and drawing.picture.step.bend == 5.0)
    assert drawing.picture.heights == (0.0, 0.5 * 5 * START**2), "only as high as the ball needs"
    assert panel.isVisible()
    course.make_steps(6)
    assert course.reached
    assert window.snapshot.view.settings.learning_rate == 0.5
    assert window.snapshot.view.parameters[0] == pytest.approx(START * (-1.5) ** 6)


def test_the_numbers_in_the_texts_are_those_of_the_formula(course: Course) -> None:
    """Every number of the texts is recomputed from the experiment of its step."""
    steps = course.begin("00", 1)
    formula = steps[0].experiment.formula
    assert (formula.first, formula.constants_by_name["λ"]) == ((START,), CURVATURE)
    rates = {2: 0.01, 4: 1.9, 5: 2.2}
    for number, rate in rates.items():
        factor = 1 - rate * CURVATURE
        text = steps[number - 1].text
        assert rate in numbers_in(text)
        assert round(factor, 2) in numbers_in(text)
    assert round(START * 0.99**100, 2) == 0.92
    assert 0.92 in numbers_in(steps[1].text)
    assert round(0.9**2, 2) in numbers_in(steps[3].text)
    losses = 0.5 * (START * 1.2 ** np.arange(20)) ** 2
    assert int(np.argmax(losses > 1000)) == 16
    assert 16 in numbers_in(steps[4].hint)
    assert {4.0, -1.5, 5.0, 0.5} <= numbers_in(steps[5].hint)
    assert 1 - 0.5 * 5 == -1.5
    assert steps[5].prediction.answer == 2 / 0.5


def test_the_runs_stop_by_themselves_where_the_texts_say_so(course: Course, qtbot: Any) -> None:
    steps = course.begin("00", 2)
    course.type_rate(0.01)
    course.run(10_000)
    view = course.window.snapshot.view
    assert view.step == 100
    assert "after a hundred steps, and w is still at 0.92" in course.step.text
    assert course.reached
    for number, rate, stop in ((5, 2.2, 16), (6, 0.5, 6)):
        course.begin("00", number)
        if number == 6:
            course.answer("4")
            panel = feature_of(course.window, LessonFeature)
            panel.constants.changed.emit("λ", 5.0)
            course.settle()
        course.type_rate(rate)
        course.run(10_000)
        assert course.window.snapshot.view.step == stop, steps[number - 1].title
        assert "when J is above 1000" in course.step.text
        assert course.reached
    course.lessons.choose(-1)


def test_every_speed_of_the_course_is_one_of_the_list(course: Course) -> None:
    known = {speed for _, speed in SPEEDS}
    for lesson in course.lessons.lessons:
        for step in lesson.steps:
            assert step.view.get("speed", None) in known, (lesson.name, step.title)
