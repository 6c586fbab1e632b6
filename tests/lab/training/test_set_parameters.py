"""Putting the weights somewhere else by hand: training goes on there, and Undo takes it back."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import replay
from playground.experiment import ExperimentFile
from playground.lab import words
from playground.lab.snapshot import Snapshot
from tests.support.small_runs import DIVERGING, SMALL
from tests.support.watching import Watcher, same_history


def trained(watcher: Watcher, steps: int) -> Any:
    watcher.lab.set_speed(None)
    watcher.lab.run_exactly(steps)
    until = steps + (watcher.snapshot.view.step if watcher.snapshot else 0)
    return watcher.until(lambda snapshot: snapshot.view.step == until and snapshot.state == "paused")


def test_training_goes_on_where_the_weights_were_put(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    before = trained(watcher, 12)
    theta = np.linspace(-1.0, 1.0, before.parameters.size)
    with qtbot.waitSignal(lab.experiment_replaced) as announced:
        lab.set_parameters(theta, "They stand elsewhere. Undo brings the old ones back.")
    assert "Undo" in announced.args[1]
    there = watcher.until(lambda snapshot: snapshot.run == 2)
    assert there.step == 12
    np.testing.assert_array_equal(there.parameters, theta)
    assert [(change.step, change.field) for change in there.history.changes] == [(12, "parameters")]
    on = trained(watcher, 8)
    file = ExperimentFile(SMALL, on.history.changes, 20)
    np.testing.assert_array_equal(replay(file, 20).parameters, on.parameters)

    with qtbot.waitSignal(lab.experiment_replaced) as announced:
        lab.undo()
    assert announced.args[1] == "The old weights are back, at step 12."
    back = watcher.until(lambda snapshot: snapshot.run == 3)
    np.testing.assert_array_equal(back.parameters, before.parameters)
    assert same_history(back, before)
    with qtbot.waitSignal(lab.experiment_replaced) as announced:
        lab.redo()
    assert announced.args[1] == "The weights that were set are back, at step 20."
    again = watcher.until(lambda snapshot: snapshot.run == 4)
    assert same_history(again, on)


def test_weights_that_were_set_twice_come_back_as_those_of_the_same_run(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    before = trained(watcher, 5)
    for share in (0.9, 0.8):
        with qtbot.waitSignal(lab.experiment_replaced):
            lab.set_parameters(share * before.parameters)
    with qtbot.waitSignal(lab.experiment_replaced) as announced:
        lab.undo()
    assert announced.args[1] == "The weights that were set are back, at step 5."
    with qtbot.waitSignal(lab.experiment_replaced) as announced:
        lab.undo()
    assert announced.args[1] == "The old weights are back, at step 5."


def of_parameters(theta: np.ndarray) -> Callable[[Snapshot], bool]:
    return lambda snapshot: np.array_equal(snapshot.view.parameters, theta)


def test_a_drag_is_undone_at_once_to_before_its_beginning(watcher: Watcher) -> None:
    lab = watcher.lab
    before = trained(watcher, 5)
    for share in (0.9, 0.8, 0.7):
        lab.set_parameters(share * before.parameters, dragging=True)
        seen = watcher.until(of_parameters(share * before.parameters))
        assert watcher.snapshot is not None
        assert watcher.snapshot.run == 1
        assert len(seen.history.changes) == 1
    lab.set_parameters(0.6 * before.parameters)
    watcher.until(lambda snapshot: snapshot.run == 2)
    lab.undo()
    back = watcher.until(lambda snapshot: snapshot.run == 3)
    np.testing.assert_array_equal(back.parameters, before.parameters)
    assert not lab.can_undo


def test_a_run_that_is_replaced_in_the_middle_of_a_drag_is_let_go(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    before = trained(watcher, 5)
    dragged = weakref.ref(lab.training.current.run)
    lab.set_parameters(0.5 * before.parameters, dragging=True)
    watcher.until(lambda snapshot: len(snapshot.view.history.changes) == 1)
    lab.set_experiment(DIVERGING)
    watcher.until(lambda snapshot: snapshot.run == 2)
    gc.collect()
    assert dragged() is None
    lab.set_parameters(np.zeros(watcher.snapshot.view.parameters.size))
    watcher.until(lambda snapshot: snapshot.run == 3)
    lab.undo()
    watcher.until(lambda snapshot: snapshot.run == 4 and not snapshot.view.history.changes)


def test_a_drag_that_ends_where_the_loss_is_not_finite_has_ended(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    before = trained(watcher, 5)
    dragged = 0.5 * before.parameters
    lab.set_parameters(dragged, dragging=True)
    with qtbot.waitSignal(lab.notice) as said:
        lab.set_parameters(np.full(before.parameters.size, 1e308))
    assert said.args == [words.not_finite_there()]
    trained(watcher, 3)
    lab.set_parameters(0.9 * before.parameters)
    watcher.until(lambda snapshot: snapshot.run == 2)
    lab.undo()
    back = watcher.until(lambda snapshot: snapshot.run == 3)
    assert back.step == 8, "the steps since the drag are not lost"
    lab.undo()
    back = watcher.until(lambda snapshot: snapshot.run == 4)
    np.testing.assert_array_equal(back.parameters, before.parameters)


def test_it_keeps_running_where_it_runs(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.run()
    before = watcher.until(lambda snapshot: snapshot.view.step >= 3)
    lab.set_parameters(0.5 * before.parameters)
    watcher.until(lambda snapshot: snapshot.run == 2 and snapshot.view.step >= before.step + 3)
    assert lab.state == "running"
    lab.pause()
    watcher.until_state("paused")


def test_weights_that_make_no_finite_loss_are_refused(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    before = watcher.until_state("ready")
    with pytest.raises(ValueError, match="finite"):
        lab.set_parameters(np.full(before.parameters.size, np.nan))
    with qtbot.waitSignal(lab.notice) as said:
        lab.set_parameters(np.full(before.parameters.size, 1e308))
    assert said.args == [words.not_finite_there()]
    lab.set_parameters(np.zeros(3))
    lab.step()
    after = watcher.until(lambda snapshot: snapshot.view.step == 1)
    assert after.history.changes == ()
    assert not lab.can_undo


def test_a_run_that_left_the_numbers_goes_on_from_new_weights(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.set_experiment(DIVERGING.with_value("training.learning_rate", 0.9))
    start = watcher.until(lambda snapshot: snapshot.run == 2).parameters
    lab.set_speed(None)
    lab.run()
    watcher.until_state("diverged")
    lab.set_parameters(start)
    watcher.until(lambda snapshot: snapshot.run == 3 and snapshot.state == "paused")
