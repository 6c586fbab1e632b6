"""Grouping of the changes of one control, so that one Undo takes all of them back."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE = 1.0
"""Seconds after which a key or a turn of the wheel begins another gesture."""


class Gestures:
    """Numbers of gestures: one for a drag, however long, and one for keys in quick succession."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._number = 0
        self._held = False
        self._last = -PAUSE

    def number(self, held: bool) -> int:
        """Return the number of the gesture that the present change belongs to. held: whether it is a drag."""
        now = self._clock()
        if held != self._held or (not held and now - self._last >= PAUSE):
            self._number += 1
        self._held, self._last = held, now
        return self._number

    def end(self) -> None:
        """Let the next change begin another gesture: the control was released."""
        self._held = False
        self._last = -PAUSE
