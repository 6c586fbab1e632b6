"""A step seen from the side: the loss along it, the parameters, and where the step lands.

The true loss is solid, the parabola of the second-order model dashed. The ring is at the present parameters,
the pink ball where the present learning rate lands. The pink line under the picture is α itself, on the scale
of the marks for the α that lands at the lowest point of the parabola and the one that lands as high as it
began. The words stand above and below the picture, or beside it where the strip is low.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from playground.drawing.kit.axes import font
from playground.drawing.kit.items import draw_polyline
from playground.drawing.kit.theme import Theme
from playground.landscape.side import StepFromTheSide
from playground.numerals import loss_text, losses_apart, number_text

WIDTH, LEAST_HEIGHT = 268.0, 126.0
WIDE_WIDTH, WIDE_PICTURE = 408.0, 176.0
"""Width with the words beside the picture, and what the picture has of it."""
WORDS_BESIDE, GAP_BESIDE = 4, 12.0
"""Lines of words beside the picture, and the room between them."""
HEADROOM = 0.18
"""Extra height above the two balls, as a share of theirs; a hill between them counts."""
HILL = 1.0
LEAST_PART, BEYOND_THE_WALL = 0.3, 1.6
OUTCOMES = {
    "short of the bottom": "short of the bottom",
    "at the bottom": "at the bottom",
    "downhill all the way": "downhill all the way",
    "across but lower": "across, but lower",
    "across and higher": "across, and higher",
    "across and as high": "across, and as high",
    "uphill": "uphill",
    "uphill but lower": "uphill at first, but lower",
    "no step": "no step: gradient zero to rounding",
    "below rounding": "no step: below the weights' rounding",
    "no visible step": "no visible step: J stays as it is",
    "not finite": "J is not finite there",
}
HIDDEN_FOR_A_GUESS = "once the question is answered"
STILL = ("no step", "below rounding", "no visible step")


@dataclass(frozen=True, eq=False)
class SidePicture:
    """side: the step. title: its name, in a few words. marks: the names of its two marks.

    batches: whether the step used a batch only, so that the picture has to name the points of J.
    """

    side: StepFromTheSide
    title: str
    marks: tuple[str, str] | None = ("1/λ", "2/λ")
    batches: bool = False


class SideDrawing:
    """The painting of a SidePicture.

    wide: with the words beside it, which needs less height. hidden: there is no picture until a question is
    answered, which is said in its place.
    """

    def __init__(self, theme: Theme):
        self.wide = False
        self.hidden = False
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        """Apply the colours and sizes of a theme."""
        self.theme = theme
        self.font = font(theme)
        self.bold = font(theme, bold=True)
        self.small = font(theme, theme.small_font_size)
        self.line = QFontMetricsF(self.font).height()
        self.small_line = QFontMetricsF(self.small).height()

    def size(self) -> tuple[float, float]:
        """Return width and smallest height."""
        return self.size_where(self.wide)

    def size_where(self, wide: bool) -> tuple[float, float]:
        """Return width and smallest height with the words beside the picture, or above and below it."""
        if wide:
            return WIDE_WIDTH * self.theme.font_factor, WORDS_BESIDE * self.line + 2
        return WIDTH * self.theme.font_factor, LEAST_HEIGHT * self.theme.font_factor

    def paint(self, painter: QPainter, rect: QRectF, picture: SidePicture | None) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.wide:
            self._paint_wide(painter, rect, picture)
        elif picture is None:
            self._paint_title_alone(painter, rect)
        else:
            self._text(painter, self._row(rect, rect.top()), picture.title, "dim")
            words = rect.bottom() - 2 * self.line
            self._text(painter, self._row(rect, words), OUTCOMES[picture.side.outcome], "bold")
            self._paint_losses(painter, self._row(rect, words + self.line), picture)
            bottom = words - self.small_line - 4
            room = QRectF(rect.left(), rect.top() + self.line + 4, rect.width(), 0)
            room.setBottom(bottom)
            self._paint_step(painter, room, picture)
        painter.restore()

    def _paint_wide(self, painter: QPainter, rect: QRectF, picture: SidePicture | None) -> None:
        left = rect.left() + (WIDE_PICTURE + GAP_BESIDE) * self.theme.font_factor
        words = QRectF(left, rect.top(), rect.right() - left, rect.height())
        if picture is None:
            self._paint_title_alone(painter, words)
            return
        outcome = OUTCOMES[picture.side.outcome]
        lines = 1 if QFontMetricsF(self.bold).horizontalAdvance(outcome) <= words.width() else 2
        top = words.top() + max(0.0, (words.height() - (2 + lines) * self.line) / 2)
        self._text(painter, self._row(words, top), picture.title, "dim")
        place = QRectF(words.left(), top + self.line, words.width(), lines * self.line)
        if lines == 1:
            self._text(painter, place, outcome, "bold")
        else:
            painter.setFont(self.bold)
            painter.setPen(QColor(self.theme.text))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            painter.drawText(place, int(flags) | int(Qt.TextFlag.TextWordWrap), outcome)
        self._paint_losses(painter, self._row(words, place.bottom()), picture)
        room = QRectF(rect.left(), rect.top(), WIDE_PICTURE * self.theme.font_factor, 0)
        room.setBottom(rect.bottom() - self.small_line - 4)
        self._paint_step(painter, room, picture)

    def _paint_title_alone(self, painter: QPainter, words: QRectF) -> None:
        self._text(painter, self._row(words, words.top()), "the next step, seen from the side", "dim")
        if self.hidden:
            self._text(painter, self._row(words, words.top() + self.line), HIDDEN_FOR_A_GUESS, "dim")

    def _row(self, rect: QRectF, top: float) -> QRectF:
        return QRectF(rect.left(), top, rect.width(), self.line)

    def _text(self, painter: QPainter, place: QRectF, text: str, kind: str) -> None:
        theme = self.theme
        used = self.bold if kind == "bold" else self.font
        painter.setFont(used)
        painter.setPen(QColor(theme.dim_text if kind == "dim" else theme.text))
        shown = QFontMetricsF(used).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_losses(self, painter: QPainter, place: QRectF, picture: SidePicture) -> None:
        if not math.isfinite(picture.side.landing) or picture.side.outcome in STILL:
            return
        text, shorter = losses_line(picture)
        fits = QFontMetricsF(self.font).horizontalAdvance(text) <= place.width()
        self._text(painter, place, text if fits else shorter, "plain")

    def _paint_step(self, painter: QPainter, room: QRectF, picture: SidePicture) -> None:
        side, theme = picture.side, self.theme
        if not math.isfinite(side.standing) or room.height() < 10:
            return
        radius = 5.5 * theme.font_factor
        inner = room.adjusted(radius + 2, radius + 2, -radius - 2, -radius - 2)
        low, high = _heights(side)
        left, right = float(side.t[0]), _end(side)

        def x_of(t: Any) -> Any:
            return inner.left() + inner.width() * (t - left) / (right - left)

        def y_of(loss: Any) -> Any:
            return inner.bottom() - inner.height() * ((loss - low) / (high - low))

        painter.save()
        painter.setClipRect(room)
        if picture.marks is not None and side.bottom is not None:
            painter.setPen(
                QPen(QColor(theme.dim_text), theme.thin_width * theme.font_factor, Qt.PenStyle.DashLine)
            )
            _draw(painter, side, side.parabola, x_of, y_of, room)
        painter.setPen(QPen(QColor(theme.text), theme.curve_width * theme.font_factor))
        _draw(painter, side, side.losses, x_of, y_of, room)
        painter.restore()
        self._paint_scale(painter, room, picture, x_of)
        here = QPointF(x_of(0.0), y_of(side.standing))
        painter.setPen(QPen(QColor(theme.text), 1.8 * theme.font_factor))
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(here, radius, radius)
        if math.isfinite(side.landing) and side.outcome not in STILL:
            painter.setPen(QPen(QColor(theme.card), 1.5))
            painter.setBrush(QColor(theme.pink))
            there = QPointF(x_of(side.learning_rate), y_of(side.landing))
            painter.drawEllipse(there, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_scale(self, painter: QPainter, room: QRectF, picture: SidePicture, x_of) -> None:  # type: ignore[no-untyped-def]
        """Paint the line under the picture: α, and the marks 1/λ and 2/λ."""
        side, theme = picture.side, self.theme
        y = room.bottom() + 2
        painter.setPen(QPen(QColor(theme.border), theme.thin_width * theme.font_factor))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        if side.outcome not in STILL:
            painter.setPen(QPen(QColor(theme.pink), 3.0 * theme.font_factor))
            start, end = x_of(0.0), x_of(side.learning_rate)
            painter.drawLine(QPointF(start, y), QPointF(max(end, start + 1), y))
        painter.setFont(self.small)
        metrics = QFontMetricsF(self.small)
        marks = [("α", x_of(side.learning_rate), theme.pink)]
        if picture.marks is not None and side.bottom is not None and side.level is not None:
            for name, at in zip(picture.marks, (side.bottom, side.level), strict=True):
                beyond = x_of(at) > room.right()
                marks.append((f"{name} →" if beyond else name, x_of(at), theme.dim_text))
        marks.sort(key=lambda mark: mark[1])
        widths = [metrics.horizontalAdvance(text) + 6 for text, _, _ in marks]
        lefts = side_by_side([x for _, x, _ in marks], widths, room.left(), room.right())
        for (text, x, color), left, width in zip(marks, lefts, widths, strict=True):
            painter.setPen(QPen(QColor(color), theme.thin_width * theme.font_factor * 1.3))
            if x <= room.right():
                painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
            painter.drawText(QRectF(left, y + 2, width, self.small_line), Qt.AlignmentFlag.AlignCenter, text)


def losses_line(picture: SidePicture) -> tuple[str, str]:
    """Return J before and after the step, and the same in less room.

    With as many digits as make the two differ.
    """
    side = picture.side
    name = "J of all points" if picture.batches else "J"
    before, after = losses_apart(side.standing, side.landing)
    change = side.landing - side.standing
    way = "higher" if change > 0 else "lower"
    apart = f"{number_text(abs(change), 2)} {way}" if change else "as before"
    shorter = f"{name} {loss_text(side.standing)}, {apart}"
    return f"{name} {before} → {after}", shorter


def side_by_side(middles: list[float], widths: list[float], left: float, right: float) -> list[float]:
    """Return the left ends of labels for these middles, ascending, so that none overlap."""
    places: list[float] = []
    free = left
    for middle, width in zip(middles, widths, strict=True):
        places.append(max(middle - width / 2, free))
        free = places[-1] + width
    free = right
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], free - widths[index])
        free = places[index]
    return places


def _heights(side: StepFromTheSide) -> tuple[float, float]:
    """Return the lowest and the highest visible loss: both balls, and a hill between them within reason."""
    finite = side.losses[np.isfinite(side.losses)]
    balls = [side.standing] + ([side.landing] if math.isfinite(side.landing) else [])
    low = float(min(finite.min(), *balls))
    high = max(balls)
    span = max(high - low, 1e-9 * max(abs(high), 1e-300))
    high = max(high, min(float(finite.max()), high + HILL * span))
    return low, high + HEADROOM * span


def _end(side: StepFromTheSide) -> float:
    """Return the right end of the picture: all that was computed, or a little beyond the far wall.

    The wall is that of the true valley. The end depends on the learning rate only where that lies beyond, so
    it does not move while one is dragged.
    """
    end = float(side.t[-1])
    ahead = side.t > 0
    with np.errstate(invalid="ignore"):
        back = ahead & ~(side.losses < side.standing)
    back &= np.maximum.accumulate(ahead & (side.losses < side.standing))
    if not back.any():
        return end
    wall = float(side.t[int(np.argmax(back))])
    return min(end, max(1.15 * side.learning_rate, LEAST_PART * end, BEYOND_THE_WALL * wall))


def _draw(painter: QPainter, side: StepFromTheSide, losses: np.ndarray, x_of, y_of, room: QRectF) -> None:  # type: ignore[no-untyped-def]
    # Beyond this a coordinate equals the edge, and Qt can handle it.
    far = 4 * room.height() + 100
    with np.errstate(all="ignore"):
        y = np.clip(y_of(losses), room.top() - far, room.bottom() + far)
    draw_polyline(painter, x_of(side.t), np.where(np.isfinite(losses), y, np.nan), crossing=False)
