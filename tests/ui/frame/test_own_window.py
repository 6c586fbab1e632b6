"""A plot in a window of its own: it goes on to show the run, and comes back when that window closes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from playground.ui.frame.own_window import OwnWindow, Placeholder
from playground.ui.main_window import MainWindow
from tests.support.variants import slow

NAMES = {"surface": "surface_view", "data": "data_view", "loss": "loss_view"}


@pytest.fixture
def window(open_window) -> MainWindow:
    window: MainWindow = open_window()
    return window


def own_window(plot: Any) -> OwnWindow:
    found = plot.window()
    assert isinstance(found, OwnWindow)
    return found


def drawn_step(window: MainWindow, name: str) -> int | None:
    """The step that the plot shows."""
    match name:
        case "surface":
            return len(window.surface_view.drawing.picture.path_ab) - 1
        case "loss":
            return window.loss_view.drawn.view.step if window.loss_view.drawn is not None else None
        case _:
            return window.data_view.answer.step if window.data_view.answer is not None else None


@pytest.mark.parametrize("name", ["surface", slow("data"), "loss"])
def test_a_plot_goes_out_shows_the_run_and_comes_back(window: MainWindow, qtbot, name: str) -> None:
    plot, action = getattr(window, NAMES[name]), window.actions_by_name[f"own_{name}"]
    size = plot.size()
    action.trigger()
    own = own_window(plot)
    assert own.isVisible()
    assert plot.isVisible()
    qtbot.keyClick(own, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    qtbot.waitUntil(lambda: drawn_step(window, name) == 1)
    own.close()
    assert plot.window() is window
    assert not action.isChecked()
    qtbot.waitUntil(lambda: plot.isVisible() and plot.size() == size)


def test_the_button_in_its_place_brings_it_back(window: MainWindow, qtbot) -> None:
    window.actions_by_name["own_loss"].trigger()
    (placeholder,) = window.findChildren(Placeholder)
    qtbot.mouseClick(placeholder.button, Qt.MouseButton.LeftButton)
    assert window.loss_view.window() is window
    assert not window.findChildren(OwnWindow) or not window.findChildren(OwnWindow)[0].isVisible()


def test_a_presentation_and_a_reset_of_the_layout_bring_it_back(window: MainWindow, qtbot) -> None:
    for command in ("large_surface", "reset_layout"):
        window.actions_by_name["own_surface"].trigger()
        own_window(window.surface_view)
        window.actions_by_name[command].trigger()
        assert window.surface_view.window() is window
        window.present(None)


def test_pages_beside_it_open_while_it_is_out(window: MainWindow, qtbot) -> None:
    window.actions_by_name["own_surface"].trigger()
    window.actions_by_name["activations"].trigger()
    assert window.arrangement.page_on_screen("activations")
    own_window(window.surface_view).close()
    assert window.arrangement.page_on_screen("activations")
    window.arrangement.show_page("surface")
    assert window.surface_view.isVisible()


def test_it_closes_with_the_window_and_takes_its_theme(window: MainWindow, qtbot) -> None:
    window.actions_by_name["own_data"].trigger()
    own = own_window(window.data_view)
    grounds = []
    for theme in ("dark", "light"):
        window.choose_theme(theme)
        QApplication.processEvents()
        grounds.append(own.grab().toImage().pixelColor(2, 2).lightness())
    assert grounds[0] < 100 < grounds[1]
    window.close()
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
