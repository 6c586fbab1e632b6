"""The base of plots with a left and a bottom axis: a view, a sentence where it is empty, a theme."""

from __future__ import annotations

from typing import Protocol

import pyqtgraph as pg

from playground.drawing.kit.axes import ValueAxis
from playground.drawing.kit.color_bar import ColorBar
from playground.drawing.kit.furniture import Notice
from playground.drawing.kit.items import PlotBox, plot_of
from playground.drawing.kit.theme import Theme


class Themed(Protocol):
    """An object with colours, widths and font sizes from a theme."""

    def restyle(self, theme: Theme) -> None: ...


class PlotDrawing:
    """A plot whose `.item` goes into a scene, on the screen or for an export.

    `.themed`: the parts that follow its theme. above: an axis at the upper edge.
    """

    def __init__(self, theme: Theme, left: ValueAxis, bottom: ValueAxis, above: pg.AxisItem | None = None):
        self.theme = theme
        self.left, self.bottom = left, bottom
        axes = (left, bottom) if above is None else (left, bottom, above)
        self.box = PlotBox(self.show_whole, self.fit)
        self.item = plot_of(self.box, *axes)
        self.notice = Notice(theme)
        self.themed: list[Themed] = [*axes, self.notice]

    def show_whole(self) -> None:
        """Show everything, unless the user chose a part."""
        raise NotImplementedError

    def fit(self) -> None:
        """Follow the size of the view where names or ranges depend on it."""

    def margins(self, theme: Theme) -> tuple[float, float, float, float]:
        """Return left, upper, right and lower margin of the item in pixels."""
        raise NotImplementedError

    def restyle(self, theme: Theme) -> None:
        """Apply the colours, widths and font sizes of a theme."""
        self.theme = theme
        self.item.layout.setContentsMargins(*self.margins(theme))
        for part in self.themed:
            part.restyle(theme)


class ColorPlot(PlotDrawing):
    """A plot of colours over a plane, with their bar beside it."""

    def __init__(self, theme: Theme, left: ValueAxis, bottom: ValueAxis, bar_name: str = "J"):
        super().__init__(theme, left, bottom)
        self.bar = ColorBar(theme, bar_name)
        # Beside the view itself, in its row of the plot's layout, so that both are equally high.
        self.item.layout.addItem(self.bar, 2, 4)
        self.themed.append(self.bar)

    def margins(self, theme: Theme) -> tuple[float, float, float, float]:
        """Return the margins, with room for the upper half of a label of the left axis."""
        return 1, 2 + theme.small_font_size / 2, 4, 1
