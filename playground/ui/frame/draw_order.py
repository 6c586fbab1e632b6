"""The order in which views are drawn when drawing all of them in one frame would take too long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")


class DrawOrder(Generic[Key]):
    """The time from which each view may be drawn again.

    seconds: shortest time between two drawings of a view, as a pair: usually, and while steps come fast.
    """

    def __init__(self, seconds: Mapping[Key, tuple[float, float]]):
        self._seconds = dict(seconds)
        self._last: dict[Key, float] = dict.fromkeys(seconds, -math.inf)

    def call(self, view: Key) -> None:
        """Let this view be drawn at once."""
        self._last[view] = -math.inf

    def due(self, now: float, fast: bool) -> list[Key]:
        """Return the views that may be drawn now.

        The view that has waited longest in proportion to its interval comes first.
        """
        waited = {view: now - last for view, last in self._last.items()}
        due = [view for view, seconds in waited.items() if seconds >= self._seconds[view][fast]]
        return sorted(due, key=lambda view: -waited[view] / self._seconds[view][True])

    def note_drawn(self, view: Key, now: float) -> None:
        """Note that this view was drawn."""
        self._last[view] = now
