"""Views that take turns: none is left out, and while steps come fast there is one at a time."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtWidgets import QWidget

from playground.ui.frame.draw_order import DrawOrder


@pytest.fixture
def views(qtbot) -> list[QWidget]:
    made = [QWidget() for _ in range(3)]
    for view in made:
        qtbot.addWidget(view)
    return made


def test_views_are_due_at_their_own_rates(views: list[QWidget]) -> None:
    picture, curve, numbers = views
    turns = DrawOrder({picture: (0.0, 0.02), curve: (0.0, 0.05), numbers: (0.1, 0.1)})

    assert set(turns.due(10.0, False)) == set(views)
    for view in views:
        turns.note_drawn(view, 10.0)

    assert set(turns.due(10.016, False)) == {picture, curve}
    assert turns.due(10.016, True) == []
    assert turns.due(10.030, True) == [picture]
    assert set(turns.due(10.110, True)) == set(views)


def test_one_at_a_time_none_is_forgotten(views: list[QWidget]) -> None:
    picture, curve, numbers = views
    turns = DrawOrder({picture: (0.0, 0.025), curve: (0.0, 0.075), numbers: (0.1, 0.1)})

    counted: Counter[QWidget] = Counter()
    for number in range(1000):
        now = 5.0 + 0.008 * number
        for view in turns.due(now, True)[:1]:
            turns.note_drawn(view, now)
            counted[view] += 1

    # 8 seconds: every 25, 75 and 100 ms, and then the next free frame of 8 ms.
    assert 8 / 0.045 <= counted[picture] <= 8 / 0.025
    assert 8 / 0.095 <= counted[curve] <= 8 / 0.075
    assert 8 / 0.120 <= counted[numbers] <= 8 / 0.100


def test_a_view_that_had_nothing_to_draw_keeps_its_turn(views: list[QWidget]) -> None:
    picture, curve, _ = views
    turns = DrawOrder({picture: (0.0, 0.02), curve: (0.0, 0.05)})
    turns.note_drawn(picture, 1.0)
    turns.note_drawn(curve, 1.0)

    assert turns.due(1.060, True) == [picture, curve]
    turns.note_drawn(curve, 1.060)
    assert turns.due(1.061, True) == [picture]


def test_a_view_that_is_called_does_not_wait_for_its_time(views: list[QWidget]) -> None:
    picture, _, numbers = views
    turns = DrawOrder({picture: (0.0, 0.02), numbers: (0.1, 0.1)})
    turns.note_drawn(picture, 1.0)
    turns.note_drawn(numbers, 1.0)

    assert turns.due(1.002, True) == []
    turns.call(numbers)
    assert turns.due(1.003, True) == [numbers]
