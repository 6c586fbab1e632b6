"""A run stops at the first step at which a condition holds, however it is cut into slices."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.branches.stopping import Stop, finished
from playground.engine.recording.followed_log import FollowedLog
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from tests.support.same_run import assert_same_run

FULL = Experiment(DataSettings(points=60), NetworkSettings((3,)), TrainingSettings(learning_rate=0.5))
BATCHES = FULL.with_value("training.batch_size", 7)


def first_by_hand(experiment: Experiment, stop: Stop, recorded_only: bool) -> int:
    """Step by step, with the gradient of the network itself."""
    run = Trainer(experiment)
    X, y = run.samples.X_train, run.samples.y_train
    while True:
        loss, gradient = run.network.loss_and_gradient(run.parameters, X, y)
        if stop.loss is not None and loss <= stop.loss:
            return run.step
        if stop.gradient_norm is not None and np.linalg.norm(gradient) <= stop.gradient_norm:
            return run.step
        run.advance(1)


@pytest.mark.parametrize("slices", [1, 37, 5000])
@pytest.mark.parametrize("stop", [Stop(loss=0.3), Stop(gradient_norm=0.02), Stop(steps=123)])
def test_it_stops_where_a_loop_by_hand_does(stop: Stop, slices: int) -> None:
    expected = 123 if stop.steps else first_by_hand(FULL, stop, False)
    run = Trainer(FULL)
    met = None
    while met is None:
        before = run.step
        run.advance(slices)
        met = finished(run, stop, before - 1)
    there, reason = met
    assert there.step == expected
    assert reason
    never = Trainer(FULL)
    never.advance(expected)
    assert_same_run(there, never)


@pytest.mark.parametrize("slices", [11, 300, 9000])
def test_with_mini_batches_it_stops_at_the_same_step_for_every_slice(slices: int) -> None:
    stops = []
    for size in (slices, 64):
        run, met = Trainer(BATCHES), None
        while met is None:
            before = run.step
            run.advance(size)
            met = finished(run, Stop(loss=0.12), before - 1)
        stops.append(met[0].step)
        assert met[0].train_loss() <= 0.12
    assert stops[0] == stops[1]


@pytest.mark.parametrize("slices", [1, 50, 400])
@pytest.mark.parametrize("stop", [Stop(steps=123), Stop(loss=0.3)])
def test_changes_of_a_log_between_two_looks_are_made_again(stop: Stop, slices: int) -> None:
    changes = tuple(Change(step, "training.learning_rate", 0.3 + 0.001 * step) for step in range(0, 400, 20))
    run, log, met = Trainer(FULL), FollowedLog(changes), None
    while met is None:
        before = run.step
        while run.step < before + slices:
            run.advance(int(min(before + slices - run.step, log.steps_to_next(run))))
            log.apply(run)
        met = finished(run, stop, before - 1)
    there, _ = met
    file = ExperimentFile(FULL, changes)
    expected = 123 if stop.steps else next(n for n in range(400) if replay(file, n).train_loss() <= 0.3)
    assert there.step == expected
    assert_same_run(there, replay(file, expected))


def test_what_was_met_before_does_not_stop_it_again() -> None:
    run = Trainer(FULL)
    run.advance(200)
    assert finished(run, Stop(steps=50), 49) is not None
    assert finished(run, Stop(steps=50), 50) is None
    assert finished(run, Stop(), -1) is None
    assert not Stop()


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        (Stop(loss=0.30000004), "J is at most 0.30000004"),
        (Stop(gradient_norm=1 / 3), "the norm of the gradient is at most 0.3333333333333333"),
        (Stop(gradient_norm=2e-5), "the norm of the gradient is at most 2·10⁻⁵"),
        (Stop(steps=1), "1 step is made"),
        (Stop(steps=12), "12 steps are made"),
    ],
)
def test_the_bound_that_is_told_is_the_bound_that_was_met(stop: Stop, told: str) -> None:
    """Rounded to 0.3, it would be one that J has not reached."""
    run = Trainer(FULL if stop.gradient_norm != 2e-5 else FULL.with_value("network.initialization", "zeros"))
    run.advance(2000)
    met = stop.first_met(run, -1)
    assert met is not None
    assert met[1] == told
