"""Training points in the colour of their own loss: shape and rim show the class, the filling the loss."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QTransform

from playground.drawing.kit.axes import round_up
from playground.drawing.kit.class_marks import CLASS_SHAPES, mark_path, mark_reach
from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import ThemedItem, map_points, solid_pen
from playground.drawing.kit.kept_layer import MANY, KeptLayer
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.stamps import copy_stamps, half_of_stamp, stamp_of, topmost
from playground.drawing.kit.theme import Theme

REACH = 9.0
"""Distance from a point within which the pointer selects it, in pixels."""
SHADES = 32
NO_SHADE, KINDS = SHADES, SHADES + 1
RIM = 1.4
"""Width of the outline of a point, in pixels."""
DrawOne = Callable[..., None]
"""painter, label=, shade=, at=: paints one point around a place."""


class BlamePointsItem(ThemedItem):
    """The marks of the classes (values: circles), filled by a table of the loss."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.levels = Levels(0.0, 1.0, False)
        self.pointed: int | None = None
        self._losses: np.ndarray | None = None
        self._x = self._y = np.empty(0)
        self._labels = np.empty(0, int)
        self.table = np.empty((0, 3))
        self._layer = KeptLayer()

    def restyle(self, theme: Theme) -> None:
        self._layer.forget()
        super().restyle(theme)

    def clear(self) -> None:
        shown, self._losses, self.pointed = self._losses is not None, None, None
        if shown:
            self.update()

    def show(
        self, x: np.ndarray, y: np.ndarray, labels: np.ndarray, losses: np.ndarray, table: np.ndarray
    ) -> None:
        """Show points with x, y, losses (n,); labels (n,): of the class, or −1 where there are no classes.

        A point whose loss is NaN, not known yet, has a rim alone.
        """
        parts = (self._x, x), (self._y, y), (self._labels, labels), (self._losses, losses)
        same = all(old is not None and np.array_equal(old, new, equal_nan=True) for old, new in parts)
        if same and table is self.table:
            # Each new field below the points comes with the same points again.
            return
        self._x, self._y, self._labels, self._losses, self.table = x, y, labels, losses, table
        self.levels = blame_levels(losses)
        self._layer.forget()
        self.update()

    def nearest(self, x: float, y: float) -> int | None:
        """Return the point at most REACH pixels from a place of the view; None where there is none."""
        transform = self.sceneTransform()
        if self._losses is None or not len(self._x):
            return None
        wide, high = abs(transform.m11()), abs(transform.m22())
        apart = np.hypot((self._x - x) * wide, (self._y - y) * high)
        index = int(np.argmin(apart))
        return index if apart[index] <= REACH else None

    def point_at(self, index: int | None) -> None:
        """Draw a ring around one of the points."""
        if index != self.pointed:
            self.pointed = index
            self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self._losses is None:
            return
        count = len(self._x)
        if count >= MANY and not self._exporting:
            self._layer.draw(
                painter, transform, frame, count, lambda inner, _: self._draw_all(inner, transform, frame)
            )
        else:
            self._draw_all(painter, transform, frame)
        if self.pointed is not None and self.pointed < len(self._x):
            self._draw_ring(painter, transform, self.pointed)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_ring(self, painter: QPainter, transform: QTransform, index: int) -> None:
        x, y = map_points(transform, self._x[index : index + 1], self._y[index : index + 1])
        reach = self.theme.point_size / 2 + 4
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((self.theme.card, 4.5), (self.theme.text, 2.0)):
            painter.setPen(solid_pen(color, width))
            painter.drawEllipse(QPointF(x[0], y[0]), reach, reach)

    def _draw_all(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        assert self._losses is not None
        theme, half = self.theme, self.theme.point_size / 2
        x, y = map_points(transform, self._x, self._y)
        inside = (x >= frame[0]) & (x <= frame[2]) & (y >= frame[1]) & (y <= frame[3])
        rows = self.levels.indices(np.nan_to_num(self._losses, nan=self.levels.high, posinf=self.levels.high))
        shades = np.where(np.isnan(self._losses), NO_SHADE, rows * SHADES // len(self.table))
        # The largest losses are on top: they are few and matter most.
        order = np.flatnonzero(inside)[np.argsort(self._losses[inside], kind="stable")]
        inks = [QBrush(QColor(*(int(c) for c in color))) for color in self.table[_middles(len(self.table))]]
        inks.append(QBrush(Qt.BrushStyle.NoBrush))
        rims = dict(enumerate(theme.classes)) | {-1: theme.text}
        pens = {label: solid_pen(color, RIM) for label, color in rims.items()}
        shapes = sorted({CLASS_SHAPES[label] for label in set(self._labels.tolist()) if label > 1})
        reach = max([1.0, *map(mark_reach, shapes)])

        def draw_one(inner: QPainter, label: int, shade: int, at: QPointF) -> None:
            inner.setPen(pens[label])
            inner.setBrush(inks[shade])
            if label == 0:
                side = 0.886 * half
                inner.drawRect(QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side))
            elif label > 1:
                to_place = QTransform(half, 0.0, 0.0, half, at.x(), at.y())
                inner.drawPath(to_place.map(mark_path(CLASS_SHAPES[label])))
            else:
                inner.drawEllipse(at, half, half)

        many = len(order) >= MANY and not self._exporting
        order = order[topmost(x[order], y[order])] if many else order
        x, y, labels, shades = x[order], y[order], self._labels[order], shades[order]
        if many:
            _draw_stamps(
                painter, x, y, labels, shades, half_of_stamp(theme.point_size * reach, RIM), draw_one
            )
            return
        parts = (values.tolist() for values in (x, y, labels, shades))
        for at_x, at_y, label, shade in zip(*parts, strict=True):
            draw_one(painter, label, shade, QPointF(at_x, at_y))


def _draw_stamps(
    painter: QPainter,
    x: np.ndarray,
    y: np.ndarray,
    labels: np.ndarray,
    shades: np.ndarray,
    half: float,
    draw: DrawOne,
) -> None:
    """Copy one shape of each kind, a label and a shade, to its places, in this order."""
    ratio = painter.device().devicePixelRatioF()
    # One number for each kind: labels begin with −1.
    shown, kinds = np.unique((labels + 1) * KINDS + shades, return_inverse=True)
    at = QPointF(half, half)
    stamps = [
        stamp_of(half, ratio, partial(draw, label=kind // KINDS - 1, shade=kind % KINDS, at=at))
        for kind in shown.tolist()
    ]
    copy_stamps(painter, x, y, half, stamps, kinds)


def blame_levels(losses: np.ndarray) -> Levels:
    """Return levels from 0 to the largest finite loss, rounded up."""
    finite = losses[np.isfinite(losses)]
    most = float(finite.max()) if finite.size else 1.0
    return Levels(0.0, round_up(most) if most > 0 else 1.0, False)


def _middles(count: int) -> np.ndarray:
    return ((np.arange(SHADES) + 0.5) * count / SHADES).astype(int)
