"""A log of changes that a run follows."""

from __future__ import annotations

import math
from collections import deque
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
        self._changes = deque(changes)

    def __bool__(self) -> bool:
        return bool(self._changes)

    @property
    def rest(self) -> tuple[Change, ...]:
        """The changes that are still to come."""
        return tuple(self._changes)

    def leave(self) -> None:
        """Follow it no longer."""
        self._changes.clear()

    def apply(self, run: Steered) -> None:
        """Make the changes that the log says about the present step of the run, and about earlier ones."""
        while self._changes and self._changes[0].step <= run.step:
            run.make(self._changes.popleft())

    def steps_to_next(self, run: Steered) -> float:
        """Steps until the log says something; infinite where it says nothing more."""
        return self._changes[0].step - run.step if self._changes else math.inf
