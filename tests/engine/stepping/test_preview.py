"""The next step, seen before it is made: bit by bit the step that follows, and the run stands still."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.stepping.preview import next_step
from playground.engine.trainer import Trainer
from playground.experiment import Experiment

OPTIMIZERS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw")


def run_of(optimizer: str, batch_size: int | None) -> Trainer:
    return Trainer(
        Experiment()
        .with_value("data.points", 90)
        .with_value("training.optimizer", optimizer)
        .with_value("training.batch_size", batch_size)
        .with_value("training.learning_rate", 0.05)
        .with_value("training.l2", 0.01)
    )


def preview_of(trainer: Trainer):
    view = trainer.view()
    assert view.checkpoint is not None
    return next_step(trainer.problem, view.checkpoint, view.settings)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 16])
def test_the_preview_is_the_step_that_follows(optimizer: str, batch_size: int | None) -> None:
    trainer = run_of(optimizer, batch_size)
    for steps in (0, 1, 2, 7, 64):
        trainer.advance(steps)
        seen = preview_of(trainer)
        np.testing.assert_array_equal(seen.before, trainer.parameters)
        trainer.advance(1)
        np.testing.assert_array_equal(seen.after, trainer.parameters)
        assert trainer.last_update is not None
        np.testing.assert_array_equal(seen.gradient, trainer.last_update.gradient)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("training.learning_rate", 0.7),
        ("training.optimizer", "adam"),
        ("training.batch_size", 5),
        ("training.batch_size", None),
        ("training.momentum", 0.2),
        ("training.l1", 0.1),
    ],
)
def test_a_change_that_no_step_has_used_yet_is_in_the_preview(field: str, value: object) -> None:
    trainer = run_of("momentum", 16)
    trainer.advance(9)
    trainer.change(field, value)
    seen = preview_of(trainer)
    trainer.advance(1)
    np.testing.assert_array_equal(seen.after, trainer.parameters)


def test_looking_ahead_changes_nothing() -> None:
    looked, plain = run_of("adam", 16), run_of("adam", 16)
    for steps in (3, 1, 20):
        for trainer in (looked, plain):
            trainer.advance(steps)
            trainer.change("training.optimizer", "momentum")
        preview_of(looked)
        for trainer in (looked, plain):
            trainer.change("training.optimizer", "adam")
    looked.advance(10)
    plain.advance(10)
    np.testing.assert_array_equal(looked.parameters, plain.parameters)
    for name, curve in looked.history.view().curves.items():
        np.testing.assert_array_equal(curve.values, plain.history.view().curves[name].values)


def test_the_step_after_new_parameters_starts_there() -> None:
    trainer = run_of("nesterov", None)
    trainer.advance(5)
    theta = np.linspace(-1, 1, trainer.network.n_parameters)
    trainer.set_parameters(theta)
    seen = preview_of(trainer)
    np.testing.assert_array_equal(seen.before, theta)
    trainer.advance(1)
    np.testing.assert_array_equal(seen.after, trainer.parameters)
