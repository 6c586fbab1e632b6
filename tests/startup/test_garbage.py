"""Cycles of widgets: closed and forgotten while a network trains, destroyed by the window's thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtWidgets import QDialog, QLabel

from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.startup.garbage import collect_here

ENOUGH_TO_COLLECT = 2 * gc.get_threshold()[0]


@pytest.fixture
def lab(qtbot: Any) -> Iterator[Lab]:
    lab = Lab(Experiment(), use_process=False)
    lab.set_speed(None)
    lab.run()
    qtbot.waitUntil(lambda: lab.state == "running")
    yield lab
    assert lab.shutdown(60.0)


class Dialog(QDialog):
    """Refers to itself, as any widget does that connects a lambda."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.label = QLabel("closed before long", self)


def test_a_forgotten_dialog_is_destroyed_by_the_windows_thread_while_another_trains(
    lab: Lab, qtbot: Any, qapp: Any
) -> None:
    collected_in: set[str] = set()

    def note(_phase: str, _found: dict[str, int]) -> None:
        collected_in.add(threading.current_thread().name)

    made: list[list[int]] = []
    destroyed_in: list[QThread] = []
    gc.collect()
    dialog = Dialog()
    at_once = Qt.ConnectionType.DirectConnection
    dialog.destroyed.connect(lambda: destroyed_in.append(QThread.currentThread()), at_once)
    dialog.show()
    dialog.close()
    del dialog
    # As Python begins; the tests have switched it off.
    gc.enable()
    _collector = collect_here()
    gc.callbacks.append(note)
    try:
        # Enough for Python to collect in the training thread, if it may.
        lab.training.post(lambda: made.extend([0] for _ in range(ENOUGH_TO_COLLECT)))
        qtbot.waitUntil(lambda: bool(destroyed_in))
    finally:
        gc.callbacks.remove(note)
        gc.disable()
    assert destroyed_in == [qapp.thread()]
    assert collected_in == {threading.main_thread().name}
