"""The learning rate of a schedule over the loss plot: past and coming values."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTransform

from playground.drawing.kit.axes import font
from playground.drawing.kit.geometry import Frame, clip_polyline, thin_curve
from playground.drawing.kit.items import ThemedItem, draw_polyline, map_points, solid_pen
from playground.drawing.kit.labels import draw_text
from playground.drawing.kit.theme import Theme
from playground.numerals import number_text

OPACITY = 0.75
COMING = (2.0, 3.0)
AIR = 3.0


@dataclass(frozen=True, eq=False)
class RateLine:
    """α (n,) at steps (n,); those after the step now are to come. name: that of the schedule."""

    steps: np.ndarray = field(default_factory=lambda: np.empty(0))
    rates: np.ndarray = field(default_factory=lambda: np.empty(0))
    now: int = 0
    name: str = ""


class RateLineItem(ThemedItem):
    """A pink line, solid up to now and dotted after it; its top is the greatest α, the plot's floor is 0."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.line = RateLine()

    def show(self, line: RateLine) -> None:
        # The item covers the plot: painting nothing anew would paint all of it.
        nothing_new = not len(line.rates) and not len(self.line.rates)
        self.line = line
        if not nothing_new:
            self.update()

    @property
    def text(self) -> str:
        """The text at the line: the schedule, and the α at its top."""
        if not len(self.line.rates):
            return ""
        return f"α: {self.line.name}, at most {number_text(float(self.line.rates.max()))}"

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        line = self.line
        if len(line.steps) < 2 or not line.rates.max() > 0:
            return
        x, _ = map_points(transform, np.asarray(line.steps, float), np.zeros(len(line.steps)))
        text_font = font(self.theme, self.theme.small_font_size)
        height = QFontMetricsF(text_font).height()
        top = frame[1] + height + AIR
        y = frame[3] - (frame[3] - top) * line.rates / line.rates.max()
        color = QColor(self.theme.pink)
        color.setAlphaF(OPACITY)
        past = int(np.searchsorted(line.steps, line.now, side="right"))
        for part, dashes in ((slice(0, past), ()), (slice(max(past - 1, 0), None), COMING)):
            painter.setPen(solid_pen(color, 1.4 * self.theme.thin_width, dashes))
            draw_polyline(painter, *clip_polyline(*thin_curve(x[part], y[part]), frame))
        painter.setPen(solid_pen(self.theme.pink, 1.0))
        width = QFontMetricsF(text_font).horizontalAdvance(self.text)
        draw_text(
            painter, QRectF(frame[2] - width - AIR, frame[1], width, height), self.text, text_font, "right"
        )
