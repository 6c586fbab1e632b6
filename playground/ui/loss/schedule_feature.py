"""The schedule of the learning rate over the loss plot: the past and the coming α."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.drawing.loss.rate_line import RateLine
from playground.engine.recording.run_view import RunView
from playground.engine.schedules import schedule_of
from playground.ui.frame.feature import Feature
from playground.value_names import SCHEDULE_NAMES

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench

POINTS = 240


class ScheduleFeature(Feature):
    """The line of the schedule. Nothing is drawn in a run whose α follows the slider alone."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._drawn: tuple[Snapshot, float] | None = None

    def read(self) -> None:
        snapshot, loss = self.window.snapshot, self.window.loss_view
        if snapshot is None or not loss.on_screen():
            return
        right = float(loss.drawing.box.viewRect().right())
        if self._drawn is not None and self._drawn[0] is snapshot and self._drawn[1] == right:
            return
        self._drawn = snapshot, right
        loss.drawing.show_rates(rates_of(snapshot.whole, right))


def rates_of(view: RunView, last: float) -> RateLine:
    """Return the α of a run up to the present, and from there to the step last by its schedule."""
    schedule = schedule_of(view.settings)
    had_one = any(change.field == "training.schedule" for change in view.history.changes)
    if schedule is None and not had_one and schedule_of(view.experiment.training) is None:
        return RateLine()
    past = view.rate_curve()
    ahead = np.unique(np.linspace(view.step, max(last, view.step), POINTS).astype(np.int64))
    slider = view.settings.learning_rate
    rates = [slider if schedule is None else slider * schedule.factor_at(step) for step in ahead.tolist()]
    return RateLine(
        np.concatenate([past.steps, ahead]),
        np.concatenate([past.values, rates]),
        view.step,
        SCHEDULE_NAMES[view.settings.schedule],
    )
