"""A sheet that a drawing is painted on, asked for the colours at places given in data coordinates."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.theme import Theme, channels


class Sheet:
    """Shows a drawing offscreen; `image` is what was painted last."""

    def __init__(self, qtbot: Any, drawing: Any, theme: Theme, width: int = 500, height: int = 400):
        self._box = drawing.item.vb
        self.view = pg.GraphicsView(background=theme.card)
        qtbot.addWidget(self.view)
        self.view.setFrameStyle(0)
        self.view.resize(width, height)
        self.view.setCentralItem(drawing.item)
        self.view.show()
        self.image = QImage()
        self.paint()

    def paint(self) -> QImage:
        # An axis asks for the room of its labels only when it is painted.
        for _ in range(3):
            QApplication.processEvents()
            self.image = self.view.grab().toImage()
        return self.image

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """Where a place of the plot lies in the image."""
        place = self.view.mapFromScene(self._box.mapViewToScene(QPointF(x, y)))
        return place.x(), place.y()

    def color(self, x: float, y: float) -> tuple[int, int, int]:
        """Red, green and blue at a place of the plot."""
        return channels_of(self.image.pixelColor(*self.pixel(x, y)))

    def differs(self, x: float, y: float, ground: str) -> int:
        """By how much the pixels around a place differ at most from a ground, over all channels."""
        column, row = self.pixel(x, y)
        found = 0
        for at in range(row - 2, row + 3):
            color = self.image.pixelColor(column, at)
            pairs = zip(channels_of(color), channels(ground), strict=True)
            found = max(found, sum(abs(one - other) for one, other in pairs))
        return found


def channels_of(color: QColor) -> tuple[int, int, int]:
    """Red, green and blue of a colour."""
    return color.red(), color.green(), color.blue()


def close(first: tuple[int, int, int], second: tuple[int, int, int], tolerance: int = 6) -> bool:
    """Whether two colours look the same."""
    return all(abs(int(one) - int(other)) <= tolerance for one, other in zip(first, second, strict=True))
