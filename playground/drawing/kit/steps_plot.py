"""The base of plots over the steps of a run: grid, pointer's line, marks of changes, one of two axes."""

from __future__ import annotations

import numpy as np

from playground.drawing.kit.axes import ValueAxis, round_up
from playground.drawing.kit.furniture import Footnote, Grid, Pointer
from playground.drawing.kit.marks import MarkBand, MarkLines, MarkLog, StepMark
from playground.drawing.kit.plot import PlotDrawing
from playground.drawing.kit.theme import Theme
from playground.engine.recording.series import Curve

DASHES = (5.0, 3.5)
EMPTY_CURVE = Curve(np.empty(0, np.int64), np.empty(0))
LABEL_BEYOND = 1.2
"""Half the width of a label of the last step, in small font sizes, which extends beyond the view."""
NO_STEPS = 100.0
"""The last step on the axis of an empty plot."""


class StepsPlot(PlotDrawing):
    """A plot over steps. The view shows all of them until the user chooses a part."""

    def __init__(self, theme: Theme, name: str = "", band: MarkBand | None = None):
        super().__init__(theme, ValueAxis("left", theme, name), ValueAxis("bottom", theme, "step"), band)
        self.bottom.whole = True
        self.grid, self.pointer, self.footnote = Grid(self.left), Pointer(theme), Footnote(theme)
        self.themed += (self.grid, self.pointer, self.footnote)

    def margins(self, theme: Theme) -> tuple[float, float, float, float]:
        """Leave room for the label of the last step."""
        return 1, 1, 2 + LABEL_BEYOND * theme.small_font_size, 1

    def place(self, right: float, low: float, high: float) -> None:
        """Show the steps up to right, from a little before step 0, and heights from low to high."""
        self.box.place(-0.015 * right, right, low, high)

    def hover(self, step: float) -> str:
        """Mark the recorded step nearest to this one, and return its numbers; empty far from any."""
        raise NotImplementedError

    def unhover(self) -> None:
        """Hide the pointer's line."""
        self.pointer.point_at(None, [])


class MarkedStepsPlot(StepsPlot):
    """A plot over steps with the changes of a run marked, on a linear or a logarithmic axis."""

    def __init__(self, theme: Theme, name: str, logarithmic: bool):
        self.band = MarkBand(theme)
        super().__init__(theme, name, self.band)
        self.lines, self.mark_log = MarkLines(self.band), MarkLog()
        self.themed.append(self.lines)
        self.left.logarithmic = logarithmic

    @property
    def logarithmic(self) -> bool:
        """Whether heights are log₁₀ of the values."""
        return self.left.logarithmic

    def set_log(self, logarithmic: bool) -> None:
        """Set a logarithmic axis, or a linear one."""
        self.left.logarithmic = logarithmic
        self.left.picture = None
        self.box.touched = False
        self.draw_curves()
        self.show_whole()

    def show_marks(self, marks: list[StepMark]) -> None:
        """Mark these changes of the run."""
        self.band.set_marks(marks)
        self.lines.update()

    def draw_curves(self) -> None:
        """Put the curves at their heights on the axis."""
        raise NotImplementedError

    def height(self, values: np.ndarray) -> np.ndarray:
        """Return the heights of values on the axis; NaN where it has none for them."""
        return height_of(values, self.logarithmic)


def height_of(values: np.ndarray, logarithmic: bool) -> np.ndarray:
    """Return log₁₀ of values, or the values; NaN where that is not finite."""
    with np.errstate(all="ignore"):
        heights = np.log10(values) if logarithmic else np.asarray(values, float)
    return np.where(np.isfinite(heights), heights, np.nan)


def last_on_axis(step: float) -> float:
    """Return the right end of an axis for a last step. It grows seldom, in 1-2-5 steps."""
    return round_up(step) if step > 0 else NO_STEPS
