"""Processes that train and keep their work aside as often as they can, until they are killed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QSettings, QTimer

from playground.experiment import ExperimentFile
from playground.lab.lab import Lab
from playground.sessions import load_session
from playground.ui.files.opener import session_content
from playground.ui.files.saved_window import SavedWindow
from playground.ui.files.work_keeper import WorkKeeper
from playground.ui.frame.preferences import Preferences
from playground.ui.hall.scenes import Scene
from playground.ui.main_window import MainWindow
from tests.support.small_runs import SMALL

STEPS_A_SECOND = 2_000.0


def keep_without_a_window(preferences: str, folder: str, ready: Any) -> None:
    """Go on with what is left in a folder, train, and write it there again and again.

    ready is set once a session of this process is there.
    """
    application = QCoreApplication([])
    lab = Lab(SMALL, use_process=False)
    view = SavedWindow(Scene(ExperimentFile(SMALL)))
    keeper = WorkKeeper(lab, Path(folder), lambda: view, lab)
    left = keeper.left()
    if left is not None:
        place = left.claim()
        assert place is not None
        keeper.take_over(place)
        lab.open_saved(replace(session_content(load_session(left.path)).lab, name=""), "")
    lab.set_speed(STEPS_A_SECOND)
    lab.run()
    _write_always(keeper, ready)
    application.exec()


def keep_with_a_window(preferences: str, folder: str, ready: Any) -> None:
    """Do the same as a user does: in a window, by the button that it offers."""
    from PySide6.QtWidgets import QApplication

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication([])
    window = MainWindow(
        ExperimentFile(SMALL) if not any(Path(folder).glob("*.landscape")) else None,
        Preferences(QSettings(preferences, QSettings.Format.IniFormat)),
        use_process=False,
    )
    window.show()

    def begin() -> None:
        if window.snapshot is None:
            return
        waiting.stop()
        go_on = [name for name in window.notices.offers if name.startswith("Go on: ")]
        if go_on:
            window.notices.offers[go_on[0]].click()
        window.lab.set_speed(STEPS_A_SECOND)
        window.lab.run()
        _write_always(window.files.keeper, ready)

    waiting = QTimer(window)
    waiting.timeout.connect(begin)
    waiting.start(5)
    application.exec()


def _write_always(keeper: WorkKeeper, ready: Any) -> None:
    def write() -> None:
        if keeper.path is not None and keeper.path.exists():
            ready.set()
        keeper.write()

    timer = QTimer(keeper)
    timer.timeout.connect(write)
    timer.start(0)
