"""A feature whose plot the window has from its start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from playground.ui.frame.feature import Feature
from playground.ui.widgets.plot import Plot

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench


class RunPlot(Plot, Protocol):
    """A plot that follows a run."""

    def show_snapshot(self, snapshot: Snapshot) -> None: ...

    def frame(self) -> bool: ...

    def summarise(self) -> None: ...

    def refresh_readout(self) -> None: ...

    def restyle(self, theme: Theme) -> None: ...

    def set_presentation(self, on: bool) -> None: ...


class PlotFeature(Feature):
    """Carries snapshots to one plot, and has it drawn and its read-outs written."""

    view: RunPlot

    def __init__(self, window: Workbench, view: RunPlot):
        super().__init__(window)
        self.view = view
        self.plots = (view,)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.view.show_snapshot(snapshot)

    def draw(self) -> bool:
        return self.view.frame()

    def read(self) -> None:
        self.view.summarise()
        self.view.refresh_readout()

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        self.view.set_presentation(on)
