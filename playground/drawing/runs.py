"""Runs beside the present one: their curves over the loss plot, their paths over the surface.

Each differs from the others by colour, by line style and by its label, so that none of these is needed alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from playground.drawing.kit.axes import font
from playground.drawing.kit.geometry import Frame, clip_polyline, thin_curve, thin_path
from playground.drawing.kit.items import (
    LONGEST_STROKE,
    PixelItem,
    ThemedItem,
    line_length,
    map_points,
    solid_pen,
    stroke,
)
from playground.drawing.kit.labels import (
    BOX_GROUND,
    BOX_TEXT,
    Box,
    around,
    draw_label,
    in_columns,
    leader,
    place_labels,
    sampled,
    text_size,
    through_names,
)
from playground.drawing.kit.steps_plot import height_of
from playground.drawing.kit.theme import BRANCH_COLORS, OUTLINE, PALE_OVER_SURFACE, Theme, mix

PALE_SHARE = 0.62
DOT_SHARE, PALE_DOT_SHARE, BALL_SHARE = 0.36, 0.28, 0.42
"""Half the width of the dot at the end of a path, or of a ball, as a share of a marker's size."""
FEW_NAMES = 2
"""Balls over each other that have names."""
LABEL_DISTANCE, LABEL_RINGS = 6.0, 7
"""Pixels from an end to its name, and the number of distances at which it may be, each a label's height
farther."""
HALF_END, NEAR_RINGS = 1.0, 2
"""Half of the area without names around the end of a curve, in pixels, and the rings that are near it."""
MOST_SAMPLES, MOST_BENEATH = 300, 1200
"""Maximum number of points along a path, and of all lines, which names should not hide: computed in every
frame."""
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (6.0, 2.5),
    (2.0, 2.0),
    (7.0, 2.0, 1.5, 2.0),
    (3.5, 1.5, 1.0, 1.5, 1.0, 1.5),
    (1.0, 3.0),
    (10.0, 4.0),
)
SURFACE_COLORS = BRANCH_COLORS[True]


@dataclass(frozen=True)
class Look:
    """The look of another run: number picks colour and dashes; a pale one has the colour of text."""

    number: int
    pale: bool = False

    @property
    def dashes(self) -> tuple[float, ...]:
        # Where the colours begin again, the line styles are others.
        return DASHES[(self.number + self.number // len(SURFACE_COLORS)) % len(DASHES)]

    def color(self, theme: Theme, over_surface: bool = False) -> str:
        if self.pale:
            return PALE_OVER_SURFACE if over_surface else mix(theme.card, theme.dim_text, PALE_SHARE)
        colors = SURFACE_COLORS if over_surface else BRANCH_COLORS[theme.is_dark]
        return colors[self.number % len(colors)]


@dataclass(frozen=True, eq=False)
class OtherRun:
    """Another run: its loss (n,) at its steps (n,), and its path (m, 2) in the coordinates of the surface.

    Lines break at NaN. An empty path is not drawn.
    """

    label: str
    look: Look
    steps: np.ndarray
    losses: np.ndarray
    path_ab: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))


@dataclass(frozen=True, eq=False)
class Beneath:
    """The places of the other runs, in pixels: points along their lines (n, 2), a box around each end."""

    line: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    ends: tuple[Box, ...] = ()


End = tuple[OtherRun, float, float]
"""A run and where its line ends, in pixels."""


class NamesToPlace(NamedTuple):
    """Names to place: the ends that they belong to, their sizes, and the other arguments of _label."""

    anchors: Sequence[tuple[float, float]]
    sizes: Sequence[tuple[float, float]]
    frame: Frame
    obstacles: Sequence[Box]
    line: np.ndarray | None
    distance: float


def around_the_ends(to_place: NamesToPlace, n_rings: int) -> list[Box | None]:
    """Return a box for each name on one of n_rings rings around its end; None where there is no room."""
    sizes, distance = to_place.sizes, to_place.distance
    rings = [1.0 + step * sizes[0][1] / distance for step in range(n_rings)] if sizes else ()
    return place_labels(*to_place, rings=rings, led=True)


