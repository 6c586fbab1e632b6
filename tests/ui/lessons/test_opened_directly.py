"""A step that is opened directly, or after skipped ones, finds the run that its text speaks of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.lessons.format import LessonStep, read_folder
from playground.resources import resource
from playground.ui.activations.feature import ActivationFeature
from playground.ui.sharpness.feature import SharpnessFeature
from tests.lessons.test_course import Student
from tests.support.course import Course
from tests.support.course_parts import COURSE_PARTS
from tests.support.features import bench_with

SLOW = pytest.mark.slow
LEFT = Qt.MouseButton.LeftButton
LESSONS, _ = read_folder(resource("lessons"))
ALL = [(number, index) for number, lesson in enumerate(LESSONS) for index in range(len(lesson.steps))]


def what_is_set_up(step: LessonStep) -> set[str]:
    """Return the names of what a step begins with anew."""
    return {*step.view, *(["experiment"] if step.experiment is not None else [])}


ASKING = [
    (number, index)
    for number, index in ALL
    if LESSONS[number].steps[index].goal is not None or LESSONS[number].steps[index].prediction is not None
]
GOING_ON = [
    (number, index)
    for number, index in ASKING
    if not {"experiment", "expression"} & what_is_set_up(LESSONS[number].steps[index])
]


def played(number: int, index: int) -> Student:
    """Return a student who has done all steps before this one and has opened it."""
    student = Student()
    for step in LESSONS[number].steps[:index]:
        student.begin(step)
        if step.prediction is not None and step.prediction.run:
            student.act({"run": step.prediction.run})
        for action in step.solution:
            student.act(action)
    student.begin(LESSONS[number].steps[index])
    return student


open_course = bench_with(*COURSE_PARTS, ActivationFeature, SharpnessFeature)


@pytest.fixture
def course(qtbot: Any, open_course: Any) -> Course:
    return Course(open_course(), qtbot)


def check(course: Course, number: int, index: int) -> None:
    course.settle()
    view, trainer = course.window.snapshot.view, played(number, index).trainer
    if trainer is None:
        return
    assert (view.step, view.settings) == (trainer.step, trainer.settings)
    np.testing.assert_array_equal(view.parameters, trainer.parameters)
    assert not course.reached


def test_some_steps_go_on_with_the_run_of_the_one_before() -> None:
    assert {(2, 2), (2, 3), (3, 3), (7, 4), (10, 1), (10, 2), (10, 3)} <= set(GOING_ON)


@pytest.mark.parametrize(
    ("steps", "after"),
    [(GOING_ON, None), pytest.param(ASKING, None, marks=SLOW), pytest.param(ASKING, 7, marks=SLOW)],
)
def test_a_step_sets_up_what_it_speaks_of(
    course: Course, steps: list[tuple[int, int]], after: int | None
) -> None:
    """In a fresh window; and after another lesson, whose run has gone on."""
    for number, index in steps:
        if after is not None:
            course.lessons.choose(after)
            course.settle()
            course.train_exactly(1)
        course.lessons.choose(number, index)
        course.lessons.show_page()
        check(course, number, index)


@SLOW
def test_skipped_steps_are_made_up_for(course: Course) -> None:
    for number in sorted({number for number, _ in GOING_ON}):
        course.lessons.open(number)
        for index in range(1, 1 + max(index for lesson, index in GOING_ON if lesson == number)):
            course.next()
            assert course.lessons.index == index
            check(course, number, index)


def test_what_was_done_by_hand_goes_on(course: Course) -> None:
    course.begin("02", 1)
    course.type_rate(0.0015)
    course.run(100)
    assert course.reached
    run = course.window.snapshot.run
    course.next()
    assert (course.window.snapshot.run, course.window.snapshot.view.step) == (run, 100)
    course.next()
    course.type_rate(0.25)
    course.train_exactly(70)
    assert course.reached
    course.next()
    assert (course.window.snapshot.run, course.window.snapshot.view.step) == (run, 170)
    assert not course.reached


def test_a_run_that_went_further_than_the_next_step_begins_is_made_up_for(course: Course, qtbot: Any) -> None:
    course.begin("10", 1)
    course.choose(2)
    qtbot.waitUntil(lambda: course.window.snapshot.view.step == 600)
    course.train_exactly(50)
    course.next()
    check(course, 10, 1)


def test_again_brings_back_where_a_step_that_goes_on_begins(course: Course, qtbot: Any) -> None:
    course.lessons.choose(7, 4)
    course.lessons.show_page()
    course.settle()
    course.train_exactly(5)
    qtbot.mouseClick(course.panel.again_button, LEFT)
    qtbot.waitUntil(lambda: course.window.snapshot.view.step == 50)
    check(course, 7, 4)
    assert course.window.lab.can_undo, "the run before is not lost"
