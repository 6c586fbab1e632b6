"""The checkpoint in a view: what the next step goes out from, looked at without touching the run."""

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.stepping.descent import Descent
from playground.engine.trainer import Trainer, replay
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from tests.support.same_run import assert_same_run

EXPERIMENT = Experiment(
    DataSettings("two_moons", points=25),
    NetworkSettings((3,)),
    TrainingSettings("momentum", 0.05, batch_size=7),
)
LIVE = [
    ("training.optimizer", "adam"),
    ("training.momentum", 0.5),
    ("training.batch_size", None),
    ("training.batch_size", 4),
    ("training.l2", 0.02),
]


def two_steps_after(trainer, checkpoint):
    """θ where two steps with the live values lead from a checkpoint, in a descent of its own."""
    rng = np.random.default_rng(0)
    other = replace(EXPERIMENT.training, optimizer="rmsprop", batch_size=3)
    descent = Descent(trainer.problem, trainer.parameters, rng, other)
    descent.return_to(checkpoint)
    descent.settle(trainer.settings)
    descent.replay_to(trainer.step + 2)
    return descent.parameters


@pytest.mark.parametrize(("field", "value"), LIVE)
def test_it_knows_a_change_that_the_next_step_will_use(field, value):
    trainer = Trainer(EXPERIMENT)
    trainer.advance(5)
    trainer.change(field, value)
    checkpoint = trainer.view().checkpoint
    assert checkpoint.optimizer == trainer.settings.optimizer
    assert checkpoint.batches.batch_size == trainer.settings.batch_size
    predicted = two_steps_after(trainer, checkpoint)
    trainer.advance(2)
    np.testing.assert_array_equal(trainer.parameters, predicted)


@pytest.mark.parametrize(("size", "mini"), [(None, None), (19, 19), (20, None), (25, None), (10**9, None)])
def test_a_view_calls_a_batch_of_all_training_points_the_full_batch(size, mini):
    trainer = Trainer(EXPERIMENT)
    trainer.advance(5)
    assert trainer.view().mini_batch == 7
    trainer.change("training.batch_size", size)
    assert len(trainer.samples.X_train) == 20
    assert (trainer.view().mini_batch, trainer.view().checkpoint.batches.batch_size) == (mini, mini)


@pytest.mark.parametrize(("field", "value"), LIVE)
def test_looking_does_not_make_a_change_of_one_that_is_taken_back(field, value):
    watched, alone = Trainer(EXPERIMENT), Trainer(EXPERIMENT)
    for trainer in (watched, alone):
        trainer.advance(5)
    before = getattr(watched.settings, field.partition(".")[2])
    watched.change(field, value)
    watched.view()
    watched.change(field, before)
    watched.view()
    for trainer in (watched, alone):
        trainer.advance(20)
    assert_same_run(watched, alone)
    assert_same_run(replay(ExperimentFile(EXPERIMENT, watched.history.changes), 25), watched)
