"""A shape painted once and copied: painting thousands of shapes costs ten times as much."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QRect, Qt
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
    painter: QPainter, x: np.ndarray, y: np.ndarray, half: float, stamps: Sequence[QPixmap], kinds: np.ndarray
) -> None:
    """Copy stamps to places (n,), in this order. half: of their sides; kinds (n,): which stamp, by its index.

    Places are whole pixels: whole numbers are painted twice as fast. All are copied in one call: while a
    network trains, each call of Qt may wait for the interpreter's lock.
    """
    if not len(x):
        return
    side, ratio = stamps[0].width(), stamps[0].devicePixelRatioF()
    fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
    fragments.resize(len(x))
    columns = fragments.ndarray().T
    # A fragment is placed by its middle: x, y, then left, top, width, height in the sheet.
    columns[0], columns[1] = np.rint(x - half) + side / ratio / 2, np.rint(y - half) + side / ratio / 2
    columns[2], columns[3], columns[4], columns[5] = side * kinds, 0.0, side, side
    # Then its two scales, its rotation and its opacity.
    columns[6], columns[7], columns[8], columns[9] = 1.0 / ratio, 1.0 / ratio, 0.0, 1.0
    first, count = fragments.drawargs()
    painter.drawPixmapFragments(first, count, _sheet_of(stamps))


def _sheet_of(stamps: Sequence[QPixmap]) -> QPixmap:
    """Return stamps of one size side by side, measured in the pixels of the device."""
    side = stamps[0].width()
    sheet = QPixmap(side * len(stamps), side)
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    for index, stamp in enumerate(stamps):
        painter.drawPixmap(QRect(side * index, 0, side, side), stamp)
    painter.end()
    return sheet
