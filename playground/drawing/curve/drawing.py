"""A loss of one variable: the curve with the ball, tangent, parabola of second order and the next step.

The ball is filled, the place where it lands a pink ring; the pink arrow is the step along the axis of the
variable. Past steps are a zigzag that fades with age; where the path leaves steps out it has dots without a
line. Of an update that is taken apart each part has an arrow
on a line of its own below the ball, or above it, and the place where it lands comes with the last part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from playground.drawable import nice_step
from playground.drawing.curve.picture import DIGITS, CurvePicture, heights
from playground.drawing.kit.axes import ValueAxis, font
from playground.drawing.kit.furniture import Grid
from playground.drawing.kit.geometry import Frame, clip_polyline
from playground.drawing.kit.items import ThemedItem, draw_polyline, map_points, solid_pen
from playground.drawing.kit.labels import Box, around, draw_label, place_labels, sampled, text_size
from playground.drawing.kit.plot import PlotDrawing
from playground.drawing.kit.theme import Theme
from playground.drawing.runs import OtherBalls, OtherRun
from playground.drawing.shown_parts import ShownParts
from playground.engine.update_parts import STEP
from playground.landscape.one_variable import StepOnCurve
from playground.numerals import loss_text, number_text

HEAD, DOT_RADIUS = 10.0, 2.2
LINE_GAP, LABEL_GAP = 3.0, 7.0
"""Pixels around a label on the line of a part."""
SHORTEST, LONGEST = 18.0, 4000.0
"""Pixels: where the longest arrow of the parts is shorter, all are drawn longer by one factor; a longer one
is cut."""
ABOVE, BELOW = 0.1, 0.16
"""Room above and below the curve, as shares of its height; below it are the labels of a ball at a minimum."""
RINGS, HIDING = (1.0, 2.6, 4.2), 7.0
"""Of labels: away from the curve before they lie on it. See place_labels."""
PARABOLA_DASHES, DROP_DASHES = (6.0, 4.0), (2.0, 3.0)


class CurveDrawing(PlotDrawing):
    """A CurvePicture; `.item` goes into a scene, on the screen or for an export."""

    def __init__(self, theme: Theme):
        super().__init__(theme, ValueAxis("left", theme, "J"), ValueAxis("bottom", theme, "w"))
        self.picture: CurvePicture | None = None
        self.grid, self.ink, self.cross = Grid(self.left), CurveInk(theme), Cross(theme)
        self.others = OtherBalls(theme)
        self.others.kept_free = lambda: self.ink.kept_free
        self.others.line = lambda: self.ink.line
        self.ink.other_balls = self.others.balls
        self.themed += (self.grid, self.ink, self.others, self.cross)
        self.box.lay((self.grid, self.ink, self.others, self.cross, self.notice))
        self.notice.set_text("The curve is being computed")
        self.restyle(theme)

    def show(self, picture: CurvePicture) -> None:
        """Draw a picture."""
        self.picture = picture
        self.notice.setVisible(False)
        if self.bottom.name != picture.name:
            self.bottom.set_name(picture.name)
        self.ink.show(picture)
        self.show_whole()

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw the balls of other runs, whose path_ab are places (w, J); an empty sequence for none."""
        self.others.show(runs)

    def show_whole(self) -> None:
        """Show the curve of the window, unless the user chose a part."""
        if self.picture is None:
            return
        curve = self.picture.curve
        low, high = self.picture.heights or heights(curve)
        height = high - low
        self.box.place(float(curve.w[0]), float(curve.w[-1]), low - BELOW * height, high + ABOVE * height)

    def margins(self, theme: Theme) -> tuple[float, float, float, float]:
        """Return the margins, with room for the upper half of a label of the left axis."""
        return 1, 2 + theme.small_font_size / 2, 8, 1


