"""Instructions that are given while the training thread is busy lead where they lead one after the other."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from playground.experiment import Change
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from tests.support.busy_training import busy
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher

SIZE = 9
OTHER = SMALL.with_value("network.activation", "tanh")
LOG = (
    Change(1, "training.learning_rate", 0.7),
    Change(2, "training.l2", 0.01),
    Change(4, "training.learning_rate", 0.05),
)
RESTARTS = "same weights", "new weights", "points", "experiment"
"""Of several of these in a row only the last begins: Undo tells that from one after the other."""

Doing = tuple[str, Callable[[Lab], Any]]


def a_doing(chance: random.Random) -> Doing:
    """One command with random values."""
    rate, share = chance.choice([0.01, 0.2, 0.5, 1.5]), chance.random()
    earlier, dragging = chance.choice([0, 1, None]), chance.random() < 0.4
    doings: list[tuple[int, str, Callable[[Lab], Any]]] = [
        (5, "α", lambda lab: lab.set_learning_rate(rate)),
        (1, "l2", lambda lab: lab.change("training.l2", chance_of_l2)),
        (1, "optimiser", lambda lab: lab.change("training.optimizer", optimizer)),
        (4, "step", Lab.step),
        (1, "undo", Lab.undo),
        (1, "redo", Lab.redo),
        (1, "same weights", Lab.same_weights_again),
        (1, "new weights", Lab.new_weights),
        (1, "points", lambda lab: lab.change("data.points", points)),
        (2, "experiment", lambda lab: lab.set_experiment(*opened)),
        (4, "moment", lambda lab: lab.show_moment(earlier)),
        (1, "run from", lambda lab: lab.run_from(earlier or 0, rate, go=False)),
        (1, "weights", lambda lab: lab.set_parameters(np.full(SIZE, share), dragging=dragging)),
    ]
    chance_of_l2, points = chance.choice([0.0, 0.01, 0.1]), chance.choice([40, 50])
    optimizer = chance.choice(["adam", "gradient_descent"])
    opened = chance.choice([(SMALL, ()), (OTHER, ()), (SMALL, LOG)])
    weights = [weight for weight, *_ in doings]
    ((_, name, act),) = chance.choices(doings, weights)
    return name, act


def some_doings(chance: random.Random) -> list[Doing]:
    while True:
        doings = [a_doing(chance) for _ in range(chance.choice([1, 2, 3, 4, 5]))]
        names = [name for name, _ in doings]
        restarts_in_a_row = any(one in RESTARTS and other in RESTARTS for one, other in pairwise(names))
        # A look at a moment that is refused is not told from none.
        if not restarts_in_a_row and names.count("moment") < 2:
            return doings


def where_it_stands(watcher: Watcher) -> dict[str, Any]:
    """All that a command can change of a run, once everything has been carried out and is seen."""
    lab = watcher.lab
    carried_out = threading.Event()
    lab.training.post(carried_out.set)
    assert carried_out.wait(20.0)
    run, viewed = lab.training.current.run, lab.training.current.viewed.step
    assert run is not None

    def seen() -> bool:
        snapshot = watcher.look()
        return (
            snapshot is not None
            and lab.reached(lab.newest_instruction)
            and (snapshot.run, snapshot.instruction) == (run.number, lab.newest_instruction)
            and (snapshot.whole.step, snapshot.moment) == (run.trainer.step, viewed is not None)
            and (viewed is None or snapshot.view.step == viewed)
            and np.array_equal(snapshot.whole.parameters, run.trainer.parameters)
        )

    watcher.qtbot.waitUntil(seen)
    assert watcher.snapshot is not None
    whole = watcher.snapshot.whole
    assert whole.settings == run.trainer.settings
    assert lab.experiment == run.experiment
    return {
        "experiment": run.experiment,
        "step": run.trainer.step,
        "parameters": run.trainer.parameters.tolist(),
        "changes": run.trainer.history.changes,
        "log": run.log.rest,
        "moment": viewed,
        "undo and redo": (lab.can_undo, lab.can_redo),
    }


def at_once(lab: Lab, doings: list[Doing]) -> None:
    with busy(lab):
        for _, act in doings:
            act(lab)


def compare(make_lab: Callable[..., Lab], qtbot: Any, seed: int, batches: int) -> None:
    """Give batches of random commands to one lab at once, to another one by one. Raises AssertionError."""
    chance = random.Random(seed)
    together, apart = Watcher(make_lab(), qtbot), Watcher(make_lab(), qtbot)
    done: list[list[str]] = []
    for _ in range(batches):
        doings = some_doings(chance)
        done.append([name for name, _ in doings])
        at_once(together.lab, doings)
        for _, act in doings:
            at_once(apart.lab, [("", act)])
            where_it_stands(apart)
        assert where_it_stands(together) == where_it_stands(apart), (seed, done[-3:])


@pytest.mark.parametrize("seed", range(3))
def test_commands_given_at_once_lead_where_they_lead_one_by_one(
    make_lab: Callable[..., Lab], qtbot: Any, seed: int
) -> None:
    compare(make_lab, qtbot, seed, 25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 30))
def test_many_commands_given_at_once_lead_where_they_lead_one_by_one(
    make_lab: Callable[..., Lab], qtbot: Any, seed: int
) -> None:
    compare(make_lab, qtbot, seed, 100)


def test_a_change_is_not_moved_over_a_look_at_an_earlier_moment(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.run_exactly(3)
    watcher.until(lambda snapshot: snapshot.view.step == 3 and snapshot.state == "paused")
    at_once(
        lab,
        [
            ("", lambda lab: lab.set_learning_rate(0.5)),
            ("", lambda lab: lab.show_moment(1)),
            ("", lambda lab: lab.set_learning_rate(0.6)),
            ("", Lab.undo),
        ],
    )
    back = watcher.until(lambda snapshot: snapshot.instruction == lab.newest_instruction)
    assert (back.step, back.settings.learning_rate) == (3, 0.5), "the branch with 0.6 is the one undone"


def shows(order: int) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot.instruction >= order


def test_a_snapshot_says_which_commands_it_shows(watcher: Watcher) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    for rate in (0.2, 0.3):
        order = lab.set_learning_rate(rate)
        view = watcher.until(shows(order))
        assert view.settings.learning_rate == rate
    refused = lab.set_parameters(np.zeros(2))
    view = watcher.until(shows(refused))
    assert view.parameters.size == SIZE
