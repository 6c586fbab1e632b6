"""Runs beside the one that is shown: their curves over the loss plot, their paths over the surface.

Each is told from the others by colour, by line style and by its label, so that none of these is needed alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from playground.drawing.axes import font
from playground.drawing.geometry import Frame, clip_polyline, thin_curve, thin_path
from playground.drawing.items import (
    LONGEST_STROKE,
    PixelItem,
    line_length,
    map_points,
    solid_pen,
    stroke,
)
from playground.drawing.labels import Box, draw_label, place_labels, text_size
from playground.drawing.theme import Theme, mix

OUTLINE = "#0b0f14"
GHOST_SHARE = 0.62
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (6.0, 2.5),
    (2.0, 2.0),
    (7.0, 2.0, 1.5, 2.0),
    (3.5, 1.5, 1.0, 1.5, 1.0, 1.5),
    (1.0, 3.0),
    (10.0, 4.0),
)
BRANCH_COLORS = {
    True: ("#ffd9ea", "#ff5fa8", "#d28bff", "#c2264f", "#8f6bff", "#f7a8c4", "#e04fd6"),
    False: ("#e58ab2", "#c2186b", "#8a2be2", "#7a0f2e", "#4b2fb5", "#d4679c", "#a3159a"),
}
"""Relatives of the pink of the learning rate, which is what branches differ in; by Theme.is_dark."""
SURFACE_COLORS = BRANCH_COLORS[True]


@dataclass(frozen=True)
class Look:
    """How another run is drawn: number picks colour and dashes; a ghost is pale, in the colour of text."""

    number: int
    ghost: bool = False

    @property
    def dashes(self) -> tuple[float, ...]:
        return DASHES[self.number % len(DASHES)]

    def color(self, theme: Theme, over_surface: bool = False) -> str:
        if self.ghost:
            return "#c9d0da" if over_surface else mix(theme.card, theme.dim_text, GHOST_SHARE)
        colors = SURFACE_COLORS if over_surface else BRANCH_COLORS[theme.is_dark]
        return colors[self.number % len(colors)]


@dataclass(frozen=True, eq=False)
class OtherRun:
    """Another run: its loss (n,) at its steps (n,), and its path (m, 2) in the coordinates of the surface.

    An empty path is not drawn.
    """

    label: str
    look: Look
    steps: np.ndarray
    losses: np.ndarray
    path_ab: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))


class _OtherRuns(PixelItem):
    """What both items share: the runs, the theme, and labels at the ends that never collide."""

    over_surface = False

    def __init__(self, theme: Theme):
        super().__init__()
        self.theme = theme
        self.runs: tuple[OtherRun, ...] = ()
        self.placed: list[tuple[str, Box]] = []
        self.kept_free: Callable[[], Sequence[Box]] = tuple
        """Boxes in pixels that no label may touch."""

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def show(self, runs: Sequence[OtherRun]) -> None:
        if runs or self.runs:
            self.runs = tuple(runs)
            self.update()

    def _label(self, painter: QPainter, ends: list[tuple[OtherRun, float, float]], frame: Frame) -> None:
        """Name each run at its end; the colour of its line stands before the name."""
        text_font = font(self.theme, self.theme.small_font_size)
        texts = [run.label for run, _, _ in ends]
        key = 2.2 * text_font.pixelSize()
        sizes = [(width + key, height) for width, height in (text_size(text, text_font) for text in texts)]
        inner = (frame[0] + 2, frame[1] + 2, frame[2] - 2, frame[3] - 2)
        anchors = [(x, y) for _, x, y in ends]
        self.placed = []
        for (run, _, _), box, text in zip(
            ends, place_labels(anchors, sizes, inner, self.kept_free(), None, 6.0), texts, strict=True
        ):
            if box is None:
                continue
            self.placed.append((text, box))
            draw_label(painter, box, " " * math.ceil(key / 3.4) + text, text_font)
            painter.setPen(self._pen(run, over_label=True))
            y = (box[1] + box[3]) / 2
            painter.drawLine(QPointF(box[0] + 4, y), QPointF(box[0] + key, y))

    def _pen(self, run: OtherRun, over_label: bool = False) -> QPen:
        width = self.theme.thin_width * (1.2 if run.look.ghost else 1.9)
        color = run.look.color(self.theme, self.over_surface or over_label)
        return solid_pen(color, width, run.look.dashes)


class OtherCurves(_OtherRuns):
    """Losses over the steps; height says where a loss stands on the axis."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.logarithmic = True

    def height(self, values: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            heights = np.log10(values) if self.logarithmic else np.asarray(values, float)
        return np.where(np.isfinite(heights), heights, np.nan)

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        ends = []
        for run in self.runs:
            if not len(run.steps):
                continue
            x, y = map_points(transform, np.asarray(run.steps, float), self.height(run.losses))
            last = np.flatnonzero(np.isfinite(y) & (x <= frame[2]))
            if len(last):
                end_y = float(np.clip(y[last[-1]], frame[1] + 8, frame[3] - 8))
                ends.append((run, float(x[last[-1]]), end_y))
            x, y = clip_polyline(*thin_curve(x, y), frame)
            painter.setPen(self._pen(run))
            stroke(painter, x, y, self._exporting)
        self._label(painter, ends, frame)


class OtherPaths(_OtherRuns):
    """Paths over the surface, each with a dark outline and a dot where it stands."""

    over_surface = True

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        ends = []
        for run in self.runs:
            if len(run.path_ab) < 1:
                continue
            x, y = map_points(transform, run.path_ab[:, 0], run.path_ab[:, 1])
            finite = np.isfinite(x) & np.isfinite(y)
            x, y = x[finite], y[finite]
            if not len(x):
                continue
            end = float(x[-1]), float(y[-1])
            kept = thin_path(x, y)
            x, y = clip_polyline(x[kept], y[kept], frame)
            pen = self._pen(run)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self._exporting or line_length(x, y) <= LONGEST_STROKE:
                outline = QColor(OUTLINE)
                outline.setAlphaF(0.4 if run.look.ghost else 0.8)
                painter.setPen(solid_pen(outline, pen.widthF() + 2.0))
                stroke(painter, x, y, self._exporting)
            painter.setPen(pen)
            stroke(painter, x, y, self._exporting)
            if frame[0] <= end[0] <= frame[2] and frame[1] <= end[1] <= frame[3]:
                ends.append((run, *end))
        for run, at_x, at_y in ends:
            half = self.theme.marker_size * (0.28 if run.look.ghost else 0.36)
            painter.setPen(solid_pen(OUTLINE, 1.5))
            painter.setBrush(QColor(run.look.color(self.theme, True)))
            painter.drawEllipse(QPointF(at_x, at_y), half, half)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._label(painter, ends, frame)
