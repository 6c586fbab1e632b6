"""A height field painted back to front with QPainter: the same lines in PNG, SVG and PDF.

On a grid seen from above, a cell can hide another only if its middle is nearer to the eye on the floor: a
line of sight moves away from the eye along both axes of the grid. So cells sorted by that distance need no
test of depth (the painter's algorithm).
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import OUTLINE
from playground.drawing.surface.camera import Camera
from playground.drawing.surface.height_field import HeightField

WIRES = 12
"""Number of lines over the field each way: they show its shape, the colours only its height."""
WIRE, WIRE_OPACITY = OUTLINE, 0.30


def paint_mesh(
    painter: QPainter, rect: QRectF, field: HeightField, camera: Camera, table: np.ndarray, wires: bool = True
) -> int:
    """Paint the cells of a field, farthest first; return their number.

    table (COLORS, 3) uint8: the colours of the loss, unshaded, so that they mean what they mean in 2-D.
    """
    corners, colors, cells = field.quads()
    if not len(corners):
        return 0
    pixels, _ = camera.project(corners, rect)
    order = back_to_front(corners, camera)
    edges = _wires(field, corners, cells, camera) if wires else None
    inks = {level: _ink(table[level]) for level in np.unique(colors).tolist()}
    wire = _wire_pen()
    set_pen, set_brush = painter.setPen, painter.setBrush
    polygon, line = painter.drawConvexPolygon, painter.drawLine
    order_now, levels = order.tolist(), colors[order].tolist()
    for index, level, quad in zip(order_now, levels, pixels[order].reshape(-1, 8).tolist(), strict=True):
        pen, brush = inks[level]
        set_pen(pen)
        set_brush(brush)
        x0, y0, x1, y1, x2, y2, x3, y3 = quad
        polygon((QPointF(x0, y0), QPointF(x1, y1), QPointF(x2, y2), QPointF(x3, y3)))
        sides = edges[index] if edges is not None else 0
        if sides:
            set_pen(wire)
            ends = ((x0, y0), (x1, y1), (x2, y2), (x3, y3), (x0, y0))
            for side in range(4):
                if sides >> side & 1:
                    line(QLineF(*ends[side], *ends[side + 1]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    return len(corners)


def back_to_front(corners: np.ndarray, camera: Camera) -> np.ndarray:
    """Return the order in which to paint cells (n, 4, 3): farthest from the eye on the floor first."""
    apart = corners[..., :2].mean(axis=1) - camera.eye()[:2]
    return np.argsort(-(apart**2).sum(axis=1), kind="stable")


def _wires(field: HeightField, corners: np.ndarray, cells: np.ndarray, camera: Camera) -> list[int]:
    """Return which sides of each cell carry a line, as bits: 1 low b, 2 high a, 4 high b, 8 low a.

    A side between two cells belongs to the nearer, which is painted later and would cover half of it.
    """
    eye = camera.eye()
    middle = corners[..., :2].mean(axis=1)
    sides = np.zeros(len(corners), dtype=np.intp)
    for axis, (low, high) in ((1, (1, 4)), (0, (8, 2))):
        count = len(field.x if axis == 0 else field.y) - 1
        index = cells[:, 0 if axis == 1 else 1]
        every = max(1, round(count / WIRES))
        beyond = middle[:, axis] > eye[axis]
        at_low, at_high = index % every == 0, ((index + 1) % every == 0) | (index + 1 == count)
        sides += low * (at_low & (~beyond | (index == 0)))
        sides += high * (at_high & (beyond | (index + 1 == count)))
    return sides.tolist()


def _ink(color: np.ndarray) -> tuple[QPen, QBrush]:
    """Return pen and brush of a cell."""
    ink = QColor(*color.tolist())
    # A pen of the same colour closes the seams between cells that antialiasing would leave.
    pen = QPen(ink, 0.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    return pen, QBrush(ink)


def _wire_pen() -> QPen:
    ink = QColor(WIRE)
    ink.setAlphaF(WIRE_OPACITY)
    return solid_pen(ink, 0.8)
