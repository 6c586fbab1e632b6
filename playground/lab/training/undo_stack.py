"""The runs that Undo and Redo bring back."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from playground.lab.training.runs import LeftRun, Run


class UndoStack:
    """The runs that were left, in order. At most LIMIT are kept; the oldest are dropped."""

    LIMIT = 12

    def __init__(self) -> None:
        self._past: deque[LeftRun] = deque(maxlen=self.LIMIT)
        self._future: deque[LeftRun] = deque(maxlen=self.LIMIT)
        self._last_reason = ""

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def push(self, run: Run, reason: str) -> None:
        """Keep the run that a new one replaces.

        Dragging one control through many values starts many runs. A run without a step that was left for the
        same reason as the one before is not kept.
        """
        if not (run.untouched and reason and reason == self._last_reason):
            self._past.append(run.left())
        self._future.clear()
        self._last_reason = reason

    @property
    def runs(self) -> tuple[tuple[LeftRun, ...], tuple[LeftRun, ...]]:
        """The runs that Undo and those that Redo brings back, the next one last."""
        return tuple(self._past), tuple(self._future)

    def replace(self, past: Sequence[LeftRun], future: Sequence[LeftRun]) -> None:
        """Replace all runs by these."""
        self._past, self._future = deque(past, self.LIMIT), deque(future, self.LIMIT)
        self._last_reason = ""

    def name_run(self, number: int, name: str) -> None:
        """Name the run that has or had this number."""
        for runs in (self._past, self._future):
            for index, kept in enumerate(runs):
                if number in kept.numbers:
                    runs[index] = replace(kept, name=name)

    def undo(self, present: Run | None) -> LeftRun | None:
        """Return the run before the present one; None where there is none."""
        return self._swap(self._past, self._future, present)

    def redo(self, present: Run | None) -> LeftRun | None:
        """Return the run that the last undo left; None where there is none."""
        return self._swap(self._future, self._past, present)

    def _swap(self, source: deque[LeftRun], target: deque[LeftRun], present: Run | None) -> LeftRun | None:
        if not source:
            return None
        if present is not None:
            target.append(present.left())
        self._last_reason = ""
        return source.pop()
