"""A shape painted once and copied: painting thousands of shapes costs ten times as much."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap


def half_of_stamp(size: float, width: float) -> float:
    """Return half the side of a stamp for a shape of this size with an outline of this width, in pixels."""
    return float(np.ceil(size / 2 + width) + 1)


def stamp_of(half: float, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
    """Return the pixels of a shape that is painted around (half, half); ratio: of the device."""
    side = int(np.ceil(2 * half * ratio))
    stamp = QPixmap(side, side)
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    return stamp


def topmost(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the indices, in rising order, of points (n,) in pixels that no later one hides.

    On each pixel the last is left.
    """
    places = np.rint(x).astype(np.int64) * (1 << 32) + np.rint(y).astype(np.int64)
    _, newest = np.unique(places[::-1], return_index=True)
    return np.sort(len(places) - 1 - newest)


def copy_stamps(
    painter: QPainter, x: np.ndarray, y: np.ndarray, half: float, stamps: Sequence[QPixmap]
) -> None:
    """Copy a stamp to each place (n,), in this order. half: of their sides.

    Places are whole pixels: whole numbers are painted twice as fast.
    """
    lefts, tops = np.rint(x - half).astype(int).tolist(), np.rint(y - half).astype(int).tolist()
    for left, top, stamp in zip(lefts, tops, stamps, strict=True):
        painter.drawPixmap(left, top, stamp)
