"""The timing of the training thread: when it takes steps, rests, and shows something.

A thread of small NumPy steps holds the interpreter's lock nearly all the time, and every Qt call of the
window that released the lock has to wait for it. So at full speed the thread trains while the window sleeps,
and waits while the window paints.
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
    """Lengths of training between two looks at the clock, in seconds."""

    SLICE = 0.004
    SHORT_SLICE = 0.001
    """A slice while the window is at work."""
    PATIENCE = 0.008
    """Longest wait for the window to finish its work."""
    REPLAY_PATIENCE = 0.002
    """The same while a run follows a log of changes, each of which costs as much as many steps."""
    AT_ONCE = 512

    def __init__(self) -> None:
        self._seconds_per_step = 0.001

    def measured(self, steps: int, seconds: float) -> None:
        """Note how many seconds a number of steps took."""
        if steps > 0:
            self._seconds_per_step = max(seconds / steps, 1e-7)

    def steps_in(self, seconds: float) -> int:
        """Return how many steps fit into a number of seconds, at least one."""
        return max(1, min(self.AT_ONCE, int(seconds / self._seconds_per_step)))


class Gate:
    """A gate that is closed while the window is at work, so that the training thread can wait for it.

    It closes when the window comes for a snapshot, and opens when the result is painted. In between, every Qt
    call of the window would wait for the interpreter's lock if training went on. wake: wakes a sleeping
    window; called from any thread.
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self.closed = False
        """Whether the window is at work. A plain attribute, read without a lock after every step."""
        self.seconds_shut = 0.0
        """Seconds for which a snapshot keeps the window at work: a weighted mean of the last few."""
        self.asleep = False
        """Whether the window looks for nothing until it is woken."""
        self._opened = threading.Event()
        self._since: float | None = None
        self._seconds_at_work = self._closed_at = 0.0
        self._wake = wake

    @property
    def seconds_at_work(self) -> float:
        """Total seconds of work of the window, in frames with a snapshot and without."""
        return self._seconds_at_work + (clock() - self._closed_at if self.closed else 0.0)

    def something_new(self) -> None:
        """Wake a sleeping window. Called from any thread after something was put there for it."""
        if self.asleep:
            self.asleep = False
            self._wake()

    def close(self, snapshot: bool) -> None:
        """Close the gate: the window has come. snapshot: whether it took one."""
        if self._since is None and snapshot:
            self._since = clock()
        if not self.closed:
            self._closed_at = clock()
        self.closed = True
        self._opened.clear()

    def open(self) -> None:
        """Open the gate: the window has painted."""
        if self._since is not None:
            self.seconds_shut += 0.2 * (clock() - self._since - self.seconds_shut)
            self._since = None
        at_work = self.seconds_at_work
        self.closed = False
        self._seconds_at_work = at_work
        self._opened.set()

    def wait(self, seconds: float) -> None:
        """Wait until the window has painted, at most this many seconds."""
        if self.closed:
            self._opened.wait(seconds)


LONGEST_WAIT = 60.0
"""Seconds; at a slower speed the thread looks in between whether the step is due."""


class Metronome:
    """The times at which steps are due, evenly spaced, at a given number per second."""

    LAG = 0.25

    def __init__(self, steps_per_second: float, now: float):
        self._period = 1.0 / steps_per_second
        self._next = now

    def wait(self, now: float) -> float:
        """Return the seconds until the next step is due."""
        return min(max(0.0, self._next - now), LONGEST_WAIT)

    def due(self, now: float) -> int:
        """Return the number of steps that are due by now. A delay beyond LAG seconds is not made up for."""
        if now - self._next > self.LAG + self._period:
            self._next = now
        count = 0
        if now >= self._next:
            count = int((now - self._next) / self._period) + 1
            self._next += count * self._period
        return count

    def hand_back(self, count: int) -> None:
        """Return steps that were due and could not be made yet."""
        self._next -= count * self._period


class SpeedMeter:
    """The steps per second over the last half second."""

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
    """The interpreter's switch interval, shortened while training needs it and restored afterwards."""

    def __init__(self) -> None:
        self._usual: float | None = None

    def shorten(self, short: bool) -> None:
        if short and self._usual is None:
            self._usual = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH_INTERVAL)
        elif not short and self._usual is not None:
            sys.setswitchinterval(self._usual)
            self._usual = None
