"""The fast step against the network's own definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.network import Network
from playground.engine.stepping.fast_output import fast_output
from playground.engine.stepping.measuring import AllPoints
from playground.engine.stepping.step import WorkingParameters, make_forward, make_gradient
from playground.experiment import ACTIVATIONS
from tests.support.networks import LOSSES_WITH_OUTPUTS, batch_of, output_sizes, random_targets


def fast_loss_and_gradient(network, theta, X, y):
    working = WorkingParameters(network)
    working.theta[:] = working.working(theta)
    batch = batch_of(network, X, y)
    make_gradient(network, working, len(X))(batch)
    (loss,) = fast_output(network).mean_losses(batch.z[np.newaxis], len(X) * batch.target[np.newaxis])
    return loss, working.public(working.gradient)


def samples(rng, n, n_in, n_out):
    return rng.normal(size=(n, n_in)), rng.integers(0, 2, size=(n, n_out)).astype(float)


@settings(max_examples=150)
@given(
    before=st.tuples(st.integers(1, 3), st.lists(st.integers(1, 9), max_size=5)),
    activation=st.sampled_from(ACTIVATIONS),
    loss=st.sampled_from(LOSSES_WITH_OUTPUTS),
    n=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
    drawn=st.data(),
)
def test_every_network_gets_the_loss_and_gradient_of_its_definition(before, activation, loss, n, seed, drawn):
    sizes = (before[0], *before[1], drawn.draw(output_sizes(loss[0])))
    rng = np.random.default_rng(seed)
    network = Network(sizes, activation, loss[0], output=loss[1])
    theta = rng.normal(size=network.n_parameters)
    X, y = rng.normal(size=(n, sizes[0])), random_targets(rng, loss[0], n, sizes[-1])
    expected_loss, expected = network.loss_and_gradient(theta, X, y)
    J, gradient = fast_loss_and_gradient(network, theta, X, y)
    assert pytest.approx(expected_loss, rel=1e-12) == J
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-13 * max(1.0, np.abs(expected).max()))


def test_logistic_regression_by_hand():
    # One input x = 2, y = 1, w = ½, b = −1: z = 0, ŷ = ½, and ∂J/∂w = (ŷ − y)·x = −1, ∂J/∂b = ŷ − y = −½.
    network = Network((1, 1))
    J, gradient = fast_loss_and_gradient(network, np.array([0.5, -1.0]), np.array([[2.0]]), np.array([[1.0]]))
    assert pytest.approx(np.log(2.0), rel=1e-15) == J
    np.testing.assert_allclose(gradient, [-1.0, -0.5], rtol=1e-15)


@pytest.mark.parametrize("z", [-5000.0, -40.0, 40.0, 5000.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_outputs_in_the_thousands_neither_overflow_nor_lose_a_small_loss(z, y):
    network = Network((1, 1))
    theta, X, target = np.array([z, 0.0]), np.array([[1.0]]), np.array([[y]])
    J, gradient = fast_loss_and_gradient(network, theta, X, target)
    expected_loss, expected = network.loss_and_gradient(theta, X, target)
    assert pytest.approx(expected_loss, rel=1e-12) == J
    np.testing.assert_allclose(gradient, expected, atol=1e-15)


def test_a_second_step_finds_nothing_left_over_from_the_first():
    rng = np.random.default_rng(1)
    network = Network((2, 5, 4, 1), "relu")
    working = WorkingParameters(network)
    gradient = make_gradient(network, working, 6)
    for _ in range(3):
        theta = rng.normal(size=network.n_parameters)
        X, y = samples(rng, 6, 2, 1)
        working.theta[:] = working.working(theta)
        gradient(batch_of(network, X, y))
        np.testing.assert_allclose(
            working.public(working.gradient), network.loss_and_gradient(theta, X, y)[1], atol=1e-14
        )


def test_the_working_order_is_a_permutation_that_knows_its_weights():
    network = Network((2, 3, 1))
    working = WorkingParameters(network)
    theta = np.arange(13.0)
    np.testing.assert_array_equal(working.public(working.working(theta)), theta)
    np.testing.assert_array_equal(working.working(theta), [0, 1, 6, 2, 3, 7, 4, 5, 8, 9, 10, 11, 12])
    np.testing.assert_array_equal(working.public(working.penalized), network.is_weight)
    first, second = working.blocks(working.working(theta))
    np.testing.assert_array_equal(first[:, -1], [6, 7, 8])
    np.testing.assert_array_equal(second, [[9, 10, 11, 12]])


def test_the_forward_pass_alone_gives_the_prediction():
    rng = np.random.default_rng(2)
    network = Network((2, 4, 4, 2), "sigmoid", "squared_error")
    theta = rng.normal(size=network.n_parameters)
    X, y = samples(rng, 7, 2, 2)
    working = WorkingParameters(network)
    working.theta[:] = working.working(theta)
    batch = batch_of(network, X, y)
    make_forward(network, working, 7)(batch.columns, batch.z)
    np.testing.assert_allclose(batch.z.T, network.predict(theta, X), rtol=1e-13)


@pytest.mark.parametrize("n_out", [1, 3])
@pytest.mark.parametrize("loss", LOSSES_WITH_OUTPUTS)
def test_all_points_are_measured_as_the_network_would(loss, n_out):
    from playground.engine.losses import accuracy

    if loss[1] == "softmax":
        n_out = max(n_out, 2)
    rng = np.random.default_rng(3)
    network = Network((2, 4, n_out), "tanh", loss[0], output=loss[1])
    theta = rng.normal(size=network.n_parameters)
    X, y = rng.normal(size=(33, 2)), random_targets(rng, "softmax_cross_entropy", 33, max(n_out, 2))
    y = y[:, :n_out]
    working = WorkingParameters(network)
    working.theta[:] = working.working(theta)
    points = AllPoints(network, working, (X, y), (X[:7], y[:7]))
    whole, part = points.losses()
    assert whole == pytest.approx(network.loss(theta, X, y), rel=1e-13)
    assert part == pytest.approx(network.loss(theta, X[:7], y[:7]), rel=1e-13)
    predictions = network.predict(theta, X)
    expected = [accuracy(loss[0], predictions, y), accuracy(loss[0], predictions[:7], y[:7])]
    assert points.shares_right() == expected


def test_a_prediction_that_is_not_a_number_is_never_right():
    network = Network((1, 1))
    working = WorkingParameters(network)
    working.theta[:] = np.inf, -np.inf
    points = AllPoints(network, working, (np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]])))
    with np.errstate(invalid="ignore"):
        assert np.isnan(points.losses()[0])
    assert points.shares_right() == [0.0]
