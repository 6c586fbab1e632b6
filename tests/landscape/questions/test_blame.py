"""Blame: what single points add up to, against the network's own loss and gradient."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.network import network_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.questions.blame import (
    BlameAnswer,
    BlameQuestion,
    PointGradientQuestion,
    point_losses,
)
from playground.landscape.questions.context import Context

CASES = {
    "classes": Experiment(),
    "three layers, ReLU": Experiment()
    .with_value("network.hidden_layers", (5, 3))
    .with_value("network.activation", "relu"),
    "values": Experiment()
    .with_value("data.dataset", "noisy_line")
    .with_value("network.loss", "squared_error")
    .with_value("network.hidden_layers", (3,)),
    "many points": Experiment().with_value("data.points", 1500),
}
EVERY_CASE = pytest.mark.parametrize("experiment", CASES.values(), ids=CASES.keys())


def answer_of(question: BlameQuestion, experiment: Experiment) -> BlameAnswer:
    return [entry for entry in question.answers(Context(experiment)) if entry is not None][-1]


@EVERY_CASE
def test_each_loss_is_that_of_the_point_alone_and_their_mean_is_j(experiment: Experiment) -> None:
    trainer = Trainer(experiment)
    trainer.advance(30)
    network, theta = network_of(experiment), trainer.parameters
    X, y = trainer.samples.X_train, trainer.samples.y_train
    answer = answer_of(BlameQuestion(1, 30, theta), experiment)
    assert answer.losses.shape == (len(X),)
    for index in (0, 7, len(X) - 1):
        alone = network.loss(theta, X[index : index + 1], y[index : index + 1])
        assert answer.losses[index] == pytest.approx(alone, rel=1e-12)
    assert answer.losses.mean() == pytest.approx(network.loss(theta, X, y), rel=1e-12)
    assert answer.penalty == 0.0


def test_a_class_is_blamed_by_the_logarithm_of_its_probability() -> None:
    experiment = Experiment()
    trainer = Trainer(experiment)
    network, theta = network_of(experiment), trainer.parameters
    X, y = trainer.samples.X_train, trainer.samples.y_train
    predicted = network.predict(theta, X)
    given_to_its_class = np.where(y > 0.5, predicted, 1 - predicted)[:, 0]
    np.testing.assert_allclose(point_losses(network, theta, X, y), -np.log(given_to_its_class), rtol=1e-12)


def test_penalties_are_told_apart() -> None:
    experiment = Experiment().with_value("training.l2", 0.1).with_value("training.l1", 0.01)
    trainer = Trainer(experiment)
    answer = answer_of(BlameQuestion(1, 0, trainer.parameters, 0.01, 0.1), experiment)
    assert answer.penalty > 0
    assert answer.losses.mean() + answer.penalty == pytest.approx(trainer.train_loss(), rel=1e-12)


@EVERY_CASE
@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_the_gradients_of_all_points_have_the_gradient_of_j_as_their_mean(
    experiment: Experiment, l2: float
) -> None:
    experiment = experiment.with_value("data.points", 40)
    trainer = Trainer(experiment)
    trainer.advance(5)
    theta = trainer.parameters
    context = Context(experiment)
    answers = []
    for index in range(context.problem.n_samples):
        question = PointGradientQuestion(1, 5, index, theta, 0.3, l2=l2)
        answers.append([entry for entry in question.answers(context) if entry is not None][-1])
    network = network_of(experiment).with_penalties(0.0, l2)
    X, y = trainer.samples.X_train, trainer.samples.y_train
    _, gradient = network.loss_and_gradient(theta, X, y)
    mean = np.mean([answer.gradient for answer in answers], axis=0)
    np.testing.assert_allclose(mean, gradient, rtol=1e-10, atol=1e-13)
    np.testing.assert_array_equal(answers[0].mean, gradient)
    # One gradient against central differences of the loss of that point.
    rng = np.random.default_rng(0)
    direction = rng.normal(size=theta.size)
    step, one = 1e-6, (X[3:4], y[3:4])
    ends = [network.loss(theta + sign * step * direction, *one) for sign in (1, -1)]
    slope = (ends[0] - ends[1]) / (2 * step)
    assert answers[3].gradient @ direction == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_where_only_rounding_is_left_of_the_mean_it_is_not_visible() -> None:
    line = Experiment().with_value("data.dataset", "noisy_line").with_value("network.hidden_layers", ())
    trainer, visible = Trainer(line), []
    for steps in (40, 3000):
        trainer.advance(steps)
        question = PointGradientQuestion(1, trainer.step, 3, trainer.parameters, 0.3)
        (answer,) = [entry for entry in question.answers(Context(line)) if entry is not None]
        assert np.linalg.norm(answer.gradient) > 1e-3
        visible.append(answer.visible)
    assert visible == [True, False]


def test_losses_that_are_not_finite_are_given_as_they_are() -> None:
    experiment = CASES["values"]
    size = Trainer(experiment).parameters.size
    answer = answer_of(BlameQuestion(1, 0, np.full(size, 1e200)), experiment)
    assert not np.isfinite(answer.losses).all()


def test_who_asks_keeps_numpys_warnings_between_the_pieces() -> None:
    experiment = CASES["values"]
    theta = np.full(Trainer(experiment).parameters.size, 1e200)
    with np.errstate(all="raise"):
        outside = np.geterr()
        for question in (BlameQuestion(1, 0, theta), PointGradientQuestion(1, 0, 3, theta, 0.3)):
            for _ in question.answers(Context(experiment)):
                assert np.geterr() == outside
