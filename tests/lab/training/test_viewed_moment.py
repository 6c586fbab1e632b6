"""Looking back at a run, and going on from there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer, replay
from playground.experiment import Change, ExperimentFile
from playground.lab.lab import Lab
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher, same_history


@pytest.fixture
def watcher(lab: Lab, qtbot: Any) -> Watcher:
    watcher = Watcher(lab, qtbot)
    lab.set_speed(None)
    lab.run_exactly(60)
    watcher.until(lambda snapshot: snapshot.view.step == 60 and snapshot.state == "paused")
    return watcher


def never_scrubbed(steps: int, *changes: Change) -> Trainer:
    return replay(ExperimentFile(SMALL, changes), steps)


def test_looking_back_shows_that_moment_and_leaves_the_run_alone(watcher: Watcher) -> None:
    lab = watcher.lab
    for step in (3, 57, 20):
        lab.show_moment(step)
    seen = watcher.until(lambda snapshot: snapshot.view.step == 20)
    true = never_scrubbed(20).view()
    np.testing.assert_array_equal(seen.parameters, true.parameters)
    assert (seen.train_loss, seen.test_loss) == (true.train_loss, true.test_loss)
    assert watcher.snapshot is not None
    assert watcher.snapshot.moment
    assert watcher.snapshot.whole.step == 60
    lab.show_moment(None)
    back = watcher.until(lambda snapshot: not snapshot.moment)
    assert same_history(back, never_scrubbed(60).view())
    assert lab.run_number == 1


def test_looking_back_pauses_a_run(watcher: Watcher) -> None:
    watcher.lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 200)
    watcher.lab.show_moment(100)
    seen = watcher.until(lambda snapshot: snapshot.view.step == 100)
    assert watcher.lab.state == "paused"
    np.testing.assert_array_equal(seen.parameters, never_scrubbed(100).parameters)


def test_running_from_there_is_a_run_that_was_never_scrubbed(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    left: list[tuple[RunView, int]] = []
    lab.run_left.connect(lambda view, step: left.append((view, step)))
    lab.show_moment(20)
    watcher.until(lambda snapshot: snapshot.view.step == 20)
    lab.run_exactly(15)
    branch = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.view.step == 35)
    assert same_history(branch, never_scrubbed(35).view())
    (old, at), *more = left
    assert (old.step, at, more) == (60, 20, [])
    lab.undo()
    assert same_history(watcher.until(lambda snapshot: snapshot.run == 3), never_scrubbed(60).view())
    lab.show_moment(41)
    again = watcher.until(lambda snapshot: snapshot.view.step == 41)
    np.testing.assert_array_equal(again.parameters, never_scrubbed(41).parameters)


def test_a_learning_rate_that_is_set_while_looking_back_acts_from_there(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.show_moment(20)
    watcher.until(lambda snapshot: snapshot.view.step == 20)
    lab.set_learning_rate(0.4)
    lab.set_learning_rate(0.2)
    lab.step()
    branch = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.view.step == 21)
    change = Change(20, "training.learning_rate", 0.2)
    assert branch.history.changes == (change,)
    assert same_history(branch, never_scrubbed(21, change).view())
    assert lab.experiment.training.learning_rate == 0.2


def test_going_back_with_another_learning_rate_is_one_order(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.run_from(30, 0.05, go=False)
    branch = watcher.until(lambda snapshot: snapshot.run == 2)
    assert (branch.step, branch.settings.learning_rate) == (30, 0.05)
    assert lab.experiment.training.learning_rate == 0.05
    lab.run_from(10, go=True)
    watcher.until(lambda snapshot: snapshot.run == 3 and snapshot.view.step > 70)
    assert lab.state == "running"


def test_looking_back_is_forgotten_with_the_run(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.show_moment(20)
    lab.same_weights_again()
    lab.show_moment(5)
    fresh = watcher.until(lambda snapshot: snapshot.run == 2)
    assert fresh.step == 0
    assert watcher.snapshot is not None
    assert not watcher.snapshot.moment
