"""Which changes belong together for Undo."""

from __future__ import annotations

from playground.ui.widgets.gestures import PAUSE, Gestures


def test_a_drag_is_one_gesture_and_the_next_drag_another() -> None:
    now = [0.0]
    gestures = Gestures(lambda: now[0])
    first = gestures.number(held=True)
    now[0] += 100.0
    assert gestures.number(held=True) == first
    gestures.end()
    assert gestures.number(held=True) != first


def test_keys_that_follow_each_other_are_one_gesture_and_a_pause_ends_it() -> None:
    now = [0.0]
    gestures = Gestures(lambda: now[0])
    first = gestures.number(held=False)
    for _ in range(30):
        now[0] += 0.9 * PAUSE
        assert gestures.number(held=False) == first
    now[0] += PAUSE
    second = gestures.number(held=False)
    assert second != first
    assert gestures.number(held=True) not in (first, second)
