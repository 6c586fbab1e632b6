"""Arrows of the next step on a surface, and the cursor of the keyboard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from playground.drawing.kit.axes import floor_125
from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import ThemedItem, solid_pen
from playground.drawing.kit.theme import INK, OUTLINE, Theme
from playground.drawing.shown_parts import ShownParts
from playground.engine.update_parts import STEP
from playground.landscape.plane import Plane
from playground.numerals import number_text, percent_text

HEAD, USUAL_WIDTH = 9.0, 1.6
WIDTHS = {"part": 1.7, "earlier": 0.8}
DASHES = {"gradient": (5.0, 3.5), "point": (1.8, 2.6), "earlier": (3.5, 2.5)}
COMPARED = ("mean", "point")
"""Kinds of arrows whose common factor stands in the caption."""
ROOM, LONGEST = 110.0, 4000.0
"""Pixels of a picture of the usual size: shorter arrows are drawn longer as long as the longest of them has
this room; an arrow is cut at the second length in any case."""
USUAL_FRAME: Frame = (0.0, 0.0, 480.0, 360.0)
"""A picture of the usual size in pixels."""
STEPS, MOST = ("step", "gradient"), 100.0
"""Kinds of arrows that are drawn longer by 1, 10 or 100 only: a run is watched with one factor for long, and
its steps are seen to get shorter."""
DOT, DOT_RADIUS = 8.0, 2.2
"""Pixels: an arrow that is drawn shorter lies under the marker, and is a dot on it."""
LEAST_SHARE = 0.1
"""Share of the length of a step below which almost nothing of it lies in a plane: it gets no arrow."""
LANE, SAME_WAY = 8.0, 0.15
"""Pixels between arrows of an update that point the same way: within this angle in radians."""

WHOLE = 0.9995
"""Share of a length that counts as all of it."""


class Arrow(NamedTuple):
    """From (a, b) by (da, db) in the plane's coordinates.

    kind: "step" (solid), "gradient" (dashed); compared with each other: "mean" (solid), "point" (dotted); of
    an update that is taken apart: "part" (solid, broad), "earlier" (dashed, narrow).
    """

    a: float
    b: float
    da: float
    db: float
    label: str
    kind: str


class PlacedArrow(NamedTuple):
    """An arrow in pixels, its label, and how many times as long it is drawn."""

    x: float
    y: float
    tip_x: float
    tip_y: float
    label: str
    kind: str
    factor: float

    @property
    def is_dot(self) -> bool:
        """Whether it is too short to be seen as an arrow."""
        return math.hypot(self.tip_x - self.x, self.tip_y - self.y) < DOT


def placed_arrows(
    arrows: Sequence[Arrow], transform: QTransform, frame: Frame = USUAL_FRAME
) -> list[PlacedArrow]:
    """Return arrows in pixels, without those that are not visible. frame: that of the picture, in pixels."""
    lengths = [math.hypot(arrow.da * transform.m11(), arrow.db * transform.m22()) for arrow in arrows]
    factor = enlargement(arrows, lengths, min(frame[2] - frame[0], frame[3] - frame[1]))
    placed = []
    for arrow in arrows:
        x, y = arrow.a * transform.m11() + transform.dx(), arrow.b * transform.m22() + transform.dy()
        dx, dy = arrow.da * transform.m11(), arrow.db * transform.m22()
        length = math.hypot(dx, dy)
        if not (1e-280 < length < math.inf and is_within_reach(x, y, frame)):
            continue
        stretch = min(factor, LONGEST / length)
        label = drawn_label(arrow.label, factor, stretch * length)
        placed.append(PlacedArrow(x, y, x + stretch * dx, y + stretch * dy, label, arrow.kind, factor))
    return beside_each_other(placed)


def is_within_reach(x: float, y: float, frame: Frame) -> bool:
    """Return whether the longest arrow from this place could meet the frame, all in pixels.

    A place that is no number, as between numbers near the end of float64, is not.
    """
    across = frame[0] - LONGEST <= x <= frame[2] + LONGEST
    return across and frame[1] - LONGEST <= y <= frame[3] + LONGEST


def beside_each_other(placed: Sequence[PlacedArrow]) -> list[PlacedArrow]:
    """Return arrows, those of an update beside each other where they point the same way.

    The present one, which comes last, stays at its place.
    """
    moved: list[PlacedArrow] = []
    angles: list[float] = []
    for arrow in reversed(placed):
        if arrow.kind in WIDTHS:
            angle = math.atan2(arrow.tip_y - arrow.y, arrow.tip_x - arrow.x)
            lane = sum(abs(math.remainder(angle - other, math.tau)) < SAME_WAY for other in angles)
            angles.append(angle)
            # By turns on one side and on the other.
            away = LANE * ((lane + 1) // 2) * (1 if lane % 2 else -1)
            aside_x, aside_y = -away * math.sin(angle), away * math.cos(angle)
            arrow = arrow._replace(
                x=arrow.x + aside_x,
                y=arrow.y + aside_y,
                tip_x=arrow.tip_x + aside_x,
                tip_y=arrow.tip_y + aside_y,
            )
        moved.append(arrow)
    return moved[::-1]


def enlargement(arrows: Sequence[Arrow], lengths: Sequence[float], side: float) -> float:
    """Return the factor by which all arrows of a picture are drawn longer, of these lengths in pixels.

    One factor, so that the longer arrow is the longer step: 1, 2, 5, 10, …; of the next step 1, 10 or 100.
    side: the shorter side of the picture in pixels. The factor goes by the share of it that an arrow has, so
    that a picture that is resized keeps its factor.
    """
    room = ROOM * side / min(USUAL_FRAME[2:])
    steps = any(arrow.kind in STEPS for arrow in arrows)
    # Rounded down: the longest must not leave the picture.
    longest = max((length for length in lengths if 1e-280 < length < math.inf), default=room)
    if longest >= room:
        return 1.0
    if not steps:
        return max(floor_125(room / longest), 1.0)
    return float(min(10.0 ** math.floor(math.log10(room / longest)), MOST))


def scale_of_compared(arrows: Sequence[PlacedArrow]) -> float:
    """Return the factor of the arrows that are compared; 1 where there are none."""
    return next((arrow.factor for arrow in arrows if arrow.kind in COMPARED), 1.0)


def drawn_label(label: str, factor: float, length: float) -> str:
    """Return the label of an arrow that is drawn longer by a factor, and then has this length in pixels."""
    label = label if factor == 1 else f"{label}, ×{number_text(factor)}"
    return f"{label}: a dot" if length < DOT else label


def along_arrow(arrow: PlacedArrow) -> list[tuple[float, float]]:
    """Return places that a label should not cover, or the arrow would be hidden."""
    across, up = arrow.tip_x - arrow.x, arrow.tip_y - arrow.y
    if math.hypot(across, up) > LONGEST / 2:
        return []
    return [(arrow.x + share * across, arrow.y + share * up) for share in (0.4, 0.7, 1.0)]


def arrow_labels(arrows: Sequence[PlacedArrow], frame: Frame) -> list[tuple[str, float, float]]:
    """Return the labels of arrows with their places, the most important first; the last arrow lies on top."""
    ordered = sorted(arrows, key=lambda arrow: arrow.kind != "part")
    return [(arrow.label, *_label_end(arrow, frame)) for arrow in ordered]


def _label_end(arrow: PlacedArrow, frame: Frame) -> tuple[float, float]:
    """Return the place that the label of an arrow belongs to: its tip, or where it leaves the frame."""
    x, y, tip_x, tip_y = arrow[:4]
    if not (frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]):
        return tip_x, tip_y
    shares = [1.0]
    for start, way, low, high in ((x, tip_x - x, frame[0], frame[2]), (y, tip_y - y, frame[1], frame[3])):
        if way:
            shares.append(((high if way > 0 else low) - start) / way)
    share = min(shares)
    return x + share * (tip_x - x), y + share * (tip_y - y)


def draw_dots(painter: QPainter, arrows: Sequence[PlacedArrow]) -> None:
    """Draw dots in place of the arrows that are too short, over the marker from which they start."""
    for arrow in arrows:
        if arrow.is_dot:
            painter.setPen(solid_pen(OUTLINE, 1.6))
            painter.setBrush(QColor(INK))
            painter.drawEllipse(QPointF(arrow.tip_x, arrow.tip_y), DOT_RADIUS, DOT_RADIUS)
            painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_arrow(painter: QPainter, arrow: PlacedArrow, width: float) -> None:
    """Draw a line with a head, light on dark, so that it shows over any colour; nothing for a dot."""
    x, y, tip_x, tip_y, _, kind, _ = arrow
    width *= WIDTHS.get(kind, 1.0)
    length = math.hypot(tip_x - x, tip_y - y)
    if arrow.is_dot:
        return
    along_x, along_y = (tip_x - x) / length, (tip_y - y) / length
    whole_head = HEAD * max(width / USUAL_WIDTH, 1.0)
    head_length = min(whole_head, 0.7 * length)
    neck = QPointF(tip_x - head_length * along_x, tip_y - head_length * along_y)
    side_x, side_y = -0.42 * whole_head * along_y, 0.42 * whole_head * along_x
    head = QPolygonF(
        [
            QPointF(tip_x, tip_y),
            QPointF(neck.x() + side_x, neck.y() + side_y),
            QPointF(neck.x() - side_x, neck.y() - side_y),
        ]
    )
    dashes = DASHES.get(kind, ())
    for color, wide, pattern in ((OUTLINE, width + 3.0, ()), (INK, width, dashes)):
        painter.setPen(solid_pen(color, wide, pattern))
        painter.drawLine(QLineF(QPointF(x, y), neck))
        painter.setPen(solid_pen(color, max(wide - width, 0.5)))
        painter.setBrush(QColor(color))
        painter.drawPolygon(head)


def blame_arrows(
    plane: Plane, parameters: np.ndarray, one: np.ndarray, mean: np.ndarray | None, index: int
) -> list[Arrow]:
    """Return the arrows from parameters (P,) of one training point's step (P,), and of the mean (P,) of all.

    mean None: it is nothing but rounding.
    """
    a, b = plane.project(parameters)
    alone = Arrow(a, b, *plane.components(one), f"point {index + 1} alone", "point")
    if mean is None:
        return [alone]
    return [Arrow(a, b, *plane.components(mean), "−α·∂J/∂θ, the mean of all", "mean"), alone]


def part_arrows(plane: Plane, shown: ShownParts) -> list[Arrow]:
    """Return the arrows of the parts of an update that are shown, the present one last.

    A label says what share of the length lies in the plane, where it is not all of it.
    """
    a, b = plane.project(shown.start)
    *earlier, present = shown.drawn
    arrows = []
    for part in (*earlier, present):
        label = f"step: {part.arrow}" if part.name == STEP else part.arrow
        share = plane.share_within(part.move)
        if plane.size > 2 and share < WHOLE:
            label += f", {percent_text(share)} in plane"
        kind = "part" if part is present else "earlier"
        arrows.append(Arrow(a, b, *plane.components(part.move), label, kind))
    return arrows


class CursorItem(ThemedItem):
    """A cross over the whole view at the place of the keyboard's cursor."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.place: tuple[float, float] | None = None

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
    """Return a path (n, 2) with gaps before the points of these rows (k,)."""
    rows = np.unique(rows[(rows > 0) & (rows < len(ab))])
    if not rows.size:
        return ab, off
    return np.insert(ab, rows, np.nan, axis=0), np.insert(off, rows, 0.0)


def arrows_of(plane: Plane, start: np.ndarray, update: np.ndarray, downhill: np.ndarray) -> list[Arrow]:
    """Return the arrows of the next update (P,) and of −α·∂J/∂θ (P,), from parameters (P,).

    Return one where both agree, and none of which less than LEAST_SHARE lies in the plane: what rounding or
    chance leaves of it there points anywhere.
    """
    a, b = plane.project(start)
    step = Arrow(a, b, *plane.components(update), "next step", "step")
    largest = float(np.abs(downhill).max(initial=0.0))
    # A share that is not known (NaN) is not known to be small.
    within = [not plane.share_within(vector) < LEAST_SHARE for vector in (downhill, update)]
    if np.isfinite(largest) and np.allclose(update, downhill, rtol=1e-3, atol=1e-3 * largest):
        return [step._replace(label="next step = −α·∂J/∂θ")] if within[1] else []
    gradient = Arrow(a, b, *plane.components(downhill), "−α·∂J/∂θ", "gradient")
    return [arrow for arrow, there in zip((gradient, step), within, strict=True) if there]
