"""When the window is shown something new."""

from __future__ import annotations

import math
from collections.abc import Callable

from playground.lab.latest import Latest
from playground.lab.pacing import Gate, clock
from playground.lab.snapshot import Snapshot

SHOWN_EVERY = 1 / 60
UNSEEN_EVERY = 0.1
SHARE_OF_PUBLISHING, SHARE_OF_PAINTING = 0.15, 0.5
"""Where making a snapshot takes long, or showing it does, there are fewer: this much of the time at most."""


class Publisher:
    """Puts snapshots into a mailbox with one slot, as often as somebody looks and no oftener."""

    def __init__(self, gate: Gate) -> None:
        self.snapshots: Latest[Snapshot] = Latest()
        self._gate = gate
        self._stale = False
        self._published = -math.inf
        self._publishing_takes = 0.0

    def outdated(self) -> None:
        """What was published is not how it stands any more."""
        self._stale = True

    def outdated_at_once(self) -> None:
        """The same, and whoever looks next shall see it."""
        self._stale = True
        self._published = -math.inf

    def publish_if_due(self, make: Callable[[], Snapshot | None]) -> None:
        """Publish what make() makes, where there is something new and it is time; None: nothing yet."""
        if not self._stale or not self._due():
            return
        began = clock()
        snapshot = make()
        if snapshot is None:
            return
        self.snapshots.put(snapshot)
        self._gate.something_new()
        self._stale = False
        self._published = clock()
        self._publishing_takes = self._published - began

    def _due(self) -> bool:
        since = clock() - self._published
        if self._gate.closed and since < UNSEEN_EVERY:
            # The window is painting: a snapshot made now would only slow it down.
            return False
        interval = SHOWN_EVERY if self.snapshots.empty else UNSEEN_EVERY
        return since >= max(
            0.9 * interval,
            self._publishing_takes / SHARE_OF_PUBLISHING,
            self._gate.seconds_shut / SHARE_OF_PAINTING,
        )
