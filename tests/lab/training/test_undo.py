"""Starting again, and bringing the old run back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.lab.snapshot import Snapshot
from playground.lab.training.runs import Run
from playground.lab.training.undo_stack import RunEntry, UndoStack
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher, same_history


def trained(watcher: Watcher, steps: int) -> Any:
    watcher.lab.set_speed(None)
    watcher.lab.run_exactly(steps)
    return watcher.until(lambda snapshot: snapshot.view.step == steps and snapshot.state == "paused")


def test_other_data_start_again_and_undo_brings_the_old_run_back(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    old = trained(watcher, 40)
    with qtbot.waitSignal(lab.experiment_replaced) as replaced:
        lab.change("data.noise", 0.25)
    experiment, sentence = replaced.args
    assert experiment.data.noise == 0.25
    assert "noise 0.25" in sentence
    fresh = watcher.until_state("ready")
    assert (fresh.step, lab.run_number, lab.can_undo) == (0, 2, True)

    said: list[str] = []
    lab.experiment_replaced.connect(lambda _, sentence, *rest: said.append(sentence))
    lab.undo()
    back = watcher.until(lambda snapshot: snapshot.run == 3)
    assert said == ["The other run is back, at step 40."]
    assert lab.state == "paused"
    assert same_history(back, old)
    assert lab.experiment == SMALL
    assert (lab.can_undo, lab.can_redo) == (False, True)

    lab.run_exactly(10)
    on = watcher.until(lambda snapshot: snapshot.view.step == 50)
    lab.redo()
    assert watcher.until(lambda snapshot: snapshot.run == 4).step == 0
    lab.undo()
    assert same_history(watcher.until(lambda snapshot: snapshot.run == 5), on)


def test_whoever_hears_of_a_new_run_can_undo_it(watcher: Watcher) -> None:
    lab = watcher.lab
    trained(watcher, 5)
    could: list[tuple[bool, bool]] = []
    lab.experiment_replaced.connect(lambda *_: could.append((lab.can_undo, lab.can_redo)))
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.run == 2)
    lab.undo()
    watcher.until(lambda snapshot: snapshot.run == 3)
    assert could == [(True, False), (False, True)]


def test_same_weights_again_keeps_the_learning_rate_that_was_set(watcher: Watcher) -> None:
    first = watcher.until_state("ready").parameters
    watcher.lab.set_learning_rate(0.02)
    moved = trained(watcher, 20)
    assert not np.array_equal(moved.parameters, first)
    watcher.lab.same_weights_again()
    again = watcher.until(lambda snapshot: snapshot.run == 2)
    assert np.array_equal(again.parameters, first)
    assert again.settings.learning_rate == 0.02
    assert again.history.changes == ()


def test_new_weights_are_other_weights_on_the_same_data(watcher: Watcher) -> None:
    watcher.until_state("ready")
    assert watcher.snapshot is not None
    before = watcher.snapshot
    watcher.lab.new_weights()
    after = watcher.until(lambda snapshot: snapshot.run == 2)
    assert not np.array_equal(after.parameters, before.view.parameters)
    assert np.array_equal(watcher.snapshot.samples.X_train, before.samples.X_train)
    assert watcher.lab.experiment.network.seed == SMALL.network.seed + 1
    watcher.lab.undo()
    back = watcher.until(lambda snapshot: snapshot.run == 3)
    assert np.array_equal(back.parameters, before.view.parameters)
    assert watcher.lab.state == "ready"


def test_several_changes_in_a_row_begin_one_run_with_all_of_them(watcher: Watcher) -> None:
    watcher.until_state("ready")
    lab = watcher.lab
    lab.training.post(lambda: None)
    lab.change("data.dataset", "xor")
    lab.change("data.points", 100)
    lab.change("network.hidden_layers", (3, 3))
    wanted = lab.experiment
    assert (wanted.data.dataset, wanted.data.points, wanted.layer_sizes) == ("xor", 100, (2, 3, 3, 1))
    view = watcher.until(lambda snapshot: snapshot.view.experiment == wanted)
    assert view.parameters.size == (2 * 3 + 3) + (3 * 3 + 3) + (3 + 1)
    assert lab.experiment == wanted


def of_noise(noise: float) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot.view.experiment.data.noise == noise


def after(run: int) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot.run > run


def test_dragging_a_control_through_many_values_is_one_undo(watcher: Watcher) -> None:
    old = trained(watcher, 10)
    for noise in np.linspace(0.2, 0.9, 30):
        watcher.lab.change("data.noise", float(noise))
        if noise > 0.5:
            watcher.until(of_noise(noise))
    watcher.lab.undo()
    assert same_history(watcher.until(lambda snapshot: snapshot.view.step == 10), old)


def test_undo_with_nothing_to_bring_back_does_nothing(watcher: Watcher) -> None:
    watcher.until_state("ready")
    watcher.lab.undo()
    watcher.lab.redo()
    watcher.lab.step()
    assert watcher.until(lambda snapshot: snapshot.view.step == 1).step == 1
    assert watcher.lab.run_number == 1


def test_a_data_change_while_it_runs_stands_ready_and_loses_nothing(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.set_speed(None)
    lab.run()
    watcher.until(lambda snapshot: snapshot.view.step > 30)
    lab.change("network.activation", "relu")
    watcher.until_state("ready")
    lab.undo()
    watcher.until(lambda snapshot: snapshot.run == 3 and snapshot.view.step > 30)
    assert lab.state == "paused"


def test_an_experiment_that_cannot_be_made_leaves_the_old_run_within_reach(
    watcher: Watcher, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = trained(watcher, 10)
    monkeypatch.setattr("playground.lab.training.runs.Trainer", lambda experiment: 1 // 0)
    with qtbot.waitSignal(watcher.lab.failed):
        watcher.lab.change("data.noise", 0.5)
    qtbot.waitUntil(lambda: watcher.lab.state == "failed")
    monkeypatch.undo()
    watcher.lab.undo()
    assert same_history(watcher.until(lambda snapshot: snapshot.run > 1), old)


def test_the_number_of_runs_is_bounded() -> None:
    stack = UndoStack()
    for number in range(UndoStack.LIMIT + 8):
        run = Run.begin(SMALL, number)
        run.trainer.advance(number)
        stack.push_run(run, "noise", "noise 0.1")
    steps = []
    while isinstance(entry := stack.undo(None), RunEntry):
        steps.append(entry.run.restored(0).trainer.step)
    assert steps == list(range(UndoStack.LIMIT + 7, 7, -1))


def test_a_name_belongs_to_a_run_and_comes_back_with_it(watcher: Watcher) -> None:
    lab = watcher.lab
    trained(watcher, 10)
    assert lab.name_of(1) == ""
    lab.set_experiment(SMALL.with_value("data.noise", 0.3), name="other.json")
    watcher.until(lambda snapshot: snapshot.run == 2)
    assert lab.name_of(2) == "other.json"
    lab.undo()
    watcher.until(lambda snapshot: snapshot.run == 3)
    assert lab.name_of(3) == ""
    lab.name_run(3, "mine.json")
    lab.same_weights_again()
    watcher.until(lambda snapshot: snapshot.run == 4)
    assert lab.name_of(4) == "mine.json"
    lab.set_experiment(SMALL)
    watcher.until(lambda snapshot: snapshot.run == 5)
    assert lab.name_of(5) == ""
    lab.undo()
    watcher.until(lambda snapshot: snapshot.run == 6)
    assert lab.name_of(6) == "mine.json"


def test_what_is_changed_at_once_after_opening_keeps_the_name_of_the_file(watcher: Watcher) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    lab.set_experiment(SMALL, name="opened.json")
    lab.change("data.noise", 0.3)
    watcher.until(lambda snapshot: snapshot.view.experiment.data.noise == 0.3)
    assert lab.name_of(lab.run_number) == "opened.json"


def test_what_changes_nothing_leaves_no_entry(watcher: Watcher) -> None:
    lab, other = watcher.lab, SMALL.with_value("data.noise", 0.3)
    watcher.until_state("ready")
    said: list[str] = []
    lab.experiment_replaced.connect(lambda _, sentence, *rest: said.append(sentence))
    lab.same_weights_again()
    watcher.until(lambda snapshot: snapshot.run == 2)
    assert not lab.can_undo
    assert said == ["Started again with the same weights."], "there is no old run to bring back"
    for _ in range(3):
        newer = after(lab.run_number)
        lab.set_experiment(other)
        watcher.until(newer)
    lab.undo()
    assert watcher.until(lambda snapshot: snapshot.run == 6).experiment == SMALL
    assert (lab.can_undo, lab.can_redo) == (False, True)
    lab.same_weights_again()
    watcher.until(lambda snapshot: snapshot.run == 7)
    assert lab.can_redo, "nothing was done that ends it"


def test_a_setting_that_is_set_back_before_a_step_leaves_no_entry(watcher: Watcher) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    for noise in (0.2, 0.3, SMALL.data.noise):
        lab.change("data.noise", noise)
        watcher.until(of_noise(noise))
    assert not lab.can_undo
    old = trained(watcher, 4)
    for noise in (0.2, SMALL.data.noise):
        lab.change("data.noise", noise)
        watcher.until(of_noise(noise))
    lab.undo()
    assert same_history(watcher.until(lambda snapshot: snapshot.view.step == 4), old), "steps are not lost"


def test_the_same_experiment_opened_again_is_named_so_for_undo(watcher: Watcher) -> None:
    lab = watcher.lab
    texts: list[str] = []
    lab.undo_named.connect(lambda undo, redo: texts.append(undo))
    trained(watcher, 3)
    lab.set_experiment(SMALL)
    watcher.until(lambda snapshot: snapshot.run == 2)
    lab.set_experiment(SMALL.with_value("data.noise", 0.3))
    watcher.until(lambda snapshot: snapshot.run == 3)
    assert texts == ["same weights again", "another experiment"]
