"""Sharpness over the steps, solid, against the limit of each moment's learning rate, pink and dashed."""

from __future__ import annotations

import numpy as np

from playground.drawing.axes import ValueAxis, floor_125, nice_step, round_up
from playground.drawing.furniture import Grid, Notice, Pointer
from playground.drawing.items import CurveItem, PlotBox, plot_of, solid_pen
from playground.drawing.marks import MarkBand, MarkLines, began_with, step_marks
from playground.drawing.theme import Theme
from playground.engine.history import Curve
from playground.engine.run_view import RunView
from playground.numerals import number_text

DASHES = (5.0, 3.5)
EMPTY = "Sharpness is measured while this page is seen"
EMPTY_CURVE = Curve(np.empty(0, np.int64), np.empty(0))
FARTHEST = 4.0
"""On a linear axis the limit is followed up to so many times the largest sharpness."""


class SharpnessDrawing:
    """Shows sharpness and its limit; `.item` goes into a scene, on the screen or for an export."""

    def __init__(self, theme: Theme):
        self.theme = theme
        self._log = False
        self._sharpness = self._limit = EMPTY_CURVE
        self._last_step = 0
        self.name = "λmax"
        self.band = MarkBand(theme)
        self.left = ValueAxis("left", theme, self.name)
        self.bottom = ValueAxis("bottom", theme, "step")
        self.box = PlotBox(self.follow)
        self.item = plot_of(self.box, self.left, self.bottom, self.band)
        self.grid, self.lines = Grid(self.left), MarkLines(self.band)
        self.pointer, self.notice = Pointer(), Notice()
        self.limit_curve, self.sharpness_curve = CurveItem(), CurveItem()
        parts = (self.grid, self.lines, self.sharpness_curve, self.limit_curve, self.pointer, self.notice)
        self.box.lay(parts)
        self.notice.text = EMPTY
        self.restyle(theme)
        self.follow()

    def show(self, sharpness: Curve, limit: Curve, view: RunView, name: str) -> None:
        """Draw the curves of a run; name is what the sharpness is an eigenvalue of."""
        step = view.step
        self._sharpness, self._limit, self._last_step = sharpness, limit, step
        if len(limit.steps) and limit.steps[-1] < step:
            self._limit = Curve(np.append(limit.steps, step), np.append(limit.values, limit.values[-1]))
        if name != self.name:
            self.name = name
            self.left.set_name(name)
        self.band.set_marks(step_marks(view.history.changes, *began_with(view.experiment)))
        self.lines.update()
        self._draw()
        self.follow()

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
        self.sharpness_curve.set_pen(solid_pen(theme.text, theme.curve_width))
        self.limit_curve.set_pen(solid_pen(theme.pink, theme.thin_width * 1.3, DASHES))

    def set_font_factor(self, factor: float) -> None:
        """Text `factor` times as large."""
        self.restyle(self.theme.with_font_factor(factor))

    def follow(self) -> None:
        """Show all steps, unless a part was chosen."""
        right = round_up(self._last_step) if self._last_step > 0 else 100.0
        low, high = self._range()
        self.box.place(-0.015 * right, right, low, high)
        self.notice.setVisible(not len(self._sharpness.steps))

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
        self.sharpness_curve.set_data(self._sharpness.steps, self._height(self._sharpness.values))
        self.limit_curve.set_data(self._limit.steps, self._height(self._limit.values))

    def _height(self, values: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            heights = np.log10(values) if self._log else np.asarray(values, float)
        return np.where(np.isfinite(heights), heights, np.nan)

    def hover(self, step: float) -> str:
        """Point at the sample nearest to a step, and say its numbers."""
        steps = self._sharpness.steps
        if not len(steps):
            self.unhover()
            return ""
        index = int(np.argmin(np.abs(steps - step)))
        at, value = int(steps[index]), self._sharpness.values[index : index + 1]
        self.pointer.point_at(at, [float(self._height(value)[0])])
        text = f"step {number_text(at, 9)}   {self.name} {number_text(float(value[0]), 4)}"
        if len(self._limit.steps):
            limit = float(np.interp(at, self._limit.steps, self._limit.values))
            if np.isfinite(limit):
                text += f"   limit {number_text(limit, 4)}"
        return text

    def unhover(self) -> None:
        """Take the pointer's line away."""
        self.pointer.point_at(None, [])

    def summary(self) -> str:
        """One line for a screen reader."""
        if not len(self._sharpness.steps):
            return "Sharpness over the steps: nothing measured yet."
        text = (
            f"Sharpness {self.name} over the steps: {number_text(float(self._sharpness.values[-1]), 4)} "
            f"at step {int(self._sharpness.steps[-1])}"
        )
        values = self._limit.values
        if len(values) and np.isfinite(values[-1]):
            text += f", limit {number_text(float(values[-1]), 4)}"
        return text + "."
