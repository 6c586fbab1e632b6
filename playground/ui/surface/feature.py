"""The loss surface as a part of the window: it asks for surfaces, and for the numbers beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.landscape.questions.point import PointQuestion
from playground.landscape.questions.surface import SurfaceQuestion
from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench

SECONDS_IN_A_HURRY = 0.045


class SurfaceFeature(Feature):
    """Carries snapshots, questions and answers to the surface view."""

    slots = (SurfaceQuestion.slot, PointQuestion.slot)
    every_frame = True
    seconds_in_a_hurry = SECONDS_IN_A_HURRY

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = window.surface_view
        self.plots = (self.view,)
        self._point_due = False

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.view.show_snapshot(snapshot)

    def question(self, slot: str) -> Any:
        if slot == SurfaceQuestion.slot:
            return self.view.question()
        # The numbers are asked for as often as they are read, not as often as a frame is drawn.
        due, self._point_due = self._point_due, False
        return self.view.point_question() if due else None

    def take_answer(self, slot: str, answer: Any) -> None:
        if slot == SurfaceQuestion.slot:
            self.view.take_answer(answer)
        else:
            self.view.take_point(answer)

    def forget_questions(self) -> None:
        self.view.ask_again()

    def draw(self) -> bool:
        return self.view.frame()

    def read(self) -> None:
        self._point_due = True
        self.view.summarise()
        self.view.refresh_readout()

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def set_full(self, full: bool) -> None:
        self.view.set_full(full)

    def set_presentation(self, on: bool) -> None:
        self.view.set_presentation(on)