class _OtherRuns(ThemedItem):
    """The base of both items: the runs, the theme, and labels at the ends that never collide."""

    over_surface = False

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.runs: tuple[OtherRun, ...] = ()
        self.groups: list[OtherRun] = []
        """Ends of several runs with one name, which has no piece of a line before it."""
        self.placed: list[tuple[str, Box]] = []

    def show(self, runs: Sequence[OtherRun]) -> None:
        if runs or self.runs:
            self.runs = tuple(runs)
            self.update()

    def _label(
        self,
        painter: QPainter,
        ends: Sequence[End],
        frame: Frame,
        obstacles: Sequence[Box] = (),
        line: np.ndarray | None = None,
        distance: float = LABEL_DISTANCE,
    ) -> None:
        """Write the name of each run at its end, after a piece of its line.

        obstacles: boxes in pixels that no label may touch. line (n, 2): what they should hide little of.
        distance: from an end to its name.
        """
        text_font = font(self.theme, self.theme.small_font_size)
        texts = [run.label for run, _, _ in ends]
        keys = [0.0 if run in self.groups else 2.2 * text_font.pixelSize() for run, _, _ in ends]
        sizes = [
            (width + key, height)
            for key, (width, height) in zip(keys, (text_size(text, text_font) for text in texts), strict=True)
        ]
        inner = (frame[0] + 2, frame[1] + 2, frame[2] - 2, frame[3] - 2)
        anchors = [(x, y) for _, x, y in ends]
        self.placed = []
        boxes = self._places(NamesToPlace(anchors, sizes, inner, obstacles, line, distance))
        for (run, x, y), box in zip(ends, boxes, strict=True):
            if box is not None:
                self._lead(painter, run, leader(x, y, box), distance)
        for (run, _, _), box, text, key in zip(ends, boxes, texts, keys, strict=True):
            if box is None:
                continue
            self.placed.append((text, box))
            if not key:
                draw_label(painter, box, text, text_font, *self._label_colors())
                continue
            draw_label(painter, box, " " * math.ceil(key / 3.4) + text, text_font, *self._label_colors())
            painter.setPen(self._pen(run))
            y = (box[1] + box[3]) / 2
            painter.drawLine(QPointF(box[0] + 4, y), QPointF(box[0] + key, y))

    def _places(self, to_place: NamesToPlace) -> list[Box | None]:
        return around_the_ends(to_place, LABEL_RINGS)

    def _lead(
        self, painter: QPainter, run: OtherRun, way: list[tuple[float, float]], distance: float
    ) -> None:
        """Draw a thin line from the end of a run to its name, where that is farther away."""
        start, end = QPointF(*way[0]), QPointF(*way[-1])
        if math.dist(way[0], way[-1]) <= 1.5 * distance:
            return
        width = 0.8 * self.theme.thin_width
        lines = [(run.look.color(self.theme, self.over_surface), width)]
        if self.over_surface:
            lines.insert(0, (OUTLINE, width + 1.6))
        for color, wide in lines:
            painter.setPen(solid_pen(color, wide))
            painter.drawLine(start, end)

    def _label_colors(self) -> tuple[str, str]:
        """Return ground and ink of a name: on the ground a piece of its line has the colour of its line."""
        return (BOX_GROUND, BOX_TEXT) if self.over_surface else (self.theme.card, self.theme.text)

    def _pen(self, run: OtherRun) -> QPen:
        width = self.theme.thin_width * (1.2 if run.look.pale else 1.9)
        return solid_pen(run.look.color(self.theme, self.over_surface), width, run.look.dashes)


