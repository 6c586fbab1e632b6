"""Work that stands back beside other processes, and insists where it would starve."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from playground.lab.analysis.low_priority import LowPriorityWorker


def never() -> bool:
    return False


class Clocks:
    """The time that work takes, by its own account: how busy the machine is must not decide a test."""

    def __init__(self) -> None:
        self.seconds = self.worked = 0.0

    def work(self, seconds: float, share: float) -> None:
        """Let work take this many seconds, with this share of a processor."""
        self.seconds += seconds
        self.worked += share * seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def modest(clocks: Clocks) -> Iterator[LowPriorityWorker]:
    work = LowPriorityWorker(lambda: clocks.seconds, lambda: clocks.worked)
    yield work
    work.close()


def thread_of(modest: LowPriorityWorker) -> int:
    seen: list[int] = []
    modest.do(lambda: seen.append(threading.get_ident()), never)
    return seen[0]


def test_urgent_work_is_done_at_the_usual_priority_and_ends_the_other(modest: LowPriorityWorker) -> None:
    here, seen, waiting = threading.get_ident(), [], [False]

    def work() -> None:
        seen.append(threading.get_ident())
        # A question that is urgent comes with the second piece, and is answered by the fourth.
        waiting[0] = 2 <= len(seen) < 4

    def more() -> bool:
        return len(seen) < 6

    while more():
        modest.do(work, more, lambda: waiting[0])
    assert [thread == here for thread in seen] == [False, False, True, True, False, False]
    assert not modest.at_usual_priority


def test_work_that_starves_insists_until_the_processor_is_free(modest: LowPriorityWorker) -> None:
    assert not modest.at_usual_priority
    modest.judge(0.05, 0.29)
    assert not modest.at_usual_priority, "too short to tell"
    modest.judge(0.0, 0.02)
    assert modest.at_usual_priority, "0.05 of 0.31 seconds is less than a quarter"
    modest.judge(0.2, 0.4)
    assert modest.at_usual_priority, "half of the processor is not all of it"
    modest.judge(0.39, 0.4)
    assert not modest.at_usual_priority
    modest.judge(0.1, 0.3)
    assert not modest.at_usual_priority, "a third is enough to stand back"


def test_what_work_takes_is_measured_where_it_is_done(modest: LowPriorityWorker, clocks: Clocks) -> None:
    modest.do(lambda: clocks.work(0.4, 0.1), never)
    assert modest.at_usual_priority
    assert thread_of(modest) == threading.get_ident()
    modest.do(lambda: clocks.work(0.4, 0.9), never)
    assert not modest.at_usual_priority
    assert thread_of(modest) != threading.get_ident()


def test_work_goes_on_until_it_is_time_to_judge(modest: LowPriorityWorker, clocks: Clocks) -> None:
    done: list[float] = []

    def work() -> None:
        clocks.work(0.11, 0.1)
        done.append(clocks.seconds)

    modest.do(work, lambda: True)
    assert done == pytest.approx([0.11, 0.22, 0.33])
    assert modest.at_usual_priority


def test_work_that_insists_is_done_where_it_is_asked_for(modest: LowPriorityWorker) -> None:
    modest.at_usual_priority = True
    assert thread_of(modest) == threading.get_ident()
    modest.at_usual_priority = False
    assert thread_of(modest) != threading.get_ident()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has idle tasks")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one processor an idle task would get nothing")
def test_only_the_thread_that_stands_back_is_an_idle_task(modest: LowPriorityWorker) -> None:
    policies: list[int] = []
    modest.do(lambda: policies.append(os.sched_getscheduler(0)), never)
    assert policies == [os.SCHED_IDLE]
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_it_goes_on_while_there_is_more(modest: LowPriorityWorker) -> None:
    left = [1, 2, 3]
    while left:
        modest.do(left.pop, lambda: bool(left))
    assert not left


@pytest.mark.parametrize("insists", [False, True])
def test_a_fault_is_raised_where_the_work_was_asked_for(modest: LowPriorityWorker, insists: bool) -> None:
    modest.at_usual_priority = insists
    with pytest.raises(ZeroDivisionError):
        modest.do(lambda: 1 / 0, never)


def test_a_generator_keeps_its_error_state_from_thread_to_thread(modest: LowPriorityWorker) -> None:
    def answers() -> Iterator[np.ndarray]:
        with np.errstate(divide="ignore"):
            for _ in range(4):
                yield np.log(np.zeros(1))

    given = answers()
    seen: list[float] = []
    for insists in (False, True, False, True, False):
        modest.at_usual_priority = insists
        modest.do(lambda: seen.extend(next(given, [])), never)
    assert seen == [-np.inf] * 4
