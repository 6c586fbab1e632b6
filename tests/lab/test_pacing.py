"""Steps come evenly at a given speed, and slices shorten while the window comes late."""

import sys

import pytest

from playground.lab.pacing import Metronome, Pace, SpeedMeter, SwitchInterval


@pytest.mark.parametrize("speed", [1.0, 7.0, 60.0, 1000.0])
def test_steps_are_due_evenly(speed: float) -> None:
    metronome = Metronome(speed, 100.0)
    made = sum(metronome.due(100.0 + tick * 0.003) for tick in range(1001))
    assert made == pytest.approx(3.0 * speed, abs=1.001)


def test_the_first_step_is_due_at_once_and_the_next_a_period_later() -> None:
    metronome = Metronome(2.0, 10.0)
    assert metronome.due(10.0) == 1
    assert metronome.wait(10.1) == pytest.approx(0.4)
    assert metronome.due(10.49) == 0
    assert metronome.due(10.5) == 1


def test_time_that_was_lost_is_not_caught_up_with_in_a_rush() -> None:
    metronome = Metronome(100.0, 0.0)
    metronome.due(0.0)
    assert metronome.due(30.0) == 1


def test_steps_that_could_not_be_made_are_due_again() -> None:
    metronome = Metronome(100.0, 0.0)
    assert metronome.due(0.1) == 11
    metronome.hand_back(4)
    assert metronome.due(0.1) == 4


def test_a_late_window_shortens_the_slice_and_a_punctual_one_restores_it() -> None:
    pace = Pace()
    usual, now = pace.slice, 0.0
    for _ in range(10):
        now += 0.04
        pace.pulled(now)
    assert pace.slice == Pace.SHORTEST
    for _ in range(200):
        now += 1 / 60
        pace.pulled(now)
    assert pace.slice == usual


def test_a_window_that_was_away_says_nothing_about_slices() -> None:
    pace = Pace()
    pace.pulled(0.0)
    pace.pulled(60.0)
    assert pace.slice == Pace.LONGEST


def test_speed_is_that_of_the_last_half_second() -> None:
    meter = SpeedMeter()
    meter.reset(0.0, 0)
    assert meter.steps_per_second == 0.0
    for tick in range(1, 101):
        meter.mark(tick * 0.01, 10 * tick)
    for tick in range(1, 101):
        meter.mark(1.0 + tick * 0.01, 1000 + tick)
    assert meter.steps_per_second == pytest.approx(100.0)


def test_the_switch_interval_is_given_back() -> None:
    before = sys.getswitchinterval()
    interval = SwitchInterval()
    interval.shorten(True)
    interval.shorten(True)
    assert sys.getswitchinterval() < before
    interval.shorten(False)
    interval.shorten(False)
    assert sys.getswitchinterval() == pytest.approx(before)
