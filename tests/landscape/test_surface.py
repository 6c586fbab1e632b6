"""A surface holds the loss of its own points, against an evaluation of each by itself."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.landscape.directions import random_plane
from playground.landscape.plane import Plane, Window
from playground.landscape.surface import evaluate, grid_sizes, refine

ACTIVATIONS = {
    "relu": lambda z: max(z, 0.0),
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z)),
    "identity": lambda z: z,
}


def loss_point_by_point(sizes, activation, loss, l1, l2, theta, X, y) -> float:
    """J in plain Python floats, sample by sample, from the formulas of the lecture alone."""
    g, total = ACTIVATIONS[activation], []
    for x, target in zip(X.tolist(), y.tolist(), strict=True):
        values, rest = x, theta.tolist()
        for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            weights, biases, rest = (
                rest[: n_in * n_out],
                rest[n_in * n_out : (n_in + 1) * n_out],
                rest[(n_in + 1) * n_out :],
            )
            z = [
                math.fsum([*(w * a for w, a in zip(weights[i * n_in :], values, strict=False)), biases[i]])
                for i in range(n_out)
            ]
            values = z if layer == len(sizes) - 1 else [g(value) for value in z]
        if loss == "squared_error":
            total.append(0.5 * (values[0] - target[0]) ** 2)
        else:
            z, t = values[0], target[0]
            total.append(max(z, 0.0) - t * z + math.log1p(math.exp(-abs(z))))
    weights = []
    start = 0
    for n_in, n_out in pairwise(sizes):
        weights += theta[start : start + n_in * n_out].tolist()
        start += (n_in + 1) * n_out
    penalty = l1 * math.fsum(map(abs, weights)) + l2 / 2 * math.fsum(w * w for w in weights)
    return math.fsum(total) / len(total) + penalty


def points(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    return X, (X[:, :1] * X[:, 1:] > 0).astype(float)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared_error"])
@pytest.mark.parametrize("hidden", [(), (4,), (8, 8), (5, 4, 3, 6)])
def test_every_cell_is_the_loss_of_its_own_parameters(activation, loss, hidden):
    sizes = (2, *hidden, 1)
    X, y = points(23)
    for l1, l2 in ((0.0, 0.0), (0.003, 0.02)):
        network = Network(sizes, activation, loss, l1, l2)
        rng = np.random.default_rng(len(hidden))
        origin, u, v = rng.standard_normal((3, network.n_parameters))
        plane = Plane(origin, u, u + 0.3 * v)
        a, b = np.array([-2.0, -0.1, 0.0, 3.0]), np.array([-1.5, 0.0, 0.7])
        values = evaluate(network, plane, a, b, X, y)

        assert values.shape == (3, 4)
        assert values.dtype == np.float64
        expected = [
            [
                loss_point_by_point(sizes, activation, loss, l1, l2, origin + p * u + q * (u + 0.3 * v), X, y)
                for p in a
            ]
            for q in b
        ]
        assert values == pytest.approx(np.array(expected), rel=1e-5)
        assert values[1, 2] == pytest.approx(network.loss(origin, X, y), rel=1e-5)


@pytest.mark.parametrize(("raw", "offset"), [(1.0, 0.0), (30.0, 0.0), (1.0, 500.0)])
def test_near_a_minimum_every_digit_still_counts(raw, offset):
    # A tilted plane that a linear network fits to J = 1e-12: in float32 the loss there is rounding alone.
    X, _ = points(50)
    X = raw * X
    y = 0.7 * X[:, :1] - 0.4 * X[:, 1:] + 0.2 + offset
    network = Network((2, 1), "identity", "squared_error")
    minimum = np.array([0.7, -0.4, 0.2 + offset])
    plane = Plane(minimum + np.array([1e-6, 0.0, 1e-6]), np.eye(3)[0] * 1e-6, np.eye(3)[2])
    a, b = np.array([-1.0, 0.0, 2.0]), np.array([-0.5, -1e-2, -1e-5, 0.0, 1e-7, 1e-4, 1e-3, 0.03, 0.1])
    values = evaluate(network, plane, a, b, X, y)
    for row, q in zip(values, b, strict=True):
        for value, p in zip(row, a, strict=True):
            theta = plane.origin + p * plane.u + q * plane.v
            expected = loss_point_by_point((2, 1), "identity", "squared_error", 0, 0, theta, X, y)
            assert value == pytest.approx(expected, rel=1e-5, abs=0)
    assert values.min() < 1e-11


def test_a_cross_entropy_that_is_nearly_nothing_counts_too():
    X, y = points(40)
    y = (X[:, :1] > 0).astype(float)
    network = Network((2, 1))
    plane = Plane(np.array([300.0, 0.0, 0.0]), np.array([200.0, 0, 0]), np.array([0, 1.0, 0]))
    a, b = np.linspace(-1, 4, 6), np.linspace(-3, 3, 4)
    values = evaluate(network, plane, a, b, X, y)
    for j, i in np.ndindex(4, 6):
        theta = plane.at(a[i], b[j])
        expected = loss_point_by_point((2, 1), "tanh", "binary_cross_entropy", 0, 0, theta, X, y)
        assert values[j, i] == pytest.approx(expected, rel=1e-5, abs=1e-300)


def test_infinities_stay_infinities_without_a_warning():
    X, y = points(30)
    network = Network((2, 4, 4, 1), "relu", "squared_error")
    theta = np.random.default_rng(0).standard_normal(network.n_parameters)
    plane = random_plane(network, theta, 0).plane
    reach = np.array([-1e200, -1e6, 0.0, 1e6, 1e200])
    values = evaluate(network, plane, reach, reach, X, y)

    assert values[2, 2] == pytest.approx(network.loss(theta, X, y), rel=1e-5)
    # At 1e6 along both directions J is near 1e36: squared that passes float32, and still is a number.
    assert np.isfinite(values[1:4, 1:4]).all()
    with np.errstate(all="ignore"):
        expected = [[network.loss(plane.at(p, q), X, y) for p in reach] for q in reach]
    assert values[1:4, 1:4] == pytest.approx(np.array(expected)[1:4, 1:4], rel=1e-5)
    assert not np.isfinite(values[0]).any()
    assert not np.isfinite(values[:, -1]).any()


def test_thrown_weights_give_an_infinite_loss_not_a_number():
    X, y = points(30)
    network = Network((2, 4, 4, 4, 1), "relu", "squared_error")
    theta = 1e6 * np.abs(np.random.default_rng(0).standard_normal(network.n_parameters))
    plane = random_plane(network, theta, 0, "none").plane
    far = 1e40 * np.ones(1)
    assert evaluate(network, plane, far, far, X, y) == np.inf
    near = evaluate(network, plane, np.zeros(1), np.zeros(1), X, y)
    assert near[0, 0] == pytest.approx(network.loss(theta, X, y), rel=1e-5)


@pytest.mark.parametrize("resolution", [*range(2, 60), 100, 101, 201, 257, 401])
def test_grids_grow_to_the_resolution_and_mostly_nest(resolution):
    sizes = grid_sizes(resolution)
    assert sizes[-1] == resolution
    assert sizes == sorted(set(sizes))
    assert sizes[0] <= 13
    work = 0
    for coarse, size in zip([1, *sizes], sizes, strict=False):
        nested = coarse > 1 and (size - 1) % (coarse - 1) == 0
        work += size**2 - (coarse**2 if nested else 0)
    assert work <= 1.45 * resolution**2 + 100


@pytest.mark.parametrize("resolution", [2, 13, 25, 30, 51])
def test_refining_ends_in_what_evaluate_says_and_every_surface_is_right_for_its_own_points(resolution):
    X, y = points(60)
    network = Network((2, 6, 1), l2=0.01)
    theta = np.random.default_rng(1).standard_normal(network.n_parameters)
    plane = random_plane(network, theta, 0).plane
    window = Window(-1.0, 2.0, -0.5, 0.75)
    surfaces = [
        answer
        for answer in refine(NetworkOnData.of_points(network, X, y), plane, window, resolution)
        if answer is not None
    ]

    for surface in surfaces:
        assert surface.plane is plane
        assert surface.resolution == resolution
        assert (surface.a[0], surface.a[-1]) == (-1.0, 2.0)
        assert (surface.b[0], surface.b[-1]) == (-0.5, 0.75)
        fresh = evaluate(network, plane, surface.a, surface.b, X, y)
        assert surface.values == pytest.approx(fresh, rel=1e-5)
        assert not surface.values.flags.writeable
    progress = [surface.progress for surface in surfaces]
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    assert [surface.complete for surface in surfaces] == [False] * (len(surfaces) - 1) + [True]
    assert surfaces[-1].values.shape == (resolution, resolution)


def test_no_point_is_computed_twice_where_the_grids_nest(monkeypatch):
    X, y = points(20)
    network = Network((2, 3, 1))
    plane = random_plane(network, np.ones(network.n_parameters), 0).plane
    seen: list[tuple[float, float]] = []
    at = Plane.at

    def watched_at(self, a, b):
        seen.extend(zip(a, b, strict=True))
        return at(self, a, b)

    monkeypatch.setattr(Plane, "at", watched_at)
    list(refine(NetworkOnData.of_points(network, X, y), plane, Window(-1, 1, -1, 1), 49))
    assert len(seen) == len({(round(a, 9), round(b, 9)) for a, b in seen}) == 49 * 49


def test_a_slow_surface_is_computed_in_many_pieces_with_a_coarse_one_first():
    X, y = points(2000)
    network = Network((2, 64, 64, 64, 1))
    theta = network.initial_parameters(np.random.default_rng(0))
    plane = random_plane(network, theta, 0).plane
    job = refine(NetworkOnData.of_points(network, X, y), plane, Window(-1, 1, -1, 1), 401)
    pieces = 0
    for surface in job:
        pieces += 1
        if surface is not None:
            break
    assert pieces > 3
    assert surface.values.size <= 13 * 13
    assert 0 < surface.progress < 0.01
