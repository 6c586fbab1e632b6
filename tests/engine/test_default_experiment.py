"""The experiment that stands there at first start does what its invitation promises, on every seed tried."""

from __future__ import annotations

import pytest

from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings

SEEDS = range(20)


@pytest.mark.parametrize(("learning_rate", "steps"), [(0.3, 240), (1.0, 70)])
def test_the_loss_halves_within_seconds_of_a_run_at_60_steps_a_second(learning_rate, steps):
    for data_seed in SEEDS:
        for network_seed in (0, 1, data_seed):
            trainer = Trainer(
                Experiment(
                    DataSettings(seed=data_seed),
                    NetworkSettings(seed=network_seed),
                    TrainingSettings(learning_rate=learning_rate),
                )
            )
            start = trainer.train_loss()
            trainer.advance(steps)
            assert trainer.train_loss() < start / 2, (data_seed, network_seed)


def test_three_seconds_after_run_the_loss_has_fallen_visibly():
    trainer = Trainer(Experiment())
    start = trainer.train_loss()
    trainer.advance(180)
    assert trainer.train_loss() < 0.75 * start
