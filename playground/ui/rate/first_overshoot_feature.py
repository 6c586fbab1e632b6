"""The first overshoot of a window: the student discovers that a learning rate can be too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.recording.history import HistoryView
from playground.engine.recording.run_view import RunView
from playground.lab.snapshot import Snapshot
from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

RISE, RISE_IN_BATCHES = 0.005, 0.5
"""Smallest rise of J that counts, as a share; the second for mini-batches, which make J jitter."""
RATE = "training.learning_rate"


class FirstOvershootFeature(Feature):
    """The first overshoot in this window: J has risen, and only α can be the cause.

    Until then the simple layout hides every mark that would give the discovery away.
    """

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._looked_at: Snapshot | None = None

    @property
    def discovered(self) -> bool:
        """Whether the run has overshot once."""
        return self.window.strip.marks.discovered

    def read(self) -> None:
        snapshot = self.window.snapshot
        if not self.discovered and snapshot is not None and snapshot is not self._looked_at:
            self._looked_at = snapshot
            if overshot(snapshot.view):
                self.window.strip.mark(discovered=True)


def overshot(view: RunView) -> bool:
    """Return whether J over all training points has risen between two recorded steps, by more than jitter."""
    curve = view.history.curves["train_loss"]
    full = view.mini_batch is None
    values = curve.values
    with np.errstate(all="ignore"):
        rises = values[1:] > (1 + (RISE if full else RISE_IN_BATCHES)) * values[:-1]
    if not rises.any():
        return False
    # A change of anything but α moves J by itself: parameters that were set, another penalty.
    changed = _changed_otherwise(view.history)
    starts, ends = curve.steps[:-1][rises], curve.steps[1:][rises]
    inside = np.searchsorted(changed, ends, side="right") - np.searchsorted(changed, starts, side="right")
    return bool((inside == 0).any())


def _changed_otherwise(history: HistoryView) -> np.ndarray:
    return np.array([change.step for change in history.changes if change.field != RATE], dtype=np.int64)
