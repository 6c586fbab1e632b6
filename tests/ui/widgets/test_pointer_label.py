"""The text at the pointer: near it, within the plot, and over no label where that is possible."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from playground.drawing.kit.labels import overlap
from playground.ui.widgets.pointer_label import PointerLabel


@pytest.fixture
def label(qtbot: Any) -> PointerLabel:
    plot = QWidget()
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.show()
    return PointerLabel(plot)


def box_of(label: PointerLabel) -> tuple[float, float, float, float]:
    place = label.geometry()
    return place.left(), place.top(), place.left() + place.width(), place.top() + place.height()


def test_it_stands_above_and_to_the_right_and_stays_in_the_plot(label: PointerLabel) -> None:
    label.say("x = 1, y = 2", 300.0, 200.0)
    left, _, _, bottom = box_of(label)
    assert left > 300.0
    assert bottom < 200.0
    for at in ((0.0, 0.0), (599.0, 399.0), (599.0, 0.0), (0.0, 399.0)):
        label.say("x = 1, y = 2", *at)
        left, top, right, bottom = box_of(label)
        assert 0 <= left < right <= 600
        assert 0 <= top < bottom <= 400


@pytest.mark.parametrize("sides", [1, 2, 3])
def test_it_steps_aside_from_labels(label: PointerLabel, sides: int) -> None:
    taken = [(305.0, 150.0, 420.0, 195.0), (180.0, 150.0, 295.0, 195.0), (305.0, 205.0, 420.0, 250.0)][:sides]
    label.say("x = 1, y = 2", 300.0, 200.0, taken)
    assert not any(overlap(box_of(label), box) for box in taken)


def test_a_text_wider_than_the_plot_is_shown_from_its_beginning(label: PointerLabel) -> None:
    label.say("x = 1, " * 60, 300.0, 200.0, [(0.0, 0.0, 600.0, 400.0)])
    assert label.isVisible()
    assert label.geometry().left() == 0
