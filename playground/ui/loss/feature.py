"""The loss plot as a part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.frame.view_feature import PlotFeature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


class LossFeature(PlotFeature):
    """The loss view as a view of the window."""

    def __init__(self, window: Workbench):
        super().__init__(window, window.loss_view)
