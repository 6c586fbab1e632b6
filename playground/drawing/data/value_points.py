"""Points that carry a value: each in the colour of its value, or all in the colour of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QTransform

from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import PixelItem, map_points, solid_pen
from playground.drawing.kit.kept_layer import MANY, KeptLayer
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import Theme

Group = tuple[np.ndarray, np.ndarray, np.ndarray, bool]
"""x (n,), y (n,), values (n,), whether they are training points (filled) or test points (hollow)."""


class ValuePointsItem(PixelItem):
    """Circles whose filling (training) or ring (test) has the colour of their value."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[Group] = []
        self._levels = Levels(-1.0, 1.0, False)
        self._table: np.ndarray | None = None
        self._theme: Theme | None = None
        self._layer = KeptLayer()

    def show(self, groups: Sequence[Group], levels: Levels, table: np.ndarray | None, theme: Theme) -> None:
        """Show these groups. table None: all in the colour of text."""
        self._groups, self._levels, self._table, self._theme = list(groups), levels, table, theme
        self._layer.forget()
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        count = sum(len(values) for _, _, values, _ in self._groups)
        if count >= MANY and not self._exporting:
            self._layer.draw(painter, transform, frame, lambda inner: self._draw_all(inner, transform, frame))
        else:
            self._draw_all(painter, transform, frame)

    def _draw_all(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self._theme is None:
            return
        theme, half = self._theme, self._theme.point_size / 2
        for data_x, data_y, values, filled in self._groups:
            x, y = map_points(transform, data_x, data_y)
            rows = self._levels.indices(values)
            inside = (x >= frame[0]) & (x <= frame[2]) & (y >= frame[1]) & (y <= frame[3])
            for index in np.flatnonzero(inside):
                color = QColor(theme.dim_text)
                if self._table is not None:
                    color = QColor(*(int(channel) for channel in self._table[rows[index]]))
                if filled:
                    painter.setPen(solid_pen(theme.text if self._table is not None else theme.card, 0.9))
                    painter.setBrush(color)
                    painter.drawEllipse(QPointF(x[index], y[index]), half, half)
                else:
                    hollow = QColor(theme.card)
                    hollow.setAlphaF(0.75)
                    painter.setPen(
                        solid_pen(theme.text, 1.0) if self._table is not None else solid_pen(color, 1.5)
                    )
                    painter.setBrush(hollow)
                    painter.drawEllipse(QPointF(x[index], y[index]), half - 0.6, half - 0.6)
                    if self._table is not None:
                        painter.setBrush(color)
                        painter.drawEllipse(QPointF(x[index], y[index]), half * 0.42, half * 0.42)
