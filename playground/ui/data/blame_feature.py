"""Blame: training points in the colours of their losses, and the gradient of one beside that of all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox

from playground.engine.fewer_points import has_many_points
from playground.engine.schedules import rate_at
from playground.experiment import Experiment
from playground.lab.snapshot import RUNNING
from playground.landscape.questions.blame import (
    BlameAnswer,
    BlameQuestion,
    PointGradientAnswer,
    PointGradientQuestion,
)
from playground.numerals import loss_text, percent_text
from playground.ui.frame.feature import Feature
from playground.ui.widgets.plain_label import Paragraph

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

LEAST_SECONDS = 0.1
"""Shortest time between two colourings while the network trains."""
MANY_SECONDS = 1.0
"""The same with many points, whose colours take as long to paint as a few frames."""
LEAST_HEIGHT = 270
"""Smallest height of the card, in pixels, that has room for a sentence."""
NOISE = "that is what a mini-batch's noise is made of."
INVITATION = "Point at one (PgDn): its own gradient on the surface."


class BlameFeature(Feature):
    """A switch in the data view. Hovering a point, or PgUp and PgDn, shows its effect on the weights."""

    slots = (BlameQuestion.slot, PointGradientQuestion.slot)
    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._data, self._surface = window.data_view, window.surface_view
        self._answer: BlameAnswer | None = None
        self._asked: dict[str, Any] = {}
        self._penalties: dict[str, tuple[float, float]] = {}
        self._asked_at = 0.0
        self._gradient: PointGradientAnswer | None = None
        self._index: int | None = None
        self.action = window.actions_by_name["blame"]
        self.box = QCheckBox("blame")
        self.box.setAccessibleName("Blame: training points in the colours of their losses")
        self.box.setToolTip(self.action.toolTip())
        self._data.tools.insertWidget(self._data.tools.indexOf(self._data.test_box), self.box)
        self._data.leave_out(self.box, True)
        self._data.addAction(self.action)
        self._data.set_point_text(self._text_of)
        window.menu("view").addAction(self.action)
        self.sentence = Paragraph(role="small")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.sentence.setMinimumHeight(2 * self.sentence.fontMetrics().lineSpacing())
        self.sentence.hide()
        self._data.body.addWidget(self.sentence)
        self.box.clicked.connect(self.action.trigger)
        self.action.toggled.connect(self._switch)
        self._data.point_pointed.connect(self._point)
        self._data.canvas.installEventFilter(self)

    @property
    def on(self) -> bool:
        return self.action.isChecked()

    def set_available(self, on: bool) -> None:
        self.action.setEnabled(on)

    def set_full(self, full: bool) -> None:
        self._data.leave_out(self.box, not full)

    def another_run(self, experiment: Experiment) -> None:
        self._clear()

    def run_replaced(self, experiment: Experiment) -> None:
        # After a stroke the points that stay keep their colours until the next answer.
        self._answer = self._gradient = None
        self._asked.clear()
        self._data.point_at(None)

    def shutdown(self) -> None:
        self._data.canvas.removeEventFilter(self)

    def clear_questions(self) -> None:
        self._asked.clear()

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if not self.on or snapshot is None or slot in self._asked or not self._data.on_screen():
            return None
        view = snapshot.view
        now = time.monotonic()
        penalties = view.settings.l1, view.settings.l2
        # With another penalty J and its gradient differ, at the same weights too.
        same = self._penalties.get(slot) == penalties
        if slot == BlameQuestion.slot:
            known = self._answer
            fresh = same and known is not None and np.array_equal(known.parameters, view.parameters)
            apart = MANY_SECONDS if has_many_points(snapshot.problem) else LEAST_SECONDS
            soon = snapshot.state == RUNNING and now - self._asked_at < apart
            if fresh or soon:
                return None
            self._asked_at = now
            question: Any = BlameQuestion(snapshot.run, view.step, view.parameters, *penalties)
        else:
            index, gradient = self._index, self._gradient
            if index is None:
                return None
            if (
                same
                and gradient is not None
                and gradient.index == index
                and gradient.learning_rate == rate_at(view.settings, view.step)
                and np.array_equal(gradient.parameters, view.parameters)
            ):
                return None
            rate = rate_at(view.settings, view.step)
            question = PointGradientQuestion(
                snapshot.run, view.step, index, view.parameters, rate, *penalties
            )
        self._asked[slot], self._penalties[slot] = question, penalties
        return question

    def take_answer(self, slot: str, answer: Any) -> None:
        self._asked.pop(slot, None)
        if not self.on:
            return
        if isinstance(answer, BlameAnswer):
            self._answer = answer
            self._data.show_blame(answer.losses)
        elif isinstance(answer, PointGradientAnswer):
            self._gradient = answer
            if answer.index == self._index:
                self._surface.show_blame(answer)

    def read(self) -> None:
        if not self.on:
            return
        text = self.words()
        # A sentence that would take the room of the picture is shown above all plots instead.
        room = self._data.height() >= LEAST_HEIGHT * self.window.theme.font_factor
        self.sentence.setVisible(room)
        self.window.notices.remark("" if room else text)
        if text != self.sentence.text():
            self.sentence.setText(text)

    def words(self) -> str:
        """Return the present sentence."""
        answer, snapshot = self._answer, self.window.snapshot
        if answer is None or snapshot is None:
            return "The losses of the training points are being computed."
        if self._index is not None:
            training = snapshot.view.settings
            # Only plain gradient descent goes along the mean; the others compute their step from it.
            plain = training.optimizer == "gradient_descent" and snapshot.view.mini_batch is None
            role = ", which is the step" if plain else ", of which the step is made"
            if training.fault is not None:
                # The step of a bug hunt uses another gradient.
                role = ""
            beside = f"Dotted: its own gradient, beside the mean of all{role}: {NOISE}"
            return f"{self._text_of(self._index)}. {beside}"
        words = snapshot.samples.output_words(snapshot.view.experiment.loss)
        mean = f"the mean is J {loss_text(_mean(answer))}"
        text = f"Points in the colour of their own loss {words.each_loss}; {mean}"
        if answer.penalty:
            text += f" without the penalty {loss_text(answer.penalty)}"
        return f"{text}. {INVITATION}"

    def _text_of(self, index: int) -> str:
        """Return one training point in numbers."""
        answer, snapshot = self._answer, self.window.snapshot
        if answer is None or snapshot is None or index >= len(answer.losses):
            return ""
        loss, total = float(answer.losses[index]), float(np.sum(answer.losses))
        samples = snapshot.samples
        y = samples.target_of(samples.y_train[index])
        name = samples.target_word(samples.y_train[index])
        symbol = samples.output_words(snapshot.view.experiment.loss).loss_of(y)
        text = f"Training point {index + 1}, {name}: {symbol} = {loss_text(loss)}"
        if total > 0 and np.isfinite(total):
            text += f", {percent_text(loss / total)} of J"
            text += " without the penalty" if answer.penalty else ""
            text += f" (1 of {len(answer.losses)})"
        return text

    def _switch(self, on: bool) -> None:
        self.box.setChecked(on)
        self.sentence.setVisible(False)
        self.sentence.setText("")
        self.window.notices.remark("")
        self._clear()

    def _clear(self) -> None:
        self._answer = self._gradient = self._index = None
        self._asked.clear()
        self._data.show_blame(None)
        self._surface.show_blame(None)

    def _point(self, index: int | None) -> None:
        self._index = index
        if index is None or (self._gradient is not None and self._gradient.index != index):
            self._surface.show_blame(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go through the training points with PgDn and PgUp, the largest loss first."""
        if isinstance(event, QKeyEvent) and self.on and self._answer is not None:
            steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.type() == QEvent.Type.KeyPress and plain and event.key() in steps:
                order = np.argsort(-self._answer.losses, kind="stable").tolist()
                place = order.index(self._index) if self._index in order else -1
                step = steps[Qt.Key(event.key())]
                place = (place + step) % len(order) if place >= 0 or step > 0 else len(order) - 1
                self._data.point_at(order[place])
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                self._data.point_at(None)
        return False


def _mean(answer: BlameAnswer) -> float:
    return float(np.mean(answer.losses))
