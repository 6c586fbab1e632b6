"""The overlay of a surface: the path, its marks, and labels that never collide."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from playground.drawing.kit.axes import font
from playground.drawing.kit.geometry import Frame, thin_path
from playground.drawing.kit.items import ThemedItem, map_points, solid_pen
from playground.drawing.kit.labels import (
    RINGS,
    Box,
    around,
    draw_label,
    leader,
    place_labels,
    sampled,
    text_size,
)
from playground.drawing.kit.theme import INK, OUTLINE, PATH_PINK, Theme
from playground.drawing.runs import Beneath
from playground.drawing.surface.arrows import (
    Arrow,
    along_arrow,
    arrow_labels,
    draw_arrow,
    draw_dots,
    placed_arrows,
    scale_of_compared,
)
from playground.drawing.surface.path_stroke import FAINTEST, draw_path
from playground.drawing.surface.picture import Mark, Now
from playground.engine.lengths import length

MOST_LABELS = 6
"""Maximum number of changes with a label, the newest ones."""
NOW_SHARE, NOW_OUTLINE = 0.58, 5.0
"""Marker of the present parameters: its radius as a share of a marker's size, its outline in pixels."""
LABEL_RINGS = (*RINGS, 4.6, 8.0)
"""How far a label may be, as multiples of its usual distance: the arrows of an update leave little room."""
Place = tuple[float, float]
PlacedLabel = tuple[str, float, float]
"""A label and the pixel that it belongs to."""
TOGETHER = 11.0
"""Marks of changes closer than this in pixels are drawn as one."""


class PathOverlay(ThemedItem):
    """The path with its marks over a surface.

    The path is a white line with a dark outline, fainter the farther it lies off the plane. The marks are a
    ring at its start, pink diamonds where the learning rate changed, crosses where parameters were set by
    hand, a triangle for kept parameters, and a marker at the present parameters in the colour of their true
    loss, with arrows from there.
    """

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.beneath: Callable[[], Beneath] = Beneath
        """Other lines that lie under the labels."""
        self.kept_free: list[Box] = []
        self.line = np.empty((0, 2))
        self.clear()

    def clear(self) -> None:
        self._path, self._fade = np.empty((0, 2)), np.empty(0)
        self._marks: list[Mark] = []
        self._arrows: list[Arrow] = []
        self.arrow_scale = 1.0
        self._now: Now | None = None
        self._now_color: QColor | None = None
        self.placed: list[tuple[str, Box]] = []
        self.kept_free, self.line = [], np.empty((0, 2))
        self.update()

    def show(
        self,
        path: np.ndarray,
        off: np.ndarray,
        marks: Sequence[Mark],
        now: Now | None,
        now_color: QColor | None,
        arrows: Sequence[Arrow] = (),
    ) -> None:
        """Show path (n, 2) and now in the plane's coordinates; off (n,): distances from the plane.

        NaN in the path leaves a gap.
        """
        self._arrows = list(arrows)
        self._marks, self._now, self._now_color = list(marks), now, now_color
        self._path, self._fade = path_to_now(path, off, now)
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        x, y = map_points(transform, self._path[:, 0], self._path[:, 1])
        kept = thin_path(x, y, 0.7 if self._exporting else 1.0)
        x, y, opacity = x[kept], y[kept], self._fade[kept]
        draw_path(painter, x, y, opacity, self.theme.path_width, frame, self._exporting)
        marks = self._shown_marks(transform, frame)
        size = self.theme.marker_size
        obstacles = [around(at_x, at_y, 0.6 * size) for _, at_x, at_y in marks]
        now_at, beyond = self._now_in(transform, frame)
        for mark, at_x, at_y in marks:
            draw_mark(painter, mark.kind, at_x, at_y, self.theme.marker_size)
        arrows = placed_arrows(self._arrows, transform, frame)
        self.arrow_scale = scale_of_compared(arrows)
        painter.save()
        painter.setClipRect(QRectF(QPointF(frame[0], frame[1]), QPointF(frame[2], frame[3])))
        for arrow in arrows:
            draw_arrow(painter, arrow, self.theme.path_width)
        painter.restore()
        if now_at is not None:
            obstacles.append(around(*now_at, 0.65 * size))
            draw_now(painter, *now_at, self.theme.marker_size, self._now_color, beyond)
        draw_dots(painter, arrows)
        ends = arrow_labels(arrows, frame)
        obstacles += [around(*place, 4.0) for arrow in arrows for place in along_arrow(arrow)]
        beneath = self.beneath()
        self.line = sampled(x, y)
        line = np.vstack([self.line, beneath.line])
        self._draw_labels(painter, marks, now_at, ends, [*obstacles, *beneath.ends], line, frame)
        self.kept_free = obstacles + [box for _, box in self.placed]

    def _shown_marks(self, transform: QTransform, frame: Frame) -> list[tuple[Mark, float, float]]:
        """Return marks within the frame, in pixels.

        Changes close together become one, from the first to the last.
        """
        shown: list[tuple[Mark, float, float]] = []
        for mark in self._marks:
            x = mark.a * transform.m11() + transform.dx()
            y = mark.b * transform.m22() + transform.dy()
            if not (frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]):
                continue
            if shown and mark.kind == "learning_rate" and shown[-1][0].kind == "learning_rate":
                before, before_x, before_y = shown[-1]
                if math.hypot(x - before_x, y - before_y) < TOGETHER:
                    shown[-1] = (mark._replace(label=joined(before.label, mark.label)), x, y)
                    continue
            shown.append((mark, x, y))
        return shown

    def _now_in(self, transform: QTransform, frame: Frame) -> tuple[Place | None, Place | None]:
        """Return the marker of the present parameters, in pixels.

        It is in its place, or at the nearest edge with the way out.
        """
        if self._now is None:
            return None, None
        x = self._now.a * transform.m11() + transform.dx()
        y = self._now.b * transform.m22() + transform.dy()
        if frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]:
            # Near an edge as near as the marker stays whole.
            whole = NOW_SHARE * self.theme.marker_size + NOW_OUTLINE / 2
            at_x = float(np.clip(x, frame[0] + whole, frame[2] - whole))
            at_y = float(np.clip(y, frame[1] + whole, frame[3] - whole))
            return (at_x, at_y), None
        if not (np.isfinite(x) and np.isfinite(y)):
            return None, None
        inset = 0.8 * self.theme.marker_size
        edge_x = float(np.clip(x, frame[0] + inset, frame[2] - inset))
        edge_y = float(np.clip(y, frame[1] + inset, frame[3] - inset))
        away = float(np.hypot(x - edge_x, y - edge_y))
        return (edge_x, edge_y), ((x - edge_x) / away, (y - edge_y) / away)

    def _draw_labels(
        self,
        painter: QPainter,
        marks: list[tuple[Mark, float, float]],
        now_at: tuple[float, float] | None,
        ends: list[tuple[str, float, float]],
        obstacles: list[Box],
        line: np.ndarray,
        frame: Frame,
    ) -> None:
        inside = [end for end in ends if frame[0] <= end[1] <= frame[2] and frame[1] <= end[2] <= frame[3]]
        labels, farther = labels_to_draw(self._now, now_at, inside, marks)
        self.placed = draw_labels(painter, self.theme, labels, farther, frame, obstacles, line)


