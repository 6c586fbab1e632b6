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
SHARE_ON_THE_WAY, SELDOMEST = 0.2, 1.0
"""On the way to the step at which a saved run stood: the window is at work for this much of the time at most,
but is shown after so many seconds how far it is, whatever that costs."""


class Publisher:
    """Puts snapshots into a mailbox with one slot, as often as somebody looks and no oftener."""

    def __init__(self, gate: Gate) -> None:
        self.snapshots: Latest[Snapshot] = Latest()
        self.on_the_way = False
        """Whether the run is to arrive soon at a step: what is seen before that matters less."""
        self._gate = gate
        self._worked = 0.0
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
        self._worked = self._gate.seconds_at_work

    def _due(self) -> bool:
        since = clock() - self._published
        if self._gate.closed and since < UNSEEN_EVERY:
            # The window is painting: a snapshot made now would only slow it down.
            return False
        if self.on_the_way and since < SELDOMEST:
            # One snapshot leads to many frames: the views take turns, and what they ask is answered later.
            worked = self._gate.seconds_at_work - self._worked
            return since >= max(UNSEEN_EVERY, worked / SHARE_ON_THE_WAY)
        interval = SHOWN_EVERY if self.snapshots.empty else UNSEEN_EVERY
        return since >= max(
            0.9 * interval,
            self._publishing_takes / SHARE_OF_PUBLISHING,
            self._gate.seconds_shut / SHARE_OF_PAINTING,
        )
