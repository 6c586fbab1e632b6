"""A surface in space painted by QPainter: at rest, while it is turned, and its path at every step.

Everything is painted into an image of 900 × 700 pixels, offscreen.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.theme import DARK
from playground.drawing.surface.picture import Now, SurfacePicture
from playground.drawing.surface.relief import COARSE, FINE, ReliefDrawing
from playground.landscape.plane import Plane
from playground.landscape.surface import Surface

RECT = QRectF(0, 0, 900, 700)


def median_ms(work: Callable[[], None], repeats: int = 9) -> float:
    """The median of a few runs, after one to warm up, in time of this thread."""
    work()
    times = []
    for _ in range(repeats):
        began = time.thread_time()
        work()
        times.append(1e3 * (time.thread_time() - began))
    return float(np.median(times))


def measure() -> list[tuple[str, float, str]]:
    """What was measured, in milliseconds, and what to reach."""
    application = QApplication.instance() or QApplication([])
    assert application is not None
    a = np.linspace(-3, 3, 101)
    x, y = np.meshgrid(a, a)
    values = np.exp(np.sin(2 * x) * np.cos(1.5 * y) * 2 + 0.2 * (x**2 + y**2))
    surface = Surface(Plane(np.zeros(3), *np.eye(3)[:2]), a, a, values, 101, True, 1.0)
    along = np.linspace(0, 1, 10_000)
    path = np.column_stack([3 * along - 1.5, np.sin(9 * along)])
    now = Now(float(path[-1, 0]), float(path[-1, 1]), 0.4, 0.4, 0.0)
    drawing = ReliefDrawing(DARK)
    drawing.show(SurfacePicture(surface, None, path, np.zeros(len(path)), now=now))
    image = QImage(900, 700, QImage.Format.Format_RGB32)

    def painted(paint: Callable[[QPainter], None]) -> Callable[[], None]:
        def work() -> None:
            painter = QPainter(image)
            paint(painter)
            painter.end()

        return work

    mesh = {cells: painted(partial(drawing.paint_field, rect=RECT, cells=cells)) for cells in (FINE, COARSE)}
    return [
        (f"mesh of {FINE}×{FINE} points with contours, ms", median_ms(mesh[FINE]), "≤ 75 ms"),
        (f"mesh of {COARSE}×{COARSE} points while it is turned, ms", median_ms(mesh[COARSE]), "≤ 25 ms"),
        ("box and axes, ms", median_ms(painted(lambda p: drawing.paint_ground(p, RECT))), "ms"),
        (
            "path of 10 000 points, marks, labels, ms",
            median_ms(painted(lambda p: drawing.paint_path(p, RECT))),
            "≤ 15 ms",
        ),
    ]


if __name__ == "__main__":
    for name, figure, reach in measure():
        print(f"{name:60} {figure:8.1f}   {reach}")
