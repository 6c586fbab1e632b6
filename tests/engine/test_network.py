"""Forward and backward propagation, against arithmetic by hand, central differences and closed forms."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

from playground.engine.losses import accuracy
from playground.engine.network import Network, network_of
from playground.experiment import INITIALIZATIONS, Experiment, NetworkSettings, TrainingSettings
from tests.support.networks import Case, cases, distance_to_kinks, loss_by_hand


@settings(max_examples=150)
@given(cases())
def test_the_loss_is_that_of_a_sum_written_out_by_hand(case: Case) -> None:
    assert case.network.loss(*case[1:]) == pytest.approx(loss_by_hand(case), rel=1e-9)


@settings(max_examples=150)
@given(cases())
def test_the_gradient_is_what_central_differences_say(case: Case) -> None:
    network, theta, X, y = case
    step = 1e-5
    assume(distance_to_kinks(case) > 1e-3)
    loss, gradient = network.loss_and_gradient(theta, X, y)
    differences = [
        (network.loss(theta + step * unit, X, y) - network.loss(theta - step * unit, X, y)) / (2 * step)
        for unit in np.eye(theta.size)
    ]
    assert loss == network.loss(theta, X, y)
    np.testing.assert_allclose(gradient, differences, rtol=1e-6, atol=1e-7 * max(1.0, abs(loss)))


def test_logistic_regression_has_the_gradient_of_the_textbook() -> None:
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(40, 3)), rng.integers(0, 2, (40, 1)).astype(float)
    theta = rng.normal(size=4)
    network = Network((3, 1))

    probability = 1.0 / (1.0 + np.exp(-(X @ theta[:3] + theta[3])))
    _, gradient = network.loss_and_gradient(theta, X, y)

    np.testing.assert_allclose(network.predict(theta, X)[:, 0], probability, rtol=1e-14)
    np.testing.assert_allclose(gradient[:3], X.T @ (probability - y[:, 0]) / 40, rtol=1e-12)
    assert gradient[3] == pytest.approx(np.mean(probability - y[:, 0]), rel=1e-12)


def test_linear_regression_has_no_gradient_at_the_least_squares_solution() -> None:
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(30, 2)), rng.normal(size=(30, 2))
    table = np.column_stack([X, np.ones(30)])
    solution, residuals, _, _ = np.linalg.lstsq(table, y, rcond=None)
    theta = np.concatenate([solution[:2].T.ravel(), solution[2]])

    loss, gradient = Network((2, 2), loss="squared_error").loss_and_gradient(theta, X, y)

    assert loss == pytest.approx(0.5 * residuals.sum() / 30, rel=1e-12)
    np.testing.assert_allclose(gradient, 0.0, atol=1e-14)


def test_theta_lies_layer_by_layer_weights_row_by_row_then_biases() -> None:
    network = Network((2, 3, 1))
    theta = np.arange(13.0)

    (W1, b1), (W2, b2) = network.unpack(theta)

    assert W1.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert b1.tolist() == [6, 7, 8]
    assert W2.tolist() == [[9, 10, 11]]
    assert b2.tolist() == [12]
    assert network.n_parameters == 13
    assert np.flatnonzero(~network.is_weight).tolist() == [6, 7, 8, 12]
    assert [theta[weights].size for weights, _ in network.layers] == [6, 3]
    W1[0, 0] = 99.0
    assert theta[0] == 99.0, "unpack gives views, not copies"


def test_forward_shows_every_layer_of_every_sample() -> None:
    rng = np.random.default_rng(3)
    network = Network((2, 4, 3, 1), "sigmoid")
    theta, X = rng.normal(size=network.n_parameters), rng.normal(size=(5, 2))

    forward = network.forward(theta, X)

    assert [z.shape for z in forward.z] == [(5, 4), (5, 3), (5, 1)]
    assert [a.shape for a in forward.a] == [(5, 2), (5, 4), (5, 3), (5, 1)]
    a = X
    for (W, b), z, after in zip(network.unpack(theta), forward.z, forward.a[1:], strict=True):
        for sample in range(5):
            np.testing.assert_allclose(z[sample], W @ a[sample] + b, rtol=1e-13)
        np.testing.assert_allclose(after, 1.0 / (1.0 + np.exp(-z)), rtol=1e-13)
        a = after
    np.testing.assert_array_equal(network.predict(theta, X), forward.a[-1])


@pytest.mark.parametrize("logit", [40.0, 750.0, 5000.0, 1e300])
def test_a_cross_entropy_bears_logits_in_the_thousands(logit: float) -> None:
    network = Network((1, 1))
    theta = np.array([logit, 0.0])
    X = np.array([[1.0], [-1.0]])

    right, right_gradient = network.loss_and_gradient(theta, X, np.array([[1.0], [0.0]]))
    wrong, wrong_gradient = network.loss_and_gradient(theta, X, np.array([[0.0], [1.0]]))

    assert right == pytest.approx(math.exp(-logit), rel=1e-12)
    assert wrong == pytest.approx(logit, rel=1e-12)
    np.testing.assert_allclose(right_gradient, [-math.exp(-logit), 0.0], rtol=1e-12)
    np.testing.assert_allclose(wrong_gradient, [1.0, 0.0], rtol=1e-12)


def test_near_a_minimum_the_gradient_keeps_its_digits() -> None:
    # One sample of class 1 at z = 28: J = log(1 + e^−28) and ∂J/∂b = −1/(1 + e^28), both about 7e-13.
    network = Network((1, 1))
    loss, gradient = network.loss_and_gradient(np.array([0.0, 28.0]), np.ones((1, 1)), np.ones((1, 1)))
    assert loss == pytest.approx(math.log1p(math.exp(-28)), rel=1e-14)
    assert gradient[1] == pytest.approx(-1.0 / (1.0 + math.exp(28)), rel=1e-14)


def test_an_unlikely_class_keeps_the_digits_of_its_probability() -> None:
    network = Network((1, 1))
    X = np.array([[-700.0], [-40.0], [0.0], [40.0]])
    predicted = network.predict(np.array([1.0, 0.0]), X)[:, 0]
    expected = [math.exp(-700), math.exp(-40) / (1 + math.exp(-40)), 0.5, 1.0]
    np.testing.assert_allclose(predicted, expected, rtol=1e-14)


def test_penalties_count_weights_and_never_biases() -> None:
    plain = Network((1, 2, 1), loss="squared_error")
    network = plain.with_penalties(0.5, 0.1)
    theta = np.array([1.0, -2.0, 100.0, 200.0, 3.0, 0.0, 300.0])  # W[1], b[1], W[2], b[2]
    X, y = np.array([[0.3]]), np.array([[0.2]])

    loss, gradient = network.loss_and_gradient(theta, X, y)
    plain_loss, plain_gradient = plain.loss_and_gradient(theta, X, y)

    assert network.penalty(theta) == pytest.approx(0.5 * 6.0 + 0.5 * 0.1 * 14.0)
    assert loss == pytest.approx(plain_loss + 3.7)
    added = [0.5 + 0.1, -0.5 - 0.2, 0, 0, 0.5 + 0.3, 0.0, 0]
    np.testing.assert_allclose(gradient - plain_gradient, added, atol=1e-10)
    assert plain.penalty(theta) == 0.0


def test_the_mean_of_no_samples_is_nan_and_no_warning() -> None:
    network = Network((2, 3, 1), l2=0.1)
    theta, X, y = np.ones(network.n_parameters), np.empty((0, 2)), np.empty((0, 1))

    loss, gradient = network.loss_and_gradient(theta, X, y)

    assert math.isnan(loss)
    assert math.isnan(network.loss(theta, X, y))
    assert np.isnan(gradient).all()
    assert network.predict(theta, X).shape == (0, 1)
    assert math.isnan(accuracy("binary_cross_entropy", np.empty((0, 1)), y))


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared_error"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity"])
def test_parameters_out_of_all_bounds_give_a_number_or_none_but_no_warning(
    activation: str, loss: str
) -> None:
    network = Network((2, 3, 3, 1), activation, loss, l1=0.1, l2=0.1)
    X, y = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[0.0], [1.0]])
    v = np.ones(network.n_parameters)
    for size in (1e100, 1e200, 1e300, math.inf, math.nan):
        theta = np.resize([size, -size, 1.0, size], network.n_parameters)
        value, gradient = network.loss_and_gradient(theta, X, y)
        assert math.isinf(value) or math.isnan(value) or value > 1e90
        assert gradient.shape == network.hessian_vector_product(theta, v, X, y).shape
        assert network.forward(theta, X).a[-1].shape == (2, 1)


BOUNDS = {"xavier_uniform": math.sqrt(6 / 150), "he_uniform": math.sqrt(6 / 100), "uniform": 0.1}
DEVIATIONS = {"xavier_normal": math.sqrt(2 / 150), "he_normal": math.sqrt(2 / 100)}


@pytest.mark.parametrize("initialization", INITIALIZATIONS)
def test_initial_weights_have_the_spread_of_their_recipe(initialization: str) -> None:
    network = Network((100, 50, 1))
    theta = network.initial_parameters(np.random.default_rng(5), initialization)
    weights = theta[network.layers[0][0]]

    assert np.all(theta[~network.is_weight] == 0.0)
    if initialization in BOUNDS:
        bound = BOUNDS[initialization]
        assert 0.99 * bound < np.abs(weights).max() <= bound
        assert weights.std() == pytest.approx(bound / math.sqrt(3), rel=0.03)
    elif initialization in DEVIATIONS:
        deviation = DEVIATIONS[initialization]
        assert weights.std() == pytest.approx(deviation, rel=0.03)
        assert np.abs(weights).max() > 3 * deviation, "normal, not uniform"
    else:
        assert not weights.any()


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    network = Network((2, 4, 1))
    first, again, other = (network.initial_parameters(np.random.default_rng([s, 2])) for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.all(first[network.is_weight] != other[network.is_weight])


def test_from_zeros_the_hidden_neurons_never_learn_to_differ() -> None:
    rng = np.random.default_rng(6)
    network = Network((2, 3, 1), "sigmoid")
    X = rng.normal(size=(20, 2))
    y = (X[:, :1] + 0.3 > 0).astype(float)
    theta = network.initial_parameters(rng, "zeros")
    for _ in range(50):
        theta -= 0.5 * network.loss_and_gradient(theta, X, y)[1]

    (W1, b1), (W2, _) = network.unpack(theta)
    assert np.all(W1 != 0.0)
    # A BLAS may round the rows at the edge of its blocks otherwise than the others.
    for block in (W1, b1, W2.T):
        assert np.ptp(block, axis=0).max() <= 1e-14 * np.abs(block).max()


def test_a_network_is_a_value() -> None:
    network = Network([2, 4, 1], "relu", l1=0.1)
    assert network == Network((2, 4, 1), "relu", "binary_cross_entropy", 0.1, 0.0)
    assert hash(network) == hash(pickle.loads(pickle.dumps(network)))
    assert network == pickle.loads(pickle.dumps(network))
    assert network != network.with_penalties(0.0, 0.0)
    assert network.with_penalties(0.1, 0.0) == network
    assert repr(network) == "Network((2, 4, 1), activation='relu', loss='binary_cross_entropy', l1=0.1, l2=0)"
    with pytest.raises(ValueError, match="read-only"):
        network.is_weight[0] = False
    with pytest.raises(AttributeError):
        network.l1 = 0.5  # type: ignore[misc]


def test_an_experiment_names_its_network() -> None:
    experiment = Experiment(
        network=NetworkSettings(hidden_layers=(3, 2), activation="relu"),
        training=TrainingSettings(l1=0.01, l2=0.02),
    )
    assert network_of(experiment) == Network((2, 3, 2, 1), "relu", "binary_cross_entropy", 0.01, 0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((2,),), "layer_sizes"),
        (((2, 0, 1),), "layer_sizes"),
        (((2, 1), "swish"), "activation must be one of relu, tanh, .*, not 'swish'"),
        (((2, 3, 1), ("tanh", "relu")), "one name, or one for each of 1 hidden layers"),
        (((2, 3, 3, 1), ("tanh", "swish")), "activation must be one of relu, tanh, .*, not 'swish'"),
        (((2, 1), ()), "activation must be a name where there is no hidden layer"),
        (((2, 1), "tanh", "hinge"), "loss must be one of"),
        (((2, 1), "tanh", "squared_error", -1.0), "l1 must be"),
        (((2, 1), "tanh", "squared_error", 0.0, math.nan), "l2 must be"),
    ],
)
def test_an_impossible_network_is_refused_by_name(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network(*arguments)


def test_arrays_of_another_shape_are_refused_before_they_broadcast() -> None:
    network = Network((2, 1))
    theta, X, y = np.zeros(3), np.zeros((5, 2)), np.zeros((5, 1))
    with pytest.raises(ValueError, match=r"theta must have shape \(3,\), not \(4,\)"):
        network.loss(np.zeros(4), X, y)
    with pytest.raises(ValueError, match=r"X must have shape \(n, 2\), not \(5, 3\)"):
        network.predict(theta, np.zeros((5, 3)))
    with pytest.raises(ValueError, match=r"y must have shape \(5, 1\), not \(5,\)"):
        network.loss_and_gradient(theta, X, y[:, 0])
    with pytest.raises(ValueError, match="initialization is unknown: 'ones'"):
        network.initial_parameters(np.random.default_rng(0), "ones")


def test_accuracy_counts_the_predictions_on_the_right_side() -> None:
    y = np.array([[0.0], [0.0], [1.0], [1.0]])
    predictions = np.array([[0.2], [0.5], [0.5], [math.nan]])
    assert accuracy("binary_cross_entropy", predictions, y) == 0.5
    assert accuracy("squared_error", y, y) == 1.0
    with pytest.raises(ValueError, match="same shape"):
        accuracy("squared_error", predictions, y[:, 0])
