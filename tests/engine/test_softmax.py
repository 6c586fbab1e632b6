"""Softmax cross-entropy of several classes: closed forms, the case of two, far out and near minima."""

from __future__ import annotations

import importlib.util
import math
import pickle
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.losses import accuracy
from playground.engine.network import Network
from playground.engine.stepping.fast_output import fast_output

SOFTMAX = "softmax_cross_entropy"


def by_hand(z: list[float], k: int) -> tuple[float, list[float], list[list[float]]]:
    """−log ŷ_k with its slopes and second derivatives by z, from as many digits as it takes."""
    with localcontext(prec=400):
        e = [Decimal(value).exp() for value in z]
        p = [value / sum(e) for value in e]
        slopes = [float(p[i] - (i == k)) for i in range(len(z))]
        second = [[float(p[i] * ((i == j) - p[j])) for j in range(len(z))] for i in range(len(z))]
        return float(-p[k].ln()), slopes, second


def biases_alone(z: list[float]) -> tuple[Network, np.ndarray, np.ndarray]:
    """A network whose outputs are its biases z, its parameters, and one point."""
    network = Network((1, len(z)), "tanh", SOFTMAX)
    return network, np.concatenate([np.zeros(len(z)), z]), np.zeros((1, 1))


OUTPUTS = [
    [0.3, -1.2, 2.0],
    [0.0, 0.0, 0.0, 0.0],
    [28.0, 0.0, -3.0],
    [-28.0, 1.0, 1.0 + 1e-9],
    [5000.0, 4990.0, -4000.0],
    [-3000.0, -3001.0, -3700.0, -3002.5],
    [700.0, 0.0, 0.0, 0.0, -700.0],
]


@pytest.mark.parametrize("z", OUTPUTS)
@pytest.mark.parametrize("k", [0, 1, 2])
def test_value_slopes_and_curvature_have_the_digits_of_the_closed_form(z: list[float], k: int) -> None:
    network, theta, X = biases_alone(z)
    y = np.eye(len(z))[[k]]
    value, slopes, second = by_hand(z, k)
    J, gradient = network.loss_and_gradient(theta, X, y)
    H = network.hessian_operator(theta, X, y).dense()[len(z) :, len(z) :]
    assert pytest.approx(value, rel=1e-13) == J
    assert network.loss(theta, X, y) == J
    np.testing.assert_allclose(gradient[len(z) :], slopes, rtol=1e-13, atol=1e-320)
    np.testing.assert_allclose(H, second, rtol=1e-12, atol=1e-300)
    assert network.losses(theta[np.newaxis], X, y)[0] == pytest.approx(value, rel=1e-5)
    fast = fast_output(network)
    column, target = np.array(z)[:, np.newaxis], fast.target(y.T)
    assert fast.terms(column, target).sum() == pytest.approx(value, rel=1e-13)
    delta = np.empty_like(column)
    fast.make_delta(delta, 1)(column, target)
    np.testing.assert_allclose(delta[:, 0], slopes, rtol=1e-12, atol=1e-15)


