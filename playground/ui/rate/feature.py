"""The learning-rate strip as a part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.frame.view_feature import ViewFeature

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench
    from playground.ui.rate.strip import LearningRateStrip


class RateFeature(ViewFeature):
    """The strip as a view of the window."""

    view: LearningRateStrip

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = window.strip

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.view.show_snapshot(snapshot)

    def set_full(self, full: bool) -> None:
        self.view.mark(full=full)
