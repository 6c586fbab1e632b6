"""Sharpness over the steps against the limit of each moment's learning rate, pink and dashed.

λmax of H is solid, λmax of P⁻¹H dotted; where a run goes from one to the other, all lines break.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from PySide6.QtGui import QFontMetricsF

from playground.drawing.kit.axes import ValueAxis, floor_125, font, nice_step, round_up
from playground.drawing.kit.furniture import Footnote, Grid, Notice, Pointer, off_log_axis
from playground.drawing.kit.items import CurveItem, PlotBox, plot_of, solid_pen
from playground.drawing.kit.marks import MarkBand, MarkLines, MarkLog, began_with
from playground.drawing.kit.strands import strands
from playground.drawing.kit.theme import Theme
from playground.engine.recording.run_view import RunView
from playground.engine.recording.series import Curve
from playground.landscape.sharpness import Stretch, eigenvalue_name
from playground.numerals import number_text

DASHES, DOTS = (5.0, 3.5), (1.4, 2.6)
EMPTY = "Sharpness is measured while this page is seen"
BOTH, ANY = "largest eigenvalue", "λ"
"""What the axis is called where there are two quantities, and where there is no room for a name."""
PLAIN = eigenvalue_name("gradient_descent")
EMPTY_CURVE = Curve(np.empty(0, np.int64), np.empty(0))
FARTHEST = 4.0
"""On a linear axis the limit is followed up to so many times the largest sharpness."""


class SharpnessDrawing:
    """Shows sharpness and its limit; `.item` goes into a scene, on the screen or for an export."""

    def __init__(self, theme: Theme):
        self.theme = theme
        self._log = False
        self._stretches: tuple[Stretch, ...] = ()
        self._sharpness = self._limit = EMPTY_CURVE
        self._last_step = 0
        self.name = PLAIN
        self.band = MarkBand(theme)
        self.left = ValueAxis("left", theme, self.name)
        self.bottom = ValueAxis("bottom", theme, "step")
        self.box = PlotBox(self.follow)
        self.item = plot_of(self.box, self.left, self.bottom, self.band)
        self.grid, self.lines = Grid(self.left), MarkLines(self.band)
        self.pointer, self.notice, self.footnote = Pointer(), Notice(), Footnote()
        self._mark_log = MarkLog()
        self.limit_curve, self.sharpness_curve, self.divided_curve = CurveItem(), CurveItem(), CurveItem()
        self.strands = [(CurveItem(), CurveItem()) for _ in range(2)]
        curves = (self.sharpness_curve, self.divided_curve, *chain(*self.strands), self.limit_curve)
        self.box.lay((self.grid, self.lines, *curves, self.pointer, self.notice, self.footnote))
        self.notice.text = EMPTY
        self.restyle(theme)
        self.follow()

    def show(self, stretches: Sequence[Stretch], view: RunView) -> None:
        """Draw the sharpness of a run with its limits."""
        step = view.step
        self._stretches, self._last_step = tuple(stretches), step
        self._sharpness = _joined([stretch.sharpness for stretch in stretches])
        limits = [stretch.limit for stretch in stretches]
        if limits and len(limits[-1].steps) and limits[-1].steps[-1] < step:
            last = limits[-1]
            limits[-1] = Curve(np.append(last.steps, step), np.append(last.values, last.values[-1]))
        self._limit = _joined(limits)
        self.name = BOTH if len(self.names) > 1 else "".join(self.names) or PLAIN
        self.band.set_marks(self._mark_log.follow(view.history.changes, *began_with(view.experiment)))
        self.lines.update()
        self._draw()
        self.follow()

    @property
    def names(self) -> tuple[str, ...]:
        """What there are values of: λmax, λmax(P⁻¹H) or both."""
        measured = [stretch.name for stretch in self._stretches if len(stretch.sharpness.steps)]
        return tuple(dict.fromkeys(measured))

    @property
    def limit_is_above(self) -> bool:
        """Whether the limit of now lies above the picture."""
        values = self._limit.values
        return bool(len(values)) and bool(self._height(values[-1:])[0] > self.box.viewRange()[1][1])

    def set_log(self, logarithmic: bool) -> None:
        """A logarithmic axis, or a linear one."""
        self._log = logarithmic
        self.left.logarithmic = logarithmic
        self.left.picture = None
        self.box.touched = False
        self._draw()
        self.follow()

    def restyle(self, theme: Theme) -> None:
        """Take the colours, widths and font sizes of a theme."""
        self.theme = theme
        # Half a label of the last step stands beyond the view's right edge.
        self.item.layout.setContentsMargins(1, 1, 2 + 1.2 * theme.small_font_size, 1)
        for entry in (self.left, self.bottom, self.band, self.lines, self.grid, self.pointer, self.notice):
            entry.restyle(theme)
        self.footnote.restyle(theme)
        for entry in (self.sharpness_curve, *self.strands[0]):
            entry.set_pen(solid_pen(theme.text, theme.curve_width))
        for entry in (self.divided_curve, *self.strands[1]):
            entry.set_pen(solid_pen(theme.text, theme.curve_width, DOTS))
        self.limit_curve.set_pen(solid_pen(theme.pink, theme.thin_width * 1.3, DASHES))

    def follow(self) -> None:
        """Show all steps, unless a part was chosen."""
        self._name_axis()
        right = round_up(self._last_step) if self._last_step > 0 else 100.0
        low, high = self._range()
        self.box.place(-0.015 * right, right, low, high)
        self.notice.setVisible(not len(self._sharpness.steps))

    def _name_axis(self) -> None:
        """The whole name where the axis is long enough for it, or a shorter one."""
        metrics = QFontMetricsF(font(self.theme, self.theme.font_size))
        long = metrics.horizontalAdvance(self.name) <= self.box.height()
        name = self.name if long else ANY
        if name != self.left.name:
            self.left.set_name(name)

    def _range(self) -> tuple[float, float]:
        values, limits = self._sharpness.values, self._limit.values
        values, limits = values[np.isfinite(values)], limits[np.isfinite(limits)]
        if self._log:
            both = np.concatenate([values[values > 0], limits[limits > 0]])
            if not both.size:
                return -1.0, 1.0
            low, high = floor_125(float(both.min())), nice_step(1.05 * float(both.max()))
            return float(np.log10(low)) - 0.02, float(np.log10(max(high, 2 * low))) + 0.02
        if not values.size:
            return 0.0, 1.0
        high = max(float(values.max()), 1e-12)
        near = limits[limits <= FARTHEST * high]
        high = max(high, float(near.max(initial=0.0)))
        return min(float(values.min()), 0.0), round_up(1.05 * high)

    def _draw(self) -> None:
        for curve, divided in ((self.sharpness_curve, False), (self.divided_curve, True)):
            mine = [s.sharpness for s in self._stretches if (s.name != PLAIN) == divided]
            parts = zip(*(strands(sharpness) for sharpness in mine), strict=True) if mine else ((), (), ())
            for item, part in zip((curve, *self.strands[divided]), parts, strict=True):
                drawn = _joined(list(part))
                item.set_data(drawn.steps, self._height(drawn.values))
        self.limit_curve.set_data(self._limit.steps, self._height(self._limit.values))
        self.footnote.set_text(self._off_axis())

    def _off_axis(self) -> str:
        """Which sharpness the logarithmic axis has no place for."""
        return off_log_axis(self.name, [s.sharpness.values for s in self._stretches]) if self._log else ""

    def _height(self, values: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            heights = np.log10(values) if self._log else np.asarray(values, float)
        return np.where(np.isfinite(heights), heights, np.nan)

    def hover(self, step: float) -> str:
        """Point at the sample nearest to a step, and say its numbers."""
        measured = [stretch for stretch in self._stretches if len(stretch.sharpness.steps)]
        if not measured:
            self.unhover()
            return ""
        nearest = min(measured, key=lambda stretch: np.abs(stretch.sharpness.steps - step).min())
        steps, values = nearest.sharpness
        index = int(np.argmin(np.abs(steps - step)))
        at, value = int(steps[index]), values[index : index + 1]
        self.pointer.point_at(at, [float(self._height(value)[0])])
        text = f"step {number_text(at, 9)}   {nearest.name} {number_text(float(value[0]), 4)}"
        if len(nearest.limit.steps):
            limit = float(np.interp(at, nearest.limit.steps, nearest.limit.values))
            if np.isfinite(limit):
                text += f"   limit {number_text(limit, 4)}"
        return text

    def unhover(self) -> None:
        """Take the pointer's line away."""
        self.pointer.point_at(None, [])

    def summary(self) -> str:
        """One line for a screen reader."""
        measured = [stretch for stretch in self._stretches if len(stretch.sharpness.steps)]
        if not measured:
            return "Sharpness over the steps: nothing measured yet."
        last = measured[-1]
        text = (
            f"Sharpness {last.name} over the steps: {number_text(float(last.sharpness.values[-1]), 4)} "
            f"at step {int(last.sharpness.steps[-1])}"
        )
        values = last.limit.values
        if len(values) and np.isfinite(values[-1]):
            text += f", limit {number_text(float(values[-1]), 4)}"
        if self._off_axis():
            text += f"; {self._off_axis()}"
        return text + "."


def _joined(curves: Sequence[Curve]) -> Curve:
    """Curves one after another, with a gap between two of them."""
    steps: list[np.ndarray] = []
    values: list[np.ndarray] = []
    for curve in curves:
        if len(curve.steps):
            if steps:
                steps.append(curve.steps[:1])
                values.append(np.array([np.nan]))
            steps.append(curve.steps)
            values.append(curve.values)
    return Curve(np.concatenate(steps), np.concatenate(values)) if steps else EMPTY_CURVE
