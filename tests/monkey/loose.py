"""Random hands let loose on a window, and what is looked at after what they did."""

from __future__ import annotations

import gc
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
from PySide6.QtCore import QEvent, QSettings, QThread
from PySide6.QtWidgets import QApplication, QMessageBox

from playground.experiment import ExperimentFile
from playground.ui.frame.preferences import Preferences
from playground.ui.hall.lock_feature import LockFeature
from playground.ui.main_window import MainWindow
from tests.monkey.dialogs import answered_dialogs
from tests.monkey.files import SMALL, make_files
from tests.monkey.hands import Hands
from tests.monkey.listening import listening
from tests.support.features import feature_of

LOOKED_AT_EVERY = 25
"""Actions between two looks at what must hold."""
PATIENCE = 20.0
"""Seconds within which it must hold, however busy the machine is."""
REMEMBERED = 40
HANDLED = 0.4
"""How often events are handled after an action: a busy program does several before it."""


class Broken(AssertionError):
    """Something that must hold does not; the message says what, and what was done last."""


def let_loose(seed: int, actions: int, folder: Path, use_process: bool = False) -> None:
    """So many random actions on a window of its own. Raises Broken."""
    random = Random(seed)
    files = make_files(folder)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    done: deque[str] = deque(maxlen=REMEMBERED)
    number = 0

    def check(holds: bool, what: str) -> None:
        if not holds:
            acts = "\n  ".join(done)
            raise Broken(f"{what}\nseed {seed}, after {number} actions, the last:\n  {acts}")

    with listening() as heard, answered_dialogs(random, files, folder):
        preferences = Preferences(settings)
        preferences.folder = str(folder)
        window = MainWindow(ExperimentFile(SMALL), preferences, use_process)
        window.lab.failed.connect(heard.append)
        window.resize(1280, 720)
        window.show()
        hands = Hands(window, random, files)
        try:
            for number in range(1, actions + 1):
                done.append(hands.act())
                if random.random() < HANDLED:
                    QApplication.processEvents()
                check(not heard, "\n".join(heard))
                check(window.isVisible() or window.isMinimized(), "the window has gone")
                if number % LOOKED_AT_EVERY == 0:
                    look(window, check)
                    check(not heard, "\n".join(heard))
        finally:
            threads = close(window)
            del hands, window
        check(not heard, "\n".join(heard))
        check(not any(thread.isRunning() for thread in threads), "a thread is left")
    check(not multiprocessing.active_children(), "a process is left")
    # What writes sessions ends by itself: the window waits for the file alone.
    check(until(lambda: not left_threads()), f"threads are left: {left_threads()}")


def left_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if not harmless(thread)]


def harmless(thread: threading.Thread) -> bool:
    return thread is threading.main_thread() or thread.name.startswith(("Dummy", "pytest", "execnet"))


def look(window: MainWindow, check: Callable[[bool, str], None]) -> None:
    """What must hold once what was asked for has come about."""
    if window.arrangement.presenting and QApplication.activeModalWidget() is None:
        window.present(None)
    lab = window.lab
    lab.pause()
    # The learning rate of an earlier moment is not the trainer's.
    lab.show_moment(None)
    until(lambda: lab.reached(lab.newest_instruction) and lab.state != "running")
    until(lambda: window.snapshot is not None and window.snapshot.moment is False)
    trainer = lambda: lab.training.current.run.trainer  # noqa: E731
    check(lab.training.current.run is not None, "there is no run any more")
    shown = lambda: window.snapshot.view  # noqa: E731
    until(lambda: window.snapshot is not None and window.snapshot.run == lab.run_number)
    now = until(lambda: window.snapshot.moment or np.array_equal(shown().parameters, trainer().parameters))
    check(now, "the weights that are shown are not those of the trainer")
    at_rate = until(lambda: window.strip.learning_rate == shown().settings.learning_rate)
    check(
        at_rate, f"the slider is at {window.strip.learning_rate}, the run at {shown().settings.learning_rate}"
    )
    if not window.snapshot.moment:
        same = until(lambda: shown().settings.learning_rate == trainer().settings.learning_rate)
        check(same, "α on the screen is not the trainer's")
    surface = window.surface_view
    if surface.on_screen() and surface.relief is None:
        check(until(lambda: drawn_right(window)), "the point of now is not drawn where θ is")


def drawn_right(window: MainWindow) -> bool:
    """Whether the point of now is where the weights of now are on the plane; also where there is none."""
    surface = window.surface_view
    plane, picture = surface.plane, surface.drawing.picture
    if plane is None or picture is None or picture.now is None:
        return True
    with np.errstate(all="ignore"):
        a, b = plane.project(window.snapshot.view.parameters)
    return bool(np.allclose((picture.now.a, picture.now.b), (a, b), rtol=1e-9, atol=1e-12, equal_nan=True))


def until(holds: Callable[[], bool]) -> bool:
    """Whether it holds within the time that is given to it."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            return False
        QApplication.processEvents()
        time.sleep(0.002)
    return True


def close(window: MainWindow) -> list[QThread]:
    """Close the window, whatever it has open; its threads, which must have ended."""
    lock = feature_of(window, LockFeature)
    if lock.locked:
        lock.lock(False)
    threads = [window.lab.training, window.lab.analysis]
    window.close()
    answer_closing_question(window)
    for _ in range(3):
        QApplication.processEvents()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return [thread for thread in threads if _still_there(thread)]


def answer_closing_question(window: MainWindow) -> None:
    """Where a named file has changed, the window asks first and closes once it is answered.

    A message box of another kind, such as About, may stand open too; it is closed.
    """
    for box in window.findChildren(QMessageBox):
        if box.isVisible():
            discard = box.button(QMessageBox.StandardButton.Discard)
            (box.reject if discard is None else discard.click)()


def _still_there(thread: QThread) -> bool:
    from shiboken6 import isValid

    return isValid(thread)
