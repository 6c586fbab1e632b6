"""A log of changes that a run follows."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from playground.experiment import Change


class Steered(Protocol):
    """A run that a log can steer: a Trainer."""

    @property
    def step(self) -> int: ...

    def make(self, change: Change) -> None: ...


class FollowedLog:
    """What a log of changes still says, in the order of its steps; false where it says nothing more."""

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
        """Follow it no longer."""
        self._changes, self._next = (), 0

    def go_back(self, step: int) -> None:
        """Say again what it says about later steps than this one: the run has gone back to it."""
        self._next = min(self._next, self._after(step))

    def go_on_after(self, step: int) -> None:
        """Say nothing of this step and of earlier ones: the run has made those changes."""
        self._next = max(self._next, self._after(step))

    def _after(self, step: int) -> int:
        return bisect_right(self._changes, step, key=lambda change: change.step)

    def apply(self, run: Steered) -> None:
        """Make the changes that the log says about the present step of the run, and about earlier ones."""
        while self and self._changes[self._next].step <= run.step:
            change = self._changes[self._next]
            self._next += 1
            run.make(change)

    def steps_to_next(self, run: Steered) -> float:
        """Steps until the log says something; infinite where it says nothing more."""
        return self._changes[self._next].step - run.step if self else math.inf
