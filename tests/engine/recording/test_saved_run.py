"""A run that went through a file goes on bit by bit, as if it had never been put away."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.moments import Moments, branch_at
from playground.engine.recording.history import CURVES, History
from playground.engine.recording.run_state import RunState
from playground.engine.recording.saved_run import log_value, run_value, saved_run_of
from playground.engine.recording.series import Path
from playground.engine.stepping.batches import BatchState
from playground.engine.stepping.descent import Checkpoint, Update
from playground.engine.stepping.optimizer_step import OptimizerStep
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    OPTIMIZERS,
    SCHEDULES,
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.sessions import SessionError, load_session
from tests.support.same_run import assert_same_run
from tests.support.saved_runs import csv, leaves, reopened, run_file, with_other
from tests.support.small_runs import DIVERGING

ROOT = FilePath(__file__).resolve().parents[3]
DATA, NETWORK = DataSettings(points=60), NetworkSettings((3,))
PLAIN = Experiment(DATA, NETWORK, TrainingSettings(learning_rate=0.5))
WITH_SCHEDULE = list(zip(OPTIMIZERS, (*SCHEDULES, "constant"), strict=True))
"""Each optimiser, and each schedule at least once."""
BATCHES = Experiment(DATA, NETWORK, TrainingSettings("adam", 0.02, batch_size=7))


def experiment(optimizer: str, batch_size: int | None, schedule: str, penalty: float) -> Experiment:
    training = TrainingSettings(
        optimizer, 0.05, batch_size=batch_size, schedule=schedule, l1=penalty, l2=10 * penalty
    )
    return Experiment(DATA, NETWORK, training)


def steered(run: Trainer) -> None:
    """Go on with a run and change it in every way."""
    run.advance(100)
    run.learning_rate = 0.07
    run.advance(1)
    run.change("training.l2", 0.01)
    run.change("training.batch_size", 5)
    run.advance(37)
    run.change("training.optimizer", "momentum")
    run.change("training.momentum", 0.5)
    run.set_parameters(np.linspace(-1.0, 1.0, run.problem.n_parameters))
    run.advance(200)
    run.change("training.schedule", "one_cycle")
    run.advance(150)


def assert_goes_on_alike(run: Trainer, go_on: Callable[[Trainer], Any] = steered) -> None:
    """From here the run and its file lead to the same CSV, and to the same file again."""
    again = reopened(run)
    for each in (run, again):
        go_on(each)
    assert csv(run) == csv(again)
    assert run_file(again) == run_file(run)


@pytest.mark.parametrize("batch_size", [None, 7])
@pytest.mark.parametrize(("optimizer", "schedule"), WITH_SCHEDULE)
def test_every_optimiser_goes_on_bit_by_bit(optimizer: str, schedule: str, batch_size: int | None) -> None:
    run = Trainer(experiment(optimizer, batch_size, schedule, 0.001 if batch_size else 0.0))
    run.advance(301)
    assert_goes_on_alike(run)


@pytest.mark.slow
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("batch_size", [None, 7])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimiser_goes_on_bit_by_bit_with_all_else(
    optimizer: str, batch_size: int | None, schedule: str
) -> None:
    run = Trainer(experiment(optimizer, batch_size, schedule, 0.001))
    run.advance(5003)
    assert_goes_on_alike(run)


@pytest.mark.parametrize("start", [PLAIN, BATCHES], ids=["full batch", "mini-batches"])
def test_a_run_goes_on_after_its_record_was_thinned(start: Experiment) -> None:
    run = Trainer(start)
    run.advance(5003)
    assert_goes_on_alike(run, lambda each: each.advance(4000))


def test_a_run_of_no_steps_goes_on() -> None:
    assert_goes_on_alike(Trainer(PLAIN))


def test_a_run_with_a_bug_in_its_backward_pass_goes_on() -> None:
    run = Trainer(PLAIN.with_value("training.fault", "sign"))
    run.advance(20)
    assert_goes_on_alike(run, lambda each: each.advance(20))


def test_changes_that_no_step_has_used_yet_act_on_the_next_one() -> None:
    run = Trainer(BATCHES)
    run.advance(130)
    run.change("training.batch_size", None)
    run.change("training.optimizer", "rmsprop")
    run.change("training.l1", 0.01)
    run.set_parameters(np.linspace(1.0, 2.0, run.problem.n_parameters))
    assert_goes_on_alike(run)


def test_changes_that_were_taken_over_before_a_step_was_made_go_on() -> None:
    run = Trainer(BATCHES)
    run.advance(130)
    run.change("training.batch_size", 9)
    assert run.advance(5, lambda: True) == 0
    assert_goes_on_alike(run)


@pytest.mark.parametrize("seen", [False, True])
def test_what_was_read_of_the_present_parameters_is_kept(seen: bool) -> None:
    """The full batch reads training and test points one after the other, mini-batches both at once."""
    run = Trainer(BATCHES)
    run.advance(131)
    if seen:
        run.view()

    def in_full_batches(each: Trainer) -> None:
        each.change("training.batch_size", None)
        each.advance(50)

    assert_goes_on_alike(run, in_full_batches)


def test_a_diverged_run_stands_where_it_stood() -> None:
    run = Trainer(DIVERGING)
    run.learning_rate = 100.0
    run.advance(500)
    assert run.diverged
    again = reopened(run)
    assert again.advance(5) == 0
    assert again.overflows() == run.overflows()

    def rescued(each: Trainer) -> None:
        each.learning_rate = 0.01
        each.advance(200)

    assert_goes_on_alike(run, rescued)


def test_a_run_that_may_go_back_across_a_thinning_keeps_what_was_there_before() -> None:
    """It has overflown soon after its curves were thinned; once it is past that, nothing is kept of it."""
    start = DIVERGING.with_value("training.batch_size", 10).with_value("training.learning_rate", 0.01)
    run = Trainer(start)
    run.advance(4090)
    run.learning_rate = 100.0
    run.advance(10)
    assert "earlier" in run_value(run.saved())["now"]["history"]["curves"]["batch_loss"]
    assert_goes_on_alike(run, lambda each: each.advance(300))
    assert run.diverged
    run.learning_rate = 0.01
    run.advance(1)
    assert "earlier" not in run_value(run.saved())["now"]["history"]["curves"]["batch_loss"]


@pytest.mark.parametrize("back_to", [4000, 4095, 4100])
def test_a_history_can_be_cut_as_far_back_as_its_state_was_asked_for(back_to: int) -> None:
    history = History(np.zeros(2))
    for first in range(0, 4200, 10):
        steps = np.arange(first + 1, first + 11)
        history.add_steps(first, np.sin(steps), np.cos(steps), 0.1)
    again = History.of_state(history.state(back_to))
    for each in (history, again):
        each.cut(back_to)
        each.add_steps(back_to, np.arange(300.0), np.arange(300.0), 0.2)
    for name in CURVES:
        np.testing.assert_array_equal(history.curve(name), again.curve(name))


def test_a_path_can_be_cut_as_far_back_as_its_state_was_asked_for() -> None:
    path = Path(np.zeros(1))
    path.extend(np.arange(1, 2600), np.arange(1.0, 2600.0)[:, np.newaxis])
    full = path.state(0).earlier
    assert full is not None
    assert path.state(full.thinned_for).earlier is None
    again = Path.of_state(path.state(full.thinned_for - 1))
    for each in (path, again):
        each.cut(full.thinned_for - 1)
        each.mark(full.thinned_for - 1, np.zeros(1))
        each.extend(np.arange(full.thinned_for, 3000), np.ones((3000 - full.thinned_for, 1)))
    for mine, theirs in zip(path.points(3000, np.ones(1)), again.points(3000, np.ones(1)), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_weights_that_are_too_large_for_any_loss_come_back() -> None:
    run = Trainer(DIVERGING)
    run.set_parameters(np.full(run.problem.n_parameters, 1e308))
    assert not np.isfinite(run.train_loss())
    assert_goes_on_alike(run, lambda each: each.advance(3))


@pytest.mark.parametrize("start", [PLAIN, BATCHES], ids=["full batch", "mini-batches"])
def test_the_time_line_leads_back_from_an_opened_run(start: Experiment) -> None:
    run = Trainer(start)
    run.advance(4500)
    run.learning_rate = 0.03
    run.advance(1500)
    again = reopened(run)
    moments, others = Moments(), Moments()
    for step in (0, 511, 4500, 6000):
        seen = moments.view_at(run, run.history.view(), step)
        other = others.view_at(again, again.history.view(), step)
        assert seen is not None
        assert other is not None
        np.testing.assert_array_equal(seen.parameters, other.parameters)
        branch, twin = branch_at(run, step), branch_at(again, step)
        assert branch is not None
        assert twin is not None
        assert_same_run(branch, twin)
    assert_goes_on_alike(branch_at(again, 4400), lambda each: each.advance(200))


def test_going_back_starts_from_what_was_kept_and_not_from_the_start() -> None:
    run = Trainer(PLAIN)
    run.advance(4900)
    again = reopened(run)
    assert again.records.before(4900).step == run.records.before(4900).step > 4000
    assert again.checkpoints.before(4899).step == run.checkpoints.before(4899).step > 4600


def test_checkpoints_that_are_shared_stay_shared() -> None:
    again = reopened(Trainer(PLAIN))
    again.advance(5000)
    again = reopened(again)
    record = again.records.before(5000)
    assert record.checkpoints.before(300) is again.checkpoints.before(300)


IN_ANOTHER_PROCESS = """
import sys
from playground.engine.recording.saved_run import run_value, saved_run_of
from playground.engine.trainer import Trainer
from playground.sessions import Session, load_session, save_session
for path in sys.argv[1:]:
    run = Trainer.resumed(saved_run_of(load_session(path).run))
    run.advance(333)
    save_session(path, Session(run=run_value(run.saved())))
