"""The learning-rate strip as a part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench


class RateFeature(Feature):
    """Carries snapshots to the strip."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = window.strip

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.view.show_snapshot(snapshot)

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def set_full(self, full: bool) -> None:
        self.view.mark(full=full)

    def set_presentation(self, on: bool) -> None:
        self.view.set_presentation(on)
