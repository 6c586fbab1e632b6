"""The panel of data and network as a part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench


class ExperimentFeature(Feature):
    """The panel as a view of the window, with the outputs of the neurons in its diagram."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = window.panel

    def join(self) -> None:
        diagram, data, strip = self.view.diagram, self.window.data_view, self.window.strip
        data.also_for(diagram.isVisible)
        data.answered.connect(self.view.take_boundary)
        diagram.parameter_chosen.connect(strip.set_parameter)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.view.show_snapshot(snapshot)

    def draw(self) -> bool:
        return self.view.diagram.frame()

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def set_full(self, full: bool) -> None:
        self.view.set_full(full)
