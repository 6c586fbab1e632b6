"""The look-ahead on the strip: the J that every α would reach in the next steps, as a curve."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox

from playground.drawing.rate.lookahead import StripLookahead
from playground.engine.recording.run_view import RunView
from playground.engine.schedules import schedule_of, slider_name
from playground.experiment import Experiment, TrainingSettings
from playground.export.lookahead_csv import lookahead_table
from playground.export.table import Table
from playground.files.atomic import ExportError
from playground.lab.snapshot import DIVERGED, RUNNING, Snapshot, moment_of
from playground.landscape.lookahead import USUAL_STEPS, Lookahead, rates_on, still_holds
from playground.landscape.questions.lookahead import LookaheadAnswer, LookaheadQuestion
from playground.ui.frame.cadence import Cadence
from playground.ui.rate.after_overshoot_feature import AfterOvershootFeature
from playground.ui.rate.rate_marks import RateMarks
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

CHOICES, USUAL = (10, 100, 1000), USUAL_STEPS
SECONDS = 0.2
TIP = "How many steps the curve above the track looks ahead"
SWITCHED_OFF = "The look-ahead is switched off: Ctrl+K shows it"
NOTHING_YET = "There is no look-ahead to export yet: Ctrl+K shows it; wait until its curve is complete."
OLD = 0.5
"""Age of a look-ahead, as a share of its own length, from which on it is shown."""


class LookaheadFeature(AfterOvershootFeature):
    """The question for the look-ahead over the scale, and its curve above the track.

    In the simple layout it appears with the first overshoot, like the limit; a key shows or hides it.
    """

    part = "lookahead"
    slots = (LookaheadQuestion.slot,)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._full = False
        self._presenting = False
        self._drawn: tuple[LookaheadAnswer, int, bool, int | None] | None = None
        self._asked_with: TrainingSettings | None = None
        self._asked_from: RunView | None = None
        self._from: RunView | None = None
        self._number = 0
        self.cadence = Cadence(SECONDS, patience=1.0)
        self.box = QComboBox()
        for count in CHOICES:
            self.box.addItem(str(count), count)
        self.box.setCurrentIndex(CHOICES.index(USUAL))
        self.box.setAccessibleName("Steps of the look-ahead")
        self.box.setToolTip(TIP)
        self.box.currentIndexChanged.connect(self._steps_chosen)
        self.words = PlainLabel("look-ahead, steps")
        set_role(self.words, "dim")
        self.words.setBuddy(self.box)
        tools = window.strip.tools
        tools.insertWidget(0, self.words)
        tools.insertWidget(1, self.box)
        tools.insertSpacing(2, 16)
        window.exporter.offer_numbers(
            "lookahead_numbers",
            "Numbers of the look-ahead (CSV)",
            "A table: for each learning rate of the strip the J that the next steps would reach.",
            self.table,
        )

    @property
    def n_steps(self) -> int:
        return int(self.box.currentData())

    @property
    def answer(self) -> LookaheadAnswer | None:
        """The newest answer about the present run; None where there is none."""
        return self.window.strip.marks.lookahead

    @property
    def of_now(self) -> Lookahead | None:
        """The look-ahead on the screen, if it still holds; else None."""
        snapshot = self.window.snapshot
        return lookahead_of_now(self.window.strip.marks, snapshot) if snapshot is not None else None

    def question(self, slot: str) -> LookaheadQuestion | None:
        snapshot = self.window.snapshot
        if snapshot is None or not self.shown or not self.window.strip.isVisible():
            return None
        return self.question_about(snapshot)

    def question_about(self, snapshot: Snapshot) -> LookaheadQuestion | None:
        """Return the question to ask at this moment, if any."""
        view, settings = snapshot.view, snapshot.view.settings
        if snapshot.state == DIVERGED and not math.isfinite(view.train_loss):
            return None
        scale = self.window.strip.scale
        about = *moment_of(snapshot), self.n_steps, scale, plain(settings)
        if not self.cadence.due(about):
            return None
        self.cadence.asked(about)
        self._asked_with, self._asked_from = plain(settings), view
        self._number += 1
        return LookaheadQuestion(
            run=snapshot.run,
            step=view.step,
            checkpoint=view.checkpoint,
            learning_rates=rates_on(scale),
            n_steps=self.n_steps,
            l1=settings.l1,
            l2=settings.l2,
            schedule=schedule_of(settings),
            number=self._number,
        )

    def take_answer(self, slot: str, answer: LookaheadAnswer) -> None:
        if answer.number != self._number:
            # It belongs to a question that was dropped, perhaps with other settings at the same step.
            return
        if answer.complete:
            self.cadence.answered()
        # The coarse beginnings of a curve are shown only where there is no curve yet.
        if answer.complete or self.answer is None or not self.answer.complete:
            self.window.strip.mark(lookahead=answer, lookahead_with=self._asked_with)
            self._from = self._asked_from

    def table(self, snapshot: Snapshot) -> Table:
        """Return the table of the newest look-ahead. Raises ExportError where there is none."""
        answer, begun = self.answer, self._from
        if answer is None or begun is None or not answer.complete:
            raise ExportError(NOTHING_YET)
        return lookahead_table(answer.lookahead, begun)

    def clear_questions(self) -> None:
        self.cadence.clear()

    def run_replaced(self, experiment: Experiment) -> None:
        self._drop()

    def set_full(self, full: bool) -> None:
        self._full = full
        self._fit()

    def set_presentation(self, on: bool) -> None:
        self._presenting = on
        self._fit()

    def _fit(self) -> None:
        for widget in (self.words, self.box):
            widget.setVisible(self._full and not self._presenting)

    def read(self) -> None:
        super().read()
        shown, strip = self.shown, self.window.strip
        self.box.setEnabled(shown)
        self.box.setToolTip(SWITCHED_OFF if strip.marks.lookahead_off else TIP)
        snapshot, answer, asked_with = self.window.snapshot, self.answer, strip.marks.lookahead_with
        if not shown or answer is None or snapshot is None:
            room = strip.marks.lookahead_has_room
            if self._drawn is not None or strip.marks.another_comes != room or not shown:
                strip.mark(lookahead_drawn=None, another_comes=room)
                self._drawn = None
            return
        ahead = answer.lookahead
        age = snapshot.view.step - answer.step
        age = round_age(age) if age >= OLD * ahead.n_steps else 0
        changed = plain(snapshot.view.settings) != asked_with
        # While the run goes on, J has changed by the time that this is read.
        present = snapshot.view.step == answer.step and not (snapshot.moment or snapshot.state == RUNNING)
        step = None if present else answer.step
        state = age, changed, step
        if self._drawn is not None and self._drawn[0] is answer and self._drawn[1:] == state:
            return
        self._drawn = (answer, *state)
        strip.mark(
            lookahead_drawn=StripLookahead(
                ahead.learning_rates,
                ahead.losses,
                ahead.loss_now,
                ahead.n_steps,
                ahead.low,
                ahead.high,
                age,
                changed,
                step,
                slider_name(asked_with.schedule) if asked_with is not None else "α",
                ahead.steady,
            )
        )

    def _steps_chosen(self) -> None:
        # The longest look-ahead has no deadline, and leaves the helper to others in between.
        self.cadence.patience = 1.0 if self.n_steps <= USUAL else 2.0
        self.window.strip.mark(lookahead_steps=self.n_steps)
        self._drop()

    def _drop(self) -> None:
        """Drop the curve, which belongs to another run or another number of steps."""
        self.window.strip.mark(lookahead=None)
        self.cadence.clear()
        self.read()


def lookahead_of_now(marks: RateMarks, snapshot: Snapshot) -> Lookahead | None:
    """Return the look-ahead on the screen, if it is complete, of the present settings, and still holds."""
    answer = marks.lookahead
    if not marks.lookahead_shown or answer is None or not answer.complete:
        return None
    view, ahead = snapshot.view, answer.lookahead
    running = snapshot.state == RUNNING and not snapshot.moment
    age = view.step - answer.step
    true = still_holds(age, ahead.n_steps, ahead.loss_now, view.train_loss, running)
    return ahead if true and plain(view.settings) == marks.lookahead_with else None


@lru_cache(maxsize=8)
def plain(settings: TrainingSettings) -> TrainingSettings:
    """Return the settings without their learning rate, on which a look-ahead does not depend."""
    return replace(settings, learning_rate=1.0)


def round_age(steps: int) -> int:
    """Return an age that can be read while it grows: its first two digits."""
    power = 10 ** max(0, len(str(steps)) - 2)
    result: int = steps // power * power
    return result
