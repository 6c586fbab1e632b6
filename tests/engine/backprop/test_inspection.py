"""The inspector's numbers: against Network's own, on paper, and what a gradient check finds."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.backprop import trace as inspection
from playground.engine.backprop.bugs import BUGS, rules_of
from playground.engine.backprop.gradient_check import GradientCheck, gradient_check
from playground.engine.backprop.numbers_in_words import unlike_the_step
from playground.engine.backprop.operations import operations
from playground.engine.backprop.rules import RIGHT, loss_and_gradient
from playground.engine.backprop.trace import trace, trace_in_pieces
from playground.engine.network import Network
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, TrainingSettings
from playground.numerals import loss_text
from tests.support.networks import random_targets, shows_in

SHAPES = (
    Network((2, 4, 4, 1), "tanh", "binary_cross_entropy", l1=0.01, l2=0.02),
    Network((1, 1), "tanh", "binary_cross_entropy"),
    Network((2, 5, 1), "relu", "squared_error"),
    Network((3, 4, 3, 2), "sigmoid", "binary_cross_entropy", l2=0.1),
    Network((2, 3, 3, 1), "identity", "squared_error"),
    Network((2, 4, 3), "tanh", "softmax_cross_entropy", l2=0.1),
    Network((2, 4, 2), "relu", "squared_error", output="sigmoid"),
    Network((2, 3, 4, 3, 1), ("softplus", "leaky_relu", "tanh"), "binary_cross_entropy"),
)


def points(network: Network, n: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    theta = network.initial_parameters(rng) + 0.1 * rng.normal(size=network.n_parameters)
    X = rng.normal(size=(n, network.layer_sizes[0]))
    return theta, X, random_targets(rng, network.loss_name, n, network.layer_sizes[-1])


def checked(network: Network, bug: str | None = None, n: int = 12, **options: int) -> GradientCheck:
    theta, X, y = points(network, n)
    found = [entry for entry in gradient_check(network, theta, X, y, rules_of(bug), **options) if entry]
    assert found[-1].complete
    return found[-1]


@pytest.mark.parametrize("network", SHAPES, ids=str)
@pytest.mark.parametrize("m", [1, 12])
def test_a_trace_holds_the_numbers_of_the_network(network: Network, m: int) -> None:
    theta, X, y = points(network)
    X, y = X[:m], y[:m]
    forward = network.forward(theta, X)
    J, gradient = network.loss_and_gradient(theta, X, y)
    told = trace(network, theta, X, y, 0.25)
    assert told.m == m
    assert told.single == (m == 1)
    for layer, z, a in zip(told.layers, forward.z, forward.a[1:], strict=True):
        np.testing.assert_allclose(layer.z, z.mean(axis=0), rtol=1e-13)
        np.testing.assert_allclose(layer.a, a.mean(axis=0), rtol=1e-13)
        np.testing.assert_allclose(layer.delta, layer.delta_by_rule, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(layer.dW, layer.dW_by_rule, rtol=1e-12, atol=1e-15)
    assert told.loss == pytest.approx(J, rel=1e-13)
    np.testing.assert_allclose(told.gradient, gradient, rtol=1e-11, atol=1e-15)
    after = np.concatenate([part for layer in told.layers for part in (layer.new_W.ravel(), layer.new_b)])
    np.testing.assert_allclose(after, theta - 0.25 * gradient, rtol=1e-12, atol=1e-14)


def test_a_trace_in_pieces_is_the_same_trace(monkeypatch) -> None:
    network = SHAPES[0]
    theta, X, y = points(network, 23)
    whole = trace(network, theta, X, y, 0.1)
    monkeypatch.setattr(inspection, "WORK", 5 * network.n_parameters)
    *waits, pieces = trace_in_pieces(network, theta, X, y, 0.1)
    assert waits == [None] * 5
    assert pieces is not None
    assert pieces.m == 23
    assert pieces.loss == pytest.approx(whole.loss, rel=1e-13)
    np.testing.assert_allclose(pieces.x, whole.x, rtol=1e-12)
    for one, other in zip(pieces.layers, whole.layers, strict=True):
        for name in ("z", "a", "delta", "dW", "db", "dW_by_rule", "new_W", "new_b"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-11, atol=1e-14)


def test_the_network_worked_on_paper() -> None:
    """The numbers of tests/engine/test_hand_worked.py, sample 1: x = (1, 2), y = 1."""
    network = Network((2, 2, 1), "relu", "binary_cross_entropy")
    theta = np.array([0.5, 0.25, 1.0, -1.0, 0.0, 0.5, 2.0, -3.0, -1.0])
    told = trace(network, theta, np.array([[1.0, 2.0]]), np.array([[1.0]]), 0.1)
    hidden, output = told.layers
    s = 0.2689414213699951
    assert hidden.z.tolist() == [1.0, -0.5]
    assert hidden.a.tolist() == [1.0, 0.0]
    assert output.z.tolist() == [1.0]
    assert told.prediction[0] == pytest.approx(1 - s)
    assert told.loss == pytest.approx(0.3132616875)
    assert output.delta[0] == pytest.approx(-s)
    np.testing.assert_allclose(output.dW, [[-s, 0.0]])
    assert output.db[0] == pytest.approx(-s)
    assert hidden.slope is not None
    assert hidden.slope.tolist() == [1.0, 0.0]
    np.testing.assert_allclose(hidden.delta, [-2 * s, 0.0])
    np.testing.assert_allclose(hidden.dW, [[-2 * s, -4 * s], [0.0, 0.0]])
    np.testing.assert_allclose(hidden.new_W, [[0.5 + 0.2 * s, 0.25 + 0.4 * s], [1.0, -1.0]])


@pytest.mark.parametrize("network", SHAPES, ids=str)
def test_the_rules_one_by_one_give_the_gradient_and_the_check_confirms_it(network: Network) -> None:
    theta, X, y = points(network)
    J, gradient = network.loss_and_gradient(theta, X, y)
    loss, by_rules = loss_and_gradient(network, theta, X, y, RIGHT)
    assert loss == pytest.approx(J, rel=1e-14)
    np.testing.assert_allclose(by_rules, gradient, rtol=1e-12, atol=1e-16)
    check = checked(network)
    assert check.agrees
    assert check.worst_error < 1e-5
    assert check.forward_passes == 2 * network.n_parameters
    assert check.forward_seconds > 0.0
    assert check.backward_seconds > 0.0
    assert sum(block.checked for block in check.blocks()) == network.n_parameters


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("network", [SHAPES[0], SHAPES[3]], ids=str)
def test_a_check_finds_every_bug_where_it_is(bug: str, network: Network) -> None:
    if not shows_in(bug, network):
        assert checked(network, bug).agrees
        return
    check = checked(network, bug)
    assert not check.agrees
    assert check.worst_error > 0.01
    wrong = {block.name for block in check.blocks() if block.wrong}
    last = len(network.layer_sizes) - 1
    if bug == "mean":
        assert wrong == {f"W[{layer}]" for layer in range(1, last + 1)}
    elif bug == "sign":
        assert wrong == {"b[1]"}
    else:
        assert wrong == {
            f"{kind}[{layer}]" for layer in range(1, last if bug == "slope" else 2) for kind in "Wb"
        }


def test_a_single_point_does_not_show_the_missing_mean() -> None:
    assert checked(SHAPES[0], "mean", n=1).agrees
    assert not checked(SHAPES[0], "mean", n=2).agrees


def test_a_trace_shows_where_a_bug_departs_from_the_rule() -> None:
    network = SHAPES[0]
    theta, X, y = points(network)
    told = trace(network, theta, X, y, 0.1, rules_of("sign"))
    np.testing.assert_allclose(told.layers[0].db, -told.layers[0].db_by_rule)
    np.testing.assert_allclose(told.layers[1].db, told.layers[1].db_by_rule)
    told = trace(network, theta, X, y, 0.1, rules_of("transpose"))
    # W[2] is square, so δ[1] is wrong; δ[2] came through W[3], which is not.
    assert not np.allclose(told.layers[0].delta, told.layers[0].delta_by_rule)
    np.testing.assert_allclose(told.layers[1].delta, told.layers[1].delta_by_rule)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
@pytest.mark.parametrize("batch_size", [None, 8])
@pytest.mark.parametrize("trained_on", [None, True, False])
def test_it_is_said_exactly_where_the_update_is_not_the_step_of_the_run(
    optimizer: str, batch_size: int | None, trained_on: bool | None
) -> None:
    training = TrainingSettings(optimizer, 0.3, batch_size=batch_size, l2=0.01)
    trainer = Trainer(Experiment(DataSettings(points=40), training=training))
    samples = trainer.samples
    X, y = samples.X_train, samples.y_train
    if trained_on is not None:
        X, y = (X[:1], y[:1]) if trained_on else (samples.X_test[:1], samples.y_test[:1])
    layers = trace(trainer.network, trainer.parameters, X, y, 0.3).layers
    after = np.concatenate([part for one in layers for part in (one.new_W.ravel(), one.new_b)])
    trainer.advance(1)
    said = unlike_the_step(
        "" if optimizer == "gradient_descent" else "Adam", trainer.view().mini_batch, trained_on
    )
    assert (said == "") == np.allclose(after, trainer.parameters, rtol=1e-9, atol=0)
    assert ("mini-batch of 8" in said) == (batch_size == 8 and trained_on is not False)
    assert ("not trained on test points" in said) == (trained_on is False)
    assert ("the run uses Adam" in said) == (optimizer == "adam")


def test_a_corner_of_a_relu_is_not_called_a_mistake() -> None:
    network = Network((1, 1, 1), "relu", "squared_error")
    theta = np.array([1.0, 0.0, 2.0, 0.0])
    X, y = np.array([[0.0], [1.0]]), np.array([[1.0], [0.5]])
    check = [entry for entry in gradient_check(network, theta, X, y) if entry][-1]
    assert check.kinks.any()
    assert check.agrees


def test_a_large_network_is_checked_at_places_spread_over_all_layers() -> None:
    network = Network((2, 30, 30, 1), "tanh", "binary_cross_entropy")
    check = checked(network, most=100)
    assert len(check.indices) == 100
    assert check.n_parameters == network.n_parameters
    assert check.indices[-1] == network.n_parameters - 1
    assert check.agrees


@pytest.mark.parametrize("n", [1, 12])
def test_j_is_written_as_everywhere_in_the_program(n: int) -> None:
    network = SHAPES[0]
    theta, X, y = points(network, n)
    found = trace(network, theta, X, y, 0.1)
    loss = next(operation for operation in operations(found) if operation.phase == "loss")
    told = loss.result.explain(0, 0)
    assert told.endswith(f" = {loss_text(found.loss)}")
    assert f"{loss_text(found.penalty)} penalty" in told
    assert found.penalty > 0
    assert loss.formula.endswith(" + penalty")
    slopes = [operation.formula for operation in operations(found) if operation.formula.startswith("∂J/∂W")]
    assert slopes
    assert all(formula.endswith(" + penalty") for formula in slopes)
    assert n == 1 or f"the mean loss {loss_text(found.data_loss)} + " in told
    assert loss.result.write(found.loss) == loss_text(found.loss)


def test_each_layer_is_told_with_its_own_activation() -> None:
    network = Network((2, 2, 2, 1), ("softplus", "leaky_relu"), "squared_error")
    theta, X, y = points(network, 1)
    told = {operation.formula for operation in operations(trace(network, theta, X, y, 0.1))}
    assert {"a[1] = softplus(z[1])", "a[2] = LReLU(z[2])"} <= told
    assert "δ[1] = W[2]ᵀ·δ[2] ∘ softplus'(z[1])" in told
    assert "δ[2] = W[3]ᵀ·δ[3] ∘ LReLU'(z[2])" in told
