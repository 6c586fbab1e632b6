"""The time between two questions of one kind."""

from __future__ import annotations

import pytest

from playground.ui.frame import cadence
from playground.ui.frame.cadence import Cadence


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(cadence, "time", clock)
    return clock


def asked_for(seconds: float, kept: Cadence, clock: Clock, about: int) -> None:
    assert kept.due(about)
    kept.asked(about)
    assert not kept.due(about + 1), "one at a time"
    clock.now += seconds
    kept.answered()


def test_the_start_of_the_helper_delays_the_first_answer_and_no_other(clock: Clock) -> None:
    kept = Cadence(0.1)
    asked_for(5.0, kept, clock, about=0)
    assert not kept.due(0), "none is asked twice"
    assert kept.due(1)


def test_an_answer_that_takes_long_is_followed_by_a_rest_as_long(clock: Clock) -> None:
    kept = Cadence(0.1, patience=2.0)
    asked_for(0.0, kept, clock, about=0)
    clock.now += 0.25
    asked_for(1.0, kept, clock, about=1)
    clock.now += 0.9
    assert not kept.due(2)
    clock.now += 0.25
    assert kept.due(2)
