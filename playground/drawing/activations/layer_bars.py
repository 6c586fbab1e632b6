"""The gradient norm of each layer at one step as bars on a logarithmic axis, each with its number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsWidget

from playground.arrays import Floats
from playground.drawing.kit.axes import font
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import Theme, mix
from playground.numerals import number_text

LEAST = 1e-300
"""A norm below this is not on an axis: float64 hardly holds it."""
WIDEST_BAR, GAP = 26.0, 6.0
"""Pixels of the thickest bar at the usual type, and between name, bar and number."""


@dataclass(frozen=True, eq=False)
class LayerBars:
    """The gradient norms (L,) of the layers at a step."""

    step: int
    norms: Floats


def decades(norms: Floats) -> tuple[int, int]:
    """Return the powers of ten between which the bars lie: one below the least norm with a bar."""
    shown = norms[np.isfinite(norms) & (norms > LEAST)]
    if not shown.size:
        return -1, 0
    low, high = math.log10(float(shown.min())), math.log10(float(shown.max()))
    return math.ceil(low) - 1, max(math.ceil(high), math.ceil(low))


def summary(bars: LayerBars | None) -> str:
    """Return one line for a screen reader."""
    if bars is None:
        return "Gradient norm of each layer: nothing measured yet."
    texts = [f"layer {number} {bar_text(norm)}" for number, norm in enumerate(bars.norms.tolist(), 1)]
    return f"Gradient norm at step {bars.step}: {', '.join(texts)}."


def bar_text(norm: float) -> str:
    """Return the number of a bar."""
    return number_text(norm, 2) if math.isfinite(norm) else "not finite"


class LayerBarsDrawing:
    """The painting of LayerBars, the first layer at the top."""

    def __init__(self, theme: Theme):
        self.theme = theme

    def restyle(self, theme: Theme) -> None:
        """Apply the colours and sizes of a theme."""
        self.theme = theme

    def paint(self, painter: QPainter, rect: QRectF, bars: LayerBars) -> None:
        """Paint a bar for each layer, with its name, its number, and the axis below."""
        theme = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(theme, theme.small_font_size))
        metrics = QFontMetricsF(painter.font())
        names = [f"[{number}]" for number in range(1, len(bars.norms) + 1)]
        texts = [bar_text(norm) for norm in bars.norms.tolist()]
        left = max(metrics.horizontalAdvance(name) for name in names) + GAP
        right = max(metrics.horizontalAdvance(text) for text in texts) + 2 * GAP
        box = rect.adjusted(left, 2, -right, -(metrics.height() + 4))
        low, high = decades(bars.norms)
        self._paint_axis(painter, box, low, high)
        row = box.height() / len(names)
        thick = min(0.62 * row, WIDEST_BAR * theme.font_factor)
        for index, (name, text, norm) in enumerate(zip(names, texts, bars.norms.tolist(), strict=True)):
            middle, end = box.top() + (index + 0.5) * row, box.left()
            if math.isfinite(norm) and norm > LEAST:
                end += (math.log10(norm) - low) / (high - low) * box.width()
                share = 0.38 + 0.62 * (index + 1) / len(names)
                color = QColor(mix(theme.card, theme.text, share))
                painter.fillRect(QRectF(box.left(), middle - thick / 2, end - box.left(), thick), color)
            painter.setPen(QColor(theme.text))
            line = QRectF(rect.left(), middle - metrics.height() / 2, left - GAP, metrics.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            line.moveLeft(end + GAP)
            line.setWidth(right + box.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_axis(self, painter: QPainter, box: QRectF, low: int, high: int) -> None:
        theme, metrics = self.theme, QFontMetricsF(painter.font())
        # The longest is not that of the least power: 0.0001 is longer than 10⁻⁵.
        powers = range(low, high + 1)
        room = max(metrics.horizontalAdvance(number_text(10.0**power)) for power in powers) + GAP
        every = max(1, math.ceil((high - low) * room / max(box.width(), 1.0)))
        for power in powers:
            x = box.left() + (power - low) / (high - low) * box.width()
            painter.setPen(solid_pen(theme.border if power == low else theme.grid, theme.thin_width))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            if (high - power) % every == 0:
                painter.setPen(QColor(theme.dim_text))
                place = QRectF(x - room, box.bottom() + 2, 2 * room, metrics.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, number_text(10.0**power))


class LayerBarsItem(QGraphicsWidget):
    """The same drawing as an item of a figure."""

    def __init__(self, theme: Theme, bars: LayerBars):
        super().__init__()
        self._drawing, self._bars = LayerBarsDrawing(theme), bars

    def paint(self, painter: QPainter, *_: object) -> None:
        self._drawing.paint(painter, QRectF(QPointF(), self.size()), self._bars)
