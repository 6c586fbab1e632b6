"""Lines of equal loss, found by contourpy and drawn as one item."""

from __future__ import annotations

import contourpy
import numpy as np
from PySide6.QtGui import QPainter, QTransform

from playground.drawing.kit.geometry import Frame, clip_polyline
from playground.drawing.kit.items import LineItem, draw_polyline, map_points


def contour_lines(
    x: np.ndarray, y: np.ndarray, values: np.ndarray, levels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return all lines of the levels as two arrays with NaN between the lines.

    x (nx,), y (ny,): the places of the values (ny, nx); cells that touch a non-finite value have no line.
    """
    if min(values.shape) < 2 or not len(levels):
        return np.empty(0), np.empty(0)
    generator = contourpy.contour_generator(
        x, y, np.ma.masked_invalid(values), line_type=contourpy.LineType.ChunkCombinedNan
    )
    parts = []
    for level in levels:
        points = generator.lines(float(level))[0][0]
        if points is not None:
            parts += [points, np.full((1, 2), np.nan)]
    if not parts:
        return np.empty(0), np.empty(0)
    joined = np.concatenate(parts[:-1])
    return np.ascontiguousarray(joined[:, 0]), np.ascontiguousarray(joined[:, 1])


class ContourItem(LineItem):
    """The contours of a surface in one thin pen."""

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if len(self.x):
            painter.setPen(self.pen)
            draw_polyline(
                painter, *clip_polyline(*map_points(transform, self.x, self.y), frame), crossing=False
            )
