"""The bar at the top as a part of the window: run, step, speed, and the numbers of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.frame.view_feature import ViewFeature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench
    from playground.ui.transport.bar import TransportBar


class TransportFeature(ViewFeature):
    """The numbers of the newest snapshot, written at a rate that can be read."""

    view: TransportBar

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = window.transport

    def read(self) -> None:
        if self.window.snapshot is not None:
            self.view.show_snapshot(self.window.snapshot)

    def set_full(self, full: bool) -> None:
        self.view.set_full(full)
