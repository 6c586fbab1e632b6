"""Small manners of a desktop program: keys that everybody knows, and ways back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from playground import __version__
from playground.startup import log
from playground.ui.frame.preferences import Preferences
from playground.ui.help.about_dialog import AboutDialog
from tests.support.small_runs import SMALL

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_ctrl_n_begins_a_new_experiment_and_ctrl_y_goes_forward_again(open_window, qtbot) -> None:
    window = open_window()
    window.lab.set_experiment(SMALL)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment == SMALL)
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment == SMALL)
    qtbot.keyClick(window, Qt.Key.Key_Y, CONTROL)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")


def test_ctrl_w_closes_the_window(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_W, CONTROL)
    assert not window.isVisible()


def test_the_layout_goes_back_to_where_it_stood_at_the_first_start(open_window, qtbot) -> None:
    window = open_window()
    arrangement = window.arrangement
    places = {name: window.arrangement.seen(name) for name in ("left", "centre", "right")}
    sizes = window.loss_view.size()
    window.actions_by_name["panel_data"].trigger()
    window.actions_by_name["activations"].trigger()
    window.actions_by_name["panel_experiment"].trigger()
    assert not arrangement.is_open("data")
    qtbot.waitUntil(lambda: window.loss_view.size() != sizes)
    window.actions_by_name["reset_layout"].trigger()
    assert {name: window.arrangement.seen(name) for name in ("left", "centre", "right")} == places
    assert window.data_view.isVisible()
    assert window.panel.isVisible()
    assert all(window.actions_by_name[f"panel_{name}"].isChecked() for name in ("data", "experiment"))
    qtbot.waitUntil(lambda: window.loss_view.size() == sizes)


def test_the_list_of_recent_files_is_cleared(open_window, preferences: Preferences, tmp_path: Path) -> None:
    preferences.add_recent_file(tmp_path / "one.json")
    window = open_window()
    (recent,) = [m for m in window.menu("file").findChildren(QMenu) if "recent" in m.title()]
    recent.aboutToShow.emit()
    assert [action.text() for action in recent.actions() if action.text()] == [
        "one.json",
        "&Clear the recent files",
    ]
    window.actions_by_name["clear_recent"].trigger()
    recent.aboutToShow.emit()
    assert [action.text() for action in recent.actions()] == ["No file was opened or saved yet"]
    assert preferences.recent_files == []


def test_about_names_the_versions_and_copies_them(open_window, qtbot) -> None:
    window = open_window()
    window.actions_by_name["about"].trigger()
    (about,) = window.findChildren(AboutDialog)
    qtbot.mouseClick(about.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert f"Loss Landscape Playground {__version__}" in copied
    for name in ("Python 3.", "Qt (PySide6) 6.", "NumPy ", "pyqtgraph "):
        assert name in copied
        assert name in about.informativeText()
    assert about.isVisible()
    about.close()


def test_the_folder_of_the_logs_is_shown_or_named(
    open_window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "log_path", lambda: tmp_path / "crash.log")
    opened: list[Any] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    window = open_window()
    window.actions_by_name["log_folder"].trigger()
    assert opened == [str(tmp_path)]
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    window.actions_by_name["log_folder"].trigger()
    assert str(tmp_path) in window.notices.text


def test_title_bar_and_dialogs_of_the_system_follow_the_theme(open_window, monkeypatch) -> None:
    window = open_window()
    asked: list[Qt.ColorScheme] = []
    hints = QGuiApplication.styleHints()
    monkeypatch.setattr(type(hints), "setColorScheme", lambda self, scheme: asked.append(scheme))
    for name in ("dark", "light", "system"):
        window.actions_by_name[f"theme_{name}"].trigger()
    assert asked == [Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown]
