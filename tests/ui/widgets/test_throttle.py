"""A throttle speaks at once, keeps a pause, and never leaves the last request out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from playground.ui.widgets.throttle import Throttle

LONG, SHORT = 600_000, 1


@pytest.fixture
def throttled(qtbot):
    """Make a throttle with this pause, and the list of the values that were read when it was due."""
    owner = QObject()
    made = []

    def make(pause: int) -> tuple[Throttle, list[int], list[int]]:
        throttle, value, read = Throttle(pause, owner), [0], []
        throttle.due.connect(lambda: read.append(value[0]))
        made.append(throttle)
        return throttle, value, read

    yield make
    for throttle in made:
        throttle.due.disconnect()


def test_the_first_request_is_met_at_once_and_the_next_waits(throttled) -> None:
    throttle, value, read = throttled(LONG)
    for value[0] in range(5):
        throttle.now_or_soon()
    assert read == [0]


def test_the_last_request_is_met_when_the_pause_is_over(throttled, qtbot) -> None:
    throttle, value, read = throttled(SHORT)
    for value[0] in range(5):
        throttle.now_or_soon()
    qtbot.waitUntil(lambda: read[-1:] == [4])
    assert read == [0, 4]


def test_what_is_only_wanted_soon_never_comes_at_once(throttled, qtbot) -> None:
    throttle, value, read = throttled(SHORT)
    for value[0] in range(5):
        throttle.soon()
    assert read == []
    qtbot.waitUntil(lambda: bool(read))
    assert read == [4]


def test_what_cannot_wait_comes_within_a_pause(throttled) -> None:
    throttle, value, read = throttled(LONG)
    for value[0] in range(3):
        throttle.now()
    assert read == [0, 1, 2]
