"""What an item of many points painted, kept as pixels: the picture below it may change, and they do not."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from playground.drawing.kit.geometry import Frame

MANY = 1_000
"""Number of points from which on painting them takes longer than copying the pixels of the whole view."""


class KeptLayer:
    """The pixels of the first points of an item.

    They are painted again only for another view, another device, or after forget(); points that come after
    them are painted over them.
    """

    def __init__(self) -> None:
        self._pixels: QPixmap | None = None
        self._key: Hashable = None
        self._count = 0

    def forget(self) -> None:
        """Paint anew the next time: the points or their look have changed."""
        self._pixels = None

    def draw(
        self,
        painter: QPainter,
        transform: QTransform,
        frame: Frame,
        count: int,
        paint: Callable[[QPainter, int], None],
    ) -> None:
        """Draw count points: paint(painter, first) paints them from the first on; the others are copied."""
        ratio = painter.device().devicePixelRatioF()
        key = (transform.m11(), transform.m22(), transform.dx(), transform.dy(), frame, ratio)
        left, top = math.floor(frame[0]), math.floor(frame[1])
        if self._pixels is None or key != self._key or count < self._count:
            wide, high = math.ceil(frame[2]) - left, math.ceil(frame[3]) - top
            self._pixels, self._key = QPixmap(math.ceil(wide * ratio), math.ceil(high * ratio)), key
            self._pixels.setDevicePixelRatio(ratio)
            self._pixels.fill(Qt.GlobalColor.transparent)
            self._count = 0
        if count > self._count:
            inner = QPainter(self._pixels)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.translate(-left, -top)
            paint(inner, self._count)
            inner.end()
            self._count = count
        painter.drawPixmap(QPointF(left, top), self._pixels)
