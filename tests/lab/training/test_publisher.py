"""How often snapshots are made: a costly one comes less often, yet as long as it can smoothly."""

from __future__ import annotations

from typing import Any

import pytest

from playground.lab.pacing import Gate
from playground.lab.training import publisher
from playground.lab.training.publisher import SHARE_OF_PUBLISHING, SMOOTH, UNSEEN_EVERY, Publisher


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(publisher, "clock", clock)
    return clock


def seconds_apart(clock: Clock, takes: float) -> float:
    """Seconds between two snapshots that take so long each, for a window that takes them at once."""
    published = Publisher(Gate())
    moments: list[float] = []

    def snapshot() -> Any:
        clock.now += takes
        moments.append(clock.now)
        return object()

    while len(moments) < 40:
        clock.now += 0.001
        published.outdated()
        published.publish_if_due(snapshot)
        published.snapshots.take()
    return moments[-1] - moments[-2] - takes


def test_a_quick_snapshot_comes_with_every_frame(clock: Clock) -> None:
    assert seconds_apart(clock, 0.0005) == pytest.approx(1 / 60, abs=0.003)


def test_a_snapshot_of_thousands_of_points_still_comes_smoothly(clock: Clock) -> None:
    for takes in (0.007, 0.012):
        assert seconds_apart(clock, takes) == pytest.approx(SMOOTH, abs=0.002)


def test_a_very_costly_one_leaves_its_time_to_the_steps(clock: Clock) -> None:
    assert seconds_apart(clock, 0.05) == pytest.approx(0.05 / SHARE_OF_PUBLISHING, rel=0.02)
    assert seconds_apart(clock, 0.05) > UNSEEN_EVERY
