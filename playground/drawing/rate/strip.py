"""The learning-rate scale: track, thumb, ticks, and above them the effect of each α.

A drawing of plain data: the place of the thumb, the stability limit, the look-ahead. Positions run along
log₁₀ α. The rows, from above: the look-ahead curve, the value of α, the track with its ticks, the words
*creeps*, *falls*, *overshoots*. Each has a row of its own, so none can cover another; in a low strip the
words are framed between the numbers of the ticks, and replace those that have no room. Under a schedule the
thumb is the slider's α, which the words and the look-ahead are about, and a ring on the track is the α of the
next step, which the limit is about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from playground.drawing.kit.axes import font
from playground.drawing.kit.theme import Theme, mix
from playground.drawing.rate.lookahead import LookaheadCurve, StripLookahead
from playground.landscape.rate_words import RateWord, Stretch
from playground.numerals import number_text, rate_text

LOWEST, HIGHEST = 1e-4, 10.0
"""Ends of the scale as long as every value that was set lies on it."""
RING_SHARE = 0.62
"""Size of the ring of the next step's α, as a share of the thumb."""


@dataclass(frozen=True)
class StripLimit:
    """The stability limit on the track.

    limit: the stability limit α of the optimiser; None where it has none or none is known. words: the
    stretches of learning rates that have a word (landscape.rate_words), from the least up. sentence: one line
    beside the track. shorter: for where it has no room. tooltip: more of it, the eigenvalue too.
    """

    limit: float | None
    words: tuple[Stretch, ...] = ()
    sentence: str = ""
    tooltip: str = ""
    shorter: tuple[str, ...] = ()


@dataclass(frozen=True)
class StripPicture:
    """The whole content of the strip at one moment.

    learning_rate: the α of the thumb, named rate_name. acting: the α of the next step where a schedule makes
    it another one.
    """

    learning_rate: float
    lowest: float = LOWEST
    highest: float = HIGHEST
    limit: StripLimit | None = None
    lookahead: StripLookahead | None = field(default=None, compare=False)
    guess: float | None = None
    acting: float | None = None
    rate_name: str = "α"
    focused: bool = False
    hovered: bool = False


def scale_for(learning_rate: float) -> tuple[float, float]:
    """Return the decades that the scale must span for a learning rate to lie on it."""
    low, high = LOWEST, HIGHEST
    while learning_rate < low * (1 - 1e-9):
        low /= 10
    while learning_rate > high * (1 + 1e-9):
        high *= 10
    return float(f"{low:.6g}"), float(f"{high:.6g}")


