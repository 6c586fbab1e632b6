"""A run in the lab stops at a condition, says which, and goes on when it is told to."""

from __future__ import annotations

from typing import Any

from playground.engine.branches.stopping import Stop
from playground.engine.trainer import replay
from playground.experiment import ExperimentFile
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
