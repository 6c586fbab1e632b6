"""The data with the decision boundary as a part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.landscape.questions.boundary import BoundaryQuestion
from playground.ui.frame.view_feature import PlotFeature

if TYPE_CHECKING:
    from playground.ui.data.view import DataView
    from playground.ui.frame.workbench import Workbench


class DataFeature(PlotFeature):
    """The data view as a view of the window."""

    view: DataView
    slots = (BoundaryQuestion.slot,)
    needs_network = True
    every_frame = True

    def __init__(self, window: Workbench):
        super().__init__(window, window.data_view)

    def set_available(self, on: bool) -> None:
        if not on:
            self.leave_hall("data")
        self.window.arrangement.set_available("data", on)
        for command in ("large_data", "panel_data", "own_data", "export_boundary"):
            self.window.actions_by_name[command].setEnabled(on)

    def question(self, slot: str) -> Any:
        return self.view.question()

    def take_answer(self, slot: str, answer: Any) -> None:
        self.view.take_answer(answer)

    def clear_questions(self) -> None:
        self.view.clear_question()