class CurveInk(ThemedItem):
    """All that is drawn over the grid."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.picture: CurvePicture | None = None
        self.placed: list[tuple[str, Box]] = []
        self.kept_free: list[Box] = []
        self.line = np.empty((0, 2))
        """Boxes that no name of another run may touch, and points that it should not hide, in pixels."""
        self.other_balls: Callable[[QTransform, Frame], list[Box]] = lambda transform, frame: []

    def show(self, picture: CurvePicture) -> None:
        self.picture = picture
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        picture, theme = self.picture, self.theme
        self.placed, self.kept_free, self.line = [], [], np.empty((0, 2))
        if picture is None:
            return
        painter.setClipRect(QRectF(QPointF(frame[0], frame[1]), QPointF(frame[2], frame[3])))
        curve, step = picture.curve, picture.step
        x, y = map_points(transform, curve.w, curve.losses)
        if step is not None:
            self._model(painter, transform, frame, step, curve.w)
        painter.setPen(solid_pen(theme.text, 1.4 * theme.curve_width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        draw_polyline(painter, *clip_polyline(x, y, frame), crossing=False)
        self._zigzag(painter, transform, frame, picture)
        self._minima(painter, transform, picture.minima)
        if picture.start is not None:
            at_x, at_y = _pixel(transform, *picture.start)
            painter.setPen(solid_pen(theme.dim_text, theme.path_width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at_x, at_y), 0.4 * theme.marker_size, 0.4 * theme.marker_size)
        taken: list[Box] = []
        update = picture.update
        if step is not None and update is not None:
            taken = self._parts(painter, transform, frame, step, update)
        whole = update is None or update.whole
        labels = [] if step is None else self._step(painter, transform, frame, step, picture.name, whole)
        taken += self.other_balls(transform, frame)
        self.line = sampled(*clip_polyline(x, y, frame))
        self._labels(painter, frame, labels, self.line, taken)
        self.kept_free += [*taken, *(box for _, box in self.placed)]

    def _model(
        self, painter: QPainter, transform: QTransform, frame: Frame, step: StepOnCurve, w: np.ndarray
    ) -> None:
        """Draw tangent and parabola, both around the ball."""
        theme = self.theme
        with np.errstate(all="ignore"):
            x, y = map_points(transform, w, step.parabola(w))
        painter.setPen(solid_pen(theme.dim_text, theme.path_width, PARABOLA_DASHES))
        draw_polyline(painter, *clip_polyline(x, y, frame), crossing=False)
        reach = 0.16 * (w[-1] - w[0])
        ends = np.array([step.w - reach, step.w + reach])
        x, y = map_points(transform, ends, step.tangent(ends))
        painter.setPen(solid_pen(theme.dim_text, theme.path_width))
        draw_polyline(painter, *clip_polyline(x, y, frame), crossing=False)

    def _zigzag(self, painter: QPainter, transform: QTransform, frame: Frame, picture: CurvePicture) -> None:
        """Draw the newest steps, fading with age; a line is one step."""
        past = picture.past
        if len(past) < 2:
            return
        x, y = map_points(transform, past[:, 0], past[:, 1])
        color = QColor(self.theme.pink)
        for index, joined in enumerate(picture.one_step.tolist()):
            share = (index + 1) / (len(past) - 1)
            color.setAlphaF(0.08 + 0.62 * share**1.5)
            if joined:
                painter.setPen(solid_pen(color, self.theme.path_width))
                pair = slice(index, index + 2)
                draw_polyline(painter, *clip_polyline(x[pair], y[pair], frame), crossing=False)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x[index], y[index]), 2.4, 2.4)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _minima(self, painter: QPainter, transform: QTransform, minima: np.ndarray) -> None:
        """Draw a small triangle under each known minimum."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.green))
        size = 0.55 * self.theme.marker_size
        for w, loss in minima.tolist():
            x, y = _pixel(transform, w, loss)
            y += 0.45 * self.theme.marker_size
            triangle = [QPointF(x, y), QPointF(x - size / 2, y + size), QPointF(x + size / 2, y + size)]
            painter.drawPolygon(QPolygonF(triangle))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _step(
        self,
        painter: QPainter,
        transform: QTransform,
        frame: Frame,
        step: StepOnCurve,
        name: str,
        whole: bool = True,
    ) -> list[tuple[str, float, float]]:
        """Draw ball, arrow and landing; return their labels with the places that these belong to.

        whole: whether arrow and landing are drawn too.
        """
        theme = self.theme
        ball, level = _pixel(transform, step.w, step.loss)
        labels = []
        radius = 0.52 * theme.marker_size
        pink = QColor(theme.pink)
        if whole and np.isfinite(step.landing):
            tip = float(np.clip(_pixel(transform, step.landing, step.loss)[0], frame[0] - 50, frame[2] + 50))
            if abs(tip - ball) > 1.0:
                _arrow(painter, ball, tip, level, pink, 1.5 * theme.path_width)
                title = "−α·J′" if step.plain else "step"
                labels.append(
                    (f"{title} = {number_text(step.landing - step.w, DIGITS)}", 0.5 * (ball + tip), level)
                )
            if np.isfinite(step.landing_loss):
                foot = float(np.clip(_pixel(transform, step.landing, step.landing_loss)[1], -1e5, 1e5))
                painter.setPen(solid_pen(pink, theme.path_width, DROP_DASHES))
                painter.drawLine(QLineF(tip, level, tip, foot))
                painter.setPen(solid_pen(pink, 1.6 * theme.path_width))
                painter.setBrush(QColor(theme.card))
                painter.drawEllipse(QPointF(tip, foot), radius, radius)
                labels.append((f"{name} := {number_text(step.landing, DIGITS)}", tip, foot))
        painter.setPen(solid_pen(theme.card, 2.0))
        painter.setBrush(QColor(theme.text))
        text = f"{name} = {number_text(step.w, DIGITS)}, slope J′ = {number_text(step.slope, DIGITS)}"
        edge = _at_edge(ball, level, frame, 1.6 * radius)
        if edge is None:
            painter.drawEllipse(QPointF(ball, level), radius, radius)
        else:
            ball, level, angle = edge
            painter.drawPolygon(_head(ball, level, angle, 1.3 * radius))
            text = f"ball: {name} = {number_text(step.w, DIGITS)}, J = {loss_text(step.loss)}"
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self.kept_free.append(around(ball, level, radius + 1.0))
        return [(text, ball, level), *labels]

    def _parts(
        self,
        painter: QPainter,
        transform: QTransform,
        frame: Frame,
        step: StepOnCurve,
        update: ShownParts,
    ) -> list[Box]:
        """Draw the parts of an update that are shown, each on its line; return the boxes that they take.

        A line is as high as a label. Arrows that are too short to be seen are drawn longer by one factor,
        which stands in their labels; one that is short beside the others is a dot. The step itself stands at
        the height of the ball.
        """
        theme, used = self.theme, font(self.theme, self.theme.small_font_size)
        ball, level = _pixel(transform, step.w, step.loss)
        scale = abs(transform.m11())
        # Where the step itself is too short to be seen, its arrow is that of the part before, drawn longer.
        seen = abs(step.landing - step.w) * scale >= SHORTEST
        shown = [part for part in (update.drawn if seen else update.shown) if part.name != STEP]
        pitch = text_size("−α·g", used)[1] + 2 * LINE_GAP
        first = theme.marker_size + pitch / 2
        down = 1.0 if level + first + (len(update.parts) - 1.5) * pitch < frame[3] else -1.0
        lengths = [abs(float(part.move[0])) * scale for part in shown]
        longest = max((length for length in lengths if 1e-280 < length < math.inf), default=SHORTEST)
        factor = nice_step(SHORTEST / longest) if longest < SHORTEST else 1.0
        taken = []
        for line, (part, length) in enumerate(zip(shown, lengths, strict=True)):
            y = level + down * (first + line * pitch)
            present = part is update.shown[-1]
            color = QColor(theme.pink if present else theme.dim_text)
            move = float(part.move[0])
            reach = math.copysign(min(length * factor, LONGEST), move) if math.isfinite(length) else 0.0
            tip = float(np.clip(ball + reach, frame[0], frame[2]))
            painter.setPen(solid_pen(theme.dim_text, 1.0, DROP_DASHES))
            painter.drawLine(QLineF(ball, y - down * pitch, ball, y))
            if abs(tip - ball) > 1.0:
                _arrow(painter, ball, tip, y, color, (1.7 if present else 1.0) * theme.path_width)
            elif move:
                painter.setPen(solid_pen(color, 1.0))
                painter.setBrush(color)
                painter.drawEllipse(QPointF(ball, y), DOT_RADIUS, DOT_RADIUS)
                painter.setBrush(Qt.BrushStyle.NoBrush)
            value = f"{part.arrow} = {number_text(move, 3)}"
            value += "" if factor == 1.0 else f", drawn ×{number_text(factor)}"
            left, right = min(ball, tip) - LABEL_GAP, max(ball, tip) + LABEL_GAP
            # Beside the arrow, without the name of the part where there is no room for it.
            for text in (f"{part.name}: {value}", value):
                wide, high = text_size(text, used)
                at = right if right + wide <= frame[2] else left - wide
                if at >= frame[0]:
                    break
            at = float(np.clip(at, frame[0], max(frame[2] - wide, frame[0])))
            box = (at, y - high / 2, at + wide, y + high / 2)
            draw_label(painter, box, text, used)
            self.placed.append((text, box))
            taken += [box, (min(ball, tip), y - pitch / 2, max(ball, tip), y + pitch / 2)]
        return taken

    def _labels(
        self,
        painter: QPainter,
        frame: Frame,
        labels: list[tuple[str, float, float]],
        line: np.ndarray,
        taken: list[Box],
    ) -> None:
        inside = [
            label for label in labels if frame[0] <= label[1] <= frame[2] and frame[1] <= label[2] <= frame[3]
        ]
        used = font(self.theme, self.theme.small_font_size)
        anchors = [(x, y) for _, x, y in inside]
        sizes = [text_size(text, used) for text, _, _ in inside]
        obstacles = [around(x, y, 0.6 * self.theme.marker_size) for x, y in anchors] + taken
        boxes = place_labels(anchors, sizes, frame, obstacles, line, rings=RINGS, cost=HIDING)
        for (text, _, _), box in zip(inside, boxes, strict=True):
            if box is not None:
                draw_label(painter, box, text, used)
                self.placed.append((text, box))


