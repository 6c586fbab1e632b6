"""A show of hands beside a lesson's prediction, in the window and in a presentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.drawing.kit.theme import Theme
from playground.lessons.format import Prediction
from playground.ui.frame.feature import Feature
from playground.ui.hall.tally import USUAL, Tally
from playground.ui.lessons.feature import LessonFeature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


class TallyFeature(Feature):
    """The tally at the right edge of the window: for the question of the lesson, or for any question."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.tally = Tally(window.theme)
        self._asked: Prediction | None = None
        self._action = window.actions_by_name["tally"]
        self._action.toggled.connect(self._show)
        self.tally.closed.connect(lambda: self._action.setChecked(False))
        window.menu("learn").addAction(self._action)
        window.arrangement.set_aside(self.tally)
        self.tally.hide()

    def join(self) -> None:
        self._lessons = self.fellow(LessonFeature)
        self._lessons.panel.hands_requested.connect(lambda: self._action.setChecked(True))

    def read(self) -> None:
        if self._action.isChecked():
            self._follow()

    def restyle(self, theme: Theme) -> None:
        self.tally.restyle(theme)

    def _show(self, on: bool) -> None:
        if on:
            self._follow()
        self.tally.setVisible(on)

    def _follow(self) -> None:
        """Ask the question of the lesson. The count for the last question ends with it."""
        step = self._lessons.step
        prediction = step.prediction if step is not None else None
        if prediction is not None and prediction.kind != "choice":
            prediction = None
        if prediction is self._asked:
            return
        self._asked = prediction
        if prediction is None:
            self.tally.ask("", [""] * USUAL)
        else:
            answer = int(prediction.answer)
            self.tally.ask(prediction.question, prediction.choices, answer, prediction.explanation)
