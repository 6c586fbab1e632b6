"""What the inspector writes of several outputs: softmax, its loss, and sums of squares."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from playground.engine.backprop.operation import Matrix, Operation
from playground.engine.backprop.operations import operations
from playground.engine.backprop.signs import signs_in
from playground.engine.backprop.trace import trace
from playground.engine.network import Network
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, NetworkSettings
from playground.known_tables import data_at_hand
from playground.landscape.questions.blame import point_losses


def operations_of(trainer: Trainer, n_points: int = 1) -> dict[str, Operation]:
    samples, network = trainer.samples, trainer.network
    X, y = samples.X_train[:n_points], samples.y_train[:n_points]
    told = operations(trace(network, trainer.parameters, X, y, 0.3), samples=samples)
    return {one.formula: one for one in told}


@pytest.fixture(scope="module")
def iris() -> Trainer:
    trainer = Trainer(Experiment(data_at_hand("iris_three"), NetworkSettings((3,))))
    trainer.advance(40)
    return trainer


def test_a_softmax_is_written_out_and_its_shares_are_right(iris: Trainer) -> None:
    told = operations_of(iris)["ŷ = softmax(z[2])"]
    assert "add up to 1" in told.sentence
    result = told.result
    for i in range(3):
        text = result.explain(i, 0)
        left, powers, value = re.fullmatch(r"(ŷ.) = (.*) = (.*)", text).groups()
        assert left == f"ŷ{'₁₂₃'[i]}"
        numbers = [float(number.replace("−", "-")) for number in re.findall(r"e\^\(?(−?[\d.]+)", powers)]
        assert math.exp(numbers[0]) / sum(map(math.exp, numbers[1:])) == pytest.approx(float(value), rel=6e-3)
        assert result.values[i, 0] == pytest.approx(float(value), rel=6e-3)
    assert any("share of the sum" in sentence for sentence in signs_in(told.formula))


def test_the_loss_is_that_of_the_true_class_in_its_name(iris: Trainer) -> None:
    for point in (0, 1, 2, 3, 4, 5):
        samples = iris.samples
        X, y = samples.X_train[point : point + 1], samples.y_train[point : point + 1]
        k = int(y.argmax())
        told = operations(trace(iris.network, iris.parameters, X, y, 0.3), samples=samples)
        loss = next(one for one in told if one.phase == "loss")
        assert loss.formula == f"J = −log ŷ{'₁₂₃'[k]}"
        assert f"is of class {('setosa', 'versicolor', 'virginica')[k]}," in loss.sentence
        given = iris.network.predict(iris.parameters, X)[0, k]
        assert loss.result.values[0, 0] == pytest.approx(-math.log(given))
        delta = next(one for one in told if one.formula.startswith("δ[2]")).result
        assert isinstance(delta, Matrix)
        np.testing.assert_allclose(delta.values[:, 0], iris.network.predict(iris.parameters, X)[0] - y[0])


def test_a_mean_over_points_names_the_loss_of_each(iris: Trainer) -> None:
    told = operations_of(iris, 20)["J = mean over 20 points"]
    assert told.sentence == "Each point costs −log ŷ of its class; J is their mean."


def test_a_sum_of_squares_has_all_of_its_terms() -> None:
    network = Network((1, 2), loss="squared_error")
    theta = np.array([2.0, -1.0, 0.5, 0.5])
    told = operations(trace(network, theta, np.array([[1.0]]), np.array([[2.0, -1.0]]), 0.1))
    loss = next(one for one in told if one.phase == "loss")
    assert loss.formula == "J = ½‖ŷ − y‖²"
    assert loss.result.explain(0, 0) == "J = ½·((2.5 − 2)² + (−0.5 − (−1))²) = 0.2500"
    assert loss.result.values[0, 0] == 0.5 * (0.25 + 0.25)


def test_the_blame_of_the_points_has_the_mean_j(iris: Trainer) -> None:
    X, y = iris.samples.X_train, iris.samples.y_train
    losses = point_losses(iris.network, iris.parameters, X, y)
    own = iris.network.predict(iris.parameters, X)[y == 1.0]
    np.testing.assert_allclose(losses, -np.log(own), rtol=1e-12)
    assert losses.mean() == pytest.approx(iris.train_loss(), rel=1e-12)
