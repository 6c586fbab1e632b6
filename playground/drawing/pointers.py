"""What points at places of a surface: arrows of the next step, and the cursor of the keyboard."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from playground.drawing.axes import nice_step, number_text
from playground.drawing.geometry import Frame
from playground.drawing.items import PixelItem, solid_pen
from playground.drawing.theme import Theme
from playground.landscape.plane import Plane

OUTLINE, INK = "#0b0f14", "#ffffff"
HEAD = 9.0
SHORTEST, LONGEST = 34.0, 4000.0
"""Pixels: a shorter arrow is drawn longer, and says by how much; a longer one ends outside in any case."""


class Arrow(NamedTuple):
    """From (a, b) by (da, db) in the plane's coordinates; kind "step" (solid) or "gradient" (dashed)."""

    a: float
    b: float
    da: float
    db: float
    label: str
    kind: str


class PlacedArrow(NamedTuple):
    """An arrow in pixels, and its label."""

    x: float
    y: float
    tip_x: float
    tip_y: float
    label: str
    kind: str


def placed_arrow(arrow: Arrow, transform: QTransform) -> PlacedArrow | None:
    """An arrow in pixels; one too short to be seen is drawn 2, 5, 10, … times as long and says so."""
    x, y = arrow.a * transform.m11() + transform.dx(), arrow.b * transform.m22() + transform.dy()
    dx, dy = arrow.da * transform.m11(), arrow.db * transform.m22()
    length = math.hypot(dx, dy)
    if not (1e-280 < length < math.inf):
        return None
    label = arrow.label
    if length < SHORTEST:
        factor = nice_step(SHORTEST / length)
        dx, dy = factor * dx, factor * dy
        label = f"{label}, ×{number_text(factor)}"
    elif length > LONGEST:
        dx, dy = dx * LONGEST / length, dy * LONGEST / length
    return PlacedArrow(x, y, x + dx, y + dy, label, arrow.kind)


def draw_arrow(painter: QPainter, arrow: PlacedArrow, width: float) -> None:
    """A line with a head, light on dark, so that it shows over any colour."""
    x, y, tip_x, tip_y, _, kind = arrow
    length = math.hypot(tip_x - x, tip_y - y)
    along_x, along_y = (tip_x - x) / length, (tip_y - y) / length
    neck = QPointF(tip_x - HEAD * along_x, tip_y - HEAD * along_y)
    side_x, side_y = -0.42 * HEAD * along_y, 0.42 * HEAD * along_x
    head = QPolygonF(
        [
            QPointF(tip_x, tip_y),
            QPointF(neck.x() + side_x, neck.y() + side_y),
            QPointF(neck.x() - side_x, neck.y() - side_y),
        ]
    )
    dashes = (5.0, 3.5) if kind == "gradient" else ()
    for color, wide, pattern in ((OUTLINE, width + 3.0, ()), (INK, width, dashes)):
        painter.setPen(solid_pen(color, wide, pattern))
        painter.drawLine(QLineF(QPointF(x, y), neck))
        painter.setPen(solid_pen(color, max(wide - width, 0.5)))
        painter.setBrush(QColor(color))
        painter.drawPolygon(head)


class CursorItem(PixelItem):
    """A cross over the whole view at the place that the keyboard points at."""

    def __init__(self, theme: Theme):
        super().__init__()
        self.theme = theme
        self.place: tuple[float, float] | None = None

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def point_at(self, place: tuple[float, float] | None) -> None:
        if place != self.place:
            self.place = place
            self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self.place is None:
            return
        x = self.place[0] * transform.m11() + transform.dx()
        y = self.place[1] * transform.m22() + transform.dy()
        if not (frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]):
            return
        gap = 0.6 * self.theme.marker_size
        lines = [
            QLineF(frame[0], y, x - gap, y),
            QLineF(x + gap, y, frame[2], y),
            QLineF(x, frame[1], x, y - gap),
            QLineF(x, y + gap, x, frame[3]),
        ]
        for color, width in ((OUTLINE, 3.0), (INK, 1.2)):
            painter.setPen(solid_pen(color, width))
            painter.drawLines(lines)
            painter.drawEllipse(QPointF(x, y), gap, gap)


def with_gaps(ab: np.ndarray, off: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A path (n, 2) that does not run to the points of these rows: the weights were put there by hand."""
    rows = np.unique(rows[(rows > 0) & (rows < len(ab))])
    if not rows.size:
        return ab, off
    return np.insert(ab, rows, np.nan, axis=0), np.insert(off, rows, 0.0)


def arrows_of(plane: Plane, start: np.ndarray, update: np.ndarray, downhill: np.ndarray) -> list[Arrow]:
    """The arrows of the next update (P,) and of −α·∂J/∂θ (P,), from parameters (P,); one where both agree."""
    a, b = plane.project(start)
    step = Arrow(a, b, *plane.components(update), "next step", "step")
    if np.allclose(update, downhill, rtol=1e-3, atol=1e-3 * float(np.abs(downhill).max(initial=0.0))):
        return [step._replace(label="next step = −α·∂J/∂θ")]
    return [Arrow(a, b, *plane.components(downhill), "−α·∂J/∂θ", "gradient"), step]
