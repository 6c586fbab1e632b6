"""Steps come evenly at a given speed, and training stands back while the window paints."""

import sys
import threading

import pytest

from playground.lab.pacing import Gate, Metronome, Pace, SpeedMeter, SwitchInterval


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


def test_a_slice_holds_as_many_steps_as_fit() -> None:
    pace = Pace()
    pace.measured(100, 0.002)
    assert pace.steps_in(0.001) == 50
    pace.measured(1, 0.08)
    assert pace.steps_in(0.004) == 1
    pace.measured(0, 0.01)
    assert pace.steps_in(0.004) == 1


def test_training_waits_at_a_closed_gate_until_it_opens_or_patience_ends() -> None:
    gate = Gate()
    gate.wait(60.0)
    gate.close(True)
    gate.wait(0.001)
    assert gate.closed
    waiter = threading.Thread(target=gate.wait, args=(60.0,))
    waiter.start()
    gate.open()
    waiter.join(5.0)
    assert not waiter.is_alive()


def test_a_window_that_comes_again_before_it_has_painted_is_still_at_the_same_work() -> None:
    """The second look finds nothing new, and what the first one brought is not painted before the second."""
    gate = Gate()
    gate.close(True)
    gate.close(False)
    gate.open()
    shut = gate.seconds_shut
    assert shut > 0.0
    gate.open()
    assert gate.seconds_shut == shut
    gate.close(False)
    gate.open()
    assert gate.seconds_shut == shut


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
