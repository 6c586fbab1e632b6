"""Backward propagation in a network: lesson 6 in the window, with the inspector and the update rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.backprop.operation import BACKWARD
from playground.engine.trainer import Trainer
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.inspector.view import Inspector
from tests.support.course import LEFT, Course, numbers_in
from tests.support.features import feature_of


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def inspector_of(course: Course, qtbot: Any) -> Inspector:
    view = feature_of(course.window, InspectorFeature).view
    qtbot.waitUntil(lambda: view.answer is not None)
    return view


def test_the_number_asked_at_the_output_is_that_of_the_formula(course: Course) -> None:
    course.begin("06", 1)
    question = course.step.prediction
    assert question.answer == pytest.approx(0.8 - 1.0)
    assert "ᵀ is the **transpose**" in course.step.text
    assert "∘ is the product **entry by entry**" in course.step.text
    course.answer("0.2")
    assert "Not quite" in course.panel.answer_label.text()
    course.answer("-0.2")
    assert "Right" in course.panel.answer_label.text()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
def test_the_walk_backward_is_done_operation_by_operation(
    course: Course, qtbot: Any, size: tuple[int, int]
) -> None:
    course.window.resize(*size)
    course.begin("06", 2)
    view = inspector_of(course, qtbot)
    assert view.isVisible()
    assert not course.reached, "an open page is no walk"
    backward = view.phase_buttons["backward"]
    seen = []
    for number in range(1, 7):
        assert not course.reached
        qtbot.mouseClick(backward, LEFT)
        assert view.operation.phase == BACKWARD
        seen.append(view.operation.formula.partition(" ")[0])
        course.lessons.read()
        assert f"Now: {number} of 6 operations seen" in course.panel.goal_label.text()
        now = view.board.now()
        top = view.area.verticalScrollBar().value()
        assert now.top() >= top
        assert now.top() + min(now.height(), 60) <= top + view.area.viewport().height()
    assert seen == ["δ[2]", "∂J/∂W[2]", "∂J/∂b[2]", "δ[1]", "∂J/∂W[1]", "∂J/∂b[1]"]
    assert course.reached
    assert "six times: δ[2], ∂J/∂W[2], ∂J/∂b[2]" in course.step.hint
    qtbot.mouseClick(backward, LEFT)
    assert view.operation.formula.startswith("∂J/∂b[1]"), "it stays at the end of its phase"
    np.testing.assert_array_equal(
        course.window.snapshot.view.parameters, Trainer(course.step.experiment).parameters
    )


def test_a_jump_over_the_operations_is_no_walk(course: Course, qtbot: Any) -> None:
    course.begin("06", 2)
    view = inspector_of(course, qtbot)
    view.transport.position.setValue(len(view.operations))
    qtbot.mouseClick(view.phase_buttons["update"], LEFT)
    assert not course.reached
    course.window.actions_by_name["inspector_back"].trigger()
    for _ in range(len(view.operations)):
        course.window.actions_by_name["inspector_back"].trigger()
    assert course.reached, "the keys walk, too, and the other way round"


def test_the_walk_is_shown_and_does_not_count(course: Course, qtbot: Any) -> None:
    course.begin("06", 2)
    view = inspector_of(course, qtbot)
    shown: list[str] = []
    view.changed.connect(lambda: shown.append(view.operation.formula))
    qtbot.mouseClick(course.panel.show_button, LEFT)
    qtbot.waitUntil(lambda: course.reached, timeout=10_000)
    assert len(shown) == 6
    assert "It was shown" in course.panel.goal_label.text()


def test_the_passes_that_differences_need_are_two_for_each_parameter(course: Course) -> None:
    course.begin("06", 3)
    count = course.window.snapshot.problem.n_parameters
    assert f"This network has {count} parameters" in course.step.prediction.question
    assert course.step.prediction.answer == 2 * count
    assert numbers_in(course.step.prediction.explanation) >= {2.0, float(count), 2.0 * count}


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
def test_the_update_that_the_lesson_speaks_of_is_there(
    course: Course, qtbot: Any, size: tuple[int, int]
) -> None:
    course.window.resize(*size)
    course.begin("06", 4)
    line = course.window.strip.update_line
    assert line.isVisible()
    assert not course.reached
    course.press(Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: course.window.snapshot.view.step == 1)
    assert course.reached
    qtbot.waitUntil(lambda: "w := w − α · ∂J/∂w = " in line.text)
    update = course.window.snapshot.view.last_update
    assert any(number == pytest.approx(update.after[0], abs=1e-5) for number in numbers_in(line.text))
    assert "w := w − α · ∂J/∂w" in course.step.text
