"""The data with the decision boundary as a part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.landscape.questions.boundary import BoundaryQuestion
from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench


class DataFeature(Feature):
    """Carries snapshots, questions and answers to the data view."""

    slots = (BoundaryQuestion.slot,)
    needs_network = True
    every_frame = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = window.data_view
        self.plots = (self.view,)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.view.show_snapshot(snapshot)

    def question(self, slot: str) -> Any:
        return self.view.question()

    def take_answer(self, slot: str, answer: Any) -> None:
        self.view.take_answer(answer)

    def forget_questions(self) -> None:
        self.view.forget_question()

    def draw(self) -> bool:
        return self.view.frame()

    def read(self) -> None:
        self.view.summarise()
        self.view.refresh_readout()

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        self.view.set_presentation(on)
