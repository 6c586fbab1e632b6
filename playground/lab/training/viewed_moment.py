"""The earlier moment of the run that the window views."""

from __future__ import annotations

from collections.abc import Callable

from playground.engine.branches.moments import Moments
from playground.engine.problem import Problem
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer


class ViewedMoment:
    """The moment on the screen. step is None while that is the newest step."""

    def __init__(self) -> None:
        self.step: int | None = None
        self._moments = Moments()
        self._now: RunView | None = None
        self._seen: RunView | None = None

    def look_at(self, step: int | None, run: Trainer) -> None:
        """View a step of a run; the newest step, or None: follow the run."""
        self._seen = None
        if step is None or step >= run.step:
            self.leave()
        else:
            self.step = max(step, 0)

    def leave(self) -> None:
        """Follow the run again."""
        self.step = self._now = self._seen = None

    def views(self, run: Trainer, interrupted: Callable[[], bool]) -> tuple[RunView, RunView] | None:
        """Return the viewed moment and the run at its newest step; None where interrupted, then ask again."""
        assert self.step is not None
        if self._now is None:
            self._now = run.view()
        if self._seen is None:
            self._seen = self._moments.view_at(run, self._now.history, self.step, interrupted)
        return None if self._seen is None else (self._seen, self._now)

    def problem_of(self, run: Trainer) -> Problem:
        """Return what the run minimised at the viewed moment, with the present penalties."""
        there = self._moments.problem
        if there is None or self._seen is None or self._seen.data == run.data:
            return run.problem
        return there.with_penalties(run.problem.l1, run.problem.l2)
