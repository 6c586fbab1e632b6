"""When to take steps, when to rest, when to show: the clockwork of the training thread.

A thread of small NumPy steps holds the interpreter's lock nearly all the time, and every Qt call of the
window that gave the lock up has to wait for it. So at full speed the thread trains while the window sleeps,
and stands back while it paints.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable

clock = time.perf_counter

USUAL_SPEED = 60.0
"""Steps per second, until another speed is chosen."""

SWITCH_INTERVAL = 0.0005
"""Seconds after which a waiting thread may claim the interpreter's lock, while training at full speed."""


class Pace:
    """How long to train between two looks at the clock; lengths in seconds."""

    SLICE = 0.004
    SHORT_SLICE = 0.001
    """While the window is at work."""
    PATIENCE = 0.008
    """How long to wait for the window to finish its work."""
    REPLAY_PATIENCE = 0.002
    """The same while it follows a log of changes, each of which costs as much as many steps."""
    AT_ONCE = 512

    def __init__(self) -> None:
        self._seconds_per_step = 0.001

    def measured(self, steps: int, seconds: float) -> None:
        """So many steps took so long."""
        if steps > 0:
            self._seconds_per_step = max(seconds / steps, 1e-7)

    def steps_in(self, seconds: float) -> int:
        """How many steps fit into so many seconds, at least one."""
        return max(1, min(self.AT_ONCE, int(seconds / self._seconds_per_step)))


class Gate:
    """Tells the training thread when the window is at work, so that it can stand back for so long.

    It is closed when the window comes for a snapshot, and opened when what that brought is painted. In
    between, every Qt call of the window would wait for the interpreter's lock if training went on. tell: what
    wakes a window that sleeps, to be called from any thread.
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self.closed = False
        """Whether the window is at work: read without a lock after every step, hence a plain attribute."""
        self.seconds_shut = 0.0
        """How long a snapshot keeps the window at work: the last few weighted."""
        self.asleep = False
        """Whether the window looks for nothing until it is told that something is there."""
        self._opened = threading.Event()
        self._since: float | None = None
        self._seconds_at_work = self._closed_at = 0.0
        self._wake = wake

    @property
    def seconds_at_work(self) -> float:
        """How long the window has been at work in all, in frames with a snapshot and without."""
        return self._seconds_at_work + (clock() - self._closed_at if self.closed else 0.0)

    def something_new(self) -> None:
        """Something is there for the window; called from any thread after it was put there."""
        if self.asleep:
            self.asleep = False
            self._wake()

    def close(self, snapshot: bool) -> None:
        """The window has come, and taken a snapshot or found none."""
        if self._since is None and snapshot:
            self._since = clock()
        if not self.closed:
            self._closed_at = clock()
        self.closed = True
        self._opened.clear()

    def open(self) -> None:
        """The window has painted."""
        if self._since is not None:
            self.seconds_shut += 0.2 * (clock() - self._since - self.seconds_shut)
            self._since = None
        at_work = self.seconds_at_work
        self.closed = False
        self._seconds_at_work = at_work
        self._opened.set()

    def wait(self, seconds: float) -> None:
        """Until the window has painted, but no longer than this."""
        if self.closed:
            self._opened.wait(seconds)


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
