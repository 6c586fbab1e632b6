"""What a screen reader says without being asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from playground.ui.lessons.feature import LessonFeature
from tests.support.course_parts import COURSE_PARTS


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that Qt is given to announce."""
    texts: list[str] = []

    def update(event: Any) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            texts.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", update)
    return texts


def test_a_goal_that_is_reached_is_announced(announced: list[str], open_bench, qtbot) -> None:
    bench = open_bench(*COURSE_PARTS)
    lessons = bench.feature(LessonFeature)
    lessons.open(1)
    qtbot.waitUntil(lambda: bench.snapshot.view.parameters.size == 2)
    lessons.sliders.moved.emit(np.array([1.5, -4.5]), False)
    qtbot.waitUntil(lambda: lessons.reached)
    (said,) = [text for text in announced if text.startswith("Reached: ")]
    assert said.removeprefix("Reached: ") in lessons.panel.goal_label.text()


def test_a_notice_and_a_pause_are_announced(announced: list[str], open_window, qtbot) -> None:
    window = open_window()
    window.notices.say("J is not finite any more.")
    assert announced[-1] == "J is not finite any more."
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step > 3)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "Paused." in announced)
    assert announced.count("Paused.") == 1