class OtherCurves(_OtherRuns):
    """Losses over the steps. named: whether each has its name at its end."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.logarithmic = self.named = True

    def height(self, values: np.ndarray) -> np.ndarray:
        return height_of(values, self.logarithmic)

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        ends = []
        for run in self.runs:
            if not len(run.steps):
                continue
            x, y = map_points(transform, np.asarray(run.steps, float), self.height(run.losses))
            x, y = clip_polyline(*thin_curve(x, y), frame)
            # Of a run that has left the picture, where it leaves it.
            last = np.flatnonzero(np.isfinite(y) & (x <= frame[2]))
            if len(last):
                end_y = float(np.clip(y[last[-1]], frame[1] + 8, frame[3] - 8))
                ends.append((run, float(x[last[-1]]), end_y))
            painter.setPen(self._pen(run))
            stroke(painter, x, y, self._exporting)
        if self.named:
            self._label(painter, ends, frame, [around(x, y, HALF_END) for _, x, y in ends])

    def _places(self, to_place: NamesToPlace) -> list[Box | None]:
        """Return places near the ends where all have room there, else in columns.

        Runs of a fork end at the same step.
        """
        near = around_the_ends(to_place, NEAR_RINGS)
        if None not in near and not through_names(to_place.anchors, near):
            return near
        columns = in_columns(to_place.anchors, to_place.sizes, to_place.frame, to_place.obstacles)
        return [*columns] if columns is not None else super()._places(to_place)


class OtherBalls(_OtherRuns):
    """The ends of paths as balls on a curve, path_ab (m, 2) being places on it; each has its name.

    FEW_NAMES balls that lie over each other have their names; of more their number is written, and colours
    and the list of runs tell which they are. kept_free: boxes that names must not touch; line: points that
    they should not hide.
    """

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.kept_free: Callable[[], Sequence[Box]] = tuple
        self.line: Callable[[], np.ndarray] = lambda: np.empty((0, 2))

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        half = BALL_SHARE * self.theme.marker_size
        ends = self._ends(transform, frame)
        for run, at_x, at_y in ends:
            painter.setPen(solid_pen(self.theme.card, 1.5))
            painter.setBrush(QColor(run.look.color(self.theme)))
            painter.drawEllipse(QPointF(at_x, at_y), half, half)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        boxes = [*self.kept_free(), *self.balls(transform, frame)]
        named: list[End] = []
        self.groups = []
        for together in in_groups(ends, 2.0 * half):
            if len(together) <= FEW_NAMES:
                named += together
                continue
            run, at_x, at_y = together[0]
            self.groups.append(replace(run, label=f"{len(together)} runs here"))
            named.append((self.groups[-1], at_x, at_y))
        self._label(painter, named, frame, boxes, self.line(), distance=2.0 * half + 4.0)

    def balls(self, transform: QTransform, frame: Frame) -> list[Box]:
        """Return a box around each ball, in pixels."""
        half = BALL_SHARE * self.theme.marker_size + 1.0
        return [around(at_x, at_y, half) for _, at_x, at_y in self._ends(transform, frame)]

    def _ends(self, transform: QTransform, frame: Frame) -> list[End]:
        ends: list[End] = []
        for run in self.runs:
            x, y = map_points(transform, run.path_ab[-1:, 0], run.path_ab[-1:, 1])
            if len(x) and frame[0] <= x[0] <= frame[2] and frame[1] <= y[0] <= frame[3]:
                ends.append((run, float(x[0]), float(y[0])))
        return ends


def in_groups(ends: Sequence[End], apart: float) -> list[list[End]]:
    """Return ends in groups: each is nearer than this many pixels to another one of its group."""
    groups: list[list[End]] = []
    for end in ends:
        near = [group for group in groups if any(math.dist(end[1:], other[1:]) < apart for other in group)]
        joined = [member for group in near for member in group] + [end]
        groups = [group for group in groups if group not in near] + [joined]
    return groups


class OtherPaths(_OtherRuns):
    """Paths over the surface, each with a dark outline and a dot at its end.

    `names` is an item of its own, so that it can lie over all other lines and labels. It reads from kept_free
    the boxes that these need, and from line their points.
    """

    over_surface = True

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.beneath = Beneath()
        self.kept_free: Callable[[], Sequence[Box]] = tuple
        self.line: Callable[[], np.ndarray] = lambda: np.empty((0, 2))
        self.names = _Names(self)
        self._ends: list[End] = []

    def show(self, runs: Sequence[OtherRun]) -> None:
        if runs or self.runs:
            super().show(runs)
            self.names.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        ends: list[End] = []
        lines = [np.empty((0, 2))]
        for run in self.runs:
            if len(run.path_ab) < 1:
                continue
            x, y = map_points(transform, run.path_ab[:, 0], run.path_ab[:, 1])
            finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
            if not len(finite):
                continue
            end = float(x[finite[-1]]), float(y[finite[-1]])
            kept = thin_path(x, y)
            x, y = clip_polyline(x[kept], y[kept], frame)
            seen = np.isfinite(x) & np.isfinite(y)
            lines.append(sampled(x[seen], y[seen], most=MOST_SAMPLES))
            pen = self._pen(run)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self._exporting or line_length(x, y) <= LONGEST_STROKE:
                outline = QColor(OUTLINE)
                outline.setAlphaF(0.4 if run.look.pale else 0.8)
                painter.setPen(solid_pen(outline, pen.widthF() + 2.0))
                stroke(painter, x, y, self._exporting)
            painter.setPen(pen)
            stroke(painter, x, y, self._exporting)
            if frame[0] <= end[0] <= frame[2] and frame[1] <= end[1] <= frame[3]:
                ends.append((run, *end))
        for run, at_x, at_y in ends:
            half = self._half(run)
            painter.setPen(solid_pen(OUTLINE, 1.5))
            painter.setBrush(QColor(run.look.color(self.theme, True)))
            painter.drawEllipse(QPointF(at_x, at_y), half, half)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._ends = ends
        self.beneath = Beneath(
            np.vstack(lines), tuple(around(x, y, self._half(run) + 1.0) for run, x, y in ends)
        )

    def draw_names(self, painter: QPainter, frame: Frame) -> None:
        """Write the names of the runs whose ends were drawn last."""
        line = np.vstack([self.beneath.line, self.line()])
        line = line[:: 1 + len(line) // MOST_BENEATH]
        # At this distance the corner of a label does not touch the dot.
        distance = 2.0 * (self.theme.marker_size * DOT_SHARE + 3.0)
        self._label(painter, self._ends, frame, [*self.kept_free(), *self.beneath.ends], line, distance)

    def _half(self, run: OtherRun) -> float:
        """Return half the width of the dot at the end of a run."""
        return self.theme.marker_size * (PALE_DOT_SHARE if run.look.pale else DOT_SHARE)


class _Names(PixelItem):
    """The names of paths, over everything that is drawn between them and their paths."""

    def __init__(self, paths: OtherPaths):
        super().__init__()
        self._paths = paths

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        self._paths.draw_names(painter, frame)
