"""The point that a step shows in the inspector: the one that its question is about."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.backprop.operation import Matrix
from playground.lessons.format import LessonError, parse_lesson
from playground.ui.inspector.feature import InspectorFeature
from tests.support.course import Course
from tests.support.course_parts import COURSE_PARTS
from tests.support.features import bench_with, feature_of

open_course = bench_with(*COURSE_PARTS)
STEP = """title = "A lesson"
[[step]]
title = "One"
text = "Look."
experiment = {{ {0} }}
view = {{ point = {1} }}
"""


@pytest.mark.parametrize(("step", "x", "answer", "name"), [(1, 2.0, "0.5", "ŷ"), (3, 1.0, "-1", "z[2]")])
def test_the_inspector_shows_the_point_of_the_question(open_course, qtbot, step, x, answer, name):
    course = Course(open_course(), qtbot)
    inspector = feature_of(course.window, InspectorFeature)
    course.begin("04", 1)
    for _ in range(step - 1):
        course.next()
    assert f"for x = {x:g}?" in course.step.prediction.question
    course.answer(answer)
    run = course.window.snapshot.run
    qtbot.waitUntil(lambda: inspector.view.answer is not None and inspector.view.answer.run == run)
    qtbot.waitUntil(lambda: inspector.view.answer.point == inspector.point)
    operations = inspector.view.operations
    matrices = {part.name: part for part in operations[0].parts if isinstance(part, Matrix)}
    np.testing.assert_array_equal(np.ravel(matrices["x"].values), [x])
    results = {operation.result.name: operation.result.values.item() for operation in operations[:4]}
    assert results[name] == float(answer)


def test_a_point_that_the_student_picks_stays_when_the_run_starts_again(open_course, qtbot):
    course = Course(open_course(), qtbot)
    inspector = feature_of(course.window, InspectorFeature)
    course.begin("04", 1)
    assert inspector.point == 3
    course.answer("0.5")
    course.press(Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: inspector.point == 4)
    course.same_weights_again()
    assert inspector.point == 4


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_file_names_only_a_point_that_there_is(number):
    table = '{ inputs = ["x"], target = "y", rows = [[1, 1], [2, 2], [3, 1], [4, 0]] }'
    four = f'data = {{ dataset = "table", table = {table} }}'
    parse_lesson(STEP.format(four, 4), "a.toml")
    with pytest.raises(LessonError, match="point: must be the number of a point, from 1 to 4"):
        parse_lesson(STEP.format(four, number), "a.toml")
    with pytest.raises(LessonError, match="point: needs data"):
        parse_lesson(STEP.format('formula = { expression = "w**2" }', 1), "a.toml")
    alone = STEP.format(four, 1).replace(f"experiment = {{ {four} }}\n", "")
    with pytest.raises(LessonError, match="point: needs an experiment"):
        parse_lesson(alone, "a.toml")
