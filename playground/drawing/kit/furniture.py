"""Small parts of several plots: grid lines, a sentence in an empty plot, the line under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTransform

from playground.drawing.kit.axes import ValueAxis, font
from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import ThemedItem, map_points, solid_pen
from playground.drawing.kit.labels import draw_text
from playground.drawing.kit.theme import Theme
from playground.numerals import number_text


class Grid(ThemedItem):
    """Faint lines at the labelled ticks of the left axis."""

    def __init__(self, axis: ValueAxis):
        super().__init__(axis.theme)
        self.axis = axis

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        low, high = self.axis.range
        levels = self.axis.tickValues(low, high, frame[3] - frame[1])
        if not levels:
            return
        painter.setPen(solid_pen(self.theme.grid, self.theme.thin_width))
        values = np.asarray(levels[0][1], float)
        for y in map_points(transform, values, values)[1]:
            if frame[1] <= y <= frame[3]:
                painter.drawLine(QPointF(frame[0], y), QPointF(frame[2], y))


class Pointer(ThemedItem):
    """A thin line at the step under the pointer, with dots on the curves."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.step: int | None = None
        self.dots: list[float] = []

    def point_at(self, step: int | None, dots: list[float]) -> None:
        if step != self.step or dots != self.dots:
            self.step, self.dots = step, dots
            self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self.step is None:
            return
        x, y = map_points(transform, np.full(len(self.dots), float(self.step)), np.array(self.dots))
        at = self.step * transform.m11() + transform.dx()
        if not frame[0] <= at <= frame[2]:
            return
        painter.setPen(solid_pen(self.theme.border, self.theme.thin_width))
        painter.drawLine(QPointF(at, frame[1]), QPointF(at, frame[3]))
        painter.setPen(solid_pen(self.theme.card, 1.5))
        painter.setBrush(QColor(self.theme.text))
        for dot_x, dot_y in zip(x, y, strict=True):
            if frame[1] <= dot_y <= frame[3]:
                painter.drawEllipse(QPointF(dot_x, dot_y), 4.0, 4.0)


class _Sentence(ThemedItem):
    """A text in a plot; it may be empty."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.text = ""

    def set_text(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.update()


class Notice(_Sentence):
    """A sentence in the middle of an empty plot."""

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if self.text:
            painter.setPen(solid_pen(self.theme.dim_text, 1.0))
            text_font = font(self.theme)
            lines = wrapped(self.text, frame[2] - frame[0] - 16, QFontMetricsF(text_font))
            height = QFontMetricsF(text_font).height() * 1.2
            top = (frame[1] + frame[3] - height * len(lines)) / 2
            for row, line in enumerate(lines):
                rect = QRectF(frame[0], top + row * height, frame[2] - frame[0], height)
                draw_text(painter, rect, line, text_font)


FOOT = 3
"""Pixels below the last line of a footnote."""


class Footnote(_Sentence):
    """A small sentence at the lower edge of a plot: what the picture cannot show."""

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if not self.text:
            return
        text_font = font(self.theme, self.theme.small_font_size)
        metrics = QFontMetricsF(text_font)
        lines = self._lines(frame[2] - frame[0], metrics)
        wide, line = max(map(metrics.horizontalAdvance, lines)), metrics.height()
        bottom = frame[3] - FOOT
        ground = QRectF(frame[2] - wide - 10, bottom - line * len(lines), wide + 8, line * len(lines))
        card = QColor(self.theme.card)
        card.setAlphaF(0.85)
        painter.fillRect(ground, card)
        painter.setPen(solid_pen(self.theme.dim_text, 1.0))
        for row, text in enumerate(lines):
            place = QRectF(ground.left() + 4, ground.top() + row * line, wide, line)
            draw_text(painter, place, text, text_font, "left")

    def height(self, width: float) -> float:
        """Return the pixels that it takes of the height of a plot of this width."""
        if not self.text:
            return 0.0
        metrics = QFontMetricsF(font(self.theme, self.theme.small_font_size))
        return FOOT + metrics.height() * len(self._lines(width, metrics))

    def _lines(self, width: float, metrics: QFontMetricsF) -> list[str]:
        return wrapped(self.text, width - 12, metrics)


def off_log_axis(name: str, values: Sequence[np.ndarray], least: float = 0.0) -> str:
    """Return how many values, those of at most `least`, a logarithmic axis cannot show; empty for none.

    values: of one or more curves; NaN is no value.
    """
    every = np.concatenate([np.asarray(part, float).ravel() for part in values]) if values else np.empty(0)
    there = every[~np.isnan(every)]
    low = there[there <= least]
    if not low.size:
        return ""
    sign = "= 0" if not low.any() else "≤ 0" if least == 0 else f"< {number_text(least, 1)}"
    return f"{name} {sign} at {low.size} of {there.size} values: below a log axis"


def wrapped(text: str, width: float, metrics: QFontMetricsF) -> list[str]:
    """Return a text as lines of words that fit a width in pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
