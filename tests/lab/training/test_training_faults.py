"""What goes wrong in the training thread is told, and takes nothing else with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.lab.training.restarts import NextRun
from tests.support.busy_training import busy
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher


def test_a_fault_in_training_is_told_and_the_next_experiment_trains(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    lab = make_lab()
    watcher = Watcher(lab, qtbot)
    lab.run_exactly(5)
    watcher.until(lambda snapshot: snapshot.view.step == 5)

    with qtbot.waitSignal(lab.failed) as told:
        lab.training.post(fault)
    assert "a fault between two steps" in told.args[0]
    qtbot.waitUntil(lambda: lab.state == "failed")
    lab.run()
    lab.step()
    lab.set_learning_rate(0.05)
    lab.same_weights_again()
    qtbot.waitUntil(lambda: lab.state == "ready")
    assert lab.experiment.training.learning_rate == pytest.approx(0.05)
    lab.run_exactly(3)
    watcher.until(lambda snapshot: snapshot.view.step == 3 and snapshot.state == "paused")


def together(lab: Lab, *post: Callable[[], object]) -> None:
    """Give commands while the thread is busy with another, so that it finds all of them at once."""
    with busy(lab):
        for each in post:
            each()


def no_run(present: Experiment) -> NextRun:
    raise RuntimeError("a run that cannot be made")


def fault() -> None:
    raise RuntimeError("a fault between two steps")


def test_a_command_that_fails_takes_none_of_those_after_it_with_it(lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(lab, qtbot)
    told: list[str] = []
    lab.failed.connect(told.append)
    watcher.until_state("ready")
    together(
        lab,
        lambda: lab.training.post(fault),
        lambda: lab.set_learning_rate(0.07),
        lambda: lab.run_exactly(5),
        lab.new_weights,
        lambda: lab.run_exactly(3),
    )
    view = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.state == "paused")
    # What came before the new run found none to act on; what came after it acts on that one.
    assert view.step == 3
    assert view.experiment.training.learning_rate == pytest.approx(0.07)
    assert view.experiment.network.seed == SMALL.network.seed + 1
    assert len(told) == 1


def test_a_run_that_cannot_be_made_leaves_room_for_the_one_asked_for_next(lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(lab, qtbot)
    watcher.until_state("ready")
    together(
        lab,
        lambda: lab.training.post_restart(lab.newest_instruction, no_run),
        lambda: lab.set_experiment(SMALL.with_value("data.noise", 0.3)),
        lambda: lab.run_exactly(2),
    )
    view = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.state == "paused")
    assert (view.step, view.experiment.data.noise) == (2, 0.3)


def test_a_fault_at_an_earlier_moment_leaves_nothing_of_it_behind(lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(lab, qtbot)
    told: list[str] = []
    lab.failed.connect(told.append)
    lab.run_exactly(20)
    watcher.until(lambda snapshot: snapshot.view.step == 20)
    lab.show_moment(7)
    watcher.until(lambda snapshot: snapshot.moment)
    lab.training.post(fault)
    lab.run()
    lab.step()
    lab.change("training.l2", 0.01)
    lab.same_weights_again()
    lab.step()
    view = watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.view.step == 1)
    assert view.settings.l2 == pytest.approx(0.01)
    assert len(told) == 1
