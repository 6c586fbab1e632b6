"""A fork that went through a file goes on bit by bit beside its run."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Fork, Plan
from playground.engine.branches.saved_fork import fork_of, fork_state_of, fork_value
from playground.engine.recording.saved_run import run_value, saved_run_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.sessions import Session, SessionError
from tests.support.same_run import assert_same_run
from tests.support.saved_runs import leaves, with_other
from tests.support.sessions import read, same, written

PLANS = (Plan(0.01), Plan(0.1), Plan(0.02, "momentum"), Plan(1.0), Plan(0.05, "adam"), Plan(0.1, "adam"))


def forked(optimizer: str = "adam", schedule: str = "constant") -> tuple[Trainer, Fork]:
    training = TrainingSettings(optimizer, 0.02, batch_size=7, l2=0.01, schedule=schedule)
    run = Trainer(Experiment(DataSettings(points=60), NetworkSettings((3,)), training))
    run.advance(130)
    fork = Fork(run, PLANS)
    fork.advance(75)
    return run, fork


def reopened(run: Trainer, fork: Fork) -> tuple[Trainer, Fork]:
    session = read(written(Session(run=run_value(run.saved()), lab=fork_value(fork.state()))))
    again = Trainer.resumed(saved_run_of(session.run))
    return again, fork_of(fork_state_of(session.lab, again.problem.n_parameters), again)


def assert_same_fork(fork: Fork, other: Fork) -> None:
    assert same(fork_value(fork.state()), fork_value(other.state()))
    one, two = fork.view(), other.view()
    assert (one.first_step, one.step) == (two.first_step, two.step)
    for mine, theirs in zip(one.branches, two.branches, strict=True):
        assert (mine.plan, mine.loss) == (theirs.plan, theirs.loss)
        np.testing.assert_array_equal(mine.parameters, theirs.parameters)
        np.testing.assert_array_equal(mine.losses, theirs.losses)
        np.testing.assert_array_equal(mine.path, theirs.path)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "rmsprop", "adam"])
def test_a_fork_goes_on_bit_by_bit(optimizer: str) -> None:
    run, fork = forked(optimizer, "cosine" if optimizer == "adam" else "constant")
    _, other = reopened(run, fork)
    for each in (fork, other):
        each.advance(70)
    assert_same_fork(fork, other)


def test_a_branch_of_an_opened_fork_can_be_kept() -> None:
    run, fork = forked()
    again, other = reopened(run, fork)
    kept, same_one = fork.kept(2), other.kept(2)
    assert kept is not None
    assert same_one is not None
    for each in (kept, same_one):
        each.advance(100)
    assert_same_run(kept, same_one)
    assert_same_run(run, again)


def test_a_fork_goes_on_after_its_curves_were_thinned() -> None:
    run = Trainer(Experiment(DataSettings(points=30), NetworkSettings(()), TrainingSettings()))
    fork = Fork(run, PLANS[:2])
    fork.advance(5000)
    _, other = reopened(run, fork)
    for each in (fork, other):
        each.advance(2000)
    assert_same_fork(fork, other)


def test_values_that_no_fork_has_are_refused_or_do_no_harm() -> None:
    run, fork = forked()
    value, rng = fork_value(fork.state()), random.Random(2)
    wrong: tuple[Any, ...] = (
        None,
        -1,
        10**400,
        0.5,
        "x",
        [],
        {},
        np.zeros(3),
        np.zeros((6, 13)),
        [[1.0, None]],
    )
    ways, refused = list(leaves(value)), 0
    for _ in range(120):
        changed = with_other(value, rng.choice(ways), rng.choice(wrong))
        try:
            other = fork_of(fork_state_of(changed, run.problem.n_parameters), run)
        except SessionError as error:
            assert str(error).startswith("The session was not opened: ")
            refused += 1
        else:
            other.advance(3)
    assert refused > 80
