"""The gradient norm of each layer over the steps, on a logarithmic axis.

It shows vanishing and exploding gradients.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTransform

from playground.drawing.activations.layer_bars import LEAST
from playground.drawing.kit.axes import font
from playground.drawing.kit.breaks import SampleDots, broken, rows_far
from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import CurveItem, ThemedItem, map_points, solid_pen
from playground.drawing.kit.labels import draw_text
from playground.drawing.kit.steps_plot import StepsPlot, last_on_axis
from playground.drawing.kit.theme import Theme, mix
from playground.engine.recording.series import Curve
from playground.numerals import number_text

EMPTY = "Measured while this page is seen"
FAINTEST = 0.38
NAME_PIXELS = 26.0
DASH_STYLES: tuple[tuple[float, ...], ...] = ((), (7.0, 3.0), (2.0, 2.5))
"""Neighbouring layers also differ in their dashes: shades alone are hard to distinguish."""


class LayerNormDrawing(StepsPlot):
    """One curve a layer, fainter the earlier it is; `.item` goes into a scene.

    A dot shows each measured step, and a line joins those that are near to each other.
    """

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.left.logarithmic = True
        self._steps, self._norms = np.empty(0, np.int64), np.empty((0, 0))
        self.names = Names(theme)
        self.themed.append(self.names)
        self.curves: list[CurveItem] = []
        self.dots: list[SampleDots] = []
        self.box.lay((self.grid, self.names, self.pointer, self.notice, self.footnote), apart=20)
        self.notice.text = EMPTY
        self.restyle(theme)
        self.show_whole()

    def show(self, steps: np.ndarray, norms: np.ndarray) -> None:
        """Draw norms (k, L) at steps (k,), ascending."""
        self._steps, self._norms = steps, norms
        layers = norms.shape[1] if norms.ndim == 2 else 0
        while len(self.curves) > layers:
            self.box.removeItem(self.curves.pop())
            self.box.removeItem(self.dots.pop())
        while len(self.curves) < layers:
            self.curves.append(CurveItem())
            self.dots.append(SampleDots())
            for item in (self.curves[-1], self.dots[-1]):
                item.setZValue(5)
                self.box.addItem(item, ignoreBounds=True)
        self._style_curves()
        heights = self._heights()
        far = rows_far(steps, int(steps[-1]) if len(steps) else 0)
        for layer, (curve, dots) in enumerate(zip(self.curves, self.dots, strict=True)):
            line = broken(Curve(steps, heights[:, layer]), far)
            curve.set_data(line.steps, line.values)
            dots.set_data(steps, heights[:, layer])
        if layers and len(steps):
            places = [(float(steps[-1]), float(heights[-1, layer])) for layer in range(layers)]
            self.names.set_names(places, [f"[{layer + 1}]" for layer in range(layers)])
        else:
            self.names.set_names([], [])
        self.footnote.set_text(self._off_axis())
        self.show_whole()

    def margins(self, theme: Theme) -> tuple[float, float, float, float]:
        """Leave room for the label of the last step, and for the half of the uppermost one."""
        return 1, 2 + theme.small_font_size / 2, 2 + 1.7 * theme.small_font_size, 1

    def restyle(self, theme: Theme) -> None:
        """Apply the colours, widths and font sizes of a theme."""
        super().restyle(theme)
        self._style_curves()

    def show_whole(self) -> None:
        """Show all steps, unless the user chose a part."""
        last = float(self._steps[-1]) if len(self._steps) else 0.0
        right = last_on_axis(last)
        heights = self._heights()
        finite = heights[np.isfinite(heights)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (-3.0, 0.0)
        room = max(0.08 * (high - low), 0.1)
        names = NAME_PIXELS * self.theme.font_factor / max(self.box.width(), 4 * NAME_PIXELS)
        beyond = max(last, 0.75 * right) if last else right
        # The curves end above the footnote, and so do their names.
        foot = self.names.foot = min(self.footnote.height(self.box.width()), self.box.height() / 2)
        below = foot / max(self.box.height() - foot, 1.0) * (high - low + 2 * room)
        self.place(max(right, beyond / (1 - names)), low - room - below, high + room)
        self.notice.setVisible(not len(self._steps))

    def fit(self) -> None:
        self.show_whole()

    def hover(self, step: float) -> str:
        """Mark the recorded step nearest to this one, and return its numbers."""
        if not len(self._steps):
            return ""
        row = int(np.argmin(np.abs(self._steps - step)))
        self.pointer.point_at(int(self._steps[row]), [h for h in self._heights()[row] if np.isfinite(h)])
        layers = "   ".join(f"[{i + 1}] {number_text(v, 2)}" for i, v in enumerate(self._norms[row].tolist()))
        return f"step {number_text(int(self._steps[row]), 9)}   {layers}"

    def summary(self) -> str:
        """Return one line for a screen reader."""
        if not len(self._steps):
            return "Gradient norm of each layer: nothing measured yet."
        numbers = ", ".join(
            f"layer {i + 1} {number_text(v, 2)}" for i, v in enumerate(self._norms[-1].tolist())
        )
        off = f"; {self._off_axis()}" if self._off_axis() else ""
        return f"Gradient norm at step {int(self._steps[-1])}: {numbers}{off}."

    def _off_axis(self) -> str:
        """Return which norms the axis does not show; neighbouring layers with as many of them together."""
        groups: list[tuple[int, int, tuple[int, int, bool]]] = []
        for layer, norms in enumerate(self._norms.T if self._norms.ndim == 2 else (), 1):
            there = norms[~np.isnan(norms)]
            low = there[there <= LEAST]
            facts = low.size, there.size, bool(low.any())
            if groups and groups[-1][2] == facts:
                groups[-1] = groups[-1][0], layer, facts
            elif low.size:
                groups.append((layer, layer, facts))
        return "; ".join(_off_words(*group) for group in groups)

    def _heights(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.where(self._norms > LEAST, np.log10(self._norms), np.nan)

    def _style_curves(self) -> None:
        theme, count = self.theme, len(self.curves)
        for layer, curve in enumerate(self.curves):
            share = FAINTEST + (1 - FAINTEST) * (layer + 1) / count
            dashes = DASH_STYLES[(count - 1 - layer) % len(DASH_STYLES)]
            color = mix(theme.card, theme.text, share)
            curve.set_pen(solid_pen(color, theme.curve_width, dashes))
            self.dots[layer].set_pen(solid_pen(color, theme.curve_width))


def _off_words(first: int, last: int, facts: tuple[int, int, bool]) -> str:
    low, there, is_some = facts
    layers = f"[{first}]" if first == last else f"[{first}] to [{last}]"
    where = "at every step" if low == there else f"at {low} of {there} steps"
    return f"{layers}: {f'below {number_text(LEAST)}' if is_some else '0'} {where}"


class Names(ThemedItem):
    """The names of curves at their right ends, kept apart."""

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.places: list[tuple[float, float]] = []
        self.texts: list[str] = []
        self.foot = 0.0
        """Pixels at the lower edge that are not theirs."""

    def set_names(self, places: list[tuple[float, float]], texts: list[str]) -> None:
        self.places, self.texts = places, texts
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if not self.places:
            return
        text_font = font(self.theme, self.theme.small_font_size)
        metrics = QFontMetricsF(text_font)
        bottom = frame[3] - self.foot
        line = min(metrics.height(), (bottom - frame[1]) / len(self.places))
        xs, ys = np.array(self.places).T
        x, y = map_points(transform, xs, np.nan_to_num(ys, nan=-1e9))
        order = np.argsort(y)
        at = np.clip(y[order], frame[1] + line / 2, bottom - line / 2)
        for index in range(1, len(at)):
            at[index] = max(at[index], at[index - 1] + line)
        beyond = at[-1] - (bottom - line / 2)
        for index in range(len(at) - 1, -1, -1):
            if beyond <= 0:
                break
            upper = bottom - line / 2 - (len(at) - 1 - index) * line
            at[index] = min(at[index], upper)
        painter.setPen(QColor(self.theme.text))
        left = float(x[0]) + 5
        for index, height in zip(order, at, strict=True):
            if np.isfinite(self.places[index][1]):
                width = metrics.horizontalAdvance(self.texts[index]) + 4
                place = QRectF(
                    QPointF(min(left, frame[2] - width), height - line / 2),
                    QPointF(left + 200, height + line / 2),
                )
                draw_text(painter, place, self.texts[index], text_font, "left")
