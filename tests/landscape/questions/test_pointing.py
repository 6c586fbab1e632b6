"""Questions about a place that is pointed at, and about where the next step leads."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.boundary import boundary
from playground.landscape.directions import random_plane
from playground.landscape.questions.arrows import ArrowsQuestion
from playground.landscape.questions.boundary import BoundaryThereQuestion
from playground.landscape.questions.context import Context
from playground.landscape.questions.point import HoverQuestion, PointQuestion

EXPERIMENT = (
    Experiment()
    .with_value("data.points", 50)
    .with_value("training.optimizer", "adam")
    .with_value("training.batch_size", 8)
)


def last(question):
    (*_, answer) = question.answers(Context(EXPERIMENT))
    return answer


def test_arrows_are_the_step_that_follows_and_the_gradient_of_all_points() -> None:
    trainer = Trainer(EXPERIMENT)
    trainer.advance(7)
    trainer.change("training.l2", 0.1)
    view, samples = trainer.view(), trainer.samples
    question = ArrowsQuestion(1, 7, view.checkpoint, view.settings)
    answer = last(pickle.loads(pickle.dumps(question)))
    _, gradient = trainer.network.loss_and_gradient(view.parameters, samples.X_train, samples.y_train)
    np.testing.assert_allclose(answer.gradient, gradient, rtol=1e-12)
    trainer.advance(1)
    np.testing.assert_array_equal(answer.parameters + 0.0, view.parameters)
    np.testing.assert_array_equal(answer.update, trainer.parameters - view.parameters)
    np.testing.assert_array_equal(answer.batch_gradient, trainer.last_update.gradient)
    # A mini-batch is not all points, and Adam does not go straight downhill.
    assert not np.allclose(answer.gradient, answer.batch_gradient)
    downhill = -gradient / np.linalg.norm(gradient)
    assert downhill @ answer.update / np.linalg.norm(answer.update) < 0.99


def test_a_place_is_read_exactly() -> None:
    trainer = Trainer(EXPERIMENT)
    plane = random_plane(trainer.network, trainer.parameters, 3).plane
    theta = plane.at(0.4, -0.7)
    answer = last(HoverQuestion(1, 0, theta, plane, 0.0, 0.2))
    network, samples = trainer.network.with_penalties(0.0, 0.2), trainer.samples
    assert answer.true_loss == network.loss(theta, samples.X_train, samples.y_train)
    assert (answer.a, answer.b) == pytest.approx((0.4, -0.7))
    assert HoverQuestion.slot != PointQuestion.slot


def test_the_boundary_there_is_that_of_those_weights() -> None:
    trainer = Trainer(EXPERIMENT)
    theta = np.linspace(-2, 2, trainer.network.n_parameters)
    answer = last(BoundaryThereQuestion(1, 0, theta, 31))
    expected = boundary(trainer.network, theta, trainer.samples, resolution=31)
    np.testing.assert_array_equal(answer.boundary.output, expected.output)
    assert BoundaryThereQuestion.slot == "boundary_there"


def test_downhill_is_as_long_as_the_schedule_has_it() -> None:
    experiment = (
        Experiment().with_value("training.schedule", "cosine").with_value("training.schedule_steps", 20)
    )
    trainer = Trainer(experiment)
    trainer.advance(10)
    view = trainer.view()
    (*_, answer) = ArrowsQuestion(1, 10, view.checkpoint, view.settings).answers(Context(experiment))
    trainer.advance(1)
    assert answer.learning_rate == trainer.last_update.learning_rate
    assert answer.learning_rate < 0.6 * experiment.training.learning_rate
    np.testing.assert_allclose(answer.update, -answer.learning_rate * answer.gradient, rtol=1e-6, atol=1e-12)


def test_a_step_within_rounding_is_not_visible() -> None:
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.3)
    )
    trainer = Trainer(experiment)
    for steps, visible in ((5, True), (3000, False)):
        trainer.advance(steps)
        view = trainer.view()
        question = ArrowsQuestion(1, view.step, view.checkpoint, view.settings)
        (*_, answer) = question.answers(Context(experiment))
        assert answer.visible == visible
