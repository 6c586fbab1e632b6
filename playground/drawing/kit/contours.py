"""Lines of equal loss, found by contourpy and drawn as one item."""

from __future__ import annotations

import contourpy
import numpy as np
from PySide6.QtGui import QPainter, QTransform

from playground.drawing.kit.geometry import Frame, clip_polyline
from playground.drawing.kit.items import LineItem, draw_polyline, map_points

BEAD = 6.0
"""Cells: a closed line of a surface around a smaller area is left out. Where a valley is narrower than the
cells, its lowest line comes out as a chain of such beads, which J does not have."""


def contour_lines(
    x: np.ndarray, y: np.ndarray, values: np.ndarray, levels: np.ndarray, smallest: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return all lines of the levels as two arrays with NaN between the lines.

    x (nx,), y (ny,): the places of the values (ny, nx); cells that touch a non-finite value have no line.
    smallest: the smallest area in cells that a closed line is drawn around.
    """
    if min(values.shape) < 2 or not len(levels):
        return np.empty(0), np.empty(0)
    generator = contourpy.contour_generator(
        x, y, np.ma.masked_invalid(values), line_type=contourpy.LineType.ChunkCombinedNan
    )
    parts = []
    for level in levels:
        points = generator.lines(float(level))[0][0]
        if points is not None and smallest:
            points = _without_beads(points, smallest * abs((x[1] - x[0]) * (y[1] - y[0])))
        if points is not None and len(points):
            parts += [points, np.full((1, 2), np.nan)]
    if not parts:
        return np.empty(0), np.empty(0)
    joined = np.concatenate(parts[:-1])
    return np.ascontiguousarray(joined[:, 0]), np.ascontiguousarray(joined[:, 1])


def _without_beads(points: np.ndarray, area: float) -> np.ndarray:
    """Return lines (n, 2) with NaN between them without the closed ones around less than an area."""
    # All lines at once: a rough surface has tens of thousands.
    points = np.concatenate([points, np.full((1, 2), np.nan)])
    ends = np.flatnonzero(np.isnan(points[:, 0]))
    begins = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends + 1 - begins
    across, up = (points - np.repeat(points[begins], lengths, axis=0)).T
    turns = np.zeros(len(points))
    turns[:-1] = across[:-1] * up[1:] - across[1:] * up[:-1]
    around = 0.5 * np.abs(np.add.reduceat(np.nan_to_num(turns, copy=False), begins))
    closed = (points[begins] == points[ends - 1]).all(axis=1)
    kept: np.ndarray = points[np.repeat(~closed | (around >= area), lengths)][:-1]
    return kept


class ContourItem(LineItem):
    """The contours of a surface in one thin pen."""

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if len(self.x):
            painter.setPen(self.pen)
            draw_polyline(
                painter, *clip_polyline(*map_points(transform, self.x, self.y), frame), crossing=False
            )
