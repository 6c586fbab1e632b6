"""What stands on the page of a lesson is whole: titles, numbers in lines that break, colours of the theme."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QTextDocument

from playground.drawing.kit.theme import DARK, LIGHT
from playground.lessons.goals import LearningRate
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.lessons.panel import in_lines
from playground.ui.widgets.plain_label import RichParagraph
from tests.support.course import Course
from tests.support.course_parts import COURSE_PARTS
from tests.support.features import bench_with, feature_of
from tests.ui.lessons.test_page_of_a_lesson import settle

open_course = bench_with(*COURSE_PARTS)


def lines_of(text: str, width: int) -> list[str]:
    """Return the lines of an HTML text at this width."""
    document = QTextDocument()
    document.setHtml(text)
    document.setTextWidth(width)
    document.size()
    block = document.begin()
    layout = block.layout()
    lines = [layout.lineAt(row) for row in range(layout.lineCount())]
    return [block.text()[line.textStart() :][: line.textLength()] for line in lines]


@pytest.mark.parametrize("number", ["1\u202f000\u202f000", "99.4 %"])
def test_no_line_of_html_breaks_within_a_number(qtbot: Any, number: str) -> None:
    label = RichParagraph()
    qtbot.addWidget(label)
    html = f"<b>Goal:</b> Throw it above {number} now."
    label.setText(html)
    assert label.text() == html
    whole = number.replace(" %", "\u00a0%")
    laid_out = super(RichParagraph, label).text()
    for width in range(120, 300, 3):
        assert any(whole in line for line in lines_of(laid_out, width)), width


def test_the_title_of_each_lesson_is_whole_in_a_small_window(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    window.resize(1280, 720)
    lessons = feature_of(window, LessonFeature)
    for number, lesson in enumerate(lessons.lessons):
        heights = set()
        lessons.open(number)
        for index in range(len(lesson.steps)):
            if index:
                lessons.walk(1)
            title = lessons.panel.title_label
            qtbot.waitUntil(lambda title=title, own=lesson.title: title.shown_text.split() == own.split())
            # The row of the lesson before was higher or lower, until the layout has settled.
            settle(window)
            needed = title.fontMetrics().size(0, title.shown_text)
            assert title.width() >= needed.width(), lesson.title
            assert title.height() >= needed.height(), lesson.title
            heights.add(title.height())
        assert len(heights) == 1, "the buttons keep their places"
    assert in_lines("Deep networks and initialisation", 2) == "Deep networks and\ninitialisation"


def test_no_row_of_buttons_is_empty_and_the_lab_can_begin_again(open_course: Any, qtbot: Any) -> None:
    window = open_course()
    course = Course(window, qtbot)
    panel = course.panel
    for number, lesson in enumerate(course.lessons.lessons):
        course.lessons.open(number)
        for index in range(len(lesson.steps)):
            if index:
                course.lessons.walk(1)
            shown = [not b.isHidden() for b in (panel.again_button, panel.hint_button, panel.show_button)]
            row = not panel.again_button.parentWidget().isHidden()
            assert row == any(shown), (lesson.name, index)
            assert shown[0] or not row, "no hole at the left"
    course.begin("05", 3)
    lab = feature_of(window, ChainRuleFeature).lab
    lab.set_value("c", 4.0)
    panel.again_button.click()
    assert lab.sheet.values["c"] == 3.0


def test_what_was_said_in_one_theme_is_said_again_in_the_colours_of_the_other(
    open_course: Any, qtbot: Any
) -> None:
    course = Course(open_course(), qtbot)
    course.begin("04", 1)
    course.answer("0.5")
    panel = course.panel
    theme = course.window.theme
    other = LIGHT if theme is DARK else DARK
    assert theme.green in panel.answer_label.text()
    course.next()
    course.lessons.show_how()
    qtbot.waitUntil(lambda: course.reached)
    assert theme.green in panel.goal_label.text()
    said = panel.goal_label.text()
    panel.restyle(other)
    assert panel.goal_label.text() == said.replace(theme.green, other.green)
    course.lessons.walk(-1)
    said = panel.answer_label.text()
    assert other.green in said
    panel.restyle(theme)
    assert panel.answer_label.text() == said.replace(other.green, theme.green)


def test_after_the_goal_another_alpha_does_not_deny_the_steps_made(open_course: Any, qtbot: Any) -> None:
    course = Course(open_course(), qtbot)
    course.begin("02", 1)
    goal = course.step.goal
    assert isinstance(goal, LearningRate)
    course.window.lab.set_learning_rate(goal.low)
    course.train_exactly(goal.steps)
    assert course.reached
    course.window.lab.set_learning_rate(0.3)
    qtbot.waitUntil(lambda: course.window.snapshot.view.settings.learning_rate == 0.3)
    assert course.reached
    said = course.panel.goal_label.text()
    assert f"Now: α = 0.3; it was between the two for {goal.steps} steps" in said


def test_a_share_beside_the_goal_is_that_of_the_readout(open_window: Any, qtbot: Any) -> None:
    course = Course(open_window(), qtbot)
    course.begin("07", 3)
    course.type_rate(1)
    course.run(300)
    assert course.reached
    course.lessons.read()
    readout = course.window.transport.readouts["accuracy"]
    panel = course.panel

    def said_alike() -> bool:
        training = readout.value.split(" · ")[-1]
        return f"Now: {training} of the training points right" in panel.goal_label.text()

    qtbot.waitUntil(said_alike)
