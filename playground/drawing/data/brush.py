"""The brush over the data: a ring as large as it paints, and the cross of the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QTransform

from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import PixelItem, solid_pen
from playground.drawing.kit.theme import Theme

ARM = 6.0
"""Pixels of an arm of the cross."""


class BrushItem(PixelItem):
    """A ring of a radius in pixels at a place of the plot, with a cross in it for the keyboard's."""

    def __init__(self, theme: Theme):
        super().__init__()
        self.place: tuple[float, float] | None = None
        self.radius = 0.0
        self.crossed = False
        self._pen = QPen()
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        self._pen = solid_pen(theme.text, theme.thin_width * 1.2)
        self.update()

    def show_at(self, place: tuple[float, float] | None, radius: float, crossed: bool = False) -> None:
        """Show it at a place; None: nowhere."""
        if (place, radius, crossed) != (self.place, self.radius, self.crossed):
            self.place, self.radius, self.crossed = place, radius, crossed
            self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self.place is None:
            return
        at = transform.map(QPointF(*self.place))
        painter.setPen(self._pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, self.radius, self.radius)
        if self.crossed:
            x, y = at.x(), at.y()
            painter.drawLine(QLineF(x - ARM, y, x + ARM, y))
            painter.drawLine(QLineF(x, y - ARM, x, y + ARM))
