"""A student pulls the time line back from now, and wherever the mouse is, that is the step."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.ui.loss.time_line import TimeLine

LAST = 500


def handle_of(line: TimeLine) -> QPoint:
    """Where the handle lies that stands at now: at the right end."""
    return QPoint(line.slider.width() - 7, line.slider.height() // 2)


@pytest.mark.parametrize("width", [300, 340, 372, 520, 900])
def test_a_steady_pull_to_the_left_goes_steadily_back_in_time(qtbot: Any, width: int) -> None:
    line = TimeLine()
    qtbot.addWidget(line)
    line.resize(width, line.sizeHint().height())
    line.show_step(LAST, LAST)
    line.show()
    qtbot.waitExposed(line)
    line.step_chosen.connect(lambda step: line.show_step(step, LAST))
    room, place = line.slider.geometry(), handle_of(line)
    assert room.width() >= 80
    QTest.mousePress(line.slider, Qt.MouseButton.LeftButton, pos=place)
    assert line.slider.isSliderDown()
    steps = []
    for x in range(place.x() - 4, 4, -6):
        QTest.mouseMove(line.slider, QPoint(x, place.y()))
        QApplication.processEvents()
        assert line.slider.geometry() == room, "the slider keeps its place under the mouse"
        steps.append(line.slider.value())
    assert steps == sorted(steps, reverse=True)
    assert len(set(steps)) == len(steps)
    assert steps[-1] < 0.15 * LAST
    assert line.from_here.isVisible()
    assert line.now.isVisible()
    QTest.mouseRelease(line.slider, Qt.MouseButton.LeftButton, pos=QPoint(4, place.y()))
    assert line.slider.geometry() == room
    assert f"of {LAST}" in line.label.text()
    words = line.label.fontMetrics().horizontalAdvance(line.label.text())
    assert words <= line.label.width(), "and the words have room"


def test_the_buttons_have_words_where_there_is_room_and_signs_where_there_is_not(qtbot: Any) -> None:
    line = TimeLine()
    qtbot.addWidget(line)
    line.show_step(3, LAST)
    line.show()
    line.resize(900, 30)
    assert line.now.text() == "to now ⇥"
    line.resize(340, 30)
    assert line.now.text() == "⇥"
    assert line.now.accessibleName()
