"""The losses of many parameter vectors at once, against the same network one vector at a time in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.batched import BatchedLosses
from playground.engine.network import Network
from playground.experiment import ACTIVATIONS
from tests.support.networks import LOSSES_WITH_OUTPUTS, Case, cases, random_targets

PROMISE = 1e-5


def one_by_one(network: Network, thetas: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.array([network.loss(theta, X, y) for theta in thetas])


@settings(max_examples=200)
@given(cases(), st.integers(0, 2**32 - 1), st.integers(0, 20), st.sampled_from([0.01, 1.0, 10.0]))
def test_each_is_what_the_network_says(case: Case, seed: int, K: int, spread: float) -> None:
    network, theta, X, y = case
    thetas = theta + spread * np.random.default_rng(seed).normal(size=(K, theta.size))
    losses = network.losses(thetas, X, y)
    assert losses.shape == (K,)
    np.testing.assert_allclose(losses, one_by_one(network, thetas, X, y), rtol=PROMISE)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity"])
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared_error"])
@pytest.mark.parametrize("hidden", [(), (8, 8), (3, 7, 7, 3), (64,) * 8])
def test_every_depth_of_network_near_its_start_and_far_out(
    hidden: tuple[int, ...], loss: str, activation: str
) -> None:
    rng = np.random.default_rng(1)
    network = Network((2, *hidden, 1), activation, loss)
    X = rng.normal(size=(50, 2))
    y = (X[:, :1] * X[:, 1:] > 0).astype(float)
    for spread in (1.0, 3.0, 30.0):
        thetas = np.array([spread * network.initial_parameters(rng) for _ in range(6)])
        expected = one_by_one(network, thetas, X, y)
        np.testing.assert_allclose(network.losses(thetas, X, y), expected, rtol=PROMISE)


def test_at_a_perfect_fit_a_loss_made_of_rounding_is_the_one_of_the_network() -> None:
    """Another order of sums leaves other last digits, and once 0 where the network has 3·10⁻³⁸."""
    rng = np.random.default_rng(5)
    network, X = Network((2, 1), "identity", "squared_error"), rng.normal(size=(20, 2))
    thetas = rng.normal(size=(30, 3))
    for theta in thetas:
        y = (X @ theta[:2] + theta[2])[:, np.newaxis]
        near = theta + np.array([[0.0], [1e-16], [-1e-16]]) * np.abs(theta)
        expected = one_by_one(network, near, X, y)
        assert (expected < 1e-28).all()
        np.testing.assert_array_equal(network.losses(near, X, y), expected)


def test_more_samples_and_vectors_than_one_pass_takes() -> None:
    rng = np.random.default_rng(2)
    network = Network((2, 5, 1))
    X, y = rng.normal(size=(2501, 2)), rng.integers(0, 2, (2501, 1)).astype(float)
    losses = BatchedLosses(network, X, y)
    thetas = rng.normal(size=(2 * losses.together + 3, network.n_parameters))
    np.testing.assert_allclose(losses(thetas), one_by_one(network, thetas, X, y), rtol=PROMISE)


def test_a_value_does_not_depend_on_what_else_is_asked() -> None:
    rng = np.random.default_rng(3)
    network = Network((2, 4, 4, 1), "relu", l1=0.01)
    X, y = rng.normal(size=(100, 2)), rng.integers(0, 2, (100, 1)).astype(float)
    losses = BatchedLosses(network, X, y)
    thetas = rng.normal(size=(700, network.n_parameters))
    whole = losses(thetas)
    pieces = np.concatenate([losses(thetas[start : start + 37]) for start in range(0, 700, 37)])
    np.testing.assert_allclose(pieces, whole, rtol=1e-6)
    np.testing.assert_array_equal(losses(thetas), whole)


@pytest.mark.parametrize("hidden", [(), (6,), (8, 8)])
def test_at_the_bottom_of_a_valley_where_j_is_1e_minus_12(hidden: tuple[int, ...]) -> None:
    # A network whose targets are its own answers but for 1e-6, so that J there is 1e-12, and its neighbours.
    rng = np.random.default_rng(4)
    network = Network((2, *hidden, 1), "tanh", "squared_error")
    X = rng.normal(size=(60, 2))
    theta = network.initial_parameters(rng)
    y = network.predict(theta, X) + math.sqrt(2) * 1e-6 * rng.choice([-1.0, 1.0], (60, 1))
    for distance in (0.0, 1e-7, 1e-5, 1e-3, 1e-2, 0.1):
        thetas = theta + distance * rng.normal(size=(20, theta.size))
        expected = one_by_one(network, thetas, X, y)
        np.testing.assert_allclose(network.losses(thetas, X, y), expected, rtol=PROMISE)
    assert network.losses(theta[np.newaxis], X, y)[0] == pytest.approx(1e-12, rel=1e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), LOSSES_WITH_OUTPUTS)
@pytest.mark.parametrize("hidden", [(4,), (4, 4)])
def test_large_weights_that_cancel_behind_neurons_that_hardly_move(
    hidden: tuple[int, ...], loss: str, output: str, activation: str
) -> None:
    # Each neuron gives g(0) and a little, the large weights behind it add up to 0: the little is all of ŷ.
    rng = np.random.default_rng(9)
    n_out = 3 if output == "softmax" else 1
    network = Network((2, *hidden, n_out), activation, loss, output=output)
    X = rng.normal(size=(50, 2))
    y = random_targets(rng, loss, 50, n_out)
    signs = np.array([1.0, -1.0, 1.0, -1.0])
    for size in (1e2, 1e3, 1e4, 1e5):
        thetas = np.zeros((20, network.n_parameters))
        for theta in thetas:
            for weights, _ in network.layers[:-1]:
                theta[weights] = 10.0 / size * rng.normal(size=weights.stop - weights.start)
            theta[network.layers[-1][0]] = size * np.tile(signs, n_out)
        expected = one_by_one(network, thetas, X, y)
        np.testing.assert_allclose(network.losses(thetas, X, y), expected, rtol=PROMISE)


def test_targets_far_from_zero_with_a_residual_that_is_not_small() -> None:
    # J = 0.01 is no small number, but beside targets near 30 it is a difference of nearly equal ones.
    rng = np.random.default_rng(5)
    network = Network((1, 1), "tanh", "squared_error")
    X = rng.uniform(0.0, 3.0, (40, 1))
    y = 10.0 * X + 7.0 + 0.15 * rng.normal(size=(40, 1))
    thetas = np.array([10.0, 7.0]) + 0.01 * rng.normal(size=(30, 2))
    np.testing.assert_allclose(network.losses(thetas, X, y), one_by_one(network, thetas, X, y), rtol=PROMISE)


@pytest.mark.parametrize("logit", [1.0, 8.0, 30.0, 200.0, 800.0, 1e5])
def test_sure_predictions_right_and_wrong(logit: float) -> None:
    network = Network((1, 1))
    X, sign = np.array([[1.0], [-1.0]]), np.array([[1.0], [0.0]])
    thetas = np.array([[logit, 0.0], [-logit, 0.0]])
    expected = [np.logaddexp(0.0, -logit), np.logaddexp(0.0, logit)]
    np.testing.assert_allclose(network.losses(thetas, X, sign), expected, rtol=PROMISE)


def test_soft_targets_of_a_cross_entropy() -> None:
    rng = np.random.default_rng(6)
    network = Network((2, 3, 2))
    X, y = rng.normal(size=(20, 2)), rng.uniform(size=(20, 2))
    thetas = 3.0 * rng.normal(size=(20, network.n_parameters))
    np.testing.assert_allclose(network.losses(thetas, X, y), one_by_one(network, thetas, X, y), rtol=PROMISE)


def test_what_float32_cannot_hold_float64_can() -> None:
    network = Network((1, 1), "identity", "squared_error")
    X, y = np.array([[1.0], [2.0]]), np.zeros((2, 1))
    thetas = np.array([[1e25, 0.0], [1e-25, 0.0], [1e100, 0.0], [1e160, 0.0]])
    expected = [0.5 * 2.5 * 1e50, 0.5 * 2.5 * 1e-50, 0.5 * 2.5 * 1e200, math.inf]
    np.testing.assert_allclose(network.losses(thetas, X, y), expected, rtol=PROMISE)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
def test_a_point_without_a_finite_loss_does_not_touch_its_neighbours(bad: float, activation: str) -> None:
    rng = np.random.default_rng(7)
    network = Network((2, 4, 4, 1), activation, l2=0.1)
    X, y = rng.normal(size=(30, 2)), rng.integers(0, 2, (30, 1)).astype(float)
    thetas = rng.normal(size=(9, network.n_parameters))
    clean = network.losses(thetas, X, y)
    spoilt = thetas.copy()
    for row, column in ((2, 0), (4, 20), (6, -2)):
        spoilt[row, column] = bad

    losses = network.losses(spoilt, X, y)

    untouched = [0, 1, 3, 5, 7, 8]
    np.testing.assert_array_equal(losses[untouched], clean[untouched])
    assert not np.isfinite(losses[[2, 4, 6]]).any()
    np.testing.assert_array_equal(losses[[2, 4, 6]], one_by_one(network, spoilt[[2, 4, 6]], X, y))


def test_a_heavy_penalty_does_not_hide_a_small_loss() -> None:
    rng = np.random.default_rng(8)
    network = Network((2, 3, 1), "tanh", "squared_error", l1=0.2, l2=3.0)
    X = rng.normal(size=(20, 2))
    theta = rng.normal(size=network.n_parameters)
    y = network.predict(theta, X)
    penalty = network.penalty(theta)
    assert network.losses(theta[np.newaxis], X, y)[0] == pytest.approx(penalty, rel=1e-12)


def test_the_mean_of_no_samples_is_nan_and_no_warning() -> None:
    network = Network((2, 3, 1))
    assert np.isnan(network.losses(np.zeros((3, 13)), np.empty((0, 2)), np.empty((0, 1)))).all()


def test_arrays_of_another_shape_are_refused() -> None:
    network = Network((2, 1))
    X, y = np.zeros((5, 2)), np.zeros((5, 1))
    with pytest.raises(ValueError, match=r"thetas must have shape \(K, 3\), not \(3,\)"):
        network.losses(np.zeros(3), X, y)
    with pytest.raises(ValueError, match=r"X must have shape \(n, 2\), not \(2, 5\)"):
        network.losses(np.zeros((1, 3)), X.T, y)
    with pytest.raises(ValueError, match=r"y must have shape \(5, 1\), not \(5,\)"):
        network.losses(np.zeros((1, 3)), X, y[:, 0])
