"""The window stays calm: how many controls its two layouts show, and how long its menus are.

A control is a visible, enabled widget that takes the keyboard focus, menus and plots not counted; an entry
is a visible action or submenu.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QGraphicsView, QMenu, QWidget

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile
from playground.ui.experiment.tile_chooser import TileChooser
from playground.ui.main_window import MainWindow

MOST = {"simple": 34, "full": 60}
MOST_ENTRIES = 14
EXPERIMENTS = {
    "network": Experiment(),
    "rule": Experiment().with_value("data.dataset", "rule"),
    "bowl": FORMULA_PRESETS["bowl"].experiment,
    "parabola": FORMULA_PRESETS["parabola"].experiment,
}


def controls(window: MainWindow) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and widget.isEnabled()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
        and not isinstance(widget, QMenu | QGraphicsView)
    ]


def opened(open_window, qtbot, experiment: Experiment, layout: str) -> MainWindow:
    window: MainWindow = open_window(ExperimentFile(experiment))
    window.resize(1366, 768)
    window.actions_by_name[layout].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("layout", MOST)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_layout_shows_no_more_controls_than_it_may(name: str, layout: str, open_window, qtbot) -> None:
    window = opened(open_window, qtbot, EXPERIMENTS[name], layout)
    shown = [f"{type(w).__name__} {w.accessibleName() or w.toolTip()}" for w in controls(window)]
    assert 15 <= len(shown) <= MOST[layout], shown


def test_no_menu_is_long(open_window, qtbot) -> None:
    window = opened(open_window, qtbot, Experiment(), "full")
    long = {}
    menus = [menu for menu in window.findChildren(QMenu) if menu.title()]
    assert len(menus) >= 7
    for menu in menus:
        menu.aboutToShow.emit()
        entries = [a.text() for a in menu.actions() if a.isVisible() and not a.isSeparator()]
        if len(entries) > MOST_ENTRIES:
            long[menu.title()] = entries
    assert not long


def test_the_course_is_the_first_entry_of_its_menu(open_window) -> None:
    window = open_window()
    assert window.menu("learn").actions()[0] is window.actions_by_name["lessons"]
    assert window.menu("learn").actions().count(window.actions_by_name["lessons"]) == 1


@pytest.mark.parametrize("name", ["network", "bowl"])
def test_the_tiles_are_one_stop_of_tab_and_the_arrows_go_on_from_it(name: str, open_window, qtbot) -> None:
    window = opened(open_window, qtbot, EXPERIMENTS[name], "simple")
    (chooser,) = [c for c in window.findChildren(TileChooser) if c.isVisible()]
    used = next(button for button in chooser.buttons.values() if button.isChecked())
    tiles = list(chooser.buttons.values())
    following = tiles[tiles.index(used) + 1]
    used.setFocus()
    with qtbot.waitSignal(chooser.chosen) as chosen:
        qtbot.keyClick(used, Qt.Key.Key_Right)
    assert chooser.buttons[chosen.args[0]] is following
    assert following.hasFocus()
    assert [t for t in tiles if t.focusPolicy() != Qt.FocusPolicy.NoFocus] == [following]
    qtbot.keyClick(following, Qt.Key.Key_Tab)
    assert not chooser.isAncestorOf(QApplication.focusWidget())
