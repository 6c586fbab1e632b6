"""A run in which α was dragged for a long time is opened in the window in about the time of its replay."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from playground.engine.trainer import replay
from playground.experiment import Change, Experiment, ExperimentFile
from tests.ui.conftest import Open

CHANGES = 8_000


@pytest.mark.slow
def test_a_log_of_many_changes_is_opened_in_about_the_time_of_its_replay(qtbot, open_window: Open) -> None:
    rates = 0.31 + 0.1 * np.sin(np.arange(CHANGES) / 200)
    changes = tuple(Change(step, "training.learning_rate", a) for step, a in enumerate(rates.tolist()))
    file = ExperimentFile(Experiment(), changes, CHANGES)
    began = time.perf_counter()
    alone = replay(file, CHANGES)
    replayed = time.perf_counter() - began

    window = open_window(use_process=True)
    seen: list[tuple[float, int]] = []

    def look() -> None:
        snapshot = window.snapshot
        if snapshot is not None and snapshot.view.experiment == file.experiment:
            step = snapshot.view.step
            if not seen or step > seen[-1][1]:
                seen.append((time.perf_counter() - began, step))

    timer = QTimer(interval=5)
    timer.timeout.connect(look)
    timer.start()
    began = time.perf_counter()
    window.lab.set_experiment(file.experiment, changes, CHANGES)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1][1] == CHANGES, timeout=300_000)
    timer.stop()
    # About 1.3 times alone, 2.7 beside other tests that keep the processors busy; a time that grows with the
    # square of the changes would be tens.
    assert seen[-1][0] <= 5.0 * replayed
    assert len(seen) >= 4, "and the window shows how far it is"
    # The last half of the changes takes about as long as the first.
    half = float(np.interp(CHANGES / 2, [step for _, step in seen], [seconds for seconds, _ in seen]))
    assert seen[-1][0] - half <= 2.5 * half
    assert window.snapshot is not None
    assert np.array_equal(window.snapshot.view.parameters, alone.parameters)
    assert window.snapshot.view.history.changes == changes
