"""The marks of the classes: ten shapes of about equal area, told apart without their colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

CLASS_SHAPES = (
    "square",
    "circle",
    "triangle",
    "diamond",
    "plus",
    "triangle_down",
    "cross",
    "star",
    "bar",
    "bowtie",
)
"""By class, the first at 0."""
CLASS_SIGNS = "■●▲◆✚▼✖★▮⋈"
"""The same as characters, for a line of text."""

_THIRD = 1.0 / 3.0


@cache
def mark_path(shape: str) -> QPainterPath:
    """Return the outline of a mark around (0, 0) with the area of a circle of radius 1."""
    path = QPainterPath()
    if shape == "circle":
        path.addEllipse(QPointF(), 1.0, 1.0)
        return path
    if shape == "square":
        side = math.sqrt(math.pi)
        path.addRect(QRectF(-side / 2, -side / 2, side, side))
        return path
    outline = _OUTLINES[shape]
    scale = math.sqrt(math.pi / _area(outline))
    path.addPolygon(QPolygonF([QPointF(x * scale, y * scale) for x, y in outline]))
    path.closeSubpath()
    return path


@cache
def mark_reach(shape: str) -> float:
    """Return how far a mark reaches from its middle, sideways or up and down, in radii of the circle."""
    box = mark_path(shape).boundingRect()
    return float(max(-box.left(), box.right(), -box.top(), box.bottom()))


def _around(corners: int, turn: float, radii: Sequence[float] = (1.0,)) -> list[tuple[float, float]]:
    """Return corners around the middle, the first one turned by this angle; radii take turns."""
    angles = (turn + 2.0 * math.pi * corner / corners for corner in range(corners))
    return [
        (radii[index % len(radii)] * math.sin(angle), -radii[index % len(radii)] * math.cos(angle))
        for index, angle in enumerate(angles)
    ]


def _turned(outline: Sequence[tuple[float, float]], angle: float) -> list[tuple[float, float]]:
    c, s = math.cos(angle), math.sin(angle)
    return [(c * x - s * y, s * x + c * y) for x, y in outline]


def _area(outline: Sequence[tuple[float, float]]) -> float:
    """Return the area of a polygon; a bowtie counts as two triangles."""
    x, y = zip(*outline, strict=True)
    if outline is _OUTLINES["bowtie"]:
        return float((max(x) - min(x)) * (max(y) - min(y)) / 2.0)
    pairs = zip(outline, (*outline[1:], outline[0]), strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2.0


_PLUS = [
    *((-_THIRD, -1.0), (_THIRD, -1.0), (_THIRD, -_THIRD), (1.0, -_THIRD)),
    *((1.0, _THIRD), (_THIRD, _THIRD), (_THIRD, 1.0), (-_THIRD, 1.0)),
    *((-_THIRD, _THIRD), (-1.0, _THIRD), (-1.0, -_THIRD), (-_THIRD, -_THIRD)),
]
_OUTLINES: dict[str, list[tuple[float, float]]] = {
    "triangle": _around(3, 0.0),
    "diamond": [(0.0, -1.15), (0.87, 0.0), (0.0, 1.15), (-0.87, 0.0)],
    "plus": _PLUS,
    "triangle_down": _around(3, math.pi),
    "cross": _turned(_PLUS, math.pi / 4),
    "star": _around(10, 0.0, (1.0, 0.45)),
    "bar": [(-0.5, -1.0), (0.5, -1.0), (0.5, 1.0), (-0.5, 1.0)],
    "bowtie": [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)],
}
