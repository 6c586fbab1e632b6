"""Time between two questions.

Short enough for a live picture, long enough to leave the helper time for others.
"""

from __future__ import annotations

import time
from collections.abc import Hashable


class Cadence:
    """A limit on how often one kind of question is asked.

    At most one question is open at a time, and none is asked twice. interval: shortest time between two
    questions, in seconds. patience: time between two questions at least, as a multiple of the time that the
    last answer took.
    """

    def __init__(self, interval: float, patience: float = 2.0):
        self.interval, self.patience = interval, patience
        self._asked: Hashable = None
        self._asked_at = -1e9
        self._takes = 0.0
        self._answered: Hashable = None
        self._first = True

    @property
    def waiting(self) -> bool:
        """Whether an answer is due."""
        return self._asked is not None

    def due(self, about: Hashable) -> bool:
        """Return whether a question about this moment may be asked now."""
        return self._asked is None and about != self._answered and self.rested

    @property
    def rested(self) -> bool:
        """Whether the last question was asked long enough ago."""
        return time.monotonic() - self._asked_at >= max(self.interval, self.patience * self._takes)

    def asked(self, about: Hashable) -> None:
        self._asked, self._asked_at = about, time.monotonic()

    def answered(self) -> None:
        """Note that the answer has arrived."""
        if self._asked is not None:
            # The first answer may have waited for the helper to start, and says nothing of the next ones.
            self._takes = 0.0 if self._first else time.monotonic() - self._asked_at
            self._first = False
            self._answered, self._asked = self._asked, None

    def clear(self) -> None:
        """Clear the open question and the last answer, so that both may be asked again."""
        self._asked = self._answered = None
        self._asked_at = -1e9