def labels_to_draw(
    now: Now | None,
    now_at: Place | None,
    ends: Sequence[PlacedLabel],
    marks: Sequence[tuple[Mark, float, float]],
) -> tuple[list[PlacedLabel], int]:
    """Return the labels over a surface, flat or in space, and how many of them may be farther away.

    The most important come first: the parameters on the screen, under the name of their moment, the arrows,
    start, kept and known minima, then the changes from the newest back. A change is named beside its diamond
    or not at all: farther away it would seem to belong to another.
    """
    labels = [(now.label, *now_at)] if now is not None and now_at is not None else []
    labels += [end for end in ends if end[0]]
    fixed = [entry for kind in ("start", "kept", "minimum") for entry in marks if entry[0].kind == kind]
    labels += [(mark.label, x, y) for mark, x, y in fixed]
    changes = [entry for entry in marks if entry not in fixed][: -MOST_LABELS - 1 : -1]
    return [*labels, *((mark.label, x, y) for mark, x, y in changes)], len(labels)


def draw_labels(
    painter: QPainter,
    theme: Theme,
    labels: Sequence[PlacedLabel],
    farther: int,
    frame: Frame,
    obstacles: Sequence[Box],
    line: np.ndarray,
) -> list[tuple[str, Box]]:
    """Draw the labels that have room, and return them with their boxes; see labels_to_draw, place_labels."""
    text_font = font(theme)
    sizes = [text_size(label, text_font) for label, _, _ in labels]
    inner = (frame[0] + 2, frame[1] + 2, frame[2] - 2, frame[3] - 2)
    anchors = [(x, y) for _, x, y in labels]
    distance = 0.85 * theme.marker_size
    boxes = place_labels(anchors, sizes, inner, obstacles, line, distance, farther, LABEL_RINGS)
    placed = [(label, box) for (label, _, _), box in zip(labels, boxes, strict=True) if box is not None]
    for (x, y), box in zip(anchors, boxes, strict=True):
        if box is not None:
            _draw_leader(painter, x, y, box, 1.2 * RINGS[-1] * distance)
    for label, box in placed:
        draw_label(painter, box, label, text_font)
    return placed


