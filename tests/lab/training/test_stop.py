"""A run in the lab stops at a condition, says which, and goes on when it is told to."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from playground.engine.branches.stopping import Stop
from playground.engine.trainer import replay
from playground.experiment import Change, ExperimentFile
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
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


@pytest.mark.parametrize("kind", ["loss", "gradient_norm", "loss_above", "steps"])
def test_a_single_step_is_never_taken_back_and_says_at_once_what_holds(watcher: Watcher, kind: str) -> None:
    lab = watcher.lab
    after = [replay(ExperimentFile(SMALL), steps) for steps in range(16)]
    held: dict[str, tuple[Stop, list[bool]]] = {
        "steps": (Stop(steps=12), [step == 12 for step in range(16)]),
    }
    losses = [run.train_loss() for run in after]
    bound = losses[13]
    held["loss"] = Stop(loss=bound), [loss <= bound for loss in losses]
    held["loss_above"] = Stop(loss_above=bound), [loss > bound for loss in losses]
    norms = replay(ExperimentFile(SMALL), 16).history.curve("gradient_norm")[1].tolist()
    bound = sorted(norms[11:16])[2]
    held["gradient_norm"] = Stop(gradient_norm=bound), [norm <= bound for norm in norms]
    stop, holds = held[kind]
    assert True in holds[11:16]
    lab.run_exactly(10)
    watcher.until(lambda snapshot: snapshot.view.step == 10 and snapshot.state == "paused")
    lab.set_stop(stop)
    told: list[str] = []
    lab.notice.connect(told.append)
    for step in range(11, 16):
        lab.step()
        there = watcher.until(partial(_stands_at, step, holds[step]))
    assert same_history(there, after[15].view())
    assert [sentence.partition(":")[0] for sentence in told] == [
        f"Finished at step {step}" for step in range(11, 16) if holds[step]
    ]


def _stands_at(step: int, finished: bool, snapshot: Snapshot) -> bool:
    return snapshot.view.step == step and bool(snapshot.finished) == finished
