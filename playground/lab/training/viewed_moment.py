"""Which earlier moment of the run is looked at, and its picture."""

from __future__ import annotations

from collections.abc import Callable

from playground.engine.branches.moments import Moments
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer


class ViewedMoment:
    """The moment that is shown in place of now; step is None while that is now itself."""

    def __init__(self) -> None:
        self.step: int | None = None
        self._moments = Moments()
        self._now: RunView | None = None
        self._seen: RunView | None = None

    def look_at(self, step: int | None, run: Trainer) -> None:
        """Look at a step of a run; at the present one, or None: at now."""
        self._seen = None
        if step is None or step >= run.step:
            self.leave()
        else:
            self.step = max(step, 0)

    def leave(self) -> None:
        """Look at now again."""
        self.step = self._now = self._seen = None

    def views(self, run: Trainer, interrupted: Callable[[], bool]) -> tuple[RunView, RunView] | None:
        """The moment and now; None where somebody interrupted, then ask again."""
        assert self.step is not None
        if self._now is None:
            self._now = run.view()
        if self._seen is None:
            self._seen = self._moments.view_at(run, self._now.history, self.step, interrupted)
        return None if self._seen is None else (self._seen, self._now)
