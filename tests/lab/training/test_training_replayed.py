"""However a run is cut, opened again or interrupted, its numbers are the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import chain, repeat
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer, replay
from playground.experiment import Change, ExperimentFile
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher, same_history


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_however_the_run_was_cut_its_history_is_the_same(
    make_lab: Callable[..., Lab], qtbot: Any, seed: int
) -> None:
    """Pauses, speeds, single steps, slices of any length: only what was changed when matters."""
    chance = random.Random(seed)
    experiment = SMALL.with_value("training.batch_size", 7).with_value("data.points", 60)
    lab = make_lab(experiment)
    watcher = Watcher(lab, qtbot)
    wild = {
        "speed": lambda: lab.set_speed(chance.choice([None, None, 300.0, 2000.0, 60.0])),
        "run": lab.run,
        "pause": lab.pause,
        "step": lab.step,
        "exactly": lambda: lab.run_exactly(chance.randint(1, 40)),
        "α": lambda: lab.set_learning_rate(chance.choice([0.01, 0.1, 0.3])),
        "batch": lambda: lab.change("training.batch_size", chance.choice([None, 3, 10])),
        "l2": lambda: lab.change("training.l2", chance.choice([0.0, 0.01])),
        "momentum": lambda: lab.change("training.optimizer", chance.choice(["momentum", "adam"])),
        "slice": lambda: setattr(lab.training.stepper.pace, "SLICE", chance.choice([1e-4, 4e-3])),
    }
    for _ in range(60):
        wild[chance.choice(list(wild))]()
        before = watcher.snapshot
        if lab.state == "running":
            watcher.until(another_than(before, lab))
    lab.set_speed(None)
    lab.pause()
    pauses = []
    lab.training.post(lambda: pauses.append(lab.training.current.run.trainer.step))
    lab.run_exactly(200)
    ended = watcher.until(lambda snapshot: bool(pauses) and snapshot.view.step == pauses[0] + 200)
    alone = replay(ExperimentFile(experiment, ended.history.changes), ended.step)
    assert same_history(ended, alone.view())


def another_than(before: Snapshot | None, lab: Lab) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot is not before or lab.state != "running"


def test_steps_that_were_interrupted_anywhere_are_the_same_steps() -> None:
    chance = random.Random(4)
    experiment = SMALL.with_value("training.batch_size", 7).with_value("training.optimizer", "adam")
    cut, alone = Trainer(experiment), Trainer(experiment)
    for _ in range(200):
        stopped = chain([False] * chance.randint(0, 30), repeat(True))
        before = cut.step
        made = cut.advance(chance.randint(1, 300), partial(next, stopped))
        assert made == cut.step - before <= 30
        if made:
            assert cut.last_update is not None
            assert cut.last_update.step == cut.step - 1
    update = cut.last_update
    alone.advance(cut.step)
    assert same_history(cut.view(), alone.view())
    assert update is not None
    assert alone.last_update is not None
    arrays: list[tuple[Any, Any]] = list(zip(update, alone.last_update, strict=True))
    assert all(np.array_equal(array, other) for array, other in arrays)


def test_an_opened_log_of_changes_is_followed(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    changes = (
        Change(0, "training.l2", 0.01),
        Change(30, "training.learning_rate", 0.2),
        Change(50, "training.batch_size", 8),
    )
    lab = make_lab()
    watcher = Watcher(lab, qtbot)
    lab.set_experiment(SMALL, changes, steps=50)
    view = watcher.until(lambda snapshot: snapshot.view.step == 50 and snapshot.state == "paused")
    assert view.history.changes == changes
    assert same_history(view, replay(ExperimentFile(SMALL, changes), 50).view())
    assert lab.run_number == 2


def test_a_hand_on_the_slider_ends_the_log(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    lab = make_lab()
    watcher = Watcher(lab, qtbot)
    lab.set_experiment(SMALL, [Change(30, "training.learning_rate", 0.2)])
    lab.run_exactly(10)
    watcher.until(lambda snapshot: snapshot.view.step == 10 and snapshot.state == "paused")
    with qtbot.waitSignal(lab.notice) as said:
        lab.set_learning_rate(0.4)
    assert "step 10" in said.args[0]
    lab.run_exactly(30)
    view = watcher.until(lambda snapshot: snapshot.view.step == 40)
    assert view.settings.learning_rate == pytest.approx(0.4)


def test_single_steps_follow_the_log(watcher: Watcher) -> None:
    changes = tuple(Change(step, "training.learning_rate", 0.1 * step) for step in (1, 2, 4))
    lab = watcher.lab
    lab.set_experiment(SMALL, changes)
    for _ in range(4):
        lab.step()
    stepped = watcher.until(lambda snapshot: snapshot.view.step == 4)
    assert same_history(stepped, replay(ExperimentFile(SMALL, changes), 4).view())


def test_what_a_log_has_changed_is_what_starts_again(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.set_experiment(SMALL, [Change(5, "training.learning_rate", 0.7)], steps=8)
    watcher.until(lambda snapshot: snapshot.view.step == 8 and snapshot.state == "paused")
    assert lab.experiment == SMALL.with_value("training.learning_rate", 0.7)
    lab.same_weights_again()
    again = watcher.until(lambda snapshot: snapshot.run == 3)
    assert again.experiment == SMALL.with_value("training.learning_rate", 0.7)
