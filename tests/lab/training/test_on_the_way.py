"""A saved run is on its way to the step at which it stood: it is shown now and then, and arrives soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from playground.engine.trainer import replay
from playground.experiment import Change, Experiment, ExperimentFile
from playground.lab.lab import Lab
from playground.lab.snapshot import RUNNING
from playground.lab.training.publisher import SELDOMEST
from tests.support.small_runs import SMALL
from tests.support.watching import same_history

RATE = "training.learning_rate"
PAINTING, REFINING = 0.03, 0.01
"""Seconds that a window of these tests works for a snapshot, and for what it asked about that."""


def dragged(experiment: Experiment, n: int, steps: int | None = None) -> ExperimentFile:
    """A run at each of whose first n steps α was dragged a little; it has n steps unless told otherwise."""
    rates = 0.31 + 0.1 * np.sin(np.arange(n) / 200)
    changes = [Change(step, RATE, rate) for step, rate in enumerate(rates.tolist())]
    return ExperimentFile(experiment, tuple(changes), steps or n)


class BusyWindow:
    """Looks into a lab sixty times a second, and works for what it finds there and some frames longer."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self.seconds_at_work = 0.0
        self.steps: list[int] = []
        self.newest: Any = None
        self._asked = 0
        self._timer = QTimer(interval=16)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        snapshot = self.lab.latest()
        if snapshot is not None:
            self.newest = snapshot
            self._asked = 4
            if snapshot.state == RUNNING:
                self.steps.append(snapshot.view.step)
                self._work(PAINTING)
        elif self._asked:
            self._asked -= 1
            self._work(REFINING)

    def _work(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            pass
        self.seconds_at_work += seconds

    def close(self) -> None:
        self._timer.stop()


@pytest.mark.parametrize("n_changes", [0, 1000])
def test_the_window_takes_a_small_share_of_the_time_until_a_saved_run_has_arrived(
    make_lab: Callable[..., Lab], qtbot: Any, n_changes: int
) -> None:
    file = dragged(SMALL, n_changes, 20_000) if n_changes else ExperimentFile(SMALL, (), 100_000)
    lab = make_lab()
    window = BusyWindow(lab)
    began = time.perf_counter()
    lab.set_experiment(file.experiment, file.changes, file.steps)
    qtbot.waitUntil(lambda: window.newest is not None and window.newest.view.step == file.steps)
    took = time.perf_counter() - began
    window.close()
    # A fast machine arrives before a second picture is due; a slow one shows several on the way.
    assert len(window.steps) >= took / (2 * SELDOMEST)
    assert window.steps == sorted(window.steps)
    assert window.seconds_at_work <= 0.4 * took
    if n_changes:
        assert same_history(window.newest.view, replay(file, file.steps).view())


def test_a_run_on_its_way_can_be_stopped_and_then_goes_at_the_usual_pace(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    lab = make_lab()
    window = BusyWindow(lab)
    file = dragged(SMALL, 100_000)
    lab.set_experiment(file.experiment, file.changes, file.steps)
    qtbot.waitUntil(lambda: len(window.steps) > 1)
    assert lab.training.publisher.on_the_way
    lab.pause()
    qtbot.waitUntil(lambda: lab.state == "paused")
    assert not lab.training.publisher.on_the_way
    lab.run()
    qtbot.waitUntil(lambda: lab.state == RUNNING)
    assert not lab.training.publisher.on_the_way
    window.close()


def test_a_run_that_is_told_to_run_on_its_way_goes_on_at_the_usual_pace(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    lab = make_lab()
    window = BusyWindow(lab)
    file = dragged(SMALL, 100_000)
    lab.set_experiment(file.experiment, file.changes, file.steps)
    qtbot.waitUntil(lambda: len(window.steps) > 1 and lab.training.publisher.on_the_way)
    lab.run()
    qtbot.waitUntil(lambda: not lab.training.publisher.on_the_way)
    assert lab.state == RUNNING
    qtbot.waitUntil(lambda: window.newest.steps_per_second < 200)
    window.close()
