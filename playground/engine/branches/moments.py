"""Any step of a run again, bit by bit: to view it, or to continue from it on another branch.

The steps from the nearest checkpoint on are made once more, with the log of changes. The moment of step s is
what `replay` gives for s steps: the changes made at s are included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from playground.engine.problem import Problem
from playground.engine.recording.history import HistoryView, Measured, Present, until
from playground.engine.recording.run_view import RunView
from playground.engine.stepping.descent import Interrupted
from playground.engine.trainer import Trainer
from playground.experiment import Change

AT_ONCE = 512
"""Steps between two checks for an interruption: a check before every step costs more."""


class Moments:
    """Earlier moments of a run, computed with a trainer of its own that is kept for the next one."""

    def __init__(self) -> None:
        self._aside: Trainer | None = None

    @property
    def problem(self) -> Problem | None:
        """What the run minimised at the moment that was computed last; None before the first."""
        return None if self._aside is None else self._aside.problem

    def view_at(
        self, run: Trainer, history: HistoryView, step: int, interrupted: Interrupted | None = None
    ) -> RunView | None:
        """Return the view that the run had at a step not after the present one; None where interrupted.

        history is the run's own, at its newest step. The view's history has been thinned since; parameters,
        losses, optimiser and batches are those of the step, bit by bit.
        """
        aside = self._aside
        if aside is None or aside.experiment != run.experiment:
            aside = self._aside = run.anew()
        # At least one step is made again: it gives the last update.
        checkpoint = run.checkpoints.before(max(step - 1, 0))
        changes = history.changes
        aside.stand_at(checkpoint, changes)
        if not _follow(aside, changes, step, interrupted):
            return None
        view = aside.view()
        values = (view.train_loss, view.test_loss, view.train_accuracy, view.test_accuracy)
        measured = Measured(*(None if np.isnan(value) else value for value in values))
        before = None if view.last_update is None else view.last_update.before
        present = Present(step, view.parameters, aside.rate, measured, before)
        return replace(view, history=until(history, present))


def branch_at(run: Trainer, step: int, interrupted: Interrupted | None = None) -> Trainer | None:
    """Return a new run that continues from a step of this one, with the history up to that step.

    Return None where it was interrupted.
    """
    changes = run.history.changes
    record = run.records.before(max(step - 1, 0))
    branch = run.anew()
    branch.restore(record)
    branch.checkpoints, branch.records = run.checkpoints.copy(), run.records.copy()
    branch.checkpoints.cut(step)
    branch.records.cut(step)
    return branch if _follow(branch, changes, step, interrupted) else None


def _follow(run: Trainer, changes: Sequence[Change], step: int, interrupted: Interrupted | None) -> bool:
    """Make the steps up to this one with the changes of a log; return False where it was interrupted."""
    coming = [change for change in changes if run.step <= change.step <= step]
    for change in coming:
        if not _advance(run, change.step, interrupted):
            return False
        run.make(change)
    return _advance(run, step, interrupted)


def _advance(run: Trainer, step: int, interrupted: Interrupted | None) -> bool:
    while run.step < step:
        if interrupted is not None and interrupted():
            return False
        if not run.advance(min(AT_ONCE, step - run.step)):
            return False
    return True
