"""The overshoots of a window: the student discovers that a learning rate can be too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.recording.history import HistoryView
from playground.engine.recording.run_view import RunView
from playground.lab.snapshot import RUNNING, Snapshot
from playground.ui.frame.feature import Feature
from playground.ui.rate.rate_marks import LAYERS

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

RISE, RISE_IN_BATCHES = 0.005, 0.5
"""Smallest rise of J that counts, as a share; the second for mini-batches, which make J jitter."""
RATE = "training.learning_rate"


class FirstOvershootFeature(Feature):
    """The overshoots in this window: J has risen, and only α can be the cause.

    Until the first one the simple layout hides every mark that would give the discovery away; each brings one
    layer of them. The first comes at once and needs no room of its own. The second comes with an overshoot
    after Run was pressed again or in another run, once the run stands still. The last, whose room moves what
    is above the strip, comes as the next run begins.
    """

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._looked_at: Snapshot | None = None
        self._begun = 0
        self._found = self._due = False

    @property
    def discovered(self) -> bool:
        """Whether the run has overshot once."""
        return self.window.strip.marks.layers > 0

    def read(self) -> None:
        snapshot, marks = self.window.snapshot, self.window.strip.marks
        if marks.layers == len(LAYERS) or snapshot is None or snapshot is self._looked_at:
            return
        before, self._looked_at = self._looked_at, snapshot
        runs = snapshot.state == RUNNING
        if before is None or before.since != snapshot.since or snapshot.view.step < self._begun:
            self._begun, self._found = 0, False
        elif before.state != RUNNING and (runs or snapshot.view.step > before.view.step + 1):
            # A run of a few steps may begin and end between two snapshots.
            self._begun, self._found = before.view.step, False
        if not self._found and overshot(snapshot.view, self._begun):
            self._found = self._due = True
        begins = before is None or before.since != snapshot.since
        last = marks.layers == len(LAYERS) - 1
        if self._due and (not self.discovered or (begins if last else not runs)):
            self._due = False
            self.window.strip.mark(layers=marks.layers + 1)


def overshot(view: RunView, since: int = 0) -> bool:
    """Return whether J over all training points has risen between two recorded steps, by more than jitter.

    since: the step from which on that counts.
    """
    curve = view.history.curves["train_loss"]
    full = view.mini_batch is None
    values = curve.values
    with np.errstate(all="ignore"):
        rises = values[1:] > (1 + (RISE if full else RISE_IN_BATCHES)) * values[:-1]
    rises &= curve.steps[:-1] >= since
    if not rises.any():
        return False
    # A change of anything but α moves J by itself: parameters that were set, another penalty.
    changed = _changed_otherwise(view.history)
    starts, ends = curve.steps[:-1][rises], curve.steps[1:][rises]
    inside = np.searchsorted(changed, ends, side="right") - np.searchsorted(changed, starts, side="right")
    return bool((inside == 0).any())


def _changed_otherwise(history: HistoryView) -> np.ndarray:
    return np.array([change.step for change in history.changes if change.field != RATE], dtype=np.int64)
