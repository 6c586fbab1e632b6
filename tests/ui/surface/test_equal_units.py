"""The surface in the window is drawn in equal units, unless the user stretches it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QMenu

from playground.drawing.surface.units import stretch_of
from playground.landscape.plane import Window


def stretch(view: Any) -> float:
    (left, right), (bottom, top) = view.drawing.box.viewRange()
    box = view.drawing.box
    return stretch_of(Window(left, right, bottom, top), box.width(), box.height())


def test_units_are_equal_in_the_window_of_every_shape_and_a_switch_stretches_them(
    qtbot: Any, open_window: Any
) -> None:
    window = open_window()
    view = window.surface_view
    for width, height in ((1366, 768), (1000, 900)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: view.settled)
        qtbot.waitUntil(lambda: stretch(view) == pytest.approx(1.0, abs=0.04))
    assert "drawn ×" not in view.drawing.left.name + view.drawing.bottom.name
    window.lab.set_speed(None)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60)
    view.choose_plane("path")
    qtbot.waitUntil(lambda: view.settled and view.answer.choice.kind == "path")
    qtbot.waitUntil(lambda: stretch(view) == pytest.approx(1.0, abs=0.04))
    grown = view.answer.window
    menu = QMenu()
    view.fill_menu(menu)
    switch = next(action for action in menu.actions() if action.text() == "Equal units")
    assert switch.isChecked()
    switch.trigger()
    qtbot.waitUntil(lambda: view.settled and view.answer.window != grown)
    stretched = view.answer.window
    assert stretched.a_max - stretched.a_min <= grown.a_max - grown.a_min
    assert stretched.b_max - stretched.b_min <= grown.b_max - grown.b_min


def test_a_plane_that_is_fitted_again_is_asked_for_once(
    qtbot: Any, open_window: Any, monkeypatch: Any
) -> None:
    """Grown by the helper as it lays the plane: not drawn stretched first, and then again."""
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: view.settled)
    window.lab.set_speed(None)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    view.choose_plane("path")
    qtbot.waitUntil(lambda: view.settled and view.answer.choice.kind == "path")
    before = view.answer.number
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 31)
    qtbot.waitUntil(lambda: view.settled and view.answer.step == 31)
    assert view.answer.number - before <= 2
    assert stretch(view) == pytest.approx(1.0, abs=0.04)
