"""Undo of what was changed while a run trains: another change in the log, never one less."""

from __future__ import annotations

import random
import threading
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Plan
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer
from playground.experiment import LIVE_FIELDS, Change, ExperimentFile
from playground.export.history_csv import history_text
from playground.lab import words
from playground.lab.training.runs import Run
from playground.lab.training.undo_stack import RunEntry, UndoStack
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher

RATE = "training.learning_rate"


def after(watcher: Watcher, instruction: int) -> RunView:
    """The run as it stands once this instruction was carried out."""
    return watcher.until(lambda snapshot: snapshot.instruction >= instruction)


def undone(watcher: Watcher) -> RunView:
    watcher.lab.undo()
    return after(watcher, watcher.lab.newest_instruction)


def changes(view: Any) -> list[tuple[int, str, Any]]:
    return [tuple(change) for change in view.history.changes]


def replayed(file: ExperimentFile) -> Trainer:
    """A second trainer that follows the log by itself."""
    trainer = Trainer(file.experiment)
    for change in file.changes:
        trainer.advance(change.step - trainer.step)
        trainer.change(change.field, change.value)
    trainer.advance((file.steps or 0) - trainer.step)
    return trainer


def test_undo_of_the_learning_rate_appends_the_old_value_to_the_log(watcher: Watcher) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    lab.run_exactly(5)
    watcher.until(lambda snapshot: snapshot.view.step == 5)
    old = SMALL.training.learning_rate
    after(watcher, lab.set_learning_rate(0.45))
    lab.run_exactly(7)
    watcher.until(lambda snapshot: snapshot.view.step == 12)
    view = undone(watcher)
    assert view.settings.learning_rate == old
    assert changes(view) == [(5, RATE, 0.45), (12, RATE, old)]
    assert view.step == 12
    lab.redo()
    view = after(watcher, lab.newest_instruction)
    assert view.settings.learning_rate == 0.45