def _draw_leader(painter: QPainter, x: float, y: float, box: Box, usual: float) -> None:
    """Draw a thin line from a place to its label, where that is farther away than usual, in pixels."""
    to_x, to_y = leader(x, y, box)[-1]
    if math.hypot(to_x - x, to_y - y) > usual:
        for color, width in ((OUTLINE, 2.6), (INK, 1.0)):
            painter.setPen(solid_pen(color, width))
            painter.drawLine(QLineF(x, y, to_x, to_y))


def draw_mark(painter: QPainter, kind: str, x: float, y: float, size: float) -> None:
    """Draw the sign of a mark: a ring, a cross, a triangle, one upside down, or a pink diamond."""
    half = size / 2
    if kind == "start":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((OUTLINE, 4.0), (INK, 1.8)):
            painter.setPen(solid_pen(color, width))
            painter.drawEllipse(QPointF(x, y), half, half)
        return
    if kind == "minimum":
        tip = QPolygonF([QPointF(x - 0.8 * half, y - half), QPointF(x + 0.8 * half, y - half), QPointF(x, y)])
        painter.setPen(solid_pen(OUTLINE, 2.4))
        painter.setBrush(QColor(INK))
        painter.drawPolygon(tip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return
    if kind in ("set", "kept"):
        third = 0.87 * half
        outline = {
            "set": [
                [QPointF(x - third, y - third), QPointF(x + third, y + third)],
                [QPointF(x - third, y + third), QPointF(x + third, y - third)],
            ],
            "kept": [
                [
                    QPointF(x, y - half),
                    QPointF(x + third, y + half / 2),
                    QPointF(x - third, y + half / 2),
                    QPointF(x, y - half),
                ]
            ],
        }[kind]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((OUTLINE, 4.6), (INK, 2.0)):
            painter.setPen(solid_pen(color, width))
            for line in outline:
                painter.drawPolyline(QPolygonF(line))
        return
    diamond = QPolygonF(
        [QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)]
    )
    painter.setPen(solid_pen(OUTLINE, 3.2))
    painter.setBrush(QColor(OUTLINE))
    painter.drawPolygon(diamond)
    painter.setPen(solid_pen(INK, 1.0))
    painter.setBrush(QColor(PATH_PINK))
    painter.drawPolygon(diamond)


def draw_now(
    painter: QPainter, x: float, y: float, size: float, color: QColor | None, beyond: Place | None = None
) -> None:
    """Draw the present parameters in the colour of their loss; beyond the frame, an arrowhead that way."""
    half = size * NOW_SHARE
    if beyond is not None:
        along, across = np.array(beyond) * half, np.array([-beyond[1], beyond[0]]) * half
        at = np.array([x, y])
        corners = (at + along, at - 0.7 * along + across, at - 0.7 * along - across)
        head = QPolygonF([QPointF(*corner) for corner in corners])
        for pen, brush in (
            (solid_pen(OUTLINE, NOW_OUTLINE), OUTLINE),
            (solid_pen(INK, 2.2), color or INK),
        ):
            painter.setPen(pen)
            painter.setBrush(QColor(brush))
            painter.drawPolygon(head)
        return
    painter.setPen(solid_pen(OUTLINE, NOW_OUTLINE))
    painter.setBrush(color or QColor(INK))
    painter.drawEllipse(QPointF(x, y), half, half)
    painter.setPen(solid_pen(INK, 2.2))
    painter.drawEllipse(QPointF(x, y), half, half)


def path_to_now(path: np.ndarray, off: np.ndarray, now: Now | None) -> tuple[np.ndarray, np.ndarray]:
    """Return a path (n, 2) with the parameters on the screen at its end, and the opacity of each point."""
    opacity = fade(path, off)
    if now is None or not len(path):
        return path, opacity
    return np.vstack([path, [now.a, now.b]]), np.append(opacity, opacity[-1])


def fade(path: np.ndarray, off: np.ndarray) -> np.ndarray:
    """Return the opacity of each point of a path: 1 in the plane, FAINTEST a path's width away from it."""
    if not len(path):
        return np.empty(0)
    there = path[np.isfinite(path).all(axis=1)]
    width = length(np.ptp(there, axis=0)) if len(there) else 0.0
    if width == 0 or len(off) != len(path):
        return np.ones(len(path))
    return np.clip(1.0 - (1.0 - FAINTEST) * off / width, FAINTEST, 1.0)


def joined(first: str, last: str) -> str:
    """Return two changes as one: "α 0.3 → 1" and "α 1 → 9" are "α 0.3 → 9"; there and back, the way back."""
    start, end = first.partition(" → ")[0], last.partition(" → ")[2]
    return last if not end or start.endswith(f"α {end}") else f"{start} → {end}"
