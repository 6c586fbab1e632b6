"""The exact curvature, against differences of gradients and the closed forms of regression."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.engine.network import Network
from tests.support.networks import Case, cases, distance_to_kinks

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=150)
@given(cases(), seeds)
def test_h_times_v_is_how_the_gradient_changes_along_v(case: Case, seed: int) -> None:
    network, theta, X, y = case
    assume(distance_to_kinks(case) > 1e-2)
    v = np.random.default_rng(seed).normal(size=theta.size)
    v /= np.linalg.norm(v)
    step = 1e-5

    product = network.hessian_vector_product(theta, v, X, y)
    ahead = network.loss_and_gradient(theta + step * v, X, y)[1]
    behind = network.loss_and_gradient(theta - step * v, X, y)[1]

    scale = max(1.0, np.abs(ahead).max())
    np.testing.assert_allclose(product, (ahead - behind) / (2 * step), rtol=1e-5, atol=1e-6 * scale)


@settings(max_examples=60)
@given(cases(), seeds)
def test_many_vectors_at_once_are_each_of_them_alone(case: Case, seed: int) -> None:
    network, theta, X, y = case
    vectors = np.random.default_rng(seed).normal(size=(4, theta.size))
    operator = network.hessian_operator(theta, X, y)

    together = operator(vectors)

    alone = [network.hessian_vector_product(theta, v, X, y) for v in vectors]
    scale = np.abs(alone).max(initial=1.0)
    np.testing.assert_allclose(together, alone, rtol=1e-11, atol=1e-13 * scale)


@settings(max_examples=60)
@given(cases(), seeds)
def test_the_dense_hessian_is_symmetric_and_multiplies_alike(case: Case, seed: int) -> None:
    network, theta, X, y = case
    u, v = np.random.default_rng(seed).normal(size=(2, theta.size))
    operator = network.hessian_operator(theta, X, y)
    H = operator.dense()

    scale = 1e-12 * max(1.0, np.abs(H).max()) * theta.size
    np.testing.assert_array_equal(H, H.T)
    np.testing.assert_allclose(H @ v, operator(v), rtol=1e-10, atol=scale)
    assert u @ operator(v) == pytest.approx(v @ operator(u), rel=1e-9, abs=10 * scale)


def test_logistic_regression_has_the_hessian_of_the_textbook() -> None:
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(40, 3)), rng.integers(0, 2, (40, 1)).astype(float)
    theta = rng.normal(size=4)

    table = np.column_stack([X, np.ones(40)])
    probability = 1.0 / (1.0 + np.exp(-table @ theta))
    expected = table.T @ np.diag(probability * (1.0 - probability)) @ table / 40

    H = Network((3, 1)).hessian_operator(theta, X, y).dense()
    np.testing.assert_allclose(H, expected, rtol=1e-12, atol=1e-15)
    with_l2 = Network((3, 1), l2=0.5, l1=0.3).hessian_operator(theta, X, y).dense()
    np.testing.assert_allclose(with_l2 - H, np.diag([0.5, 0.5, 0.5, 0.0]), atol=1e-15)


def test_linear_regression_has_the_same_hessian_everywhere() -> None:
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(30, 2)), rng.normal(size=(30, 1))
    table = np.column_stack([X, np.ones(30)])
    network = Network((2, 1), loss="squared_error")
    for theta in rng.normal(size=(3, 3)):
        H = network.hessian_operator(theta, X, y).dense()
        np.testing.assert_allclose(H, table.T @ table / 30, rtol=1e-12)


def test_near_a_minimum_of_the_cross_entropy_curvature_keeps_its_digits() -> None:
    # One sample at z = 40: σ'(40) = e^−40/(1 + e^−40)², where σ·(1 − σ) in floats would be zero.
    H = Network((1, 1)).hessian_operator(np.array([0.0, 40.0]), np.ones((1, 1)), np.ones((1, 1))).dense()
    np.testing.assert_allclose(H, np.exp(-40.0) / (1 + np.exp(-40.0)) ** 2 * np.ones((2, 2)), rtol=1e-14)


def test_two_layers_without_activation_bend_as_their_product_does() -> None:
    # ŷ = w₂·(w₁·x + b₁) + b₂ with one sample x = 2, y = 1: the Hessian of ½(ŷ − y)² worked out on paper.
    w1, b1, w2, b2 = theta = np.array([0.5, 0.25, -1.5, 3.0])
    x, y = 2.0, 1.0
    r = w2 * (w1 * x + b1) + b2 - y
    slope = np.array([w2 * x, w2, w1 * x + b1, 1.0])
    bend = np.zeros((4, 4))
    bend[0, 2] = bend[2, 0] = x
    bend[1, 2] = bend[2, 1] = 1.0

    operator = Network((1, 1, 1), "identity", "squared_error").hessian_operator(
        theta, np.array([[x]]), np.array([[y]])
    )
    np.testing.assert_allclose(operator.dense(), np.outer(slope, slope) + r * bend, rtol=1e-13, atol=1e-14)


def test_an_operator_stays_at_its_theta_when_training_goes_on() -> None:
    rng = np.random.default_rng(3)
    network = Network((2, 4, 1))
    theta = rng.normal(size=network.n_parameters)
    X, y, v = rng.normal(size=(20, 2)), rng.integers(0, 2, (20, 1)) * 1.0, rng.normal(size=theta.size)
    operator = network.hessian_operator(theta, X, y)
    before = operator(v)

    theta += 1.0

    np.testing.assert_array_equal(operator(v), before)
    assert operator.size == theta.size


def test_the_dense_hessian_of_many_samples_is_found_in_pieces() -> None:
    rng = np.random.default_rng(4)
    network = Network((2, 16, 1))
    theta = rng.normal(size=network.n_parameters)
    X, y = rng.normal(size=(2000, 2)), rng.integers(0, 2, (2000, 1)) * 1.0
    halves = [
        network.hessian_operator(theta, X[part], y[part]).dense() for part in (slice(1000), slice(1000, 2000))
    ]
    whole = network.hessian_operator(theta, X, y).dense()
    np.testing.assert_allclose(whole, 0.5 * (halves[0] + halves[1]), atol=1e-14)


def test_without_samples_there_is_no_curvature_to_know() -> None:
    network = Network((2, 3, 1))
    operator = network.hessian_operator(np.ones(13), np.empty((0, 2)), np.empty((0, 1)))
    assert np.isnan(operator(np.ones(13))).all()
    assert np.isnan(operator.dense()).all()


def test_a_vector_of_another_length_is_refused() -> None:
    operator = Network((2, 1)).hessian_operator(np.zeros(3), np.zeros((5, 2)), np.zeros((5, 1)))
    with pytest.raises(ValueError, match=r"v must have shape \(3,\) or \(K, 3\), not \(4,\)"):
        operator(np.zeros(4))
