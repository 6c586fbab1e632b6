"""A run in the lab stops at a condition, says which, and goes on when it is told to."""

from __future__ import annotations

from typing import Any

from playground.engine.branches.stopping import Stop
from playground.engine.trainer import replay
from playground.experiment import Change, ExperimentFile
from playground.lab.lab import Lab
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher, same_history


def test_a_run_stops_exactly_at_its_condition_and_can_go_on(lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(lab, qtbot)
    lab.set_speed(None)
    lab.set_stop(Stop(steps=77))
    with qtbot.waitSignal(lab.notice) as notice:
        lab.run()
    assert "step 77" in notice.args[0]
    done = watcher.until(lambda snapshot: bool(snapshot.finished))
    assert lab.state == "paused"
    assert same_history(done, replay(ExperimentFile(SMALL), 77).view())
    lab.step()
    watcher.until(lambda snapshot: snapshot.view.step == 78 and not snapshot.finished)
    lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 300)
    lab.set_stop(Stop(loss=0.01))
    lab.same_weights_again()
    lab.set_stop(Stop())
    lab.run()
    watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.view.step > 100)


def test_a_run_that_stops_before_a_change_of_its_log_makes_it_when_it_goes_on(watcher: Watcher) -> None:
    lab = watcher.lab
    changes = tuple(Change(step, "training.learning_rate", 0.001 * step) for step in (20, 45, 60, 75))
    lab.set_speed(None)
    lab.set_experiment(SMALL, changes)
    lab.set_stop(Stop(steps=50))
    # All of them in one slice: the condition is looked at when the slice is over.
    lab.training.stepper.pace.SLICE = lab.training.stepper.pace.SHORT_SLICE = 30.0
    lab.run_exactly(100)
    stopped = watcher.until(lambda snapshot: bool(snapshot.finished))
    assert same_history(stopped, replay(ExperimentFile(SMALL, changes), 50).view())
    lab.run_exactly(50)
    ended = watcher.until(lambda snapshot: snapshot.view.step == 100 and snapshot.state == "paused")
    assert same_history(ended, replay(ExperimentFile(SMALL, changes), 100).view())