assert "PySide6" not in sys.modules
"""


def test_every_optimiser_goes_on_in_other_processes(tmp_path: FilePath) -> None:
    """Saved here, continued in one process, in a second, and here again."""
    runs = {}
    for optimizer, schedule in WITH_SCHEDULE:
        run = Trainer(experiment(optimizer, 7, schedule, 0.001))
        run.advance(77)
        path = tmp_path / f"{optimizer}.landscape"
        path.write_bytes(run_file(run))
        runs[path] = run
    for _ in range(2):
        subprocess.run([sys.executable, "-c", IN_ANOTHER_PROCESS, *map(str, runs)], cwd=ROOT, check=True)
    for path, run in runs.items():
        again = Trainer.resumed(saved_run_of(load_session(path).run))
        run.advance(2 * 333)
        for each in (run, again):
            each.advance(77)
        assert csv(again) == csv(run)
        assert run_file(again) == run_file(run)


# What no run has ----------------------------------------------------------------------------------------


def small_value() -> Any:
    """A run with everything in it that its value can have, and little of each."""
    theta = (0.25,) * Experiment(DATA, NetworkSettings((1,))).n_parameters
    changes = (Change(0, "parameters", theta), Change(2, "training.l2", 0.01))
    start = Experiment(DATA, NetworkSettings((1,)), TrainingSettings("adam", 0.01, batch_size=7))
    run = replay(ExperimentFile(start, changes), 5)
    run.view()
    return run_value(run.saved())


WRONG: tuple[Any, ...] = (
    None, True, -1, 10**30, 10**400, 1.5, "x", [], {}, [None], {"a": 1}, np.zeros(2), np.full((5, 5), np.nan),
    np.array([3, 1]), np.array([], dtype=np.int64), np.array([True]),
    lambda value: value[:-1], lambda value: value + value, lambda value: -value, lambda value: value * 0,
)  # fmt: skip


def assert_refused_or_goes_on(value: Any) -> bool:
    """Whether it was refused, in one sentence."""
    try:
        run = Trainer.resumed(saved_run_of(value))
    except ValueError as error:
        assert "\n" not in str(error)
        return True
    try:
        run.advance(3)
        run.view()
        branch_at(run, 2)
    except ValueError as error:
        # What only an earlier moment needs is looked at there.
        assert "batches" in str(error)
    return False


def mutations(value: Any, rng: random.Random, count: int) -> list[Any]:
    ways = list(leaves(value))
    found: list[Any] = []
    while len(found) < count:
        try:
            found.append(with_other(value, rng.choice(ways), rng.choice(WRONG)))
        except (KeyError, TypeError, IndexError):
            continue
    return found


def test_values_that_no_run_has_are_refused_or_do_no_harm() -> None:
    value = small_value()
    assert not assert_refused_or_goes_on(value)
    refused = [assert_refused_or_goes_on(each) for each in mutations(value, random.Random(3), 300)]
    assert sum(refused) > 150


@pytest.mark.slow
def test_many_values_that_no_run_has_are_refused_or_do_no_harm() -> None:
    for each in mutations(small_value(), random.Random(5), 4000):
        assert_refused_or_goes_on(each)


@pytest.mark.parametrize(
    ("way", "wrong", "said"),
    [
        (("experiment", "version"), 99, "run.experiment: .*newer"),
        (("experiment", "data", "points"), 7, "run.experiment: points in data must be"),
        (("log", "which"), np.array([0, 5]), "log.which must hold rows of fields"),
        (("log", "fields"), ["parameters", "data.seed"], "cannot change during a run"),
        (("checkpoints", 0, "theta"), np.zeros(3), r"checkpoints\[0\].theta must be an array of 5 floats"),
        (("checkpoints", 0, "optimizer"), "adagrad", "hyperparameters are none of adagrad"),
        (("checkpoints", 0, "random", 0), 2**128, "must be a whole number from 0"),
        (("checkpoints", 0, "batches", 0), 0, "must be a whole number from 1"),
        (("now", "checkpoint"), 1000, "now.checkpoint must be a whole number from 0"),
        (("now", "training", "seed"), "x", "run.now.training: seed in training must be"),
        (("now", "history", "path", "steps"), np.array([1]), "must be an array|must begin"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_run_is_named(way: tuple[Any, ...], wrong: Any, said: str) -> None:
    with pytest.raises(SessionError, match=said) as error:
        saved_run_of(with_other(small_value(), way, wrong))
    assert str(error.value).startswith("The session was not opened: run.")


@pytest.mark.parametrize("wrong", [True, 0, -3, 7.0, "7", [7], float("nan")], ids=str)
def test_one_wrong_value_in_a_long_log_is_found(wrong: Any) -> None:
    changes = [Change(step, "training.batch_size", 1 + step % 9) for step in range(200)]
    changes[100:100] = [Change(100, "training.learning_rate", 0.01 * (1 + step % 7)) for step in range(50)]
    value = {**small_value(), "following": log_value(changes)}
    assert saved_run_of(value).following == tuple(changes)
    row = value["following"]["fields"].index("training.batch_size")
    place = int(np.flatnonzero(value["following"]["which"] == row)[120])
    with pytest.raises(SessionError, match=r"run\.following: .*batch_size"):
        saved_run_of(with_other(value, ("following", "values", place), wrong))


def test_each_field_of_the_states_of_a_run_is_saved() -> None:
    """Whoever adds one must say in saved_run how it is saved."""
    assert set(RunState.__dataclass_fields__) == {
        "experiment", "live", "checkpoint", "last_finite", "last_update", "history", "diverged",
        "checkpoints", "settled",
    }  # fmt: skip
    assert Checkpoint._fields == (
        "step", "theta", "optimizer", "hyperparameters", "optimizer_state", "batches"
    )  # fmt: skip
    assert Update._fields == ("theta", "gradient", "learning_rate", "step", "optimizer")
    assert set(OptimizerStep.__dataclass_fields__) == {"name", "hyperparameters", "count", "before", "after"}
    assert BatchState._fields == ("batch_size", "epochs", "position", "random")


def test_a_run_without_what_it_must_have_is_refused() -> None:
    wrongs: tuple[Any, ...] = (None, 1, [], {}, "run", np.zeros(3))
    for wrong in wrongs:
        with pytest.raises(SessionError):
            saved_run_of(wrong)


def test_the_file_of_a_run_is_always_the_same() -> None:
    """Two processes that make the same run write the same file; here it is two runs."""
    one, other = (replay(ExperimentFile(BATCHES), 700) for _ in range(2))
    assert hashlib.sha256(run_file(one)).digest() == hashlib.sha256(run_file(other)).digest()
