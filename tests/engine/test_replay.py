"""Same run, same numbers: however it is cut, stopped, saved, sent elsewhere or made again, bit by bit."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    LIVE_FIELDS,
    OPTIMIZERS,
    RATE_FIELDS,
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from tests.support.same_run import assert_same_run

experiments = st.builds(
    lambda dataset, hidden, activation, optimizer, batch_size, test_share, l2: Experiment(
        DataSettings(dataset, points=25, test_share=test_share),
        NetworkSettings(hidden, activation),
        TrainingSettings(optimizer, 0.05, batch_size=batch_size, l2=l2),
    ),
    dataset=st.sampled_from(["two_moons", "sine", "hours_of_study"]),
    hidden=st.sampled_from([(), (3,), (4, 3)]),
    activation=st.sampled_from(["tanh", "relu"]),
    optimizer=st.sampled_from(OPTIMIZERS),
    batch_size=st.sampled_from([None, 1, 3, 7, 19, 20]),
    test_share=st.sampled_from([0.0, 0.2]),
    l2=st.sampled_from([0.0, 0.01]),
)
slices = st.lists(st.integers(1, 90), min_size=1, max_size=12)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("training.learning_rate"), st.sampled_from([0.01, 0.1, 1.0])),
        st.tuples(st.just("training.batch_size"), st.sampled_from([None, 1, 6, 20])),
        st.tuples(st.just("training.momentum"), st.sampled_from([None, 0.5])),
        st.tuples(st.just("training.optimizer"), st.sampled_from(OPTIMIZERS)),
        st.tuples(st.just("training.l1"), st.sampled_from([0.0, 0.02])),
        st.tuples(st.just("training.l2"), st.sampled_from([0.0, 0.02])),
        st.tuples(st.just("parameters"), st.sampled_from([-0.5, 0.25])),
    ),
    min_size=1,
    max_size=3,
)


def steer(trainer, some_changes):
    for field, value in some_changes:
        if field == "parameters":
            trainer.set_parameters(np.linspace(-0.7, value, trainer.network.n_parameters))
        else:
            trainer.change(field, value)


@settings(max_examples=25)
@given(experiment=experiments, pieces=slices)
def test_a_run_in_random_slices_is_the_run_in_one(experiment, pieces):
    whole, parts = Trainer(experiment), Trainer(experiment)
    whole.advance(sum(pieces))
    for piece in pieces:
        parts.advance(piece)
        parts.view()
    assert_same_run(whole, parts)


@settings(max_examples=25)
@given(experiment=experiments, seed=st.integers(0, 2**32 - 1))
def test_a_run_interrupted_at_any_step_is_the_run_in_one(experiment, seed):
    whole, stopped = Trainer(experiment), Trainer(experiment)
    whole.advance(200)
    rng = np.random.default_rng(seed)
    while stopped.step < 200:
        asked = itertools.count()
        patience = int(rng.integers(1, 80))
        stopped.advance(200 - stopped.step, lambda: next(asked) >= patience)  # noqa: B023
    assert_same_run(whole, stopped)


@pytest.mark.parametrize("batch_size", [None, 8])
def test_a_run_long_enough_to_thin_does_not_see_its_slices_either(batch_size):
    experiment = Experiment(network=NetworkSettings((3,)), training=TrainingSettings(batch_size=batch_size))
    whole, parts = Trainer(experiment), Trainer(experiment)
    whole.advance(6500)
    rng = np.random.default_rng(0)
    while parts.step < 6500:
        parts.advance(min(int(rng.integers(1, 700)), 6500 - parts.step))
    assert_same_run(whole, parts)
    assert len(whole.history.curve("batch_loss").steps) < 6500


@settings(max_examples=25)
@given(experiment=experiments, acts=st.lists(st.tuples(st.integers(1, 60), changes), max_size=5))
def test_the_log_of_changes_makes_the_steered_run_again(experiment, acts):
    steered = Trainer(experiment)
    for steps, some_changes in acts:
        steered.advance(steps)
        steer(steered, some_changes)
    steered.advance(30)
    saved = ExperimentFile(experiment, steered.history.changes, steered.step).to_json()
    file = ExperimentFile.from_json(saved)
    # A run that diverged has tried a step that the log does not ask for.
    assume(not steered.diverged)
    assert_same_run(replay(file, file.steps), steered)


@settings(max_examples=15)
@given(experiment=experiments, before=st.integers(0, 150), some_changes=changes, after=st.integers(1, 150))
def test_a_snapshot_goes_on_as_if_nothing_had_happened(experiment, before, some_changes, after):
    straight, back = Trainer(experiment), Trainer(experiment)
    for trainer in (straight, back):
        trainer.advance(before)
        steer(trainer, some_changes)
    snapshot = back.snapshot()
    back.advance(77)
    steer(back, [("training.learning_rate", 0.9), ("training.batch_size", 2)])
    back.advance(50)
    back.restore(snapshot)
    elsewhere = Trainer(experiment)
    elsewhere.restore(pickle.loads(pickle.dumps(snapshot)))
    for trainer in (straight, back, elsewhere):
        trainer.advance(after)
    assert_same_run(back, straight)
    assert_same_run(elsewhere, straight)
    # The snapshot itself is as it was.
    back.restore(snapshot)
    back.advance(after)
    assert_same_run(back, straight)


def test_a_snapshot_of_a_run_that_was_thrown_out_keeps_that():
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=20.0, batch_size=7)
    )
    thrown, elsewhere = Trainer(experiment), Trainer(experiment)
    thrown.advance(3000)
    assert thrown.diverged
    elsewhere.restore(thrown.snapshot())
    assert_same_run(elsewhere, thrown)
    for trainer in (thrown, elsewhere):
        trainer.learning_rate = 0.01
        assert trainer.advance(500) == 500
    assert_same_run(elsewhere, thrown)
    file = ExperimentFile(experiment, thrown.history.changes)
    assert_same_run(replay(file, thrown.step), thrown)


def test_thrown_out_again_and_again_the_log_still_makes_it_again():
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=4.0, batch_size=30)
    )
    steered = Trainer(experiment)
    for alpha in (0.01, 7.0, 0.02, 11.0, 0.001):
        steered.advance(4000)
        steered.learning_rate = alpha
    steered.advance(300)
    file = ExperimentFile(experiment, steered.history.changes)
    assert_same_run(replay(file, steered.step), steered)


def test_a_snapshot_of_another_experiment_is_refused():
    snapshot = Trainer(Experiment()).snapshot()
    with pytest.raises(ValueError, match="another experiment"):
        Trainer(Experiment(DataSettings(seed=1))).restore(snapshot)


def test_a_log_that_goes_past_divergence_stops_there():
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=20.0)
    )
    file = ExperimentFile(experiment, (Change(100_000, "training.learning_rate", 0.1),))
    trainer = replay(file, 200_000)
    assert trainer.diverged
    assert trainer.history.changes == ()


def test_the_streams_of_a_run_are_separate():
    base = Experiment(training=TrainingSettings(batch_size=10))
    start = Trainer(base)
    other_order = Trainer(base.with_value("training.seed", 1))
    np.testing.assert_array_equal(start.parameters, other_order.parameters)
    np.testing.assert_array_equal(start.samples.X_train, other_order.samples.X_train)
    for trainer in (start, other_order):
        trainer.advance(1)
    assert not np.array_equal(start.parameters, other_order.parameters)


def test_every_live_field_is_steered_in_these_stories():
    steered = {"training.learning_rate", "training.batch_size", "training.momentum", "training.optimizer"}
    # Schedules have stories of their own.
    assert steered | {"training.l1", "training.l2"} == set(LIVE_FIELDS) - set(RATE_FIELDS[1:])
