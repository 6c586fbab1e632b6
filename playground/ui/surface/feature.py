"""The loss surface as a part of the window: it asks for surfaces, and for the numbers beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.landscape.questions.point import PointQuestion
from playground.landscape.questions.surface import SurfaceQuestion
from playground.ui.frame.view_feature import PlotFeature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench
    from playground.ui.surface.view import SurfaceView

SECONDS_WHEN_FAST = 0.045


class SurfaceFeature(PlotFeature):
    """Carries snapshots, questions and answers to the surface view."""

    view: SurfaceView
    slots = (SurfaceQuestion.slot, PointQuestion.slot)
    every_frame = True
    seconds_when_fast = SECONDS_WHEN_FAST

    def __init__(self, window: Workbench):
        super().__init__(window, window.surface_view)
        self._point_due = False

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

    def clear_questions(self) -> None:
        self.view.ask_again()

    def read(self) -> None:
        self._point_due = True
        super().read()

    def set_full(self, full: bool) -> None:
        self.view.set_full(full)
