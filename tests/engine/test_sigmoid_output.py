"""Half squared error of a sigmoid output: a published neuron, the inspector's arithmetic, settings."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from playground.engine.backprop.gradient_check import gradient_check
from playground.engine.backprop.operation import Matrix
from playground.engine.backprop.operations import operations
from playground.engine.backprop.trace import trace
from playground.engine.network import Network
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.experiment_checks import ExperimentError
from playground.landscape.stability import stability
from tests.support.tables import FOUR_POINTS, a_table

NEURON = NetworkSettings((), loss="squared_error", output="sigmoid")


def one_neuron(start: tuple[float, float], rate: float = 0.15) -> ExperimentFile:
    """One sigmoid neuron on the single point x = 1, y = 0 (Nielsen 2015, chapter 3)."""
    data = DataSettings.of_table(a_table(("x",), "y", ("off", "on"), [[1, 0]]))
    experiment = Experiment(data, NEURON, TrainingSettings(learning_rate=rate))
    return ExperimentFile(experiment, (Change(0, "parameters", list(start)),), 300)


@pytest.mark.parametrize(("start", "published"), [((2.0, 2.0), 0.20), ((0.6, 0.9), 0.09)])
def test_the_neuron_of_the_textbook(start: tuple[float, float], published: float) -> None:
    trainer = replay(one_neuron(start), 300)
    output = float(trainer.network.predict(trainer.parameters, trainer.samples.X_train)[0, 0])
    assert round(output, 2) == published
    w, b = start
    for _ in range(300):
        a = 1 / (1 + math.exp(-(w + b)))
        w, b = w - 0.15 * a * a * (1 - a), b - 0.15 * a * a * (1 - a)
    np.testing.assert_allclose(trainer.parameters, [w, b], rtol=1e-12)
    assert trainer.train_loss() == pytest.approx(0.5 / (1 + math.exp(-(w + b))) ** 2, rel=1e-12)


@pytest.mark.parametrize("z", [-700.0, -40.0, -3.0, 0.0, 2.0, 30.0, 700.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_value_slope_and_curvature_of_one_output(z: float, y: float) -> None:
    """Against σ = 1/(1 + e^−z) by the quotient rule, with as many digits as it takes."""
    from decimal import Decimal, localcontext

    network = Network((1, 1), loss="squared_error", output="sigmoid")
    theta, X, target = np.array([0.0, z]), np.array([[0.0]]), np.array([[y]])
    J, gradient = network.loss_and_gradient(theta, X, target)
    curvature = network.hessian_vector_product(theta, np.array([0.0, 1.0]), X, target)[1]
    with localcontext(prec=700):
        e = Decimal(-z).exp()
        s = 1 / (1 + e)
        slope = s * (1 - s)
        error = s - Decimal(y)
        expected = [error**2 / 2, error * slope, slope * slope + error * slope * (1 - 2 * s)]
        value, first, second = map(float, expected)
    assert pytest.approx(value, rel=1e-12, abs=1e-300) == J
    assert gradient[1] == pytest.approx(first, rel=1e-12, abs=1e-300)
    assert curvature == pytest.approx(second, rel=1e-10, abs=1e-300)


def test_far_out_and_close_to_a_minimum_many_losses_are_right() -> None:
    network = Network((2, 3, 1), "tanh", "squared_error", output="sigmoid")
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2)), np.zeros((30, 1))
    thetas = rng.normal(size=(200, network.n_parameters))
    thetas[:, -1] -= np.linspace(0.0, 60.0, 200)
    expected = [network.loss(theta, X, y) for theta in thetas]
    assert min(expected) < 1e-40
    np.testing.assert_allclose(network.losses(thetas, X, y), expected, rtol=1e-5)


def test_its_gradient_is_checked_and_its_limit_found() -> None:
    data = DataSettings.of_table(FOUR_POINTS, test_share=0.0)
    network = NetworkSettings((2,), "sigmoid", "squared_error", output="sigmoid")
    trainer = Trainer(Experiment(data, network, TrainingSettings(learning_rate=1.0)))
    trainer.advance(50)
    X, y = trainer.samples.X_train, trainer.samples.y_train
    *_, check = gradient_check(trainer.network, trainer.parameters, X, y)
    assert check.agrees
    H = trainer.network.hessian_operator(trainer.parameters, X, y).dense()
    limit = stability(trainer.network, X, y, trainer.view().checkpoint).limit
    assert limit == pytest.approx(2.0 / np.linalg.eigvalsh(H)[-1], rel=1e-3)


def test_the_inspector_writes_the_slope_of_the_output() -> None:
    network = Network((1, 1), loss="squared_error", output="sigmoid")
    found = trace(network, np.array([2.0, 2.0]), np.array([[1.0]]), np.array([[0.0]]), 0.15)
    steps = {one.formula: one for one in operations(found)}
    assert "ŷ = σ(z[1])" in steps
    delta = steps["δ[1] = ∂J/∂z[1] = (ŷ − y)·ŷ·(1 − ŷ)"]
    result = delta.parts[-1]
    assert isinstance(result, Matrix)
    assert result.explain(0, 0) == "δ[1]₁ = (0.98201 − 0)·0.98201·(1 − 0.98201) = 0.0173"
    a = 1 / (1 + math.exp(-4.0))
    assert float(result.values[0, 0]) == pytest.approx(a * a * (1 - a), rel=1e-12)
    assert "½(ŷ − y)²" in steps["J = ½(ŷ − y)²"].formula
    assert not any("probab" in one.sentence for one in operations(found))


def test_output_in_a_file() -> None:
    experiment = Experiment(DataSettings(), NEURON)
    content = json.loads(experiment.to_json())
    assert (content["version"], content["network"]["output"]) == (3, "sigmoid")
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert experiment.output == "sigmoid"
    usual = Experiment(network=NetworkSettings(loss="squared_error", output="linear"))
    assert usual == Experiment(network=NetworkSettings(loss="squared_error"))
    assert json.loads(usual.to_json())["version"] == 1
    assert Experiment(network=NetworkSettings(output="sigmoid")) == Experiment()
    # Another loss, and another kind of data, have their own usual output.
    assert experiment.with_value("network.loss", "binary_cross_entropy").network.output is None
    assert experiment.with_value("data.dataset", "sine").output == "linear"


@pytest.mark.parametrize(
    ("data", "network", "sentence"),
    [
        ("sine", NEURON, '"sigmoid" needs classes, and "sine" has values'),
        ("xor", NetworkSettings(output="linear"), 'must be "sigmoid" for "binary_cross_entropy"'),
    ],
)
def test_an_output_that_does_not_fit_is_refused(data: str, network: NetworkSettings, sentence: str) -> None:
    with pytest.raises(ExperimentError, match=sentence):
        Experiment(DataSettings(data), network)
    with pytest.raises(ExperimentError, match="must be one of linear, sigmoid"):
        NetworkSettings(output="relu")
