"""A command that follows another at once, before anything of that one is known, acts on what it leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Plan
from playground.engine.branches.stopping import Stop
from playground.lab import words
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from tests.support.small_runs import DIVERGING, SMALL
from tests.support.watching import Watcher

OTHER = SMALL.with_value("network.hidden_layers", (3,)).with_value("network.activation", "relu")
SIZE = 13
THETA = np.linspace(-0.5, 0.5, SIZE)
MOST = 400

Act = Callable[[Lab], Any]
Seen = Callable[[Snapshot], bool]


def same(theta: np.ndarray) -> Seen:
    return lambda snapshot: np.array_equal(snapshot.view.parameters, theta)


def runs_to(steps: int) -> Seen:
    return lambda snapshot: snapshot.view.step >= steps


def run_two_steps(lab: Lab) -> None:
    lab.set_stop(Stop(steps=2))
    lab.run()


COMMANDS: dict[str, tuple[Act, Seen]] = {
    "run": (Lab.run, runs_to(3)),
    "toggle": (Lab.toggle, runs_to(3)),
    "pause": (Lab.pause, runs_to(0)),
    "step": (Lab.step, runs_to(1)),
    "run_exactly": (lambda lab: lab.run_exactly(7), lambda s: s.view.step == 7 and s.state == "paused"),
    "set_speed": (lambda lab: lab.set_speed(500.0), runs_to(0)),
    "set_stop": (
        run_two_steps,
        lambda s: s.view.step == 2 and s.state == "paused",
    ),
    "set_learning_rate": (
        lambda lab: lab.set_learning_rate(0.01),
        lambda s: s.view.settings.learning_rate == 0.01,
    ),
    "change": (
        lambda lab: lab.change("network.activation", "tanh"),
        lambda s: s.view.experiment == OTHER.with_value("network.activation", "tanh"),
    ),
    "set_parameters": (lambda lab: lab.set_parameters(THETA), same(THETA)),
    "drag of parameters": (lambda lab: lab.set_parameters(THETA, dragging=True), same(THETA)),
    "show_moment": (lambda lab: lab.show_moment(0), lambda s: s.view.step == 0),
    "run_from": (lambda lab: lab.run_from(0, 0.02), lambda s: s.view.settings.learning_rate == 0.02),
    "fork": (lambda lab: lab.fork([Plan(0.1), Plan(0.2)]), lambda s: s.fork is not None and s.fork.step > 2),
    "drop_fork": (Lab.drop_fork, runs_to(0)),
    "same_weights_again": (Lab.same_weights_again, runs_to(0)),
    "new_weights": (Lab.new_weights, lambda s: s.view.experiment.network.seed == OTHER.network.seed + 1),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_reaches_the_run_that_is_on_its_way(watcher: Watcher, name: str) -> None:
    lab = watcher.lab
    said: list[str] = []
    lab.notice.connect(said.append)
    watcher.until_state("ready")
    act, seen = COMMANDS[name]
    lab.set_experiment(OTHER)
    act(lab)
    watcher.until(lambda s: s.view.experiment.network.hidden_layers == (3,) and seen(s))
    assert not said or said[0].startswith("Finished at step 2")
    assert lab.experiment.network.hidden_layers == (3,)


def test_what_cannot_reach_the_run_that_is_on_its_way_says_so(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    doings: list[tuple[Act, str]] = [
        (lambda lab: lab.set_parameters(np.zeros(3)), words.wrong_size(3, SIZE)),
        (lambda lab: lab.show_moment(5), words.not_reached(5, 0)),
        (lambda lab: lab.run_from(5), words.not_reached(5, 0)),
        (lambda lab: lab.keep_branch(0), words.NO_SUCH_FORK),
        (Lab.redo, words.NOTHING_TO_BRING_BACK),
    ]
    for act, sentence in doings:
        with qtbot.waitSignal(lab.notice) as notice:
            lab.set_experiment(OTHER)
            act(lab)
        assert notice.args == [sentence]
    order = lab.set_experiment(OTHER)
    qtbot.waitUntil(lambda: lab.reached(order))
    assert lab.experiment == OTHER


def test_what_was_meant_for_the_run_that_is_left_says_that_it_is_gone(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    old = lab.run_number
    doings: list[Act] = [
        lambda lab: lab.set_parameters(THETA, run=old),
        lambda lab: lab.show_moment(0, old),
        lambda lab: lab.run_from(0, run=old),
        lambda lab: lab.fork([Plan(0.1)], old),
    ]
    for act in doings:
        with qtbot.waitSignal(lab.notice) as notice:
            lab.set_experiment(OTHER)
            act(lab)
        assert notice.args[0].startswith("Another run has begun meanwhile: ")
    lab.fork([Plan(0.1)])
    with qtbot.waitSignal(lab.notice) as notice:
        lab.keep_branch(0, Plan(0.7))
    assert notice.args == [words.NO_SUCH_FORK], "the row is one of another fork"
    watcher.until(lambda s: s.fork is not None and not s.view.history.changes)


def test_weights_can_be_set_twice_at_once(watcher: Watcher) -> None:
    lab = watcher.lab
    size = watcher.until_state("ready").parameters.size
    run = lab.run_number
    for share in (0.1, 0.2, 0.3):
        lab.set_parameters(np.full(size, share), run=run)
    watcher.until(same(np.full(size, 0.3)))


def test_steps_that_were_asked_for_are_not_lost_to_a_fork_that_is_not_there(watcher: Watcher) -> None:
    lab = watcher.lab
    lab.set_experiment(OTHER, steps=MOST)
    lab.drop_fork()
    lab.show_moment(None)
    watcher.until(lambda snapshot: snapshot.view.step == MOST)


def test_a_run_that_was_left_keeps_the_name_that_it_is_given_late(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    watcher.until_state("ready")
    old = lab.run_number
    lab.set_experiment(OTHER)
    lab.name_run(old, "saved.json")
    lab.undo()
    back = watcher.until(lambda snapshot: snapshot.view.experiment == SMALL and snapshot.run > old)
    assert back.step == 0
    assert lab.name_of(lab.run_number) == "saved.json"


def test_a_run_that_was_brought_back_takes_a_name_that_it_is_given_late(watcher: Watcher, qtbot: Any) -> None:
    """Under each number that it has had: left and brought back twice, and its weights set by hand."""
    lab = watcher.lab
    size = watcher.until_state("ready").parameters.size
    numbers = [lab.run_number]
    for act in (lab.undo, lab.undo, lambda: lab.set_parameters(np.full(size, 0.1))):
        if act == lab.undo:
            lab.set_experiment(OTHER)
        act()
        watcher.until(lambda s: s.view.experiment == SMALL and s.run == lab.run_number > numbers[-1])
        numbers.append(lab.run_number)
    for number in numbers:
        name = f"saved as {number}.json"
        lab.name_run(number, name)
        qtbot.waitUntil(lambda name=name: lab.name_of(numbers[-1]) == name)
    lab.set_experiment(OTHER)
    lab.undo()
    watcher.until(lambda s: s.view.experiment == SMALL and s.run == lab.run_number > numbers[-1])
    assert lab.name_of(lab.run_number) == f"saved as {numbers[-1]}.json"


def test_the_experiment_is_right_again_where_a_command_is_refused(watcher: Watcher, qtbot: Any) -> None:
    lab = watcher.lab
    size = watcher.until_state("ready").parameters.size
    order = lab.set_experiment(DIVERGING)
    qtbot.waitUntil(lambda: lab.reached(order))
    lab.undo()
    order = lab.set_parameters(np.full(size, 1e308))
    qtbot.waitUntil(lambda: lab.reached(order))
    assert lab.experiment == SMALL
