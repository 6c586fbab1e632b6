"""A log of changes that a run follows."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from playground.experiment import Change


class Steered(Protocol):
    """A run that a log of changes can be applied to: a Trainer."""

    @property
    def step(self) -> int: ...

    def make(self, change: Change) -> None: ...


class FollowedLog:
    """The changes of a log that are still to come, in the order of their steps; false without any."""

    def __init__(self, changes: Sequence[Change] = ()):
        self._changes = tuple(changes)
        self._next = 0

    def __bool__(self) -> bool:
        return self._next < len(self._changes)

    @property
    def rest(self) -> tuple[Change, ...]:
        """The changes that are still to come."""
        return self._changes[self._next :]

    def leave(self) -> None:
        """Drop the rest of the log."""
        self._changes, self._next = (), 0

    def go_back(self, step: int) -> None:
        """Make the changes after this step due again: the run has gone back to it."""
        self._next = min(self._next, self._after(step))

    def go_on_after(self, step: int) -> None:
        """Skip the changes up to this step: the run has made them."""
        self._next = max(self._next, self._after(step))

    def _after(self, step: int) -> int:
        return bisect_right(self._changes, step, key=lambda change: change.step)

    def apply(self, run: Steered) -> None:
        """Make the changes that are due at the present step of the run or before."""
        while self and self._changes[self._next].step <= run.step:
            change = self._changes[self._next]
            self._next += 1
            run.make(change)

    def steps_to_next(self, run: Steered) -> float:
        """Return the steps until the next change; infinite where there is none."""
        return self._changes[self._next].step - run.step if self else math.inf
