"""Conditions at which a run is finished: a low or a high loss, a step, or a small gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.branches.moments import branch_at
from playground.engine.recording.followed_log import FollowedLog
from playground.engine.stepping.descent import Interrupted
from playground.engine.trainer import Trainer
from playground.numerals import number_text

AT_MOST_J, ABOVE_J = "J is at most {}", "J is above {}"
AT_MOST_NORM = "the norm of the gradient is at most {}"


@dataclass(frozen=True)
class Stop:
    """Conditions to stop at; any of them is enough, None is no condition.

    loss           J over all training points at most this, at a step at which it is recorded
    steps          this many steps in all
    gradient_norm  ‖∂J/∂θ‖ over the batch of the next step at most this
    loss_above     J over all training points above this, at a step at which it is recorded
    """

    loss: float | None = None
    steps: int | None = None
    gradient_norm: float | None = None
    loss_above: float | None = None

    def __bool__(self) -> bool:
        bounds = self.loss, self.steps, self.gradient_norm, self.loss_above
        return any(bound is not None for bound in bounds)

    def first_met(self, run: Trainer, after: int) -> tuple[int, str] | None:
        """Return the first step later than `after` at which a condition holds, and its text; None: none yet.

        The present step counts only for the number of steps: its other rows are recorded with the next one.
        """
        found = []
        for name, bound, words in (
            ("train_loss", self.loss, AT_MOST_J),
            ("gradient_norm", self.gradient_norm, AT_MOST_NORM),
        ):
            if bound is not None:
                steps, values = run.history.curve(name)
                met = np.flatnonzero((steps > after) & (steps < run.step) & (values <= bound))
                if len(met):
                    found.append((int(steps[met[0]]), words.format(in_full(bound))))
        if self.loss_above is not None:
            steps, values = run.history.curve("train_loss")
            met = np.flatnonzero((steps > after) & (steps < run.step) & (values > self.loss_above))
            if len(met):
                found.append((int(steps[met[0]]), ABOVE_J.format(in_full(self.loss_above))))
        if self.steps is not None and after < self.steps <= run.step:
            found.append((self.steps, _made(self.steps)))
        return min(found, default=None)

    def met_now(self, run: Trainer, interrupted: Interrupted | None = None) -> str | None:
        """Return the text of a condition that holds at the present step; None where none does.

        Whether the run records J at this step makes no difference.
        """
        if self.steps == run.step:
            return _made(self.steps)
        if self.loss is not None and run.train_loss() <= self.loss:
            return AT_MOST_J.format(in_full(self.loss))
        if self.loss_above is not None and run.train_loss() > self.loss_above:
            return ABOVE_J.format(in_full(self.loss_above))
        if self.gradient_norm is not None:
            # The norm is recorded with the step that it leads to: a copy of the run makes that one.
            ahead = branch_at(run, run.step, interrupted)
            if ahead is not None and ahead.advance(1):
                met = Stop(gradient_norm=self.gradient_norm).first_met(ahead, run.step - 1)
                return None if met is None else met[1]
        return None


def _made(steps: int) -> str:
    return "1 step is made" if steps == 1 else f"{steps} steps are made"


def in_full(bound: float) -> str:
    """Return a bound with all its digits: rounded, it might be one that J has not reached."""
    digits = next(n for n in range(1, 18) if float(f"{bound:.{n - 1}e}") == bound)
    return number_text(bound, digits)


def finished(
    run: Trainer, stop: Stop, after: int, interrupted: Interrupted | None = None
) -> tuple[Trainer, str] | None:
    """Return the run at the first step later than `after` at which a condition held, and the condition.

    Return None where none did, or where it was interrupted. The rows in question are checked one by one, each
    before it can be thinned, so that a run stops at the same step however it was cut into time slices. The
    changes that its log made meanwhile are made again at their steps.
    """
    if stop.first_met(run, after) is None:
        return None
    again, log = branch_at(run, max(after, 0), interrupted), FollowedLog(run.history.changes)
    log.go_on_after(max(after, 0))
    while again is not None:
        met = stop.first_met(again, after)
        if met is not None:
            there = branch_at(again, met[0], interrupted)
            return None if there is None else (there, met[1])
        if (interrupted is not None and interrupted()) or again.step > run.step or not again.advance(1):
            return None
        log.apply(again)
    return None