def test_one_drag_is_one_entry_and_two_drags_are_two(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    for rate in (0.4, 0.5, 0.6):
        after(watcher, lab.set_learning_rate(rate, gesture=1))
    for rate in (0.7, 0.8):
        after(watcher, lab.set_learning_rate(rate, gesture=2))
    assert undone(watcher).settings.learning_rate == 0.6
    assert undone(watcher).settings.learning_rate == SMALL.training.learning_rate
    qtbot.waitUntil(lambda: not lab.can_undo)
    lab.redo()
    assert after(watcher, lab.newest_instruction).settings.learning_rate == 0.6


def test_what_undo_takes_back_is_named(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    names: list[tuple[str, str]] = []
    lab.undo_named.connect(lambda *texts: names.append(texts))
    lab.set_learning_rate(0.45, gesture=1)
    lab.set_learning_rate(0.5, gesture=1)
    lab.change("training.optimizer", "adam")
    lab.new_weights()
    lab.change("data.noise", 0.25)
    lab.undo()
    after(watcher, lab.newest_instruction)
    qtbot.waitUntil(lambda: bool(names) and names[-1][1] != "")
    undo = [text for text, redo in names if not redo]
    assert "α 0.1 → 0.5" in undo
    assert "optimiser gradient descent → Adam" in undo
    # Of restarts in a row only the last begins.
    assert names[-1] == ("optimiser gradient descent → Adam", "noise 0.25")


def test_changes_and_runs_are_undone_in_the_order_in_which_they_were_made(watcher: Watcher) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    lab.run_exactly(6)
    watcher.until(lambda snapshot: snapshot.view.step == 6)
    after(watcher, lab.set_learning_rate(0.45))
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.run == 2)
    after(watcher, lab.set_learning_rate(0.9))
    view = undone(watcher)
    assert (view.step, view.settings.learning_rate) == (0, 0.45)
    view = undone(watcher)
    assert (view.step, view.settings.learning_rate) == (6, 0.45)
    view = undone(watcher)
    assert (view.step, view.settings.learning_rate) == (6, SMALL.training.learning_rate)
    for rate, step in ((0.45, 6), (0.45, 0), (0.9, 0)):
        lab.redo()
        view = after(watcher, lab.newest_instruction)
        assert (view.step, view.settings.learning_rate) == (step, rate)


def test_what_is_done_after_an_undo_ends_redo(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    after(watcher, lab.set_learning_rate(0.45))
    undone(watcher)
    after(watcher, lab.change("training.l2", 0.01))
    qtbot.waitUntil(lambda: not lab.can_redo)
    assert lab.can_undo


def test_a_view_of_the_window_comes_back_in_its_turn(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    shown: list[tuple[str, Any]] = []
    lab.view_restored.connect(lambda kind, value: shown.append((kind, value)))
    after(watcher, lab.set_learning_rate(0.45))
    lab.remember_view("plane", "path", "random", "plane")
    after(watcher, lab.set_learning_rate(0.5))
    undone(watcher)
    assert shown == []
    undone(watcher)
    qtbot.waitUntil(lambda: shown == [("plane", "path")])
    assert undone(watcher).settings.learning_rate == SMALL.training.learning_rate
    for _ in range(2):
        lab.redo()
    after(watcher, lab.newest_instruction)
    qtbot.waitUntil(lambda: shown[-1] == ("plane", "random"))


def test_at_an_earlier_moment_undo_acts_on_the_run_as_it_stands(watcher: Watcher) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    lab.run_exactly(9)
    watcher.until(lambda snapshot: snapshot.view.step == 9)
    after(watcher, lab.set_learning_rate(0.45))
    lab.show_moment(4)
    watcher.until(lambda snapshot: snapshot.moment)
    lab.undo()
    after(watcher, lab.newest_instruction)
    snapshot = watcher.snapshot
    assert snapshot is not None
    assert (snapshot.run, snapshot.moment, snapshot.view.step) == (1, False, 9)
    assert snapshot.view.settings.learning_rate == SMALL.training.learning_rate


@pytest.mark.parametrize("seed", [0, 1])
def test_a_hundred_random_undos_and_redos_replay_to_the_same_history(watcher: Watcher, seed: int) -> None:
    rng, lab = random.Random(seed), watcher.lab
    watcher.until_state("ready")
    lab.set_speed(None)
    for _ in range(100):
        match rng.choice(["undo", "undo", "redo", "rate", "drag", "l2", "optimizer", "weights", "run"]):
            case "undo":
                lab.undo()
            case "redo":
                lab.redo()
            case "rate":
                lab.set_learning_rate(rng.uniform(0.01, 1.0))
            case "drag":
                for _ in range(3):
                    lab.set_learning_rate(rng.uniform(0.01, 1.0), gesture=rng.randrange(3))
            case "l2":
                lab.change("training.l2", rng.choice([0.0, 0.01]))
            case "optimizer":
                lab.change("training.optimizer", rng.choice(["gradient_descent", "adam", "momentum"]))
            case "weights":
                lab.new_weights()
            case "run":
                lab.run_exactly(rng.randrange(1, 30))
                watcher.until(lambda snapshot: snapshot.state != "running")
    lab.pause()
    lab.set_learning_rate(0.123)
    view = after(watcher, lab.newest_instruction)
    assert view.history.changes[-1] == Change(view.step, RATE, 0.123)
    again = replayed(view.experiment_file).view()
    np.testing.assert_array_equal(again.parameters, view.parameters)
    settings = view.experiment.training
    assert history_text(again.history, settings) == history_text(view.history, settings)


def test_undo_while_a_fork_runs_drops_it_and_leaves_the_run_where_it_stands(watcher: Watcher) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    lab.run_exactly(5)
    watcher.until(lambda snapshot: snapshot.view.step == 5)
    after(watcher, lab.set_learning_rate(0.45))
    said: list[str] = []
    lab.notice.connect(said.append)
    lab.fork([Plan(0.1), Plan(0.2)])
    watcher.until(lambda snapshot: snapshot.fork is not None and snapshot.fork.step > 10)
    view = undone(watcher)
    assert view.settings.learning_rate == SMALL.training.learning_rate
    watcher.until_state("paused")
    lab.set_speed(30.0)
    assert after(watcher, lab.change("training.l2", 0.01)).step == 5
    assert words.FORK_DROPPED in said


def test_a_drag_away_and_back_leaves_nothing_to_undo(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    for rate in (0.4, 0.5, SMALL.training.learning_rate):
        after(watcher, lab.set_learning_rate(rate, gesture=1))
    qtbot.waitUntil(lambda: not lab.can_undo)


def test_a_change_or_a_view_keeps_the_run_that_redo_brings_back(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    lab.run_exactly(8)
    watcher.until(lambda snapshot: snapshot.view.step == 8)
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.run == 2)
    undone(watcher)
    lab.remember_view("plane", 1, 2, "plane")
    after(watcher, lab.set_learning_rate(0.45))
    qtbot.waitUntil(lambda: lab.can_redo)
    lab.redo()
    assert after(watcher, lab.newest_instruction).step == 0


def test_after_a_fault_undo_goes_to_the_run_before(
    watcher: Watcher, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    lab.new_weights()
    watcher.until(lambda snapshot: snapshot.run == 2)
    after(watcher, lab.set_learning_rate(0.45))
    lab.remember_view("plane", 1, 2, "plane")
    monkeypatch.setattr(Trainer, "advance", lambda *_: 1 // 0)
    with qtbot.waitSignal(lab.failed):
        lab.run_exactly(3)
    monkeypatch.undo()
    view = undone(watcher)
    assert view.experiment.network.seed == SMALL.network.seed
    assert not lab.can_undo


def test_a_copy_that_cannot_be_made_leaves_the_run_alone(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = watcher.lab
    watcher.until_state("ready")

    def no_memory(_: Trainer) -> None:
        raise MemoryError

    monkeypatch.setattr(Trainer, "saved", no_memory)
    with pytest.raises(MemoryError):
        lab.saved().result(timeout=30)
    lab.run_exactly(3)
    watcher.until(lambda snapshot: snapshot.view.step == 3)
    assert lab.state == "paused"


def test_no_more_runs_are_kept_than_a_session_may_hold(watcher: Watcher) -> None:
    stack = UndoStack()
    runs = [Run.begin(SMALL, number) for number in range(UndoStack.LIMIT + 1)]
    for run in runs[1:]:
        run.trainer.advance(1)
    entries = [RunEntry(run.left(), "run") for run in runs[1:]]
    stack.replace([RunEntry(runs[0].left(), "run")], entries)
    for _ in entries:
        stack.redo(runs[0])
    past, future = stack.entries
    assert len(past) == UndoStack.LIMIT
    assert not future


def test_every_live_field_has_words_for_undo() -> None:
    for name in LIVE_FIELDS:
        value = getattr(SMALL.training, name.partition(".")[2])
        text = words.change(name, value, value, "constant")
        assert "training" not in text
        assert "None" not in text


def test_changes_that_come_at_once_are_undone_one_by_one(watcher: Watcher) -> None:
    lab, gate = watcher.lab, threading.Event()
    watcher.until_state("ready")

    def wait() -> None:
        assert gate.wait(60.0)

    lab.training.post(wait)
    lab.set_learning_rate(0.4)
    lab.set_learning_rate(0.5)
    gate.set()
    assert after(watcher, lab.newest_instruction).settings.learning_rate == 0.5
    assert undone(watcher).settings.learning_rate == 0.4
    assert undone(watcher).settings.learning_rate == SMALL.training.learning_rate
