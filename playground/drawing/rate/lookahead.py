"""The look-ahead above the learning-rate scale: what each α would reach."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from playground.drawing.kit.theme import Theme, mix
from playground.engine.loss_scale import times
from playground.landscape.lookahead import (
    certain_directions,
    falls_on,
    falls_without_bound,
    lowest_certain,
    reaches_below,
)
from playground.landscape.rate_words import BELOW_ALL, NO_BOUND
from playground.numerals import grouped, loss_text, number_text

STEEP = 12.0
"""Ratio of the highest to the lowest loss from which on the curve is drawn over log J."""
BAND_SHADE = 0.16
BAND = 0.01
"""A band narrower than this share of its loss is drawn as a line."""
WORTH_NAMING = 0.002
"""The lowest point is named where it lies below the present J by this share."""
UNKNOWN, GROWS, FALLS = (
    ("not predictable",),
    ("far higher, how far is not predictable", "far higher"),
    ("far lower, how far is not predictable", "far lower"),
)
"""The words of a band, the first that fit: about both its edges where they lie far on one side of the present
J. Where a run certainly grows, as above the limit of a plain parabola, only how far is not predictable."""
ABOVE = "higher than this scale"
LEAP = 100.0
"""Neighbours that differ by this factor are not joined by a line if one of them is above the scale: the α at
which J leaves the scale is not known."""
QUIET = 1e-3
"""The curve uses its full height only where it spans this share of the present J: otherwise it would show
rounding."""
LEAST = 1e-300
"""Height of the curve's scale where J is 0 throughout."""
DOT = 0.5
SEEN = 4.0
"""Height in pixels from which on a band is visible as one."""


@dataclass(frozen=True)
class StripLookahead:
    """J after `steps` more steps, for each learning rate (K,), ascending; NaN or infinite where it has none.

    now: J at the start. low, high (K,): a band where the result is not predictable. step: the step of the
    start; None for the present one. age: steps since then; 0 where that is not worth a word. changed: whether
    the settings have changed since, and a newer curve is on its way. rate_name: the name of the learning
    rates. steady: as in lookahead.Lookahead.
    """

    learning_rates: np.ndarray
    losses: np.ndarray
    now: float
    steps: int
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    age: int = 0
    changed: bool = False
    step: int | None = None
    rate_name: str = "α"
    steady: bool = True

    @property
    def name_of_now(self) -> str:
        """The name of the level of the start."""
        if self.step is not None:
            return f"J at step {grouped(f'{self.step:,}')}:"
        return "J then" if self.age or self.changed else "J now"

    @property
    def sure(self) -> np.ndarray:
        """(K,) bool: True where there is one finite loss and no band."""
        finite: np.ndarray = np.isfinite(self.losses)
        if self.low is None or self.high is None:
            return finite
        with np.errstate(all="ignore"):
            narrow = self.high - self.low <= BAND * np.abs(self.losses)
        result: np.ndarray = finite & narrow
        return result

    @property
    def best(self) -> int | None:
        """Index of the lowest loss that is sure.

        None where there is none, a whole band lies below it, rates beside it end elsewhere, or J falls
        without bound.
        """
        if self.escape is not None or not self.steady:
            return None
        return lowest_certain(self.losses, self.high, self.sure)

    @property
    def escape(self) -> int | None:
        """Index of the loss with which J falls without bound in what was tried; None: it does not."""
        return falls_without_bound(self.learning_rates, self.losses, self.now)

    def escape_text(self, with_loss: bool = True) -> str:
        """Return that J falls without bound, and how far it has been computed; empty where it does not."""
        if (index := self.escape) is None:
            return ""
        at = f"at {self.rate_name} = {number_text(float(self.learning_rates[index]))}"
        loss = float(self.losses[index])
        reached = loss_text(loss) if math.isfinite(loss) else BELOW_ALL
        return f"{NO_BOUND}: {reached} {at}" if with_loss else NO_BOUND

    @property
    def best_is_rivalled(self) -> bool:
        """Whether a band reaches below the best one, so that it might not be the lowest."""
        return reaches_below(self.best, self.losses, self.low, self.sure)

    @property
    def best_falls_on(self) -> bool:
        """Whether the best is only the lowest of those tried: see lookahead.falls_on."""
        return falls_on(self.learning_rates, self.losses, self.best)

    @property
    def is_worth_naming(self) -> bool:
        """Whether the lowest loss lies below the present J by a visible share."""
        best = self.best
        return best is not None and bool(self.losses[best] < self.now - WORTH_NAMING * abs(self.now))

    def best_text(self, with_loss: bool = True) -> str:
        """Return which α reaches the lowest loss, and that loss; empty where none is worth naming."""
        best = self.best
        if best is None or not self.is_worth_naming:
            return ""
        name = "lowest that is certain" if self.best_is_rivalled else "lowest"
        if self.best_falls_on:
            name = f"{name} of those tried,"
        rate = number_text(float(self.learning_rates[best]))
        text = f"{name} after {self.steps} steps at {self.rate_name} = {rate}"
        return f"{text}: J {loss_text(float(self.losses[best]))}" if with_loss else text

    @property
    def bands(self) -> list[tuple[int, int]]:
        """First and one past the last index of each stretch of a band."""
        if self.low is None or self.high is None:
            return []
        return _stretches_of(np.isfinite(self.low) & np.isfinite(self.high) & ~self.sure)

    def parts_of_band(self, start: int, stop: int) -> list[tuple[int, int, tuple[str, ...]]]:
        """Return a band in parts by its direction: first, one past the last, words for it."""
        if self.low is None or self.high is None:
            return []
        grows, falls = certain_directions(self.now, self.low, self.high)
        within = np.zeros(len(grows), dtype=bool)
        within[start:stop] = True
        kinds = ((~grows & ~falls, UNKNOWN), (grows, GROWS), (falls, FALLS))
        return sorted((*ends, words) for marked, words in kinds for ends in _stretches_of(marked & within))


