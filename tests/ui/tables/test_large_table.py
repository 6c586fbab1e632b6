"""A table of 100 000 rows in the dialog, while the window goes on."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from playground.numerals import count_text
from playground.ui.tables.feature import TablesFeature
from tests.support.features import feature_of

LONGEST_TURN = 0.15
"""Seconds of work in one turn of the window's event loop; half of it is what a frame takes anyway."""


class Turns:
    """The work between two turns of the event loop, in seconds of this thread alone."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=0)
        self._timer.timeout.connect(self._tick)
        self.longest = 0.0

    def begin(self) -> None:
        self.longest, self._last = 0.0, time.thread_time()
        self._timer.start()

    def end(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.thread_time()
        self.longest, self._last = max(self.longest, now - self._last), now


@pytest.mark.slow
def test_the_window_goes_on_while_a_large_table_is_opened(open_window, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = np.random.default_rng(0).normal(size=(100_000, 10))
    names = ",".join(f"c{index}" for index in range(10))
    np.savetxt(path, rows, "%.5g", ",", header=names, comments="")
    window = open_window(use_process=True)
    tables, turns = feature_of(window, TablesFeature), Turns()
    turns.begin()
    qtbot.wait(1000)
    before, began = turns.longest, time.perf_counter()
    turns.begin()
    window.commands.open_file(path)
    dialog = tables.dialog
    qtbot.waitUntil(lambda: dialog.points is not None)
    turns.end()
    took = time.perf_counter() - began
    print(f"opened in {took:.2f} s; longest turn {turns.longest:.3f} s, before {before:.3f} s")
    assert turns.longest < max(LONGEST_TURN, 3 * before)
    said = f"{count_text(100_000)} points, of which {count_text(20_000)} are kept, drawn by the data seed 0"
    assert said in dialog.told.text()
    assert dialog.heading.text().startswith(f"{count_text(100_000)} rows, 10 columns; the first 100 rows")
