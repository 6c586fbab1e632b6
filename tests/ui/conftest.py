"""A window with settings of its own for every story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from playground.experiment import ExperimentFile
from playground.ui.frame.preferences import Preferences
from playground.ui.main_window import MainWindow

Open = Callable[..., MainWindow]


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def open_window(qtbot, preferences: Preferences) -> Iterator[Open]:
    """Opens windows and closes what a story left open."""
    windows: list[MainWindow] = []

    def opened(file: ExperimentFile | None = None, use_process: bool = False) -> MainWindow:
        window = MainWindow(file, preferences, use_process)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1280, 720)
        window.show()
        qtbot.waitUntil(lambda: window.snapshot is not None)
        return window

    yield opened
    for window in windows:
        window.close()
