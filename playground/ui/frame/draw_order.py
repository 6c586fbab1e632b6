"""Whose turn it is to be drawn, where drawing everything at once would make a frame too long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")


class DrawOrder(Generic[Key]):
    """When each view may be drawn.

    seconds: how long it waits after its turn at least, as a rule and in a hurry.
    """

    def __init__(self, seconds: Mapping[Key, tuple[float, float]]):
        self._seconds = dict(seconds)
        self._last: dict[Key, float] = dict.fromkeys(seconds, -math.inf)

    def call(self, view: Key) -> None:
        """Let this view wait no longer."""
        self._last[view] = -math.inf

    def due(self, now: float, hurried: bool) -> list[Key]:
        """The views whose time has come, that first which has waited the longest for its rate."""
        waited = {view: now - last for view, last in self._last.items()}
        due = [view for view, seconds in waited.items() if seconds >= self._seconds[view][hurried]]
        return sorted(due, key=lambda view: -waited[view] / self._seconds[view][True])

    def note_drawn(self, view: Key, now: float) -> None:
        """This view was drawn."""
        self._last[view] = now