def _at_edge(x: float, y: float, frame: Frame, inset: float) -> tuple[float, float, float] | None:
    """Return the place within a frame that is nearest to one outside of it, and the angle of the way there.

    None for a place inside; inset: from the edge, in pixels.
    """
    if frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]:
        return None
    at_x = float(np.clip(x, frame[0] + inset, frame[2] - inset))
    at_y = float(np.clip(y, frame[1] + inset, frame[3] - inset))
    return at_x, at_y, math.atan2(y - at_y, x - at_x)


def _head(x: float, y: float, angle: float, size: float) -> QPolygonF:
    """Return an arrowhead around a place that points along an angle."""
    turns = (0.0, 0.8 * math.pi, -0.8 * math.pi)
    return QPolygonF(
        [QPointF(x + size * math.cos(angle + turn), y + size * math.sin(angle + turn)) for turn in turns]
    )


def _arrow(painter: QPainter, foot: float, tip: float, y: float, color: QColor, width: float) -> None:
    """Draw an arrow along the axis of the variable."""
    painter.setPen(solid_pen(color, width))
    painter.setBrush(color)
    way = 1.0 if tip > foot else -1.0
    head = min(HEAD, 0.7 * abs(tip - foot))
    painter.drawLine(QLineF(foot, y, tip - way * head, y))
    corners = [
        QPointF(tip, y),
        QPointF(tip - way * head, y - 0.45 * head),
        QPointF(tip - way * head, y + 0.45 * head),
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF(corners))


class Cross(ThemedItem):
    """The place on the curve that the keyboard points at: a line through the view and a ring."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.w: float | None = None
        self._loss = np.nan

    def point_at(self, w: float | None, loss: float = np.nan) -> None:
        self.w, self._loss = w, loss
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self.w is None:
            return
        x, y = _pixel(transform, self.w, self._loss)
        painter.setPen(solid_pen(self.theme.dim_text, self.theme.path_width, DROP_DASHES))
        painter.drawLine(QLineF(x, frame[1], x, frame[3]))
        if np.isfinite(y):
            painter.setPen(solid_pen(self.theme.text, self.theme.path_width))
            painter.drawEllipse(QPointF(x, y), 0.4 * self.theme.marker_size, 0.4 * self.theme.marker_size)


def _pixel(transform: QTransform, x: float, y: float) -> tuple[float, float]:
    across, up = map_points(transform, np.array([x]), np.array([y]))
    return float(across[0]), float(up[0])
