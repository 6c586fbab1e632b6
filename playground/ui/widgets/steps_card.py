"""A card with a plot over steps."""

from __future__ import annotations

from playground.drawing.kit.steps_plot import StepsPlot
from playground.ui.widgets.plot_card import PlotCard


class StepsCard(PlotCard):
    """A card that shows the numbers of the recorded step nearest to the pointer."""

    drawing: StepsPlot

    def hover_text(self, x: float, y: float) -> str:
        return self.drawing.hover(x)

    def end_hover(self) -> None:
        self.drawing.unhover()
