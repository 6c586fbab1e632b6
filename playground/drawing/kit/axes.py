"""Axes with ticks at 1, 2 and 5 times a power of ten, linear or logarithmic, and numbers as text.

On a logarithmic axis a plot holds log₁₀ of its values; ticks and their texts are in the values themselves.
"""

from __future__ import annotations

import math
from html import escape
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from playground.drawable import nice_step
from playground.drawing.kit.theme import Theme
from playground.numerals import texts_apart

_MULTIPLES = (1, 2, 5)
LARGEST_POWER = 307
"""9·10³⁰⁷ is still a float64."""


def floor_125(value: float) -> float:
    """Return the largest of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … that is not above `value` > 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(multiple * power for multiple in (0.5, *_MULTIPLES) if multiple * power <= value * (1 + 1e-9))


def round_up(value: float) -> float:
    """Return the next of …, 1, 1.2, …, 2, 2.5, …, 5, 6, …, 10, 12, … from `value` > 0 on.

    The end of a range that grows seldom: at most a quarter above the value.
    """
    start = floor_125(value)
    step = start / 4 if f"{start:e}"[0] == "2" else start / 5
    return step * math.ceil(value / step - 1e-9)


def linear_ticks(low: float, high: float, most: int) -> tuple[float, np.ndarray]:
    """Return the step and its multiples from low to high, at most about `most` of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return 1.0, np.empty(0)
    step = nice_step((high - low) / max(most, 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return step, np.arange(first, last + 1) * step


def log_ticks(low: float, high: float, most: int) -> np.ndarray:
    """Return values from low > 0 to high for the labels of a logarithmic axis, three or at most about `most`.

    1-2-5 in every decade where they fit, else powers of ten, else every second or fifth power; a range that
    holds fewer than three of those gets evenly spaced values.
    """
    most = max(most, 3)
    if not (low > 0 and math.isfinite(low) and math.isfinite(high)) or high <= low:
        return np.empty(0)
    first, last = math.floor(math.log10(low)), min(math.ceil(math.log10(high)), LARGEST_POWER)
    slack_low, slack_high = low * (1 - 1e-9), high * (1 + 1e-9)
    every = 1
    finer = None
    for multiples in (_MULTIPLES, (1, 3), (1,)):
        values = np.array([m * 10.0**p for p in range(first, last + 1) for m in multiples])
        values = values[(values >= slack_low) & (values <= slack_high)]
        if len(values) <= max(most, 4):
            if len(values) >= 3:
                return values
            return _even_ticks(low, high, min(most, 5)) if finer is None else _three_of(finer)
        finer = values
    while len(values) > max(most, 4):
        every, finer = round(nice_step(every + 1)), values
        values = np.array([10.0**p for p in range(first, last + 1) if p % every == 0])
        values = values[(values >= slack_low) & (values <= slack_high)]
        if len(values) < 3:
            return _three_of(finer)
    return values


def spaced_out(values: np.ndarray, decades: float) -> np.ndarray:
    """Return every value, or every second, third, …: neighbours are at least this many decades apart."""
    places = np.log10(values)
    for every in range(1, len(values)):
        if np.diff(places[::every]).min() >= decades:
            return values[::every]
    return values[:1]


def _three_of(values: np.ndarray) -> np.ndarray:
    result: np.ndarray = values[np.rint(np.linspace(0, len(values) - 1, 3)).astype(int)]
    return result


def _even_ticks(low: float, high: float, most: int) -> np.ndarray:
    """Return evenly spaced values of a range within about a decade: three or more."""
    for finer in range(most, 4 * most):
        values = linear_ticks(low, high, finer)[1]
        if len(values) > most + 1:
            return _three_of(values)
        if len(values) >= 3:
            break
    return values


def minor_log_ticks(low: float, high: float) -> np.ndarray:
    """Return 1 to 9 times every power of ten from low to high, for small ticks without labels."""
    if not (low > 0 and math.isfinite(high)) or high <= low or high / low > 1e6:
        return np.empty(0)
    powers = range(math.floor(math.log10(low)), min(math.ceil(math.log10(high)), LARGEST_POWER) + 1)
    values = np.array([m * 10.0**p for p in powers for m in range(1, 10)])
    return values[(values >= low) & (values <= high)]


def font(theme: Theme, size: float | None = None, bold: bool = False) -> QFont:
    """Return the drawings' font, its size in pixels: a picture does not depend on a screen's DPI."""
    result = QFont()
    result.setPixelSize(max(1, round(theme.font_size if size is None else size)))
    result.setBold(bold)
    return result


TICK_TEXT_OFFSET = 4
ROOM_OF_A_NAME = 9.0
"""Length in font sizes up to which a name may be longer than its axis."""
LEAST_TICKS = 2
NARROW_TICKS, LOW_TICKS = 3.0, 1.3
"""Smallest distance of numbers across and down, in font sizes, where there would be one number otherwise."""
UPRIGHT_GAP = 3
"""Pixels between a name of one sign and the numbers."""
LONGEST_IN_CORNER = 4
"""Maximum number of letters of a name under the left axis."""


class ValueAxis(pg.AxisItem):
    """A left or bottom axis with 1-2-5 ticks and a name; a name of one sign is upright.

    `logarithmic`: whether the view holds log₁₀ of the values; `whole`: whether the values are whole numbers.
    """

    def __init__(self, orientation: str, theme: Theme, name: str = ""):
        super().__init__(orientation, maxTickLength=-4)
        self.logarithmic = self.whole = False
        self.theme = theme
        self.name = name
        self.low = False
        self._cut = name
        self.enableAutoSIPrefix(False)
        self.setStyle(maxTextLevel=0, tickTextOffset=TICK_TEXT_OFFSET + 2 * (orientation == "left"))
        self.setStyle(hideOverlappingLabels=False)
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        small = font(theme, theme.small_font_size)
        self.setStyle(tickFont=small)
        line = pg.mkPen(theme.border, width=theme.thin_width)
        line.setCosmetic(False)
        self.setPen(line)
        self.setTickPen(line)
        self.setTextPen(theme.dim_text)
        self.set_name(self.name)

    def updateAutoSIPrefix(self) -> None:
        """Do nothing: no prefix is used, and pyqtgraph would set the text of the name at each new range."""

    def set_name(self, name: str) -> None:
        """Set the axis's name ("step", "J", "along direction 1"); an empty one takes no room."""
        self.name = name
        theme = self.theme
        if name:
            style = {"color": theme.dim_text, "font-size": f"{round(theme.font_size)}px"}
            # The label reads markup, and a name may be the user's own.
            self.setLabel(escape(name), **style)
            self._cut = name
            self.label.document().setDocumentMargin(0.0 if self.orientation == "bottom" else 2.0)
            if self.orientation == "left":
                self.label.setRotation(0 if self._upright else -90)
        self.showLabel(bool(name))
        line = math.ceil(QFontMetricsF(font(theme, theme.small_font_size)).height())
        if self.orientation == "bottom":
            below = bool(name) and not self._in_corner
            named = math.ceil(self.label.boundingRect().height()) + 3 if below else 0
            self.setStyle(tickTextHeight=line)
            self.setHeight(TICK_TEXT_OFFSET + line + named + 2)
        self.resizeEvent(None)

    def set_low(self, low: bool) -> None:
        """Put a short name beside the numbers, under the left axis, where a low plot has no line for it."""
        if low != self.low:
            self.low = low
            self.set_name(self.name)

    def _updateWidth(self) -> None:
        """Make room for the whole name: pyqtgraph leaves four fifths of a line, too little beside numbers."""
        super()._updateWidth()
        if self.orientation == "left" and getattr(self, "name", ""):
            name = self.label.boundingRect()
            lacks = 0.3 * name.height()
            if self._upright:
                lacks = max(0.0, name.width() + UPRIGHT_GAP - 0.8 * name.height())
            width = self.minimumWidth() + math.ceil(lacks)
            self.setMinimumWidth(width)
            self.setMaximumWidth(width)

    @property
    def _upright(self) -> bool:
        return len(self.name) <= 2

    @property
    def _in_corner(self) -> bool:
        return self.low and len(self.name) <= LONGEST_IN_CORNER

    def resizeEvent(self, event: QEvent | None = None) -> None:
        if not getattr(self, "name", ""):
            return
        self._fit_name()
        size, label = self.size(), self.label.boundingRect()
        if self.orientation == "bottom" and self._in_corner:
            self.label.setPos(-self.x(), TICK_TEXT_OFFSET)
        elif self.orientation == "bottom":
            self.label.setPos((size.width() - label.width()) / 2, size.height() - label.height() - 1)
        elif self._upright:
            self.label.setPos(1.0, (size.height() - label.height()) / 2)
        else:
            self.label.setPos(-2.0, (size.height() + label.width()) / 2)
        self.picture = None

    @property
    def shown_name(self) -> str:
        """The part of the name that has room along the axis."""
        return self._cut

    def _fit_name(self) -> None:
        """Cut the middle out of a name that is longer than the axis."""
        room = self.size().height() if self.orientation == "left" else self.size().width()
        cut = self.name
        if room > 0 and not self._upright:
            metrics = QFontMetricsF(font(self.theme, round(self.theme.font_size)))
            # Beside a short axis there is room for the plot's own names.
            room = max(room, ROOM_OF_A_NAME * self.theme.font_size)
            cut = metrics.elidedText(self.name, Qt.TextElideMode.ElideMiddle, room)
        if cut != self._cut:
            self._cut = cut
            self.labelText = escape(cut)
            self.label.setHtml(self.labelString())

    def generateDrawSpecs(self, painter: QPainter) -> tuple[Any, Any, list[Any]] | None:
        """Return what is painted; a number that the edge of the plot would cut is moved inwards, or left out.

        The last digits are the first to go, and 0.65 without them is 0.6.
        """
        specs: tuple[Any, Any, list[Any]] | None = super().generateDrawSpecs(painter)
        plot = self.parentItem()
        if specs is None or plot is None or self.orientation not in ("bottom", "top"):
            return specs
        line, ticks, texts = specs
        edge = self.mapRectFromItem(plot, plot.boundingRect()).right()
        moved: list[Any] = []
        for place, flags, text in sorted(texts, key=lambda spec: spec[0].left()):
            if place.right() > edge:
                place = place.translated(edge - place.right(), 0.0)
                if moved and place.left() < moved[-1][0].right() + 2:
                    continue
            moved.append((place, flags, text))
        return line, ticks, moved

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, np.ndarray]]:
        across = self.orientation in ("bottom", "top")
        room = self.theme.small_font_size * (4.8 if across else 3.2)
        most = max(2, int(size / room))
        if self.logarithmic:
            low, high = max(low, -LARGEST_POWER), min(high, LARGEST_POWER + 0.9)
            if not low < high:
                return []
            labelled = log_ticks(10.0**low, 10.0**high, most)
            if not across:
                apart = 1.25 * self.theme.small_font_size * (high - low) / max(size, 1.0)
                labelled = spaced_out(labelled, apart)
            minor = minor_log_ticks(10.0**low, 10.0**high)
            if size < 4 * len(minor):
                minor = np.empty(0)
            return [(1.0, np.log10(labelled)), (0.1, np.log10(minor))]
        step, values = linear_ticks(low, high, most)
        if len(values) < LEAST_TICKS:
            # One number alone gives no scale.
            finer, more = linear_ticks(low, high, 2 * most)
            apart = self.theme.small_font_size * (NARROW_TICKS if across else LOW_TICKS)
            if len(more) and finer / (high - low) * size >= apart:
                step, values = finer, more
        if self.whole and step < 1:
            step, values = 1.0, values[np.abs(values - np.rint(values)) < 1e-9]
        return [(step, values)]

    def tickStrings(self, values: np.ndarray, scale: float, spacing: float) -> list[str]:
        if self.logarithmic:
            return texts_apart(10.0**value for value in values)
        # A multiple of the step may be 1e-17 in place of zero.
        return texts_apart((0.0 if abs(value) < 1e-9 * spacing else value for value in values), 6)