class StripDrawing:
    """A StripPicture, with the α of each x. low: in little height."""

    def __init__(self, theme: Theme, low: bool = False):
        self.low = low
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        """Apply the colours and sizes of a theme."""
        self.theme = theme
        factor = theme.font_factor
        self.value_font = font(theme, (theme.font_px + (2 if self.low else 9)) * factor, bold=True)
        self.word_font = font(theme)
        self.tick_font = font(theme, theme.small_font_size)
        self.radius = (8.0 if self.low else 10.0) * factor
        self.track_height = 7.0 * factor
        self.side = 30.0 * factor
        self.value_row = QFontMetricsF(self.value_font).height()
        self.tick_row = QFontMetricsF(self.tick_font).height() + 2 * factor
        self.word_row = QFontMetricsF(self.word_font).height() + factor
        self.curve_row = 56.0 * factor + self.tick_row
        if self.low:
            self.tick_row = max(self.tick_row, self.word_row)
            self.curve_row = 18.0 * factor + 2 * self.tick_row

    def height(self, with_lookahead: bool) -> float:
        """Return the height that the rows need; the row of the words is there before it has any."""
        height = self.value_row + 2 * self.radius + 6 + self.tick_row
        if not self.low:
            height += self.word_row
        return height + (self.curve_row if with_lookahead else 0.0)

    def track(self, rect: QRectF, picture: StripPicture) -> QRectF:
        """Return the bar on which the thumb runs."""
        # The track keeps its place when limit and words come, in the middle of a run perhaps.
        below = self.radius + 4 + self.tick_row + (0.0 if self.low else self.word_row)
        y = rect.bottom() - below - self.track_height / 2
        return QRectF(rect.left() + self.side, y, rect.width() - 2 * self.side, self.track_height)

    def x_of(self, rect: QRectF, picture: StripPicture, learning_rate: float) -> float:
        """Return the x of a learning rate; values beyond the scale lie beyond the track."""
        track = self.track(rect, picture)
        low, high = math.log10(picture.lowest), math.log10(picture.highest)
        return track.left() + track.width() * (math.log10(learning_rate) - low) / (high - low)

    def rate_at(self, rect: QRectF, picture: StripPicture, x: float) -> float:
        """Return the learning rate at x, clamped to the scale."""
        track = self.track(rect, picture)
        share = min(max((x - track.left()) / track.width(), 0.0), 1.0)
        low, high = math.log10(picture.lowest), math.log10(picture.highest)
        result: float = 10.0 ** (low + share * (high - low))
        return result

    def paint(self, painter: QPainter, rect: QRectF, picture: StripPicture) -> None:
        """Paint the strip into a rectangle."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self.track(rect, picture)
        thumb = QPointF(self.x_of(rect, picture, picture.learning_rate), track.center().y())
        if picture.lookahead is not None:
            self._paint_lookahead(painter, rect, picture, picture.lookahead)
        self._paint_track(painter, rect, picture)
        words = self.words_of(rect, picture)
        self.paint_ticks(painter, rect, picture, [place for _, place in words] if self.low else [])
        self.paint_words(painter, words)
        if picture.acting is not None:
            self._paint_ring(painter, rect, picture, picture.acting)
        value = self._paint_thumb(painter, rect, picture, thumb)
        if picture.acting is not None:
            value = self._paint_acting(painter, rect, picture, picture.acting, value)
        if picture.guess is not None:
            self._paint_guess(painter, rect, picture, picture.guess, value)
        painter.restore()

    def _paint_track(self, painter: QPainter, rect: QRectF, picture: StripPicture) -> None:
        theme, track = self.theme, self.track(rect, picture)
        bar = QPainterPath()
        bar.addRoundedRect(track, track.height() / 2, track.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(bar, QColor(mix(theme.card, theme.text, 0.24)))
        if picture.limit is None:
            return
        painter.save()
        painter.setClipPath(bar)
        colors = {
            RateWord.CREEPS: theme.bar_creeps,
            RateWord.FALLS: theme.bar_falls,
            RateWord.OVERSHOOTS: theme.bar_overshoots,
        }
        for word, left, right in self._stretches(rect, picture):
            painter.fillRect(QRectF(left, track.top(), right - left, track.height()), QColor(colors[word]))
        painter.restore()
        limit = picture.limit.limit
        if limit is not None and picture.lowest <= limit <= picture.highest:
            x = self.x_of(rect, picture, limit)
            painter.setPen(QPen(QColor(theme.limit), 2.0 * theme.font_factor))
            painter.drawLine(QPointF(x, track.top() - 5), QPointF(x, track.bottom() + 5))

    def _stretches(self, rect: QRectF, picture: StripPicture) -> list[tuple[RateWord, float, float]]:
        """Return the words of the track with the left and right end of each, within the scale."""
        track = self.track(rect, picture)
        parts = []
        for stretch in picture.limit.words if picture.limit is not None else ():
            left = max(self.x_of(rect, picture, stretch.low), track.left())
            right = min(self.x_of(rect, picture, stretch.high), track.right())
            if right > left:
                parts.append((stretch.word, left, right))
        return parts

    def paint_ticks(
        self, painter: QPainter, rect: QRectF, picture: StripPicture, taken: list[QRectF]
    ) -> None:
        """Paint the ticks of the scale, with their numbers where there is no word."""
        theme, track = self.theme, self.track(rect, picture)
        painter.setFont(self.tick_font)
        top = track.bottom() + 3
        first, last = _decades(picture)
        decade_width = track.width() / (last - first)
        numbers = self.numbers_of(rect, picture)
        small = range(2, 10) if decade_width > 90 else (2, 5) if decade_width > 36 else ()
        faint = QPen(QColor(mix(theme.card, theme.text, 0.22)), theme.thin_width)
        for decade in range(first, last + 1):
            x = self.x_of(rect, picture, 10.0**decade)
            painter.setPen(QPen(QColor(theme.dim_text), theme.thin_width))
            painter.drawLine(QPointF(x, top), QPointF(x, top + 5))
            number, label = numbers.get(decade, ("", QRectF()))
            if number and not any(label.intersects(place) for place in taken):
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, number)
            painter.setPen(faint)
            for digit in small if decade < last else ():
                x = self.x_of(rect, picture, digit * 10.0**decade)
                painter.drawLine(QPointF(x, top), QPointF(x, top + (4 if digit == 5 else 2.5)))

    def numbers_of(self, rect: QRectF, picture: StripPicture) -> dict[int, tuple[str, QRectF]]:
        """Return the numbers of the scale that have room beside each other, and their places, by decade."""
        metrics, track = QFontMetricsF(self.tick_font), self.track(rect, picture)
        first, last = _decades(picture)
        widest = max(metrics.horizontalAdvance(rate_text(10.0**decade)) for decade in (first, last))
        every = math.ceil((widest + 8) * (last - first) / track.width())
        # In a low strip on the line of the words.
        top = track.center().y() + self.radius + (4 if self.low else 1)
        numbers = {}
        for decade in range(first, last + 1):
            # Where not all have room, 1 keeps its own.
            if decade % every == 0:
                x, number = self.x_of(rect, picture, 10.0**decade), rate_text(10.0**decade)
                wide = metrics.horizontalAdvance(number) + 16
                numbers[decade] = number, QRectF(x - wide / 2, top, wide, self.tick_row)
        return numbers

    def words_of(self, rect: QRectF, picture: StripPicture) -> list[tuple[RateWord, QRectF]]:
        """Return the words that have room, and their places.

        The widest stretches come first. A word wider than its stretch is shown only where it is shown nowhere
        else, and makes way for the others. In a low strip, where the numbers of the scale have the same line,
        a word stands between two of them; a number makes way only where its stretch has no such place.
        """
        numbers = [place for _, place in self.numbers_of(rect, picture).values()] if self.low else []
        metrics = QFontMetricsF(self.word_font)
        air = (16 if self.low else 8) * self.theme.font_factor
        placed: list[tuple[RateWord, float, float]] = []
        parts = sorted(self._stretches(rect, picture), key=lambda part: part[1] - part[2])
        for word, left, right in parts:
            width = metrics.horizontalAdvance(word) + air
            if width > right - left and any(word == other for other, _, _ in placed):
                continue
            # In the middle of its stretch, or else beside a word that is there already.
            places = [(left + right - width) / 2]
            places = [*_between(places[0], width, left, right, numbers), *places]
            places += [x for _, start, stop in placed for x in (start - width, stop)]
            for x in places:
                x = min(max(x, rect.left()), rect.right() - width)
                touches = x < right and x + width > left
                if touches and all(x + width <= start or x >= stop for _, start, stop in placed):
                    placed.append((word, x, x + width))
                    break
        top, height = rect.bottom() - self.word_row, self.word_row
        return [
            (word, QRectF(start, top, stop - start, height))
            for word, start, stop in sorted(placed, key=lambda part: part[1])
        ]

    def paint_words(self, painter: QPainter, words: list[tuple[RateWord, QRectF]]) -> None:
        """Paint words at their places."""
        theme = self.theme
        painter.setFont(self.word_font)
        colors = {
            RateWord.CREEPS: theme.dim_text,
            RateWord.FALLS: theme.green,
            RateWord.OVERSHOOTS: theme.amber,
        }
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for word, place in words:
            if self.low:
                # Framed, so that it is not read together with the numbers beside it: "falls 0.1".
                frame = place.adjusted(1, 0.5, -1, -0.5)
                painter.setPen(QPen(QColor(colors[word]), theme.thin_width))
                painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
            painter.setPen(QColor(colors[word]))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, word)

    def _paint_thumb(self, painter: QPainter, rect: QRectF, picture: StripPicture, thumb: QPointF) -> QRectF:
        """Paint the thumb and its α; return the place of the latter."""
        theme = self.theme
        radius = self.radius + (1.0 if picture.hovered else 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(thumb, radius + 3, radius + 3)
        if picture.focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.text), 2.0))
            painter.drawEllipse(thumb, radius + 3, radius + 3)
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.pink))
        painter.drawEllipse(thumb, radius, radius)
        text = f"{picture.rate_name} = {rate_text(picture.learning_rate)}"
        width = QFontMetricsF(self.value_font).horizontalAdvance(text) + 4
        left = min(max(thumb.x() - width / 2, rect.left()), rect.right() - width)
        place = QRectF(left, thumb.y() - self.radius - 4 - self.value_row, width, self.value_row)
        painter.setFont(self.value_font)
        painter.setPen(QColor(theme.pink))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        return place

    def _paint_ring(
        self, painter: QPainter, rect: QRectF, picture: StripPicture, learning_rate: float
    ) -> None:
        """Paint the α of the next step; as an arrowhead at the end of the track where it lies beyond."""
        track, factor = self.track(rect, picture), self.theme.font_factor
        y, half = track.center().y(), RING_SHARE * self.radius
        painter.setBrush(QColor(self.theme.card))
        painter.setPen(QPen(QColor(self.theme.pink), 2.5 * factor))
        if learning_rate >= picture.lowest:
            painter.drawEllipse(QPointF(self.x_of(rect, picture, learning_rate), y), half, half)
        else:
            x = track.left()
            corners = QPointF(x - half, y), QPointF(x + half, y - half), QPointF(x + half, y + half)
            painter.drawPolygon(QPolygonF(corners))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_acting(
        self, painter: QPainter, rect: QRectF, picture: StripPicture, learning_rate: float, value: QRectF
    ) -> QRectF:
        """Write the α of the next step over its ring, beside the thumb's α.

        Return the part of the row that is taken then.
        """
        air, metrics = 10 * self.theme.font_factor, QFontMetricsF(self.word_font)
        number = number_text(learning_rate, 3)
        short = f"now {number}"
        # Beside a guess the words are few and close together, so that its flag has room.
        guessed = picture.guess is not None
        for words in (short,) if guessed else (f"{short} by the schedule", short):
            width = metrics.horizontalAdvance(words) + 2
            before, after = value.left() - air - width, value.right() + air
            if before >= rect.left() or after + width <= rect.right():
                break
        if before >= rect.left():
            over = self.x_of(rect, picture, learning_rate) - width / 2
            left = before if guessed else min(max(over, rect.left()), before)
        else:
            left = after
        baseline = value.center().y() + _rise(QFontMetricsF(self.value_font))
        painter.setFont(self.word_font)
        painter.setPen(QColor(self.theme.pink))
        painter.drawText(QPointF(left, baseline), words)
        return value.united(QRectF(left, value.top(), width, value.height()))

    def _paint_guess(
        self, painter: QPainter, rect: QRectF, picture: StripPicture, guess: float, value: QRectF
    ) -> None:
        """Paint a flag on the track, in the row of α and beside it."""
        theme, track = self.theme, self.track(rect, picture)
        factor = theme.font_factor
        x = min(max(self.x_of(rect, picture, guess), track.left()), track.right())
        painter.setFont(self.tick_font)
        words = f"guess {rate_text(guess)}"
        metrics = QFontMetricsF(self.tick_font)
        width, height = metrics.horizontalAdvance(words) + 10, metrics.height() + 3 * factor
        air = 6 * factor
        left = _beside(x, width, value.left() - air, value.right() + air, rect.left(), rect.right())
        flag = QRectF(left, value.bottom() - height, width, height)
        painter.setPen(QPen(QColor(theme.text), 1.5 * factor))
        # Where the flag had to move, its pole bends.
        foot = QPointF(min(max(x, flag.left()), flag.right()), flag.bottom())
        painter.drawPolyline([QPointF(x, track.bottom() + 2), QPointF(x, flag.bottom()), foot])
        painter.setBrush(QColor(theme.card))
        painter.drawRect(flag)
        painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, words)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_lookahead(
        self, painter: QPainter, rect: QRectF, picture: StripPicture, ahead: StripLookahead
    ) -> None:
        track = self.track(rect, picture)
        bottom = track.center().y() - self.radius - 8 - self.value_row
        curve = LookaheadCurve(self.theme, self.tick_font)
        room = QRectF(track.left(), rect.top(), track.width(), bottom - rect.top())
        places = [self.x_of(rect, picture, float(rate)) for rate in ahead.learning_rates]
        curve.paint(painter, room, rect, ahead, places, self.x_of(rect, picture, picture.learning_rate))


def _decades(picture: StripPicture) -> tuple[int, int]:
    """Return the powers of ten at the ends of a scale."""
    return round(math.log10(picture.lowest)), round(math.log10(picture.highest))


def _between(x: float, width: float, left: float, right: float, numbers: list[QRectF]) -> list[float]:
    """Return the places between numbers for a word of this width, the nearest to x first.

    Its middle stays in its stretch, from left to right. Empty where there are no numbers.
    """
    ends = [x, *(end for number in numbers for end in (number.left() - width, number.right()))]
    free = (
        end
        for end in (ends if numbers else ())
        if left <= end + width / 2 <= right
        and all(end + width <= number.left() or end >= number.right() for number in numbers)
    )
    return sorted(free, key=lambda end: abs(end - x))


def _beside(x: float, width: float, start: float, stop: float, left: float, right: float) -> float:
    """Return the left end of a flag with its pole at x, right or left of it, outside of start to stop."""
    for place in (x, x - width):
        if left <= place and place + width <= right and (place >= stop or place + width <= start):
            return place
    after, before = max(x, stop), min(x, start) - width
    fits = (after + width <= right, before >= left)
    nearer = after - x <= x - (before + width)
    return after if fits[0] and (nearer or not fits[1]) else before


def _rise(metrics: QFontMetricsF) -> float:
    """Return how far below the middle of its line a text is written."""
    return (metrics.ascent() - metrics.descent()) / 2
