"""The confusion matrix: a switch in the data view, from three classes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QToolButton

from playground.drawing.data.confusion import ConfusionPicture
from playground.drawing.kit.theme import Theme
from playground.engine.problem_of_experiment import network_on_data
from playground.experiment import Experiment
from playground.export.confusion import confusion_figure, confusion_table
from playground.export.table import Table
from playground.files.atomic import ExportError
from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.questions.confusion import ConfusionAnswer, ConfusionQuestion
from playground.output_words import CONFUSION
from playground.ui.data.confusion_view import ConfusionView
from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

NAME = "confusion"
LEAST_SECONDS = 0.2
"""Shortest time between two counts while the network trains."""
MISSING = "There is no confusion matrix to export: show it first, on three classes or more."


class ConfusionFeature(Feature):
    """A button of the data card shows the matrices of training and test points in place of the picture."""

    slots = (ConfusionQuestion.slot,)
    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._data = window.data_view
        self._usual_name = self._data.name
        self._answer: ConfusionAnswer | None = None
        self._asked = False
        self._asked_at = 0.0
        self._stale = False
        self._several: bool | None = None
        self.view = ConfusionView(window.theme)
        self.view.closed.connect(self._end)
        self.view.export_requested.connect(self._data.export_requested)
        self.view.setParent(self._data)
        self.view.hide()
        self.action = window.actions_by_name[NAME]
        self.button = QToolButton()
        self.button.setText("▦")
        self.button.setCheckable(True)
        self.button.setAccessibleName(CONFUSION)
        self.button.setToolTip(self.action.toolTip())
        self._data.tools.insertWidget(self._data.tools.indexOf(self._data.test_box), self.button)
        self._data.addAction(self.action)
        window.menu("view").addAction(self.action)
        self.button.clicked.connect(self.action.trigger)
        self.action.toggled.connect(self._switch)
        self._data.test_box.toggled.connect(self._mark_stale)
        self._data.plot_wanted.connect(self._show_plot)
        self._offer(False)

    @property
    def on(self) -> bool:
        return self.action.isChecked()

    def set_available(self, on: bool) -> None:
        if not on:
            self._offer(False)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._offer(snapshot.samples.has_several)

    def _offer(self, on: bool) -> None:
        """Offer the button, the command and the exports, or take them away."""
        if on == self._several:
            return
        self._several = on
        if not on and self.on:
            self.action.setChecked(False)
        self._data.leave_out(self.button, not on)
        self.action.setVisible(on)
        exporter = self.window.exporter
        if on:
            exporter.offer(NAME, CONFUSION, self._figure)
            exporter.offer_numbers(
                NAME + "_numbers",
                "Confusion matrix (CSV)",
                "A table: how many points of each class are said to be of which.",
                self._table,
            )
        else:
            exporter.withdraw(NAME)
            exporter.withdraw(NAME + "_numbers")

    def _switch(self, on: bool) -> None:
        self.button.setChecked(on)
        self._asked = False
        if on:
            self._show()
        self._data.set_face(self.view if on else None, CONFUSION if on else "")
        # What the card shows is what its button exports.
        self._data.name = NAME if on else self._usual_name

    def _show_plot(self) -> None:
        self.action.setChecked(False)

    def _end(self) -> None:
        self.action.setChecked(False)
        self.button.setFocus()

    def _mark_stale(self) -> None:
        self._stale = True

    def another_run(self, experiment: Experiment) -> None:
        self._answer = None

    def run_replaced(self, experiment: Experiment) -> None:
        # After points were changed the last counts stay until the new ones are there.
        self._asked, self._stale = False, True

    def clear_questions(self) -> None:
        self._asked = False

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if not self.on or self._asked or snapshot is None or not snapshot.samples.has_several:
            return None
        if not self._data.on_screen():
            return None
        known, now, theta = self._answer, time.monotonic(), snapshot.view.parameters
        same_points = known is not None and known.run == snapshot.run
        if known is not None and same_points and np.array_equal(known.parameters, theta):
            return None
        if snapshot.state == RUNNING and now - self._asked_at < LEAST_SECONDS:
            return None
        self._asked, self._asked_at = True, now
        return ConfusionQuestion(snapshot.run, snapshot.view.step, theta)

    def take_answer(self, slot: str, answer: Any) -> None:
        self._asked = False
        self._answer, self._stale = answer, True

    def draw(self) -> bool:
        if not self._stale or not self.on or not self._data.on_screen():
            return False
        self._stale = False
        self._show()
        return True

    def _show(self) -> None:
        self.view.show_picture(self._picture())

    def _picture(self) -> ConfusionPicture | None:
        snapshot, answer = self.window.snapshot, self._answer
        if snapshot is None or answer is None:
            return None
        parts = [("training points", answer.train)]
        if self._data.show_test and answer.test.total:
            parts.append(("test points", answer.test))
        return ConfusionPicture(parts, snapshot.samples.class_names)

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def _of(self, snapshot: Snapshot) -> ConfusionAnswer:
        """Return the counts at a snapshot, computed where the newest answer is of other parameters."""
        answer, on_data = self._answer, network_on_data(snapshot.problem)
        if on_data is None or not on_data.samples.has_several:
            raise ExportError(MISSING)
        theta = snapshot.view.parameters
        if answer is not None and answer.run == snapshot.run and np.array_equal(answer.parameters, theta):
            return answer
        question = ConfusionQuestion(snapshot.run, snapshot.view.step, theta)
        *_, last = question.counted(on_data)
        assert last is not None
        return last

    def _figure(self, snapshot: Snapshot) -> Any:
        answer = self._of(snapshot)
        parts = [("training points", answer.train)]
        parts += [("test points", answer.test)] if answer.test.total else []
        return confusion_figure(ConfusionPicture(parts, snapshot.samples.class_names), snapshot.view)

    def _table(self, snapshot: Snapshot) -> Table:
        answer = self._of(snapshot)
        return confusion_table(answer.train, answer.test, snapshot.samples.class_names, snapshot.view)
