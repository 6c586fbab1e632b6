"""Random directions are scaled neuron by neuron, and say what is done with biases."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.network import Network
from playground.landscape.directions import random_plane
from playground.landscape.plane import PlaneError

NETWORK = Network((2, 5, 3, 1))


def parameters(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(NETWORK.n_parameters)


def test_filter_normalised_directions_follow_the_formula_neuron_by_neuron():
    theta = parameters()
    theta[2:4] = 0.0  # the second neuron of the first layer has no incoming weights
    choice = random_plane(NETWORK, theta, seed=3)
    drawn = np.random.default_rng(3).standard_normal((2, theta.size))

    for direction, raw in zip((choice.plane.u, choice.plane.v), drawn, strict=True):
        start = 0
        for n_in, n_out in ((2, 5), (5, 3), (3, 1)):
            for _ in range(n_out):
                row = slice(start, start + n_in)
                scale = np.sqrt(sum(w * w for w in theta[row])) / np.sqrt(sum(d * d for d in raw[row]))
                assert direction[row] == pytest.approx(scale * raw[row], rel=1e-12)
                start += n_in
            assert not direction[start : start + n_out].any()
            start += n_out
    assert not choice.plane.u[2:4].any()
    assert "biases are held" in choice.note
    assert choice.plane.at(0, 0) == pytest.approx(theta)


def test_layer_normalised_directions_have_the_length_of_each_layer():
    theta = parameters()
    plane = random_plane(NETWORK, theta, 0, "layer").plane
    for direction in (plane.u, plane.v):
        for (W, _), (D, d) in zip(NETWORK.unpack(theta), NETWORK.unpack(direction), strict=True):
            assert np.sqrt(np.sum(D**2)) == pytest.approx(np.sqrt(np.sum(W**2)))
            assert not d.any()


def test_plain_directions_move_biases_too_and_stand_on_zero_weights():
    choice = random_plane(NETWORK, np.zeros(NETWORK.n_parameters), 0, "none")
    assert np.linalg.norm(choice.plane.u) == pytest.approx(1.0)
    assert all(d.all() for _, d in NETWORK.unpack(choice.plane.u))
    assert "biases move too" in choice.note


def test_the_seed_decides_and_zero_is_a_seed():
    planes = [random_plane(NETWORK, parameters(), seed).plane for seed in (0, 0, 1)]
    assert np.array_equal(planes[0].u, planes[1].u)
    assert not np.array_equal(planes[0].u, planes[2].u)


@pytest.mark.parametrize("normalization", ["filter", "layer"])
def test_zero_weights_have_no_scale_and_another_plane_is_offered(normalization):
    with pytest.raises(PlaneError, match="plain random directions"):
        random_plane(NETWORK, np.zeros(NETWORK.n_parameters), 0, normalization)


def test_a_single_weight_has_one_direction_only_and_two_parameters_are_offered():
    with pytest.raises(PlaneError, match="two parameters"):
        random_plane(Network((1, 1)), np.array([0.5, -1.0]), 0)


def test_an_unknown_normalisation_is_an_error():
    with pytest.raises(ValueError, match="normalization"):
        random_plane(NETWORK, parameters(), 0, "filters")
