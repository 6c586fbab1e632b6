"""Planes through parameters, gradients, eigenvectors and three points show what they say."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.network import Network
from playground.landscape.directions import (
    default_window,
    eigen_plane,
    gradient_plane,
    parameter_plane,
    through_three_points,
    window_for,
)
from playground.landscape.plane import PlaneError
from playground.landscape.surface import evaluate

NETWORK = Network((2, 3, 1))
THETA = np.random.default_rng(0).standard_normal(NETWORK.n_parameters)


def test_two_parameters_have_their_own_values_as_coordinates():
    choice = parameter_plane(NETWORK, THETA, 4, 9)
    assert choice.plane.project(THETA) == pytest.approx((THETA[4], THETA[9]))
    moved = choice.plane.at(0.25, -3.0)
    assert (moved[4], moved[9]) == (0.25, -3.0)
    others = np.delete(np.arange(THETA.size), [4, 9])
    assert np.array_equal(moved[others], THETA[others])
    assert choice.a_label in choice.sentence
    assert choice.b_label in choice.sentence

    window = default_window(choice, THETA[None])
    assert window.a_min < THETA[4] < window.a_max
    assert window.a_max - window.a_min == pytest.approx(window.b_max - window.b_min)


def test_for_one_weight_and_one_bias_the_plane_is_the_whole_landscape():
    network = Network((1, 1))
    X = np.linspace(-1, 2, 15)[:, None]
    y = (X > 0.3).astype(float)
    choice = parameter_plane(network, np.array([0.3, -0.2]), 0, 1)
    assert (choice.a_label, choice.b_label) == ("w", "b")
    assert "whole landscape" in choice.sentence
    w, b = np.array([-1.0, 2.0]), np.array([0.5])
    z = w * X + 0.5
    expected = np.mean(np.log(1 + np.exp(z)) - y * z, axis=0)
    assert evaluate(network, choice.plane, w, b, X, y)[0] == pytest.approx(expected, rel=1e-5)


def test_the_same_parameter_twice_is_refused():
    with pytest.raises(PlaneError, match="two different"):
        parameter_plane(NETWORK, THETA, 2, 2)


def test_the_gradient_plane_goes_downhill_to_the_right_and_is_at_right_angles():
    X = np.random.default_rng(1).standard_normal((30, 2))
    y = (X[:, :1] > 0).astype(float)
    _, gradient = NETWORK.loss_and_gradient(THETA, X, y)
    H = np.array([NETWORK.hessian_vector_product(THETA, unit, X, y) for unit in np.eye(THETA.size)])
    sharpest = np.linalg.eigh(H)[1][:, -1]
    choice = gradient_plane(THETA, gradient, sharpest)
    plane = choice.plane

    assert plane.u == pytest.approx(-gradient / np.linalg.norm(gradient))
    assert (plane.u @ plane.v, plane.v @ plane.v) == pytest.approx((0, 1), abs=1e-12)
    assert plane.distance(THETA + sharpest) == pytest.approx(0.0, abs=1e-9)
    assert plane.distance(THETA - 0.3 * gradient) == pytest.approx(0.0, abs=1e-9)
    step = 1e-4
    here, right = evaluate(NETWORK, plane, np.array([0.0, step]), np.zeros(1), X, y)[0]
    assert right < here


def test_where_there_is_no_gradient_or_it_is_the_sharpest_direction_another_plane_is_offered():
    sharpest = np.eye(THETA.size)[0]
    with pytest.raises(PlaneError, match="zero here; choose"):
        gradient_plane(THETA, np.zeros(THETA.size), sharpest)
    with pytest.raises(PlaneError, match="along the sharpest direction here; choose"):
        gradient_plane(THETA, -3 * sharpest, sharpest)


def test_the_eigen_plane_shows_a_saddle_as_one():
    # With all weights zero, x·y symmetric data make θ = 0 a saddle of a two-layer network.
    X = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    network = Network((2, 2, 1), "tanh", "squared_error")
    y = X[:, :1].copy()
    theta = np.zeros(network.n_parameters)
    H = np.array([network.hessian_vector_product(theta, unit, X, y) for unit in np.eye(theta.size)])
    values, vectors = np.linalg.eigh(H)
    assert values[0] < 0 < values[-1]
    plane = eigen_plane(theta, vectors[:, -1], vectors[:, 0], 1.0, -0.5).plane
    grid = np.array([-0.3, 0.0, 0.3])
    J = evaluate(network, plane, grid, grid, X, y)
    assert min(J[1, 0], J[1, 2]) > J[1, 1] > max(J[0, 1], J[2, 1])


def test_one_eigenvector_twice_is_no_plane():
    with pytest.raises(PlaneError, match="random directions"):
        eigen_plane(THETA, np.eye(THETA.size)[0], -np.eye(THETA.size)[0], 1.0, 0.0)


def test_a_plane_through_three_points_holds_them_at_their_true_distances():
    points = np.random.default_rng(4).standard_normal((3, 17))
    plane = through_three_points(*points).plane
    assert plane.distance(points) == pytest.approx(np.zeros(3), abs=1e-9)
    a, b = plane.project(points)
    assert (a[0], b[0], b[1]) == pytest.approx((0, 0, 0), abs=1e-9)
    assert a[1] > 0 < b[2]
    for i, j in ((0, 1), (1, 2), (0, 2)):
        assert np.hypot(a[i] - a[j], b[i] - b[j]) == pytest.approx(np.linalg.norm(points[i] - points[j]))
    window = window_for(plane, points)
    assert window.a_min < a.min() < a.max() < window.a_max


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0, -2.0])
def test_three_points_on_a_line_are_refused(share):
    first, second = np.random.default_rng(4).standard_normal((2, 17))
    with pytest.raises(PlaneError, match="on a line"):
        through_three_points(first, second, first + share * (second - first))
    with pytest.raises(PlaneError, match="on a line"):
        through_three_points(first, first, second)
