"""How soon a picture stands there after a change of plane, a pan or a zoom, with the helper process.

From the hand's move to the end of the frame that shows the first cells of what it asked for, and to the
end of the one that shows the complete picture, some of its cells predicted; at rest, and while the network
trains as fast as it goes. The network is 2-8-8-1 on 250 training points.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from playground.landscape.plane import Window
from playground.startup.garbage import collect_here
from playground.ui.main_window import MainWindow
from tests.benchmarks.bench_window import (
    FAST,
    SETTLING,
    FrameLog,
    Row,
    clock,
    live_for,
    real_window,
)

TURNS = 4
REACH = "≤ 50 ms"
KINDS = ("random", "parameters", "path", "gradient", "eigen", "rehearsal")


def live_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """The window's events until something holds, asleep between them: a busy wait would take the processor
    from the helper, which steps back for everybody."""
    flags = QEventLoop.ProcessEventsFlag
    end = clock() + seconds
    while not condition() and clock() < end:
        QApplication.processEvents(flags.AllEvents | flags.WaitForMoreEvents)


class Watch:
    """Measures moves of one window."""

    def __init__(self, window: MainWindow):
        self.window, self.view = window, window.surface_view
        self.frames = FrameLog(window.clock.timer)

    def after(self, move: Callable[[], None], arrived: Callable[[], bool]) -> tuple[float, float]:
        """Milliseconds from a move until its first picture is painted, and until all of it is."""
        began = clock()
        move()
        live_until(arrived)
        first = self._painted(began)
        live_until(lambda: bool(self.view.answer is not None and self.view.answer.complete))
        return first, self._painted(began)

    def _painted(self, began: float) -> float:
        count = len(self.frames.moments)
        live_until(lambda: len(self.frames.moments) > count)
        return 1000.0 * (self.frames.moments[-1] - began)

    def new_plane(self, kind: str, turn: int) -> tuple[float, float]:
        """Choose a kind that is not there yet."""
        view = self.view
        other = "random" if kind != "random" else "parameters"
        view.choose_plane(other, seed=turn)
        live_until(lambda: shows(view, other) and view.answer.complete)
        live_for(0.03)
        before = view.answer
        return self.after(
            lambda: view.choose_plane(kind, seed=turn),
            lambda: view.answer is not before and shows(view, kind),
        )

    def look(self, across: float, scale: float) -> tuple[float, float]:
        """Pan by a share of the view, or zoom, as a mouse does."""
        view, box = self.view, self.view.drawing.box
        live_until(lambda: bool(view.answer is not None and view.answer.complete))

        def move() -> None:
            (left, right), _ = box.viewRange()
            box.scaleBy((scale, scale))
            box.translateBy(x=across * (right - left))
            box.sigRangeChangedManually.emit([True, True])

        def arrived() -> bool:
            (left, right), (bottom, top) = box.viewRange()
            return view.answer.window is not None and np.allclose(
                view.answer.window, Window(left, right, bottom, top)
            )

        return self.after(move, arrived)


def shows(view: Any, kind: str) -> bool:
    return view.answer is not None and view.answer.choice is not None and view.answer.choice.kind == kind


def rows_of(window: MainWindow, when: str) -> list[Row]:
    watch = Watch(window)
    rows: list[Row] = []
    every: list[float] = []
    for kind in KINDS:
        times = [watch.new_plane(kind, turn) for turn in range(TURNS)]
        every += [first for first, _ in times]
        rows.append((f"{when}: plane “{kind}”, first picture, ms median", median(times, 0), REACH))
    watch.new_plane("random", 99)
    for name, across, scales in (("pan", 0.25, (1.0, 1.0)), ("zoom", 0.0, (0.7, 1 / 0.7))):
        moves = [(across * (-1) ** turn, scales[turn % 2]) for turn in range(2 * TURNS)]
        times = [watch.look(*move) for move in moves]
        every += [first for first, _ in times]
        rows.append((f"{when}: {name}, first picture, ms median", median(times, 0), REACH))
        rows.append(
            (f"{when}: {name}, complete picture, ms median", median(times, 1), "97 to 193 cells a side")
        )
    rows.append((f"{when}: first picture, ms at most, of {len(every)}", max(every), REACH))
    return rows


def median(times: list[tuple[float, float]], which: int) -> float:
    return float(np.median([pair[which] for pair in times]))


def measure() -> list[Row]:
    _application, _collector = pg.mkQApp(), collect_here()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        window = real_window(FAST, folder)
        live_until(lambda: window.snapshot is not None)
        window.lab.set_speed(None)
        window.lab.run_exactly(200)
        live_for(SETTLING)
        rows += rows_of(window, "at rest")
        window.lab.run()
        live_for(SETTLING)
        rows += rows_of(window, "while it trains")
        window.close()
    return rows
