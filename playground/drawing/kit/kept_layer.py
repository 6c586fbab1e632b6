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
    """The pixels of one item, painted again only for another view, another device, or after forget()."""

    def __init__(self) -> None:
        self._pixels: QPixmap | None = None
        self._key: Hashable = None

    def forget(self) -> None:
        """Paint anew the next time: the points or their look have changed."""
        self._pixels = None

    def draw(
        self, painter: QPainter, transform: QTransform, frame: Frame, paint: Callable[[QPainter], None]
    ) -> None:
        """Paint by paint(painter), or copy what it painted before in the same view."""
        ratio = painter.device().devicePixelRatioF()
        key = (transform.m11(), transform.m22(), transform.dx(), transform.dy(), frame, ratio)
        left, top = math.floor(frame[0]), math.floor(frame[1])
        if self._pixels is None or key != self._key:
            wide, high = math.ceil(frame[2]) - left, math.ceil(frame[3]) - top
            self._pixels, self._key = QPixmap(math.ceil(wide * ratio), math.ceil(high * ratio)), key
            self._pixels.setDevicePixelRatio(ratio)
            self._pixels.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._pixels)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.translate(-left, -top)
            paint(inner)
            inner.end()
        painter.drawPixmap(QPointF(left, top), self._pixels)
