"""A surface in space: height field, path on it, marks; the same picture on the screen and in an export."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from playground.drawing.kit.axes import font
from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.contours import BEAD, contour_lines
from playground.drawing.kit.geometry import clip_polyline, thin_path
from playground.drawing.kit.items import draw_polyline, solid_pen
from playground.drawing.kit.labels import Box, sampled
from playground.drawing.kit.levels import Beyond, Levels, beyond
from playground.drawing.kit.theme import INK, OUTLINE, Theme
from playground.drawing.surface.arrows import (
    Arrow,
    PlacedArrow,
    arrow_labels,
    draw_arrow,
    draw_dots,
    drawn_label,
    enlargement,
    scale_of_compared,
)
from playground.drawing.surface.camera import EYE_DISTANCE, Camera
from playground.drawing.surface.height_field import HEIGHT, LIFT, HeightField, heights, unit
from playground.drawing.surface.mesh_painting import paint_mesh
from playground.drawing.surface.overlay import draw_labels, draw_mark, draw_now, labels_to_draw, path_to_now
from playground.drawing.surface.path_stroke import FAINTEST
from playground.drawing.surface.picture import Mark, Now, SurfacePicture
from playground.drawing.surface.relief_axes import BoxAxes
from playground.drawing.surface.relief_bar import ReliefBar
from playground.engine.recording.kept_steps import spread_rows
from playground.numerals import loss_text, number_text

EMPTY = "The surface is being computed"
FINE, COARSE, FINEST = 51, 29, 76
"""Points a side: at rest, while the view or the surface changes, and in an export."""
SIGHT_POINTS = 600
"""Number of places along the line of sight at which the field under the pointer is searched."""
PATH_POINTS = 250
STRIDE = 0.07
"""Distance along the floor of two points of the path, so that it follows the field between its own points."""
BEHIND = 0.28
"""Opacity of what lies behind the field."""
DIFFERENT = 0.015
"""Difference, in the box, between the true loss and that of the plane from which on a stem is drawn."""


class ReliefDrawing:
    """A SurfacePicture, painted as `camera` shows it; the levels are those of the flat picture."""

    def __init__(self, theme: Theme):
        self.theme = theme
        self.camera = Camera()
        self.table = colormap(theme.loss_colors)
        self.picture = SurfacePicture(None)
        self.levels: Levels | None = None
        self.beyond = Beyond(0, 0, 0)
        self.arrow_scale = 1.0
        """Factor by which the arrows that are compared are drawn longer."""
        self.placed: list[tuple[str, Box]] = []
        """The labels of the newest picture that had room."""
        self._axis_texts: list[Box] = []
        self._fields: dict[int, HeightField] = {}

    def show(self, picture: SurfacePicture) -> None:
        """Take a picture."""
        old, self.picture = self.picture, picture
        if picture.surface is None:
            self.levels, self._fields = None, {}
            return
        same = old.surface is not None and old.surface.values is picture.surface.values
        same = same and old.log_scale == picture.log_scale and old.levels is picture.levels
        if same and self.levels is not None:
            return
        self.levels, self._fields = picture.color_levels(picture.surface), {}
        self.beyond = beyond(picture.surface.values, self.levels)

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        self.table = colormap(theme.loss_colors)

    def field(self, cells: int = FINE) -> HeightField | None:
        """Return the surface in space with at most this many points a side."""
        surface = self.picture.surface
        if surface is None or self.levels is None or min(surface.values.shape) < 2:
            return None
        if cells not in self._fields:
            self._fields[cells] = HeightField.of(surface, self.levels, cells)
        return self._fields[cells]

    def summary(self) -> str:
        """Return one line for a screen reader."""
        surface, camera = self.picture.surface, self.camera
        if surface is None:
            return f"Loss surface in 3-D: {self.picture.problem or 'none yet.'}"
        ends = surface.lowest_and_highest
        if ends is None:
            return "Loss surface in 3-D: no cell has a finite loss."
        low, high = (loss_text(end) for end in ends)
        text = f"Loss surface in 3-D, {len(surface.a)} by {len(surface.b)} cells, seen from "
        text += f"{camera.elevation:.0f} degrees above the floor, J from {low} "
        text += f"(lowest cell of this slice) to {high}"
        text += self.picture.place_words
        if self.beyond.not_finite:
            text += f"; {self.beyond.not_finite} cells are not finite and left out"
        return text + "."

    def hover(self, point: QPointF, rect: QRectF) -> str:
        """Return J at the place of the field under a point of the picture."""
        field = self.field()
        if field is None:
            return ""
        along = np.linspace(1.0 - 2.0 / EYE_DISTANCE, 1.0 + 2.0 / EYE_DISTANCE, SIGHT_POINTS)
        sight = self.camera.line_of_sight(point.x(), point.y(), rect, along)
        with np.errstate(invalid="ignore"):
            below = field.height(sight[:, 0], sight[:, 1]) - sight[:, 2]
            hits = np.flatnonzero((below[1:] >= 0) & (below[:-1] < 0))
        if not hits.size:
            return ""
        x, y, _ = sight[hits[0] + 1]
        surface = field.surface
        column = int(np.argmin(np.abs(unit(surface.a, surface.a) - x)))
        row = int(np.argmin(np.abs(unit(surface.b, surface.b) - y)))
        a, b, value = surface.a[column], surface.b[row], surface.values[row, column]
        about = "" if surface.is_computed(row, column) else "≈ "
        return f"J {about}{loss_text(float(value))}   at ({number_text(float(a))}, {number_text(float(b))})"

    # Painting -------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, cells: int = FINE) -> None:
        """Paint the whole picture."""
        self.paint_ground(painter, rect)
        self.paint_field(painter, rect, cells)
        self.paint_path(painter, rect, cells)

    def paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the box with its axes, or the sentence in place of a surface."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = self.field()
        if field is None:
            painter.setFont(font(self.theme))
            painter.setPen(QColor(self.theme.dim_text))
            words = self.picture.problem or EMPTY
            painter.drawText(rect.adjusted(20, 0, -20, 0), _CENTRED, words)
            return
        axes = BoxAxes(field, self.picture.axis_names, self.camera, rect, self.theme)
        axes.paint(painter)
        self._axis_texts = [box for _, box in axes.placed]

    def paint_field(self, painter: QPainter, rect: QRectF, cells: int = FINE) -> None:
        """Paint the mesh with its lines of equal loss."""
        field = self.field(cells)
        if field is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mesh(painter, rect, field, self.camera, self.table, wires=not self.picture.contours)
        if self.picture.contours and cells >= FINE:
            self.paint_contours(painter, rect, field)

    def paint_contours(self, painter: QPainter, rect: QRectF, field: HeightField) -> None:
        """Paint lines of equal loss where the field does not hide them."""
        levels = field.levels
        low, high = levels.transform(np.array([levels.low, levels.high]))
        marks = (levels.marks() - low) / (high - low) * HEIGHT
        x, y = contour_lines(field.x, field.y, field.z, marks, BEAD)
        points = np.column_stack([x, y, field.height(x, y) + LIFT])
        shown = np.isfinite(points).all(axis=1)
        shown[shown] = field.seen(points[shown], self.camera)
        pixels, _ = self.camera.project(points, rect)
        pixels[~shown] = np.nan
        line = QColor(INK)
        line.setAlphaF(0.5)
        painter.setPen(solid_pen(line, self.theme.thin_width * 0.9))
        draw_polyline(painter, pixels[:, 0], pixels[:, 1], crossing=False)

    def paint_path(self, painter: QPainter, rect: QRectF, cells: int = FINE) -> None:
        """Paint path, marks and the present parameters, faintly where the field hides them."""
        field = self.field(cells)
        if field is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pixels, strength = self._path(field, rect)
        self._paint_line(painter, pixels, strength, rect)
        marks = self._marks(field, rect)
        for mark, at, seen in marks:
            painter.setOpacity(1.0 if seen else 2 * BEHIND)
            draw_mark(painter, mark.kind, float(at[0]), float(at[1]), self.theme.marker_size)
        painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        arrows = self._arrows(field, rect)
        self.arrow_scale = scale_of_compared(arrows)
        for arrow in arrows:
            draw_arrow(painter, arrow, self.theme.path_width)
        now_at, true_at = self._paint_now(painter, field, rect)
        draw_dots(painter, arrows)
        self._paint_labels(painter, marks, (now_at, true_at), arrows, pixels, rect)

    def _arrows(self, field: HeightField, rect: QRectF) -> list[PlacedArrow]:
        """Return the arrows of the picture on the field; one that leaves it ends in the air beside it."""
        arrows, found = self.picture.arrows, []
        ends = [self._arrow_ends(arrow, 1.0, field, rect) for arrow in arrows]
        lengths = [float(np.hypot(*(end - start))) for start, end in ends]
        factor = enlargement(arrows, lengths, min(rect.width(), rect.height()))
        for arrow in arrows:
            (x, y), (tip_x, tip_y) = self._arrow_ends(arrow, factor, field, rect)
            if np.isfinite([x, y, tip_x, tip_y]).all():
                length = float(np.hypot(tip_x - x, tip_y - y))
                if not length > 0:
                    continue
                label = drawn_label(arrow.label, factor, length)
                ends_at = float(x), float(y), float(tip_x), float(tip_y)
                found.append(PlacedArrow(*ends_at, label, arrow.kind, factor))
        return found

    def _arrow_ends(
        self, arrow: Arrow, factor: float, field: HeightField, rect: QRectF
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return foot and tip in pixels (2,), both on the field; a tip beyond it is as high as the foot."""
        a, b = arrow.a + factor * arrow.da, arrow.b + factor * arrow.db
        points = field.place(np.array([arrow.a, a]), np.array([arrow.b, b]))
        if np.isnan(points[1, 2]):
            points[1, 2] = points[0, 2]
        foot, tip = self.camera.project(points + np.array([0.0, 0.0, LIFT]), rect)[0]
        return foot, tip

    def _path(self, field: HeightField, rect: QRectF) -> tuple[np.ndarray, np.ndarray]:
        """Return the path in pixels (n, 2), and the opacity of each of its points (n,)."""
        path, strength = path_to_now(self.picture.path_ab, self.picture.path_off, self.picture.now)
        if len(path) < 2:
            return np.empty((0, 2)), np.empty(0)
        points = field.place(path[:, 0], path[:, 1])
        flat, _ = self.camera.project(np.nan_to_num(points), rect)
        kept = thin_path(flat[:, 0], flat[:, 1], distance=1.5, most=PATH_POINTS)
        kept = kept[spread_rows(len(kept), 2 * PATH_POINTS)]
        path, strength = densified(field, path[kept], strength[kept])
        points = field.place(path[:, 0], path[:, 1])
        points[:, 2] += LIFT
        finite = np.isfinite(points[:, 2])
        strength = strength.copy()
        hidden = np.zeros(len(points), bool)
        hidden[finite] = ~field.seen(points[finite], self.camera)
        strength[hidden] *= BEHIND
        pixels, _ = self.camera.project(points, rect)
        return pixels, strength

    def _paint_line(self, painter: QPainter, pixels: np.ndarray, strength: np.ndarray, rect: QRectF) -> None:
        if len(pixels) < 2:
            return
        width = self.theme.path_width
        frame = (rect.left(), rect.top(), rect.right(), rect.bottom())
        grade = np.rint(strength * 8).astype(int)
        cuts = np.flatnonzero(np.diff(grade)) + 1
        pieces = list(zip(np.r_[0, cuts], np.r_[cuts, len(pixels)], strict=True))
        for base, wide in ((OUTLINE, width + 2.2), (INK, width)):
            for start, stop in pieces:
                color = QColor(base)
                color.setAlphaF(
                    min(max(grade[start] / 8, FAINTEST * BEHIND), 1.0) * (0.85 if base == OUTLINE else 1)
                )
                painter.setPen(solid_pen(color, wide))
                part = pixels[start : min(stop + 1, len(pixels))]
                draw_polyline(painter, *clip_polyline(part[:, 0], part[:, 1], frame))

    def _marks(self, field: HeightField, rect: QRectF) -> list[tuple[Mark, np.ndarray, bool]]:
        """Return marks on the field with their pixels (2,) and whether they are visible."""
        marks = self.picture.marks
        if not marks:
            return []
        points = field.place(np.array([m.a for m in marks]), np.array([m.b for m in marks]))
        points[:, 2] += 3 * LIFT
        there = np.isfinite(points[:, 2])
        seen = np.zeros(len(points), bool)
        seen[there] = field.seen(points[there], self.camera)
        # As high as the mark of now, which covers that of the start at the first step: one ring, not two.
        pixels, _ = self.camera.project(points - np.array([0.0, 0.0, 2 * LIFT]), rect)
        return [(m, at, bool(s)) for m, at, s, ok in zip(marks, pixels, seen, there, strict=True) if ok]

    def _paint_now(
        self, painter: QPainter, field: HeightField, rect: QRectF
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Paint the present parameters on the plane, with a stem to the height of their true loss.

        They have the colour of their true loss. Return their place in pixels (2,) and the end of the stem.
        """
        now = self.picture.now
        if now is None:
            return None, None
        point = field.place(np.array([now.a]), np.array([now.b]))[0]
        if not np.isfinite(point).all():
            return None, None
        at = self.camera.project(point + np.array([0.0, 0.0, LIFT]), rect)[0]
        true_at = self._paint_stem(painter, now, point, field, rect)
        color = field.levels.color(self.table, now.true_loss)
        draw_now(painter, float(at[0]), float(at[1]), self.theme.marker_size, color)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return at, true_at

    def _paint_stem(
        self, painter: QPainter, now: Now, point: np.ndarray, field: HeightField, rect: QRectF
    ) -> np.ndarray | None:
        if not math.isfinite(now.true_loss):
            return None
        true = point.copy()
        true[2] = heights(np.array([now.true_loss]), field.levels)[0]
        if abs(true[2] - point[2]) < DIFFERENT * HEIGHT:
            return None
        ends = self.camera.project(np.stack([point, true]), rect)[0]
        for color, width in ((OUTLINE, 4.0), (INK, 1.8)):
            painter.setPen(solid_pen(color, width, (4.0, 3.0) if color != OUTLINE else ()))
            painter.drawLine(QPointF(*ends[0]), QPointF(*ends[1]))
        # Seen from above the mark of now lies over the whole stem.
        hidden = float(np.hypot(*(ends[1] - ends[0]))) < self.theme.marker_size
        return None if hidden else np.array(ends[1])

    def _paint_labels(
        self,
        painter: QPainter,
        marks: list[tuple[Mark, np.ndarray, bool]],
        places: tuple[np.ndarray | None, np.ndarray | None],
        arrows: list[PlacedArrow],
        pixels: np.ndarray,
        rect: QRectF,
    ) -> None:
        """Paint labels, and the head of the stem where it has one: unnamed it would be taken for a place."""
        now_at, true_at = places
        frame = (rect.left(), rect.top(), rect.right(), rect.bottom())
        labels, farther = labels_to_draw(
            self.picture.now,
            None if now_at is None else (float(now_at[0]), float(now_at[1])),
            arrow_labels(arrows, frame),
            [(mark, float(at[0]), float(at[1])) for mark, at, _ in marks],
        )
        name = ""
        if true_at is not None and self.picture.now is not None:
            name = f"true J {loss_text(self.picture.now.true_loss)}"
            labels.insert(1, (name, float(true_at[0]), float(true_at[1])))
            farther += 1
        half = 0.62 * self.theme.marker_size
        obstacles: list[Box] = [(x - half, y - half, x + half, y + half) for _, x, y in labels]
        obstacles += self._axis_texts
        frame = (rect.left(), rect.top(), rect.right(), rect.bottom())
        finite = pixels[np.isfinite(pixels).all(axis=1)]
        line = sampled(finite[:, 0], finite[:, 1])
        self.placed = draw_labels(painter, self.theme, labels, farther, frame, obstacles, line)
        if true_at is not None and any(text == name for text, _ in self.placed):
            painter.setPen(solid_pen(OUTLINE, 3.0))
            painter.setBrush(QColor(INK))
            painter.drawEllipse(QPointF(*true_at), 3.5, 3.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)


class ReliefItem(pg.GraphicsWidget):
    """The picture with the bar of its colours, as an item of a scene, for exports."""

    def __init__(self, drawing: ReliefDrawing):
        super().__init__()
        self.drawing = drawing
        self._cells = FINEST
        self._room = QRectF()
        self.bar = ReliefBar(drawing.theme)
        self.bar.setParentItem(self)
        self.bar.take(drawing)

    def setExportMode(self, export: bool, opts: dict[str, Any] | None = None) -> None:
        """Use fewer cells where each of them is written as a shape of its own."""
        self._cells = FINE if export and (opts or {}).get("vector") else FINEST

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        self._room = self.bar.stand_in(self.size())

    def paint(self, painter: QPainter, *_: object) -> None:
        self.drawing.paint(painter, self._room, self._cells)


def densified(field: HeightField, path: np.ndarray, strength: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a path (n, 2) with points between those that lie farther apart than STRIDE on the floor."""
    surface = field.surface
    size = np.array([surface.a[-1] - surface.a[0], surface.b[-1] - surface.b[0]]) / 2
    apart = np.linalg.norm(np.diff(path, axis=0) / size, axis=1)
    parts = np.clip(np.ceil(np.nan_to_num(apart, posinf=1.0) / STRIDE), 1, 40).astype(int)
    along = np.concatenate([np.arange(count) / count + start for start, count in enumerate(parts)])
    along = np.append(along, len(parts))
    rows = np.arange(len(path))
    dense = np.column_stack([np.interp(along, rows, path[:, axis]) for axis in (0, 1)])
    return dense, np.interp(along, rows, strength)


_CENTRED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
