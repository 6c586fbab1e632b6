"""When to take steps, when to rest, when to show: the clockwork of the training thread.

A thread of small NumPy steps holds the interpreter's lock nearly all the time, and every Qt call of the
window that gave the lock up has to wait for it. So at full speed the thread trains in slices and rests in
between; how long a slice may be follows from how punctually the window comes for its snapshots.
"""

from __future__ import annotations

import sys
from collections import deque

SWITCH_INTERVAL = 0.0005
"""Seconds after which a waiting thread may claim the interpreter's lock, while training at full speed."""


class Pace:
    """Length of a slice and of the rest after it, in seconds, adapted to the window's punctuality."""

    LONGEST, SHORTEST, REST = 0.004, 0.001, 0.001
    FRAME, LATE = 1 / 60, 0.006

    def __init__(self) -> None:
        self.slice = self.LONGEST
        self.rest = self.REST
        self._last_pull: float | None = None

    def pulled(self, now: float) -> None:
        """The window came for a snapshot at this time: early enough, or late?"""
        last, self._last_pull = self._last_pull, now
        if last is None or now - last > 0.25:
            return
        if now - last > self.FRAME + self.LATE:
            self.slice = max(self.SHORTEST, 0.6 * self.slice)
        else:
            self.slice = min(self.LONGEST, 1.02 * self.slice)


class Metronome:
    """Steps that are due at a given number per second, evenly spaced."""

    LAG = 0.25

    def __init__(self, steps_per_second: float, now: float):
        self._period = 1.0 / steps_per_second
        self._next = now

    def wait(self, now: float) -> float:
        """Seconds until the next step is due."""
        return max(0.0, self._next - now)

    def due(self, now: float) -> int:
        """Steps that are due by now; what was missed for longer than LAG seconds is not made up for."""
        if now - self._next > self.LAG + self._period:
            self._next = now
        count = 0
        if now >= self._next:
            count = int((now - self._next) / self._period) + 1
            self._next += count * self._period
        return count

    def hand_back(self, count: int) -> None:
        """Steps that were due and could not be made yet."""
        self._next -= count * self._period


class SpeedMeter:
    """Steps per second over the last half second."""

    SPAN = 0.5

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def reset(self, now: float, step: int) -> None:
        self._marks.clear()
        self._marks.append((now, step))

    def mark(self, now: float, step: int) -> None:
        self._marks.append((now, step))
        while len(self._marks) > 2 and now - self._marks[1][0] > self.SPAN:
            self._marks.popleft()

    @property
    def steps_per_second(self) -> float:
        if len(self._marks) < 2:
            return 0.0
        (start, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / (end - start) if end > start else 0.0


class SwitchInterval:
    """Lends the interpreter the short switch interval, and gives the old one back."""

    def __init__(self) -> None:
        self._usual: float | None = None

    def shorten(self, short: bool) -> None:
        if short and self._usual is None:
            self._usual = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH_INTERVAL)
        elif not short and self._usual is not None:
            sys.setswitchinterval(self._usual)
            self._usual = None
