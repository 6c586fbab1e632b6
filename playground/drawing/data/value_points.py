"""Points that carry a value: each in the colour of its value, or all in the colour of text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QTransform

from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import PixelItem, map_points, solid_pen
from playground.drawing.kit.kept_layer import MANY, KeptLayer
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.stamps import copy_stamps, half_of_stamp, stamp_of, topmost
from playground.drawing.kit.theme import Theme

Group = tuple[np.ndarray, np.ndarray, np.ndarray, bool]
"""x (n,), y (n,), values (n,), whether they are training points (filled) or test points (hollow)."""
WIDEST_RIM = 1.5
"""Of the outline of a point, in pixels."""


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
            self._layer.draw(
                painter, transform, frame, count, lambda inner, _: self._draw_all(inner, transform, frame)
            )
        else:
            self._draw_all(painter, transform, frame)

    def _draw_all(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self._theme is None:
            return
        for data_x, data_y, values, filled in self._groups:
            x, y = map_points(transform, data_x, data_y)
            rows = self._levels.indices(values) if self._table is not None else np.zeros(len(x), dtype=int)
            order = np.flatnonzero((x >= frame[0]) & (x <= frame[2]) & (y >= frame[1]) & (y <= frame[3]))
            if len(order) >= MANY and not self._exporting:
                order = order[topmost(x[order], y[order])]
                self._copy(painter, x[order], y[order], rows[order], filled)
                continue
            for index, row in zip(order.tolist(), rows[order].tolist(), strict=True):
                self._draw_one(painter, QPointF(x[index], y[index]), row, filled)

    def _copy(self, painter: QPainter, x: np.ndarray, y: np.ndarray, rows: np.ndarray, filled: bool) -> None:
        """Paint one circle of each colour and copy it to its places (n,); rows (n,): of the colours."""
        assert self._theme is not None
        half = half_of_stamp(self._theme.point_size, WIDEST_RIM)
        at, ratio = QPointF(half, half), painter.device().devicePixelRatioF()
        shown, kinds = np.unique(rows, return_inverse=True)
        stamps = [
            stamp_of(half, ratio, partial(self._draw_one, at=at, row=row, filled=filled))
            for row in shown.tolist()
        ]
        copy_stamps(painter, x, y, half, stamps, kinds)

    def _draw_one(self, painter: QPainter, at: QPointF, row: int, filled: bool) -> None:
        theme, table = self._theme, self._table
        assert theme is not None
        half = theme.point_size / 2
        color = QColor(theme.dim_text)
        if table is not None:
            color = QColor(*(int(channel) for channel in table[row]))
        if filled:
            painter.setPen(solid_pen(theme.text if table is not None else theme.card, 0.9))
            painter.setBrush(color)
            painter.drawEllipse(at, half, half)
            return
        hollow = QColor(theme.card)
        hollow.setAlphaF(0.75)
        painter.setPen(solid_pen(theme.text, 1.0) if table is not None else solid_pen(color, WIDEST_RIM))
        painter.setBrush(hollow)
        painter.drawEllipse(at, half - 0.6, half - 0.6)
        if table is not None:
            painter.setBrush(color)
            painter.drawEllipse(at, half * 0.42, half * 0.42)
