"""A window with settings of its own for every story; or a workbench, where a few features are at stake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings

from playground.experiment import ExperimentFile
from playground.ui.frame.preferences import Preferences
from playground.ui.main_window import MainWindow
from tests.support.fake_workbench import FakeWorkbench, bench_of

Open = Callable[..., MainWindow]
OpenBench = Callable[..., FakeWorkbench]


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def open_window(qtbot, monkeypatch, preferences: Preferences) -> Iterator[Open]:
    """Opens windows and closes what a story left open, before anything a test has replaced comes back."""
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
        if not window.close():
            # A file has changed: the window asks, and nobody answers here.
            window.leave()
    delete(windows)


@pytest.fixture
def open_bench(qtbot, monkeypatch, preferences: Preferences) -> Iterator[OpenBench]:
    """Opens workbenches with the features that a test names, and closes them after it."""
    benches: list[FakeWorkbench] = []

    def opened(*kinds: type, file: ExperimentFile | None = None) -> FakeWorkbench:
        bench = bench_of(preferences, *kinds, file=file)
        benches.append(bench)
        qtbot.addWidget(bench)
        bench.resize(1280, 720)
        bench.show()
        qtbot.waitUntil(lambda: bench.snapshot is not None)
        return bench

    yield opened
    for bench in benches:
        bench.shut()
    delete(benches)


def delete(windows: list[Any]) -> None:
    """Delete windows that are closed: a timer or a signal on its way would find what a test has undone."""
    for window in windows:
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
