"""The diagram of the network folds away where all settings have little room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt

from playground.engine.backprop.operation import Lit
from playground.ui.main_window import MainWindow


def rows_in_sight(window: MainWindow) -> int:
    """Return how many rows of the form are whole on the screen."""
    panel = window.panel
    port = panel.scroll_area.viewport()
    fields = [*panel.fields.values(), *panel.choosers.values()]
    places = [QRect(f.mapTo(port, f.rect().topLeft()), f.size()) for f in fields if f.isVisible()]
    return sum(port.rect().contains(place) for place in places)


@pytest.fixture
def window(open_window, qtbot) -> MainWindow:
    window: MainWindow = open_window()
    window.resize(1366, 768)
    window.actions_by_name["full"].trigger()
    qtbot.waitUntil(lambda: window.panel.fold.button.isVisible() and not window.panel.diagram.isVisible())
    return window


def test_all_settings_have_room_on_a_low_screen(window, qtbot) -> None:
    panel = window.panel
    qtbot.waitUntil(lambda: not panel.diagram.isVisible())
    qtbot.waitUntil(lambda: rows_in_sight(window) >= 6)
    window.actions_by_name["simple"].trigger()
    qtbot.waitUntil(panel.diagram.isVisible)
    assert not panel.fold.button.isVisible()
    window.actions_by_name["full"].trigger()
    window.resize(1920, 1080)
    qtbot.waitUntil(panel.diagram.isVisible)


def test_the_diagram_is_opened_and_folded_by_mouse_and_keyboard(window, qtbot) -> None:
    panel = window.panel
    button = panel.fold.button
    assert button.accessibleName() == "Show the diagram of the network"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.diagram.isVisible)
    assert button.accessibleName() == "Fold away the diagram of the network"
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not panel.diagram.isVisible())
    assert window.lab.state != "running", "Space has pressed the button"


def test_a_part_that_stands_out_opens_the_diagram(window, qtbot) -> None:
    assert not window.panel.diagram.isVisible()
    window.panel.light_up(Lit())
    qtbot.waitUntil(window.panel.diagram.isVisible)
    window.panel.light_up(None)
    qtbot.waitUntil(lambda: not window.panel.diagram.isVisible())
