"""A fork in the lab: it runs in place of the run, until a branch is kept or it is dropped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Plan
from playground.engine.trainer import replay
from playground.experiment import Change, ExperimentFile
from playground.lab import words
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from tests.support.forks import plans_around
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher, same_history


@pytest.fixture
def watcher(lab: Lab, qtbot: Any) -> Watcher:
    watcher = Watcher(lab, qtbot)
    lab.set_speed(None)
    lab.run_exactly(30)
    watcher.until(lambda snapshot: snapshot.view.step == 30 and snapshot.state == "paused")
    lab.fork(plans_around(0.1))
    watcher.until(lambda snapshot: snapshot.fork is not None and snapshot.fork.step > 200)
    return watcher


def forked_to(watcher: Watcher, step: int) -> Snapshot:
    watcher.until(lambda snapshot: snapshot.fork is not None and snapshot.fork.step == step)
    assert watcher.snapshot is not None
    return watcher.snapshot


def test_a_fork_runs_pauses_and_steps_while_the_run_stays(watcher: Watcher) -> None:
    lab = watcher.lab
    assert lab.state == "running"
    lab.pause()
    watcher.until_state("paused")
    assert watcher.snapshot is not None
    assert watcher.snapshot.fork is not None
    here = watcher.snapshot.fork.step
    lab.step()
    forked_to(watcher, here + 1)
    lab.run_exactly(40)
    snapshot = forked_to(watcher, here + 41)
    assert snapshot.view.step == 30
    assert len(snapshot.fork.branches) == 5
    alone = replay(ExperimentFile(SMALL, (Change(30, "training.learning_rate", 1.0),)), here + 41)
    np.testing.assert_allclose(snapshot.fork.branches[4].parameters, alone.parameters, atol=1e-9)


def test_keeping_one_is_bit_exact_and_undo_goes_back(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.pause()
    watcher.until_state("paused")
    assert watcher.snapshot is not None
    assert watcher.snapshot.fork is not None
    fork = watcher.snapshot.fork
    lab.keep_branch(3)
    kept = watcher.until(lambda snapshot: snapshot.run == 2)
    assert watcher.snapshot.fork is None
    np.testing.assert_array_equal(kept.parameters, fork.branches[3].parameters)
    rate = fork.branches[3].plan.learning_rate
    assert lab.experiment.training.learning_rate == rate
    file = ExperimentFile(SMALL, (Change(30, "training.learning_rate", rate),))
    assert same_history(kept, replay(file, fork.step).view())
    lab.undo()
    assert watcher.until(lambda snapshot: snapshot.run == 3).step == 30


def test_dropping_a_fork_leaves_the_run_where_it_was(watcher: Watcher) -> None:
    watcher.lab.drop_fork()
    view = watcher.until(lambda snapshot: snapshot.fork is None)
    assert same_history(view, replay(ExperimentFile(SMALL), 30).view())
    watcher.lab.step()
    watcher.until(lambda snapshot: snapshot.view.step == 31)


def test_steering_the_run_drops_the_fork_and_says_so(watcher: Watcher, qtbot: Any) -> None:
    with qtbot.waitSignal(watcher.lab.notice) as notice:
        watcher.lab.set_learning_rate(0.7)
    assert notice.args == [words.FORK_DROPPED]
    view = watcher.until(lambda snapshot: snapshot.fork is None)
    assert (view.step, view.settings.learning_rate) == (30, 0.7)


def test_a_race_of_optimisers_can_be_kept(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.fork([Plan(0.1, "gradient_descent"), Plan(0.01, "adam")])
    watcher.until(
        lambda snapshot: (
            snapshot.fork is not None and len(snapshot.fork.branches) == 2 and snapshot.fork.step > 60
        )
    )
    lab.keep_branch(1)
    kept = watcher.until(lambda snapshot: snapshot.run == 2)
    assert (kept.settings.optimizer, kept.settings.learning_rate) == ("adam", 0.01)


def test_a_fork_at_an_earlier_moment_begins_there(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.drop_fork()
    lab.show_moment(12)
    watcher.until(lambda snapshot: snapshot.moment)
    lab.fork(plans_around(0.1))
    watcher.until(lambda snapshot: snapshot.fork is not None and snapshot.fork.step > 20)
    assert watcher.snapshot is not None
    assert (watcher.snapshot.run, watcher.snapshot.view.step, watcher.snapshot.fork.first_step) == (2, 12, 12)


def test_a_run_with_a_bug_cannot_be_forked(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    lab.set_experiment(SMALL.with_value("training.fault", "sign"))
    watcher.until(lambda snapshot: snapshot.run == 2)
    with qtbot.waitSignal(lab.notice) as notice:
        lab.fork(plans_around(0.1))
    assert notice.args == [words.NO_FORK_OF_A_BUG]
    lab.step()
    watcher.until(lambda snapshot: snapshot.view.step == 1 and snapshot.fork is None)


def test_looking_back_drops_the_fork_and_says_that_it_does(watcher: Watcher, qtbot: Any) -> None:
    with qtbot.waitSignal(watcher.lab.notice) as notice:
        watcher.lab.show_moment(12)
    assert notice.args == [words.FORK_LEFT]
    watcher.until(lambda snapshot: snapshot.fork is None)
