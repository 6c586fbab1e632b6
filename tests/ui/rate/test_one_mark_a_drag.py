"""A drag of the slider while the network trains: one mark in the loss plot, with the last value."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt

from playground.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def marks(window: MainWindow) -> list[str]:
    return [mark.text for mark in window.loss_view.drawing.band.marks]


def test_a_drag_with_steps_in_between_is_one_mark(open_window: Any, qtbot: Any) -> None:
    window: MainWindow = open_window()
    slider = window.strip.slider
    places = [QPoint(round(slider.x_of(rate)), slider.height() // 2) for rate in (0.3, 0.5, 0.8, 1.2)]
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step > 3)
    qtbot.mousePress(slider, LEFT, pos=places[0])
    for count, place in enumerate(places[1:], 1):
        step = window.snapshot.view.step
        qtbot.mouseMove(slider, place)
        qtbot.waitUntil(lambda count=count: len(window.snapshot.view.history.changes) >= count)
        qtbot.waitUntil(lambda step=step: window.snapshot.view.step > step + 2)
    qtbot.mouseRelease(slider, LEFT, pos=places[-1])
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    qtbot.waitUntil(lambda: window.loss_view.drawn is window.snapshot)
    changes = window.snapshot.view.history.changes
    assert len(changes) >= 3, "every value stays in the log"
    assert len(marks(window)) == 2
    assert marks(window)[1].startswith("α 1.2")
    assert window.loss_view.drawing.band.marks[1].step == changes[-1].step
