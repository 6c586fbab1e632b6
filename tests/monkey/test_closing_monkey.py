"""The monkey's own close: a window with a changed file asks, and ends all the same."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from playground.experiment import ExperimentFile
from playground.ui.files.feature import FilesFeature
from playground.ui.frame.preferences import Preferences
from playground.ui.main_window import MainWindow
from tests.monkey.files import SMALL
from tests.monkey.loose import close, left_threads, until
from tests.support.features import feature_of


def test_a_window_whose_file_has_changed_is_closed_too(qtbot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat)
    window = MainWindow(ExperimentFile(SMALL), Preferences(settings), False)
    window.show()
    until(lambda: window.snapshot is not None)
    window.lab.step()
    until(lambda: window.snapshot.view.step == 1)
    files = feature_of(window, FilesFeature)
    assert files.save_to(tmp_path / "work.landscape")
    window.lab.step()
    until(lambda: window.snapshot.view.step == 2 and files.changed)
    threads = close(window)
    assert not any(thread.isRunning() for thread in threads)
    assert until(lambda: not left_threads())
