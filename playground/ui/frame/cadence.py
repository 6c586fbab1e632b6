"""When to ask the helper again: often enough to look alive, seldom enough to leave it time for others."""

from __future__ import annotations

import time
from collections.abc import Hashable


class Cadence:
    """One question at a time, about what is new, at most so often, and less often where answers take long.

    interval: seconds between two questions at least; patience: how many times the time that an answer took
    must pass before the next question.
    """

    def __init__(self, interval: float, patience: float = 2.0):
        self.interval, self.patience = interval, patience
        self._asked: Hashable = None
        self._asked_at = -1e9
        self._takes = 0.0
        self._answered: Hashable = None

    @property
    def waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._asked is not None

    def due(self, about: Hashable) -> bool:
        """Whether to ask about this moment now."""
        return self._asked is None and about != self._answered and self.rested

    @property
    def rested(self) -> bool:
        """Whether the last question was long enough ago."""
        return time.monotonic() - self._asked_at >= max(self.interval, self.patience * self._takes)

    def asked(self, about: Hashable) -> None:
        self._asked, self._asked_at = about, time.monotonic()

    def answered(self) -> None:
        """The last answer to what was asked has come."""
        if self._asked is not None:
            self._takes = time.monotonic() - self._asked_at
            self._answered, self._asked = self._asked, None

    def clear(self) -> None:
        """What was asked will not be answered; what was answered may be asked again."""
        self._asked = self._answered = None
        self._asked_at = -1e9
