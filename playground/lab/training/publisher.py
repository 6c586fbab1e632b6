"""The publishing of snapshots: when the window is shown something new."""

from __future__ import annotations

import math
from collections.abc import Callable

from playground.lab.latest import Latest
from playground.lab.pacing import Gate, clock
from playground.lab.snapshot import Snapshot

SHOWN_EVERY = 1 / 60
UNSEEN_EVERY = 0.1
SHARE_OF_PUBLISHING, SHARE_OF_PAINTING = 0.15, 0.4
"""Largest share of the time that making snapshots, and showing them, may take: slow ones come less often."""
SMOOTH, SHARE_FOR_SMOOTHNESS = 1 / 30, 0.4
"""Seconds between two snapshots at which curves still move smoothly, and the share of the time that making
snapshots may take where that is enough for it, as with thousands of points."""
SHARE_ON_THE_WAY, SELDOMEST = 0.2, 1.0
"""The same on the way to the step at which a saved run stood, for the work of the window. A snapshot is then
due after the second number of seconds in any case."""


class Publisher:
    """The writer of a mailbox with one slot: at most once per frame read by the window."""

    def __init__(self, gate: Gate) -> None:
        self.snapshots: Latest[Snapshot] = Latest()
        self.on_the_way = False
        """Whether the run is on its way to a saved step: what is visible before matters less."""
        self._gate = gate
        self._worked = 0.0
        self._stale = False
        self._published = -math.inf
        self._publishing_takes = 0.0

    def outdated(self) -> None:
        """Note that the run has changed since the last snapshot."""
        self._stale = True

    def outdated_at_once(self) -> None:
        """Note the same, and make the next snapshot due at once."""
        self._stale = True
        self._published = -math.inf

    def publish_if_due(self, take_snapshot: Callable[[], Snapshot | None]) -> None:
        """Publish what take_snapshot() returns, if the run has changed and it is time; None: nothing yet."""
        if not self._stale or not self._due():
            return
        began = clock()
        snapshot = take_snapshot()
        if snapshot is None:
            return
        self.snapshots.put(snapshot)
        self._gate.something_new()
        self._stale = False
        self._published = clock()
        # A weighted mean: one that had to wait for the window says little about the next.
        self._publishing_takes += 0.3 * (self._published - began - self._publishing_takes)
        self._worked = self._gate.seconds_at_work

    def _due(self) -> bool:
        since = clock() - self._published
        if self._gate.closed and since < UNSEEN_EVERY:
            # The window is painting: a snapshot made now would only slow it down.
            return False
        if self.on_the_way and since < SELDOMEST:
            # One snapshot leads to many frames: the views take turns, and answers to their questions come
            # later.
            worked = self._gate.seconds_at_work - self._worked
            return since >= max(UNSEEN_EVERY, worked / SHARE_ON_THE_WAY)
        interval = SHOWN_EVERY if self.snapshots.empty else UNSEEN_EVERY
        return since >= max(
            0.9 * interval,
            self._rest(),
            self._gate.seconds_shut / SHARE_OF_PAINTING,
        )

    def _rest(self) -> float:
        """Return the seconds from one snapshot to the next that the work of making them asks for."""
        takes = self._publishing_takes
        rest = takes / SHARE_OF_PUBLISHING
        return min(rest, SMOOTH) if takes <= SHARE_FOR_SMOOTHNESS * SMOOTH else rest