class LookaheadCurve:
    """A StripLookahead: the curve, the present J as a dashed line, bands, the lowest point by name."""

    def __init__(self, theme: Theme, small_font: QFont):
        self.theme = theme
        self.font = small_font
        self.row = QFontMetricsF(small_font).height() + 2 * theme.font_factor

    def paint(
        self,
        painter: QPainter,
        place: QRectF,
        sheet: QRectF,
        ahead: StripLookahead,
        xs: list[float],
        chosen: float,
    ) -> None:
        """Paint into a place; the learning rates lie at xs.

        sheet: its edges bound the words above the curve. Those of the lowest loss stay within the place.
        chosen: the place of the present α.
        """
        theme, rect = self.theme, sheet
        # Above the curve a row for "J now", below it one for its lowest point.
        room = place.adjusted(0, self.row, 0, -self.row)
        finite = ahead.losses[np.isfinite(ahead.losses)]
        if room.height() < 12 or not finite.size or not math.isfinite(ahead.now):
            return
        height_of = _loss_scale(ahead.now, finite, room)
        painter.setPen(QPen(QColor(theme.pink), theme.thin_width, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(chosen, room.top()), QPointF(chosen, place.bottom()))
        dashed = QPen(QColor(theme.dim_text), theme.thin_width, Qt.PenStyle.DashLine)
        level = height_of(ahead.now)
        painter.setPen(dashed)
        painter.drawLine(QPointF(room.left(), level), QPointF(room.right(), level))
        if ahead.low is not None and ahead.high is not None:
            self._paint_band(painter, xs, ahead, height_of)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.text), theme.curve_width * theme.font_factor))
        certain = np.where(ahead.sure, ahead.losses, np.nan)
        painter.drawPath(_curve(xs, certain, height_of, room))
        self._mark_losses_above(painter, xs, certain, height_of, room)
        metrics = QFontMetricsF(self.font)
        words = f"{ahead.name_of_now} {loss_text(ahead.now)}"
        self._label(painter, rect, words, QPointF(room.left(), level - self.row), theme.dim_text)
        taken = room.left() + metrics.horizontalAdvance(words) + 12
        words = f"curve: J after {ahead.steps} more steps"
        if ahead.changed:
            words += ", before the change"
        elif ahead.age:
            words += f", as of {ahead.age} steps ago"
        left = room.right() - metrics.horizontalAdvance(words)
        if left > taken:
            self._label(painter, rect, words, QPointF(left, rect.top()), theme.dim_text)
        best = ahead.best
        if best is not None and ahead.is_worth_naming:
            point = QPointF(xs[best], height_of(float(ahead.losses[best])))
            words = ahead.best_text()
            if metrics.horizontalAdvance(words) > room.width():
                words = ahead.best_text(with_loss=False)
            left = point.x() - metrics.horizontalAdvance(words) / 2
            color = theme.text if ahead.best_falls_on else theme.green
            self._label(painter, place, words, QPointF(left, room.bottom() + 3), color)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color))
            painter.drawEllipse(point, 4 * theme.font_factor, 4 * theme.font_factor)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        elif words := ahead.escape_text():
            if metrics.horizontalAdvance(words) > room.width():
                words = ahead.escape_text(with_loss=False)
            left = xs[ahead.escape or 0] - metrics.horizontalAdvance(words) / 2
            self._label(painter, place, words, QPointF(left, room.bottom() + 3), theme.text)
        if ahead.low is not None and ahead.high is not None:
            self._name_bands(painter, xs, ahead, height_of, (level, chosen), room)

    def _mark_losses_above(
        self, painter: QPainter, xs: list[float], losses: np.ndarray, height_of: _Height, room: QRectF
    ) -> None:
        """Draw an arrowhead at each end of a stretch above the scale without a line, and words at one."""
        half, labelled = 4 * self.theme.font_factor, False
        width = QFontMetricsF(self.font).horizontalAdvance(ABOVE) + 4
        for k in ends_above(losses, height_of.highest):
            if not room.left() - 1 <= xs[k] <= room.right() + 1:
                continue
            top = QPointF(xs[k], room.top())
            left, right = QPointF(-half, 1.5 * half), QPointF(half, 1.5 * half)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.text))
            painter.drawPolygon(QPolygonF([top, top + left, top + right]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            # Over the losses that they hold for.
            far = [x for x, loss in zip(xs, losses, strict=True) if loss > height_of.highest]
            if not labelled and xs[k] + half + width <= min(max(far), room.right()):
                labelled = True
                corner = QPointF(xs[k] + half + 4, room.top() + 2)
                self._label(painter, room, ABOVE, corner, self.theme.dim_text)

    def _paint_band(
        self,
        painter: QPainter,
        xs: list[float],
        ahead: StripLookahead,
        height_of: _Height,
    ) -> None:
        low, high = ahead.low, ahead.high
        assert low is not None
        assert high is not None
        for first, last in drawn_bands(ahead, height_of.highest):
            corners = [QPointF(xs[k], height_of(float(high[k]))) for k in range(first, last)]
            corners += [QPointF(xs[k], height_of(float(low[k]))) for k in range(first, last)][::-1]
            color = QColor(mix(self.theme.card, self.theme.text, 0.3))
            painter.setPen(QPen(color, self.theme.thin_width))
            painter.setBrush(QColor(mix(self.theme.card, self.theme.text, BAND_SHADE)))
            painter.drawPolygon(QPolygonF(corners))

    def _name_bands(
        self,
        painter: QPainter,
        xs: list[float],
        ahead: StripLookahead,
        height_of: _Height,
        lines: tuple[float, float],
        room: QRectF,
    ) -> None:
        painter.setFont(self.font)
        painter.setPen(QColor(self.theme.text))
        metrics = QFontMetricsF(self.font)

        def named(start: int, stop: int, choices: tuple[str, ...]) -> bool:
            for words in choices:
                size = metrics.horizontalAdvance(words) + 6, metrics.height()
                place = name_place(xs, ahead, height_of, lines, room, size, (start, stop))
                if place is not None:
                    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
                    return True
            return False

        for start, stop in ahead.bands:
            parts = ahead.parts_of_band(start, stop)
            names = [named(*part) for part in parts]
            if not any(names) and any(words == UNKNOWN for _, _, words in parts):
                # No part has room for its own words; the whole may have room for words that hold for all.
                named(start, stop, UNKNOWN)

    def _label(self, painter: QPainter, rect: QRectF, text: str, corner: QPointF, color: str) -> None:
        """Write words on a ground of their own, so that no line runs through them."""
        metrics = QFontMetricsF(self.font)
        width = metrics.horizontalAdvance(text) + 4
        left = min(max(corner.x() - 2, rect.left()), rect.right() - width)
        place = QRectF(left, max(corner.y(), rect.top()), width, metrics.height())
        painter.fillRect(place, QColor(self.theme.card))
        painter.setFont(self.font)
        painter.setPen(QColor(color))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def name_place(
    xs: list[float],
    ahead: StripLookahead,
    height_of: Callable[[float], float],
    lines: tuple[float, float],
    room: QRectF,
    size: tuple[float, float],
    band: tuple[int, int],
) -> QRectF | None:
    """Return where words of a size (width, height) name a band: within it, or else close below or above it.

    lines: y of the level of the present J, x of the present learning rate; neither runs through the words. A
    band that is not visible has no name, nor has one without room where it is visible.
    """
    low, high = ahead.low, ahead.high
    if low is None or high is None:
        return None
    (width, height), (level, chosen), (start, stop) = size, lines, band
    places = np.array(xs)
    tops = np.array([height_of(float(loss)) for loss in high[start:stop]])
    floors = np.array([height_of(float(loss)) for loss in low[start:stop]])
    # One that lies wholly above the scale is named at its upper edge.
    beyond = (low[start:stop] > ahead.now) & (floors <= room.top() + 0.5)
    seen = (floors - tops >= SEEN) | beyond
    if not seen.any():
        return None
    thickest = places[start + int(np.argmax(floors - tops))]
    inside, below, above = [], [], []
    for first in range(start, stop):
        left, right = places[first], places[first] + width
        if right > places[stop - 1] or left <= chosen <= right:
            continue
        end = int(np.searchsorted(places, right)) - start
        if not seen[first - start : end].any():
            continue
        covered = slice(first - start, end + 1)
        top, floor = tops[covered], floors[covered]
        near = -abs((left + right) / 2 - thickest)
        inside += [(b - t, left, t, b - t) for t, b in _without(top.max(), floor.min(), level)]
        below += [
            (near - (t - floor.max()), left, t, b - t) for t, b in _without(floor.max(), room.bottom(), level)
        ]
        above += [(near - (top.min() - b), left, t, b - t) for t, b in _without(room.top(), top.min(), level)]
    # In the middle of a band, else near to it: touching its floor or its top.
    for spaces, share in ((inside, 0.5), (below, 0.0), (above, 1.0)):
        free = max((space for space in spaces if space[3] > height + 2), default=None)
        if free is not None:
            return QRectF(free[1], free[2] + share * (free[3] - height), width, height)
    return None


class _Height:
    """y of a loss: the lowest at the bottom of the room, the highest that matters at its top."""

    def __init__(self, low: float, high: float, steep: bool, room: QRectF):
        self._low, self._high, self._steep, self._room = low, high, steep, room

    @property
    def highest(self) -> float:
        """The loss at the top of the room."""
        return self._high

    def share(self, loss: float) -> float:
        """Return its height: 0 the lowest, 1 the highest, more above that."""
        if self._steep:
            return math.log(max(loss, self._low) / self._low) / math.log(self._high / self._low)
        return (max(loss, self._low) - self._low) / (self._high - self._low)

    def __call__(self, loss: float) -> float:
        return self._room.bottom() - self.share(min(loss, self._high)) * self._room.height()


def _loss_scale(now: float, finite: np.ndarray, room: QRectF) -> _Height:
    low = float(min(finite.min(), now))
    # Losses far above the present J all mean the same: the curve leaves through the top and keeps its detail
    # below.
    high = float(min(max(finite.max(), now), now + 0.5 * (now - low) + 0.25 * abs(now) + LEAST))
    if (least := max(QUIET * abs(now), LEAST)) > high - low:
        low, high = (low + high - least) / 2, (low + high + least) / 2
    return _Height(low, high, low > 0 and high / low > STEEP, room)


def joined(losses: np.ndarray, highest: float) -> np.ndarray:
    """Return between which neighbours of the losses (K,) a line may be drawn, as (K − 1,) bool.

    Both must be finite and not both above the highest loss of the scale; where one of them is, it must not be
    LEAP times the other or more.
    """
    with np.errstate(all="ignore"):
        finite, above = np.isfinite(losses), losses > highest
        leaps = np.maximum(losses[:-1], losses[1:]) >= times(LEAP, np.minimum(losses[:-1], losses[1:]))
    result: np.ndarray = (
        finite[:-1] & finite[1:] & ~(above[:-1] & above[1:]) & ~((above[:-1] | above[1:]) & leaps)
    )
    return result


def drawn_bands(ahead: StripLookahead, highest: float) -> list[tuple[int, int]]:
    """Return first and one past the last index of each band as it is drawn.

    A band extends to its neighbours, so that band and line meet, where both its edges are joined to those.
    """
    if ahead.low is None or ahead.high is None:
        return []
    meets = joined(ahead.low, highest) & joined(ahead.high, highest)
    return [
        (
            start - 1 if start and meets[start - 1] else start,
            stop + 1 if stop <= len(meets) and meets[stop - 1] else stop,
        )
        for start, stop in ahead.bands
    ]


def ends_above(losses: np.ndarray, highest: float) -> list[int]:
    """Return the first and the last index of each stretch of losses (K,) above the scale.

    Without those to which a line leads from beside it, and those beside which nothing is known.
    """
    lines = joined(losses, highest)
    found = set()
    for start, stop in _stretches_of(np.isfinite(losses) & (losses > highest)):
        if start and np.isfinite(losses[start - 1]) and not lines[start - 1]:
            found.add(start)
        if stop < len(losses) and np.isfinite(losses[stop]) and not lines[stop - 1]:
            found.add(stop - 1)
    return sorted(found)


def _curve(xs: list[float], losses: np.ndarray, height_of: _Height, room: QRectF) -> QPainterPath:
    """Return the curve.

    Where it is joined to a loss above the room it leaves through the top. A loss without a line on either
    side is a dot.
    """
    path, drawn_to = QPainterPath(), -1
    on_it = [room.left() - 1 <= x <= room.right() + 1 for x in xs]
    lines = joined(losses, height_of.highest) & on_it[:-1] & on_it[1:]
    for k in map(int, np.flatnonzero(lines)):
        here, there = _end(xs, losses, k, k + 1, height_of), _end(xs, losses, k + 1, k, height_of)
        if k != drawn_to:
            path.moveTo(here)
        path.lineTo(there)
        drawn_to = k + 1
    for k in map(int, np.flatnonzero(np.isfinite(losses) & (losses <= height_of.highest) & on_it)):
        if not lines[max(k - 1, 0) : k + 1].any():
            y = height_of(float(losses[k]))
            path.moveTo(xs[k] - DOT, y)
            path.lineTo(xs[k] + DOT, y)
    return path


def _end(xs: list[float], losses: np.ndarray, k: int, other: int, height_of: _Height) -> QPointF:
    """Return where the line from another loss to this one ends: there, or where it leaves the room before."""
    y = height_of(float(losses[k]))
    if losses[k] <= height_of.highest:
        return QPointF(xs[k], y)
    inner, outer = height_of.share(float(losses[other])), height_of.share(float(losses[k]))
    return QPointF(xs[other] + (xs[k] - xs[other]) * (1 - inner) / (outer - inner), y)


def _without(top: float, bottom: float, line: float) -> list[tuple[float, float]]:
    """Return the parts of the heights from top to bottom that a horizontal line leaves free."""
    return [(top, bottom)] if not top < line < bottom else [(top, line), (line, bottom)]


def _stretches_of(marked: np.ndarray) -> list[tuple[int, int]]:
    """Return first and one past the last index of each stretch that is marked."""
    edges = np.flatnonzero(np.diff(marked.astype(int), prepend=0, append=0))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
