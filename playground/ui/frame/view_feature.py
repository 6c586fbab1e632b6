"""Features with one view, which follows the theme, the layout and the presentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from playground.ui.frame.feature import Feature
from playground.ui.widgets.plot import Plot

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench


class Shown(Protocol):
    """What is on the screen: it follows the theme and the hall."""

    def restyle(self, theme: Theme) -> None: ...

    def set_presentation(self, on: bool) -> None: ...


class PlotOfRun(Plot, Shown, Protocol):
    """A plot that follows a run."""

    def show_snapshot(self, snapshot: Snapshot) -> None: ...

    def frame(self) -> bool: ...

    def summarise(self) -> None: ...

    def refresh_readout(self) -> None: ...


class ViewFeature(Feature):
    """A feature whose view follows the theme and the presentation."""

    view: Shown

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        self.view.set_presentation(on)


class PlotFeature(ViewFeature):
    """A feature that carries snapshots to one plot, draws it and writes its read-outs."""

    view: PlotOfRun

    def __init__(self, window: Workbench, view: PlotOfRun):
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
