"""Drawing a surface of 201×201 cells with its contours, a path of 10 000 points, and the loss: a frame each.

Everything is painted into an image of 800 × 640 pixels, offscreen.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.theme import DARK
from playground.drawing.loss.drawing import LossDrawing
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.drawing.surface.picture import Now, SurfacePicture
from playground.engine.recording.history import CURVES, HistoryView
from playground.engine.recording.series import Curve
from playground.landscape.plane import Plane
from playground.landscape.surface import Surface

CELLS = 201
REACH = "≤ 15 ms"


def median_ms(work: Callable[[], None], repeats: int = 15) -> float:
    """The median of a few runs, after one to warm up, in time of this thread."""
    work()
    times = []
    for _ in range(repeats):
        began = time.thread_time()
        work()
        times.append(1e3 * (time.thread_time() - began))
    return float(np.median(times))


def surface(phase: float) -> Surface:
    """Hills and valleys over three decades of loss, others for each phase."""
    a = np.linspace(-3, 3, CELLS)
    x, y = np.meshgrid(a, a)
    values = np.exp(np.sin(2 * x + phase) * np.cos(1.5 * y) * 2 + 0.2 * (x**2 + y**2))
    return Surface(Plane(np.zeros(3), *np.eye(3)[:2]), a, a, values, CELLS, True, 1.0)


def history(points: int) -> HistoryView:
    steps = np.arange(points)
    rng = np.random.default_rng(0)
    curves = {name: Curve(steps, np.exp(-steps / points) + 0.05 * rng.random(points)) for name in CURVES}
    return HistoryView(curves, steps, np.zeros((points, 3)), ())


class Canvas:
    """A drawing in a view, painted into an image."""

    def __init__(self, item: pg.PlotItem):
        self._view = pg.GraphicsView(background=DARK.card)
        self._view.resize(800, 640)
        self._view.setCentralItem(item)
        self._view.show()
        QApplication.processEvents()
        self._image = QImage(800, 640, QImage.Format.Format_RGB32)

    def paint(self) -> None:
        painter = QPainter(self._image)
        self._view.render(painter, aspectRatioMode=Qt.AspectRatioMode.IgnoreAspectRatio)
        painter.end()


def measure() -> list[tuple[str, float, str]]:
    pg.mkQApp()
    surfaces = [surface(phase) for phase in np.linspace(0, 3, 16)]
    turn = iter(range(10**9))
    drawing = SurfaceDrawing(DARK)
    canvas = Canvas(drawing.item)

    def new_surface(contours: bool, path: np.ndarray, off: np.ndarray) -> None:
        now = Now(0.0, 0.0, 1.0, 1.0, 0.0)
        shown = surfaces[next(turn) % len(surfaces)]
        drawing.show(SurfacePicture(shown, None, path, off, (), now, contours=contours))
        canvas.paint()

    none = np.empty((0, 2)), np.empty(0)
    angle = np.linspace(0, 60, 10_000)
    spiral = np.column_stack([np.cos(angle), np.sin(angle)]) * (2.5 - angle[:, None] / 30)
    rng = np.random.default_rng(0)
    noisy = spiral + 0.05 * rng.standard_normal(spiral.shape)
    off = np.linspace(0, 2, 10_000)
    new_surface(True, *none)
    rows: list[tuple[str, Callable[[], None], str]] = [
        (f"surface {CELLS}×{CELLS}, new each frame, with contours", lambda: new_surface(True, *none), REACH),
        ("  without contours", lambda: new_surface(False, *none), ""),
        ("  painted again, nothing new", canvas.paint, ""),
        ("  with a path of 10 000 points", lambda: new_surface(True, spiral, off), ""),
        ("  with a noisy path of 10 000 points", lambda: new_surface(True, noisy, off), ""),
    ]
    loss = LossDrawing(DARK)
    loss_canvas = Canvas(loss.item)
    run = history(4000)

    def new_history() -> None:
        loss.show(run, (4001, 0.5, 0.5))
        loss_canvas.paint()

    rows.append(("loss, three noisy curves of 4000 points", new_history, ""))
    return [(f"{name}, ms", median_ms(work), reach) for name, work, reach in rows]


if __name__ == "__main__":
    for row in measure():
        print("{:60s} {:8.1f}   {}".format(*row))
