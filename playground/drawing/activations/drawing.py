"""An activation function with its derivative, and under it the pre-activations of the network's layers.

All share one axis of z. Where the slope is below 0.01 the ground is darker: there a neuron is saturated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsWidget

from playground.drawable import nice_step
from playground.drawing.kit.axes import font, linear_ticks
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import Theme, mix
from playground.engine.activations import ACTIVATIONS
from playground.engine.backprop.layer_statistics import FLAT, ActivationFacts, LayerFacts
from playground.numerals import number_text, percent_text

DASHES = (5.0, 3.5)
LOWEST, HIGHEST = -1.25, 1.6
"""Range of g and g' in the picture, of bounded functions the whole one."""
HIGHEST_UNBOUNDED, TIMES = 3.0, 2.0
"""Upper end for ReLU, drawn as far as it fits. Where z reaches more than TIMES as far, g is drawn smaller."""
GAP = 7.0


@dataclass(frozen=True, eq=False)
class ActivationPicture:
    """A function by name, and the facts of the network where they are known."""

    function: str
    facts: ActivationFacts | None


OUTSIDE = 1e5
"""A coordinate far above and below the box, in its units."""


class ActivationDrawing:
    """The painting of an ActivationPicture."""

    def __init__(self, theme: Theme):
        self.theme = theme

    def restyle(self, theme: Theme) -> None:
        self.theme = theme

    def paint(self, painter: QPainter, rect: QRectF, picture: ActivationPicture) -> None:
        """Paint function and derivative above, a histogram for every hidden layer below."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = font(self.theme, self.theme.small_font_size)
        line = QFontMetricsF(small).height()
        layers = picture.facts.layers if picture.facts is not None else ()
        reach = float(picture.facts.edges[-1]) if picture.facts is not None else 4.0
        below = line + 4
        height = rect.height() - below
        share = 0.42 if layers else 1.0
        top = QRectF(rect.left() + 2, rect.top() + 2, rect.width() - 4, share * height)
        self._paint_ground(painter, QRectF(top.left(), top.top(), top.width(), height - 2), picture, reach)
        self._paint_function(painter, top, picture.function, reach)
        if layers:
            room = (height - top.height() - GAP) / len(layers)
            for index, layer in enumerate(layers):
                y = top.bottom() + GAP + index * room
                place = QRectF(top.left(), y, top.width(), room - min(3.0, 0.1 * room))
                self._paint_histogram(painter, place, layer.counts)
                self._caption(painter, place, layer_text(picture.facts, index))
        self._paint_axis(painter, rect, top, reach, below)
        painter.restore()

    def _x(self, box: QRectF, z: float, reach: float) -> float:
        return box.left() + (z + reach) / (2 * reach) * box.width()

    def _paint_ground(self, painter: QPainter, box: QRectF, picture: ActivationPicture, reach: float) -> None:
        """Shade where the slope is next to nothing."""
        z = np.linspace(-reach, reach, 401)
        g = ACTIVATIONS[picture.function]
        flat = np.abs(g.first(z, g.value(z))) < FLAT
        shade = QColor(mix(self.theme.card, self.theme.text, 0.08))
        edges = np.flatnonzero(np.diff(np.r_[False, flat, False].astype(int)))
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            left, right = self._x(box, z[start], reach), self._x(box, z[stop - 1], reach)
            painter.fillRect(QRectF(left, box.top(), right - left, box.height()), shade)

    def _paint_function(self, painter: QPainter, box: QRectF, name: str, reach: float) -> None:
        theme, g = self.theme, ACTIVATIONS[name]
        high = HIGHEST if g.bounds else HIGHEST_UNBOUNDED
        divisor = divisor_of(name, reach)

        def y(value: float) -> float:
            return box.bottom() - (value - LOWEST) / (high - LOWEST) * box.height()

        painter.setFont(font(theme, theme.small_font_size))
        for level in (-1.0, 0.0, 1.0):
            painter.setPen(solid_pen(theme.border if level == 0 else theme.grid, theme.thin_width))
            painter.drawLine(QPointF(box.left(), y(level)), QPointF(box.right(), y(level)))
            painter.setPen(QColor(theme.dim_text))
            # Beside zero on the axis of z, and below its line, no curve crosses a number.
            text, metrics = number_text(level), QFontMetricsF(painter.font())
            down = metrics.ascent() + 1 if level > 0 else -3
            place = QPointF(box.right() - metrics.horizontalAdvance(text) - 4, y(level) + down)
            painter.drawText(place, text)
        z = np.linspace(-reach, reach, 481)
        value = g.value(z)
        slope = g.first(z, value)
        if g.has_kink:
            slope = np.where(np.abs(z) < 0.5 * (z[1] - z[0]), np.nan, slope)
        painter.save()
        painter.setClipRect(box)
        for heights, pen in (
            (slope, solid_pen(theme.dim_text, theme.curve_width, DASHES)),
            (value / divisor, solid_pen(theme.text, theme.curve_width * 1.2)),
        ):
            painter.setPen(pen)
            # A painter need not draw the end of a curve that left the box long before.
            heights = np.clip(heights, -OUTSIDE, OUTSIDE)
            for part in np.split(np.arange(len(z)), np.flatnonzero(np.isnan(heights))):
                part = part[np.isfinite(heights[part])]
                points = [QPointF(self._x(box, z[i], reach), y(float(heights[i]))) for i in part]
                painter.drawPolyline(QPolygonF(points))
        painter.restore()
        if divisor > 1.0:
            self._caption(painter, box, f"{g.title}(z) ÷ {number_text(divisor)}")

    def _paint_histogram(self, painter: QPainter, place: QRectF, counts: np.ndarray) -> None:
        theme = self.theme
        most = float(counts.max(initial=0)) or 1.0
        width = place.width() / len(counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(theme.card, theme.text, 0.5)))
        for index, count in enumerate(counts):
            if count:
                # A lone point must still be visible.
                high = max(1.0, float(count) / most * (place.height() - 1))
                left = place.left() + index * width
                painter.drawRect(QRectF(left, place.bottom() - high, max(width - 0.6, 0.8), high))
        painter.setPen(solid_pen(theme.border, theme.thin_width))
        painter.drawLine(place.bottomLeft(), place.bottomRight())

    def _caption(self, painter: QPainter, place: QRectF, text: str) -> None:
        theme = self.theme
        small = font(theme, min(theme.small_font_size, max(8.0, 0.9 * place.height())))
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        box = QRectF(place.left() + 3, place.top(), metrics.horizontalAdvance(text) + 6, metrics.height())
        ground = QColor(theme.card)
        ground.setAlphaF(0.82)
        painter.fillRect(box, ground)
        painter.setPen(QPen(QColor(theme.text)))
        painter.drawText(box.adjusted(3, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_axis(self, painter: QPainter, rect: QRectF, box: QRectF, reach: float, below: float) -> None:
        theme = self.theme
        painter.setFont(font(theme, theme.small_font_size))
        painter.setPen(QColor(theme.dim_text))
        most = max(3, int(box.width() / (5 * theme.small_font_size)))
        for z in linear_ticks(-reach, reach, most)[1]:
            x = self._x(box, float(z), reach)
            place = QRectF(x - 30, rect.bottom() - below + 2, 60, below)
            if place.left() >= rect.left() - 20 and place.right() <= rect.right() - 10:
                text = number_text(0.0 if abs(z) < 1e-9 else float(z))
                painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
        place = QRectF(rect.right() - 30, rect.bottom() - below + 2, 26, below)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, "z")


class ActivationItem(QGraphicsWidget):
    """The same drawing as an item of a figure."""

    def __init__(self, theme: Theme, picture: ActivationPicture):
        super().__init__()
        self._drawing, self._picture = ActivationDrawing(theme), picture

    def paint(self, painter: QPainter, *_: object) -> None:
        self._drawing.paint(painter, QRectF(QPointF(), self.size()), self._picture)


def divisor_of(name: str, reach: float) -> float:
    """Return by how much g is drawn smaller: 1, or for an unbounded g as much as a z far out needs.

    In its own size it would be a wall at z = 0 there, and its kink could not be seen.
    """
    if ACTIVATIONS[name].bounds or reach <= TIMES * HIGHEST_UNBOUNDED:
        return 1.0
    return nice_step(reach / HIGHEST_UNBOUNDED)


def layer_text(facts: ActivationFacts | None, index: int) -> str:
    """Return the problems of a hidden layer: "z[1]: 12 % with |g'| < 0.01, 1 of 4 dead"."""
    if facts is None:
        return ""
    layer = facts.layers[index]
    can_die = ACTIVATIONS[layer.activation].can_die
    text = f"z[{layer.layer}]: {percent_text(layer.saturated)} {word_of_flat(layer)}"
    if layer.silent:
        kind = "dead" if can_die else "at every point"
        text += f", {layer.silent} of {layer.neurons} {kind}"
    elif can_die:
        text += ", none dead"
    return text


def word_of_flat(layer: LayerFacts) -> str:
    """Return the word for a neuron of this layer where |g'| is next to nothing."""
    return "off" if ACTIVATIONS[layer.activation].can_die else "saturated"