@settings(max_examples=100)
@given(
    hidden=st.lists(st.integers(1, 5), max_size=2),
    n=st.integers(1, 20),
    size=st.sampled_from([0.3, 3.0, 30.0, 3000.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_two_classes_are_the_sigmoid_of_the_difference_of_their_outputs(
    hidden: list[int], n: int, size: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    two = Network((2, *hidden, 2), "tanh", SOFTMAX)
    one = Network((2, *hidden, 1), "tanh", "binary_cross_entropy")
    theta = rng.normal(size=two.n_parameters)
    (W, b), before = two.unpack(theta)[-1], theta[: two.layers[-1][0].start]
    W *= size
    difference = np.concatenate([before, W[1] - W[0], b[1:] - b[:1]])
    X, labels = rng.normal(size=(n, 2)), rng.integers(0, 2, n)
    y, column = np.eye(2)[labels], labels[:, np.newaxis].astype(float)

    J, gradient = two.loss_and_gradient(theta, X, y)
    expected, slopes = one.loss_and_gradient(difference, X, column)
    assert pytest.approx(expected, rel=1e-9) == J
    np.testing.assert_allclose(two.predict(theta, X)[:, 1:], one.predict(difference, X), rtol=1e-9)
    np.testing.assert_allclose(gradient[: before.size], slopes[: before.size], rtol=1e-6, atol=1e-9 * size)
    assert two.losses(theta[np.newaxis], X, y)[0] == pytest.approx(expected, rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    n_out=st.integers(2, 10),
    hidden=st.lists(st.integers(1, 12), max_size=3),
    n=st.integers(1, 80),
    spread=st.sampled_from([0.01, 1.0, 10.0, 100.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_many_losses_keep_their_promise_for_every_number_of_classes(
    n_out: int, hidden: list[int], n: int, spread: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    network = Network((3, *hidden, n_out), "relu", SOFTMAX)
    X, y = rng.normal(size=(n, 3)), np.eye(n_out)[rng.integers(0, n_out, n)]
    thetas = spread * rng.normal(size=(12, network.n_parameters))
    expected = [network.loss(theta, X, y) for theta in thetas]
    np.testing.assert_allclose(network.losses(thetas, X, y), expected, rtol=1e-5)


def test_close_to_a_minimum_many_losses_are_right() -> None:
    """Outputs that say the right class ever more surely, down to J of 1e-12 and far below."""
    rng = np.random.default_rng(3)
    network = Network((2, 6, 4), "tanh", SOFTMAX)
    X, theta = rng.normal(size=(50, 2)), 2.0 * rng.normal(size=network.n_parameters)
    y = np.eye(4)[network.forward(theta, X).z[-1].argmax(axis=1)]
    thetas = np.tile(theta, (120, 1))
    last = slice(network.layers[-1][0].start, None)
    thetas[:, last] *= np.geomspace(1.0, 3000.0, 120)[:, np.newaxis]
    expected = np.array([network.loss(one, X, y) for one in thetas])
    assert expected.max() > 1e-2
    assert np.count_nonzero((expected < 1e-9) & (expected > 1e-14)) > 2
    np.testing.assert_allclose(network.losses(thetas, X, y), expected, rtol=1e-5)
    own = y.argmax(axis=1).tolist()
    for one, J in zip(thetas[::10], expected[::10], strict=True):
        z = network.forward(one, X).z[-1].tolist()
        exact = sum(by_hand(row, k)[0] for row, k in zip(z, own, strict=True))
        assert pytest.approx(exact / 50, rel=1e-10, abs=1e-300) == J


def test_the_class_of_a_point_is_the_largest_of_its_outputs() -> None:
    predictions = np.array([[0.2, 0.5, 0.3], [0.4, 0.4, 0.2], [0.1, 0.1, 0.8], [math.nan, 0.0, 1.0]])
    y = np.eye(3)[[1, 1, 2, 2]]
    assert accuracy(SOFTMAX, predictions, y) == 0.5
    assert accuracy("squared_error", predictions, y) == 0.5


def test_targets_that_are_no_classes_are_refused() -> None:
    network, X = Network((2, 3), "tanh", SOFTMAX), np.zeros((2, 2))
    theta = np.zeros(network.n_parameters)
    for y in ([[1, 0, 0], [1, 1, 0]], [[0.5, 0.5, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 1]], [[2, -1, 0]] * 2):
        for ask in (network.loss, network.loss_and_gradient, lambda t, X, y: network.losses(t[None], X, y)):
            with pytest.raises(ValueError, match="one 1 in each row"):
                ask(theta, X, np.array(y, dtype=float))
    with pytest.raises(ValueError, match="a softmax needs at least 2 outputs"):
        Network((2, 1), "tanh", SOFTMAX)
    with pytest.raises(ValueError, match="output must be one of softmax for softmax_cross"):
        Network((2, 3), "tanh", SOFTMAX, output="linear")
    assert pickle.loads(pickle.dumps(network)) == network


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@settings(max_examples=30, deadline=None)
@given(n_out=st.integers(2, 10), n=st.integers(1, 30), seed=st.integers(0, 2**32 - 1))
def test_pytorch_says_the_same(n_out: int, n: int, seed: int) -> None:
    import torch

    rng = np.random.default_rng(seed)
    network = Network((4, 7, n_out), "tanh", SOFTMAX)
    theta, v = rng.normal(size=(2, network.n_parameters))
    X, labels = rng.normal(size=(n, 4)), rng.integers(0, n_out, n)
    (W1, b1), (W2, b2) = network.unpack(np.arange(theta.size))

    def J(parameters):
        take = [parameters[torch.as_tensor(part)] for part in (W1, b1, W2, b2)]
        hidden = torch.tanh(torch.as_tensor(X) @ take[0].T + take[1])
        return torch.nn.functional.cross_entropy(hidden @ take[2].T + take[3], torch.as_tensor(labels))

    at = torch.tensor(theta, requires_grad=True)
    loss = J(at)
    (gradient,) = torch.autograd.grad(loss, at)
    _, product = torch.autograd.functional.hvp(J, torch.tensor(theta), torch.tensor(v))
    y = np.eye(n_out)[labels]
    ours, slopes = network.loss_and_gradient(theta, X, y)
    assert ours == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(slopes, gradient.numpy(), rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(
        network.hessian_vector_product(theta, v, X, y), product.numpy(), rtol=1e-8, atol=1e-11
    )
