"""The sharpness view: λmax over the run against the limit at each moment, as a page beside the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.recording.run_view import RunView
from playground.experiment import Experiment
from playground.export.figures import sharpness_figure
from playground.export.sharpness_csv import sharpness_table
from playground.export.table import Table
from playground.files.atomic import ExportError
from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.loss_jump import mini_batch_at, setting_at
from playground.landscape.questions.curvature import CurvatureAnswer, PastCurvatureQuestion
from playground.landscape.questions.limit import LimitAnswer
from playground.landscape.sharpness import (
    Sample,
    SharpnessRecord,
    can_be_filled_in,
    divided_by,
    sharpness_sentence,
)
from playground.landscape.stability import MINI_BATCHES, divides
from playground.numerals import number_text
from playground.ui.frame.actions import Command
from playground.ui.frame.cadence import Cadence
from playground.ui.frame.feature import Page
from playground.ui.frame.page_feature import PageFeature
from playground.ui.rate.limit_feature import eigenvalue_text
from playground.ui.sharpness.view import SharpnessView

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

PAGE = "sharpness"
SECONDS, SECONDS_WHILE_RUNNING = 0.02, 0.5
"""Time between two questions that fill in earlier steps."""
HIDDEN_FOR_A_GUESS = "What the sharpness does is said here once the question is answered."
ABOVE = " The limit lies above the picture."


class SharpnessFeature(PageFeature):
    """All samples of the sharpness with their steps, and their plot.

    Steps before the page was opened are filled in from the recorded path.
    """

    page = Page(
        name=PAGE,
        title="Sharpness",
        place="right",
        menu="view",
        opened_by="show_sharpness",
        command=Command(
            "Sharpn&ess",
            "Ctrl+Shift+L",
            "Show or hide the sharpness over the run, beside the limit of its learning rate",
            on_off=True,
        ),
    )
    slots = (PastCurvatureQuestion.slot,)
    view: SharpnessView

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.record = SharpnessRecord()
        self.view = SharpnessView()
        self._drawn: Snapshot | None = None
        self.cadence = Cadence(SECONDS, patience=1.0)
        self.add_plot()
        window.strip.limit_measured.connect(self._take_limit)
        window.strip.ask_limit_for(lambda: self.page_on_screen)
        window.exporter.offer(PAGE, "Sharpness over the steps", self._figure)
        window.exporter.offer_numbers(
            "sharpness_numbers",
            "Sharpness and eigenvalues (CSV)",
            "A table: for each step where they were measured λmax, λmin and the limit.",
            self._table,
        )

    def _take_limit(self, answer: LimitAnswer) -> None:
        found = answer.stability
        ends, of = found.ends, divided_by(found.optimizer)
        self.record.add(Sample(answer.step, found.sharpness, ends.largest, ends.smallest, of))
        self._stale = True

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None or self.cadence.waiting or not self.page_on_screen or not len(self.record):
            return None
        view = snapshot.view
        self.cadence.interval = SECONDS_WHILE_RUNNING if snapshot.state == RUNNING else SECONDS
        if not self.cadence.rested:
            return None
        rows = np.flatnonzero(can_be_filled_in(view, view.history.path_steps))
        gap = self.record.widest_gap(view.history.path_steps[rows])
        if gap is None:
            return None
        row = int(rows[gap])
        step = int(view.history.path_steps[row])
        if not self.cadence.due((snapshot.run, step)):
            return None
        self.cadence.asked((snapshot.run, step))
        l1, l2 = (float(setting_at(view, name, step)) for name in ("l1", "l2"))
        return PastCurvatureQuestion(snapshot.run, step, view.history.path[row], l1, l2)

    def take_answer(self, slot: str, answer: CurvatureAnswer) -> None:
        self.cadence.answered()
        ends = answer.ends
        self.record.add(Sample(answer.step, ends.largest, ends.largest, ends.smallest))
        self._stale = True

    def clear_questions(self) -> None:
        self.cadence.clear()

    def another_run(self, experiment: Experiment) -> None:
        self.record = SharpnessRecord()

    def run_replaced(self, experiment: Experiment) -> None:
        self._stale = True

    def draw(self) -> bool:
        snapshot = self.window.snapshot
        if snapshot is None or not self.page_on_screen:
            return False
        if not self._stale and self._drawn is snapshot:
            return False
        self._stale, self._drawn = False, snapshot
        self.view.show_record(self.record.stretches(snapshot.view), snapshot.view)
        return True

    def read(self) -> None:
        super().read()
        snapshot, answer = self.window.snapshot, self.window.strip.marks.limit
        if snapshot is None or not self.page_on_screen:
            return
        if self.window.strip.marks.concealed:
            self.view.say(HIDDEN_FOR_A_GUESS, "")
            return
        if answer is None or not _is_of(snapshot.view, answer):
            self.view.say("", "")
            return
        found = answer.stability
        sentence = sharpness_sentence(found, snapshot.view, answer.step, self.record)
        short = sharpness_sentence(found, snapshot.view, answer.step, self.record, in_short=True)
        shorter = [short]
        if self.view.drawing.limit_is_above:
            sentence += ABOVE
            shorter.insert(0, short + ABOVE)
        numbers = f"{eigenvalue_text(found)}. {found.shape} {found.note}".strip()
        if divides(found.optimizer):
            numbers = f"λmax(P⁻¹H) = {number_text(found.sharpness, 4)}. {numbers}"
        self.view.say(sentence, numbers, shorter)

    def set_full(self, full: bool) -> None:
        self.view.set_full(full)

    def _table(self, snapshot: Snapshot) -> Table:
        self._refuse_nothing()
        return sharpness_table(self.record.samples, snapshot.view)

    def _refuse_nothing(self) -> None:
        """Raise ExportError where nothing was measured yet."""
        if not len(self.record):
            raise ExportError(
                "There is no sharpness to export yet: open its page and wait for the first point."
            )

    def _figure(self, snapshot: Snapshot) -> Any:
        self._refuse_nothing()
        view = snapshot.view
        return sharpness_figure(view, self.record.stretches(view), self.view.logarithmic)


def _is_of(view: RunView, answer: LimitAnswer) -> bool:
    """Return whether an answer is about the run on the screen, and its present optimiser."""
    found = answer.stability
    return (
        answer.step <= view.step
        and found.optimizer == setting_at(view, "optimizer", answer.step)
        and (found.reason == MINI_BATCHES) == (mini_batch_at(view, answer.step) is not None)
    )
