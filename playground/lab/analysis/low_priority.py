"""Work at the lowest priority, as long as it receives processor time there and nobody waits for it."""

from __future__ import annotations

import contextlib
import contextvars
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

STARVES_BELOW, FREE_ABOVE = 0.25, 0.85
"""Shares of a processor. Below the first the work moves to the usual priority, above the second back to the
lowest."""
JUDGED_AFTER = 0.3
"""Seconds of work between two such decisions."""
NICE, NICER = 10, 9
"""Added to the nice value of a helper, and on top of that to that of its thread of lowest priority."""


def lower_priority(nice: int = NICE) -> None:
    """Lower the priority of this process below that of others."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(nice)


class LowPriorityWorker:
    """Work in a thread of lowest priority, or, where that starves, in the calling thread.

    An unprivileged thread cannot raise its priority again, hence two of them. Beside processes that keep
    every processor busy the thread of lowest priority would get next to no time; the calling thread still
    makes progress.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        processor_clock: Callable[[], float] = time.thread_time,
    ):
        """Start the thread. clock: seconds; processor_clock: processor seconds of the calling thread."""
        self._clock, self._processor_clock = clock, processor_clock
        self._low = ThreadPoolExecutor(1, initializer=_lower_thread_priority)
        # The generators move from one thread to the other, with NumPy's error state.
        self._context = contextvars.copy_context()
        self._seconds = self._worked = 0.0
        self.at_usual_priority = False
        """Whether the calling thread does the work."""

    def do(
        self,
        work: Callable[[], object],
        more: Callable[[], bool],
        urgent: Callable[[], bool] = lambda: False,
    ) -> None:
        """Repeat work() while more() is true, for JUDGED_AFTER seconds; exceptions are raised here.

        What is urgent is done at the usual priority, whatever it gets at the lowest.
        """
        if urgent():
            self._context.run(self._timed, work, urgent)
            return
        began = self._clock()

        def goes_on() -> bool:
            return more() and not urgent()

        if self.at_usual_priority:
            worked = self._context.run(self._timed, work, goes_on)
        else:
            worked = self._low.submit(self._context.run, self._timed, work, goes_on).result()
        self.judge(worked, self._clock() - began)

    def close(self) -> None:
        """End the thread of lowest priority."""
        self._low.shutdown()

    def judge(self, worked: float, seconds: float) -> None:
        """Choose the thread from the processor time of the work and its duration, in seconds."""
        self._worked += worked
        self._seconds += seconds
        if self._seconds < JUDGED_AFTER:
            return
        share = self._worked / self._seconds
        self.at_usual_priority = share < (FREE_ABOVE if self.at_usual_priority else STARVES_BELOW)
        self._seconds = self._worked = 0.0

    def _timed(self, work: Callable[[], object], more: Callable[[], bool]) -> float:
        """Return the processor time of the work, in seconds."""
        began, end = self._processor_clock(), self._clock() + JUDGED_AFTER
        work()
        while more() and self._clock() < end:
            work()
        return self._processor_clock() - began


def _lower_thread_priority() -> None:
    """Give this thread the lowest priority."""
    lower_priority(NICER)
    # Linux gives the processor at once to a window that wakes up beside an idle task, but lets a nice one end
    # its slice. With one processor an idle task would get no time.
    if hasattr(os, "SCHED_IDLE") and (os.cpu_count() or 1) > 1:
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
