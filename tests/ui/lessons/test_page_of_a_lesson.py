"""The page of a lesson at the sizes of usual screens: whole lines, whole buttons, places that stay."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from playground.ui.lessons.feature import LessonFeature
from playground.ui.lessons.panel import LessonPanel
from playground.ui.widgets.card import ElidingLabel, FittingLabel
from tests.support.features import feature_of

SIZES = ((1280, 720), (1366, 768), (1920, 1080))
LINES = 5


def settle(window) -> None:
    """Let layouts and what they have posted happen, until the page shows whole lines alone."""
    scroll = feature_of(window, LessonFeature).panel.step_scroll
    for turn in range(30):
        window.frame()
        QApplication.processEvents()
        shown = scroll.widget().mask().boundingRect()
        if turn > 3 and (shown.top(), shown.top() + shown.height()) == scroll.seen:
            return


def whole_and_legible(panel: LessonPanel, place: str) -> list[str]:
    """Return what is squeezed or cut on the page, in words."""
    wrong = []
    for widget in panel.findChildren(QAbstractButton) + panel.findChildren(QLineEdit):
        if widget.isVisible() and widget.height() < widget.minimumSizeHint().height():
            wrong.append(f"{place}: {widget.accessibleName() or widget.text()!r} is {widget.height()} high")
        wide = isinstance(widget, QAbstractButton) and widget.width() < widget.minimumSizeHint().width()
        if widget.isVisible() and wide:
            wrong.append(f"{place}: {widget.text()!r} is {widget.width()} wide")
    for label in panel.findChildren(QLabel):
        if not label.isVisible() or isinstance(label, ElidingLabel | FittingLabel):
            continue
        wraps = label.wordWrap()
        needed = label.heightForWidth(label.width()) if wraps else label.minimumSizeHint().height()
        if label.height() < needed:
            wrong.append(f"{place}: {label.text()[:30]!r} has {label.height()} of {needed} pixels")
    scroll = panel.step_scroll
    content = scroll.widget()
    assert scroll.widget().mask().boundingRect().height() == scroll.seen.bottom - scroll.seen.top
    bar = scroll.verticalScrollBar()
    for value in {0, bar.maximum() // 3, bar.maximum()}:
        bar.setValue(value)
        top, bottom = scroll.seen
        inside = [span for span in scroll.spans() if span.top >= top and span.bottom <= bottom]
        cut = [
            span for span in scroll.spans() if span.top < top < span.bottom or span.top < bottom < span.bottom
        ]
        if cut:
            wrong.append(f"{place}: at {value} cut at {top} or {bottom}: {cut}")
        if len(inside) < min(LINES, len(scroll.spans())):
            wrong.append(f"{place}: {len(inside)} lines")
        last = max(span.bottom for span in scroll.spans())
        if value == bar.maximum() and last > bar.value() + scroll.viewport().height():
            wrong.append(f"{place}: the end is not reached")
    if content.width() > scroll.viewport().width():
        wrong.append(f"{place}: wider than its room")
    bar.setValue(0)
    return wrong


def at_rest(window: Any, panel: LessonPanel, place: str) -> list[str]:
    """Return what stays squeezed or cut once the numbers of the goal have come."""
    wrong: list[str] = []
    for _ in range(3):
        settle(window)
        wrong = whole_and_legible(panel, place)
        if not wrong:
            break
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("full", [False, True])
def test_no_step_of_a_lesson_is_cut_or_squeezed(open_window, width: int, height: int, full: bool) -> None:
    window = open_window()
    window.resize(width, height)
    window.set_full(full)
    lessons = feature_of(window, LessonFeature)
    lessons.open()
    wrong = at_rest(window, lessons.panel, "course")
    for number, lesson in enumerate(lessons.lessons):
        lessons.open(number)
        for index, step in enumerate(lesson.steps):
            if index:
                lessons.walk(1)
            place = f"{lesson.name} {index + 1}"
            wrong += at_rest(window, lessons.panel, place)
            if step.hint:
                lessons.panel.hint_button.click()
                wrong += at_rest(window, lessons.panel, f"{place} with its hint")
            if step.prediction is not None:
                lessons.panel.guessed.emit(1.0)
                wrong += at_rest(window, lessons.panel, f"{place} answered")
    assert (window.width(), window.height()) == (width, height), "a page makes the window no larger"
    assert wrong == []


def test_an_answer_moves_neither_the_question_nor_the_buttons(open_window, qtbot) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(9)
    lessons.walk(1)
    settle(window)
    panel = lessons.panel
    assert whole_and_legible(panel, "9.2") == []
    assert (
        len([span for span in panel.step_scroll.spans() if span.bottom <= panel.step_scroll.seen.bottom])
        >= 10
    )

    def places() -> list[QPoint]:
        return [button.mapTo(panel, QPoint(0, 0)) for button in (panel.guess_button, panel.next_button)]

    before, rows = (
        places(),
        [button.mapTo(panel.step_scroll.widget(), QPoint()) for button in panel.choice_buttons],
    )
    assert all(two.y() - one.y() == rows[1].y() - rows[0].y() for one, two in pairwise(rows))
    panel.choice_buttons[2].click()
    panel.guess_button.click()
    settle(window)
    assert places() == before
    assert [button.mapTo(panel.step_scroll.widget(), QPoint()) for button in panel.choice_buttons] == rows
    end = panel.answer_label.geometry().bottom()
    assert panel.step_scroll.seen.top < end <= panel.step_scroll.seen.bottom, "the answer is scrolled to"


def test_the_strip_keeps_its_height_while_a_question_hides_limit_and_look_ahead(open_window, qtbot) -> None:
    """A student who has seen overshoots has limit and look-ahead; a question hides them."""
    window = open_window()
    window.resize(1366, 768)
    lessons = feature_of(window, LessonFeature)
    panel, strip = lessons.panel, window.strip
    strip.mark(layers=3)
    lessons.open(9)
    lessons.walk(1)
    settle(window)
    height = strip.height()
    places = [button.mapTo(window, QPoint()) for button in (panel.guess_button, panel.next_button)]
    panel.choice_buttons[0].click()
    panel.guess_button.click()
    qtbot.waitUntil(lambda: strip.slider.picture().lookahead is not None)
    settle(window)
    assert strip.height() == height
    assert [button.mapTo(window, QPoint()) for button in (panel.guess_button, panel.next_button)] == places
    end = panel.answer_label.geometry().bottom()
    assert panel.step_scroll.seen.top < end <= panel.step_scroll.seen.bottom
    bar = panel.step_scroll.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    window.resize(1366, 760)
    settle(window)
    assert bar.value() == 0, "what is scrolled by hand stays"


@pytest.mark.parametrize("width", [1000, 1280])
@pytest.mark.parametrize("number", [0, 4, 6])
def test_buttons_keep_their_places_where_panels_and_questions_come_and_go(
    open_window, number: int, width: int
) -> None:
    window = open_window()
    window.resize(width, 700)
    lessons = feature_of(window, LessonFeature)
    panel = lessons.panel
    lessons.open(number)
    places: dict[Any, Any] = {}
    for index in range(len(lessons.lesson.steps)):
        if index:
            panel.next_button.click()
        settle(window)
        for button in (panel.next_button, panel.hint_button, panel.show_button, panel.again_button):
            if button.isVisible():
                assert button.height() >= button.minimumSizeHint().height()
                place = button.mapTo(window, QPoint()).toTuple()
                assert places.setdefault(button.accessibleName() or id(button), place) == place
    assert len(places) >= 3


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1366, 768)])
def test_a_lesson_that_opens_changes_the_width_of_no_panel(open_window, width: int, height: int) -> None:
    window = open_window()
    window.resize(width, height)
    QApplication.processEvents()
    window.arrangement.reset()
    lessons = feature_of(window, LessonFeature)

    def widths() -> list[int]:
        for _ in range(6):
            window.frame()
            QApplication.processEvents()
        panels = (window.surface_view, window.data_view, window.loss_view, window.strip)
        return [panel.width() for panel in panels]

    before = widths()
    lessons.open(2)
    assert lessons.panel.isVisible()
    assert widths() == before
    window.arrangement.show_page("experiment")
    assert widths() == before


def test_the_course_shows_the_coming_lesson_first_and_what_follows_it(open_window, qtbot) -> None:
    window = open_window()
    window.resize(1366, 768)
    lessons = feature_of(window, LessonFeature)
    for lesson in lessons.lessons[:5]:
        for index in range(len(lesson.steps)):
            lessons.progress.do(lesson, index)
            lessons.progress.leave_behind(lesson, index)
    lessons.open()
    settle(window)
    panel = lessons.panel
    assert panel.cards.coming is panel.cards.cards[5]
    scroll = panel.step_scroll
    top = panel.cards.coming.mapTo(scroll.viewport(), QPoint(0, 0)).y()
    assert 0 <= top <= 12
    following = panel.cards.cards[6].mapTo(scroll.viewport(), QPoint(0, 0)).y()
    assert following < scroll.viewport().height()
