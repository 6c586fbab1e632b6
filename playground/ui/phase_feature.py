"""What the run is doing, in a word at the top; and when it is thrown out, what happened and the way back."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from playground.drawing.axes import number_text
from playground.engine.phase import (
    FINISHED,
    HELD,
    RIPPLING,
    batches_per_epoch,
    first_thrown_out,
    last_good,
    phase,
)
from playground.experiment import MIN_LEARNING_RATE, Experiment
from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.stability import LimitAnswer
from playground.ui.feature import Feature
from playground.ui.limit_feature import LimitFeature
from playground.ui.notice_bar import Offer

if TYPE_CHECKING:
    from playground.drawing.theme import Theme
    from playground.ui.workbench import Workbench

LIMITS_KEPT = 64
LIMIT_AGE = 500
"""A limit found more steps before is not the limit of then any more."""
AT_THE_LIMIT = 0.9
"""Rippling is said to be at the limit from this share of it on."""

EXPLAINED = {
    "": "No phase yet: it takes a few steps to tell.",
    "creeping": "J falls by less than 2 % in 100 steps.",
    "falling": "J falls.",
    "rippling": "J rises at many steps; that alone is no harm.",
    "thrown out": "J has stayed far above its recent best.",
    "diverged": "J is no longer finite.",
    "finished": "The condition to stop at is met.",
}


class PhaseFeature(Feature):
    """Writes the phase into the transport bar; says once for each α that the run was thrown out."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.phase = ""
        self._looked_at: Snapshot | None = None
        self._told: tuple[int, float] | None = None
        self._searched = (-1, -1)
        self._limits: deque[LimitAnswer] = deque(maxlen=LIMITS_KEPT)
        window.lab.diverged.connect(self._explain_divergence)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if not self._limits and self._looked_at is None:
            limits = self.fellow(LimitFeature)
            limits.measured.connect(self._limits.append)
            limits.also_for(lambda: self.window.lab.state == RUNNING)
        self._looked_at = snapshot
        if snapshot.run != self._searched[0]:
            # What a run that was brought back went through before is no news.
            since = -1 if snapshot.state == RUNNING else snapshot.view.step - 2 * HELD
            self._searched = snapshot.run, since

    def read(self) -> None:
        snapshot = self._looked_at
        if snapshot is None:
            return
        view = snapshot.view
        if snapshot.finished and not snapshot.moment:
            self.phase = FINISHED
        else:
            self.phase = phase(view.history, view.diverged, self._per_epoch(snapshot))
        self.window.transport.show_phase(self.phase, self._where(snapshot), EXPLAINED[self.phase])
        if not snapshot.moment and snapshot.fork is None and snapshot.state == RUNNING:
            self._look_for_an_accident(snapshot)

    def _look_for_an_accident(self, snapshot: Snapshot) -> None:
        view = snapshot.view
        told = first_thrown_out(view.history, self._searched[1], self._per_epoch(snapshot))
        self._searched = snapshot.run, view.step - 2 * HELD
        if told is None:
            return
        rates = view.history.curves["learning_rate"]
        rate = float(np.interp(max(told.step - 1, 0), rates.steps, rates.values))
        if (snapshot.run, rate) == self._told:
            return
        self._told = snapshot.run, rate
        steps = told.step - told.good_step
        sentence = (
            f"Thrown out: {self._compared(told.good_step, rate)}"
            f"J rose from {number_text(told.good_loss, 2)} to {number_text(told.loss, 2)} in {steps} steps."
        )
        offers = self._offers(told.good_step, view.settings.learning_rate, watch=True)
        self.window.notices.say(sentence, offers, seconds=None)

    def run_replaced(self, experiment: Experiment) -> None:
        self._limits.clear()

    def restyle(self, theme: Theme) -> None:
        self.window.transport.alarm_color = theme.amber

    def _where(self, snapshot: Snapshot) -> str:
        if self.phase != RIPPLING:
            return ""
        limit = self._limit_at(snapshot.view.step)
        rate = float(snapshot.view.history.curves["learning_rate"].values[-1])
        at_limit = limit is not None and rate >= AT_THE_LIMIT * limit
        return "at the limit" if at_limit else ""

    def _per_epoch(self, snapshot: Snapshot) -> int:
        return batches_per_epoch(snapshot.view.settings.batch_size, len(snapshot.samples.X_train))

    def _limit_at(self, step: int) -> float | None:
        """The stability limit that was measured last before a step."""
        for answer in reversed(self._limits):
            if answer.step <= step:
                return answer.stability.limit if step - answer.step <= LIMIT_AGE else None
        return None

    def _compared(self, step: int, rate: float) -> str:
        limit = self._limit_at(step)
        if limit is None or rate <= limit:
            return f"at α = {number_text(rate)} "
        times = number_text(rate / limit, 2)
        return f"α = {number_text(rate)} is {times} times the limit {number_text(limit, 2)}; "

    def _offers(self, good_step: int, rate: float, watch: bool) -> list[Offer]:
        window = self.window
        half = max(rate / 2, MIN_LEARNING_RATE)
        offers = [
            Offer(
                f"Back to step {good_step} with α = {number_text(half)}",
                lambda: window.lab.run_from(good_step, half),
            ),
            Offer("Back to the start", window.actions_by_name["same_weights"].trigger),
        ]
        if watch:
            offers.append(Offer("Watch it go on", window.notices.clear))
        return offers

    def _explain_divergence(self, sentence: str) -> None:
        snapshot = self._looked_at
        if snapshot is None:
            return
        good = last_good(snapshot.whole.history, self._per_epoch(snapshot))
        if good is None or good[0] >= snapshot.whole.step:
            return
        window = self.window
        rate = window.lab.experiment.training.learning_rate
        half = rate / 2

        def go_on() -> None:
            window.lab.set_learning_rate(half)
            window.lab.run()

        offers = [*self._offers(good[0], rate, watch=False), Offer(f"Go on with α = {half:.3g}", go_on)]
        window.notices.say(sentence, offers, seconds=None)
