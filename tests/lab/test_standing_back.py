"""Work that stands back beside other processes, and insists where it would starve."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from playground.lab import standing_back
from playground.lab.standing_back import StandingBack


def never() -> bool:
    return False


def starving() -> None:
    """Time passes, and the processor is had by others."""
    threading.Event().wait(2 * standing_back.JUDGED_AFTER)


def working() -> None:
    end = time.thread_time() + 2 * standing_back.JUDGED_AFTER
    while time.thread_time() < end:
        pass


@pytest.fixture
def modest(monkeypatch: pytest.MonkeyPatch) -> StandingBack:
    monkeypatch.setattr(standing_back, "JUDGED_AFTER", 0.02)
    return StandingBack()


def thread_of(modest: StandingBack) -> int:
    seen: list[int] = []
    modest.do(lambda: seen.append(threading.get_ident()), never)
    return seen[0]


def until(modest: StandingBack, insists: bool, work: Callable[[], None]) -> None:
    for _ in range(100):
        modest.do(work, never)
        if modest.insists == insists:
            return
    raise AssertionError(f"insists is {modest.insists}")


def test_whoever_starves_insists_until_the_processor_is_free(modest: StandingBack) -> None:
    assert thread_of(modest) != threading.get_ident()
    until(modest, True, starving)
    assert thread_of(modest) == threading.get_ident()
    until(modest, False, working)
    assert thread_of(modest) != threading.get_ident()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has idle tasks")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one processor an idle task would get nothing")
def test_only_the_thread_that_stands_back_is_an_idle_task(modest: StandingBack) -> None:
    policies: list[int] = []
    modest.do(lambda: policies.append(os.sched_getscheduler(0)), never)
    assert policies == [os.SCHED_IDLE]
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_it_goes_on_while_there_is_more(modest: StandingBack) -> None:
    left = [1, 2, 3]
    while left:
        modest.do(lambda: left.pop() and None, lambda: bool(left))
    assert not left


@pytest.mark.parametrize("insists", [False, True])
def test_a_fault_is_raised_where_the_work_was_asked_for(modest: StandingBack, insists: bool) -> None:
    modest.insists = insists
    with pytest.raises(ZeroDivisionError):
        modest.do(lambda: 1 / 0 and None, never)


def test_a_generator_keeps_its_error_state_from_thread_to_thread(modest: StandingBack) -> None:
    def answers() -> Iterator[np.ndarray]:
        with np.errstate(divide="ignore"):
            for _ in range(4):
                yield np.log(np.zeros(1))

    given, seen = answers(), []
    for insists in (False, True, False, True, False):
        modest.insists = insists
        modest.do(lambda: seen.extend(next(given, [])), never)
    assert seen == [-np.inf] * 4
