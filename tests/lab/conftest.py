"""A lab for each test, and a search for what a test left running."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication

from playground.experiment import Experiment
from playground.lab.lab import Lab
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher


def left_running(parents: list[Any]) -> list[str]:
    """Names of threads, processes and timers that are still there."""
    left = [
        f"thread {thread.name}"
        for thread in threading.enumerate()
        if thread is not threading.main_thread() and not thread.name.startswith(("Dummy", "pytest"))
    ]
    left += [f"process {process.name} ({process.pid})" for process in multiprocessing.active_children()]
    for parent in parents:
        left += [f"QThread {thread.objectName()}" for thread in _threads_of(parent) if thread.isRunning()]
        left += [f"timer {timer.objectName()}" for timer in parent.findChildren(QTimer) if timer.isActive()]
    return left


def _threads_of(lab: Any) -> list[QThread]:
    return [value for value in vars(lab).values() if isinstance(value, QThread)]


@pytest.fixture
def make_lab(qtbot: Any) -> Iterator[Callable[..., Lab]]:
    """Makes labs, waits for their first run, closes them after the test and names what they left."""
    labs: list[Lab] = []

    def make(experiment: Experiment = SMALL, use_process: bool = False, wait: bool = True) -> Lab:
        lab = Lab(experiment, use_process=use_process)
        lab.failed.connect(print)
        labs.append(lab)
        if wait:
            qtbot.waitUntil(lambda: lab.run_number > 0)
        return lab

    yield make
    ended = [lab.shutdown(5.0) for lab in labs]
    QApplication.processEvents()
    assert all(ended)
    assert left_running(labs) == []


@pytest.fixture
def lab(make_lab: Callable[..., Lab]) -> Lab:
    """A lab without a helper, its first run ready."""
    return make_lab()


@pytest.fixture
def watcher(lab: Lab, qtbot: Any) -> Watcher:
    """What looks at a lab without a helper."""
    return Watcher(lab, qtbot)
