"""A surface with predicted cells is, to a quarter of a colour step, the one with every cell computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.landscape.adaptive import (
    TOLERANCE,
    doubling_sizes,
    predict_grid,
    predict_surface,
    sample_size,
)
from playground.landscape.directions import random_plane
from playground.landscape.plane import Window
from playground.landscape.surface import evaluate_on

WINDOW = Window(-2.0, 2.0, -2.0, 2.0)


def steps_off(values: np.ndarray, truth: np.ndarray, logarithmic: bool) -> np.ndarray:
    """How many of 256 colour steps between the least and the largest J each cell is off."""
    if logarithmic:
        values, truth = np.log10(values), np.log10(truth)
    return np.abs(values - truth) / (np.ptp(truth) / 256)


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sigmoid", "identity"])
@given(
    loss=st.sampled_from(["squared_error", "binary_cross_entropy"]),
    hidden=st.sampled_from([(), (4,), (6, 6), (4, 4, 4)]),
    logarithmic=st.booleans(),
    size=st.sampled_from([40, 49, 51, 97]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_no_cell_is_off_by_more_than_the_tolerance(activation, loss, hidden, logarithmic, size, seed) -> None:
    network = Network((2, *hidden, 1), activation=activation, loss=loss)
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((60, 2))
    problem = NetworkOnData.of_points(network, X, (X[:, :1] * X[:, 1:] > 0).astype(float))
    plane = random_plane(network, network.initial_parameters(rng), seed).plane
    found = predict_surface(problem, plane, WINDOW, size, logarithmic)
    truth = evaluate_on(problem, plane, *np.linspace([-2.0, -2.0], [2.0, 2.0], size).T)
    np.testing.assert_allclose(found.values[found.computed], truth[found.computed], rtol=2e-5)
    assert steps_off(found.values, truth, logarithmic).max() <= 1.01 * TOLERANCE
    assert found.computed.flat[found.values.argmin()]
    assert found.computed.flat[found.values.argmax()]


def test_a_smooth_bowl_takes_a_tenth_of_its_cells() -> None:
    found = predict_grid(lambda a, b: 1 + a**2 + 3 * b**2, WINDOW, 193)
    assert found.evaluations < 193**2 / 10
    assert found.evaluations == found.computed.sum()


def test_a_pit_that_the_levels_miss_is_met_as_often_as_promised() -> None:
    """Each pit lies within one cell of the level that is computed whole, between its points."""
    rng = np.random.default_rng(1)
    met = promised = 0.0
    for _ in range(200):
        a0, b0 = (rng.integers(1, 23, 2) + 0.5) / 6 - 2

        def pit(a: np.ndarray, b: np.ndarray, a0: float = a0, b0: float = b0) -> np.ndarray:
            inside = np.maximum(abs(a - a0), abs(b - b0)) < 0.07
            return np.where(inside, 0.5, 2.0 + 0.1 * a)

        found = predict_grid(pit, WINDOW, 193, logarithmic=False)
        grid = np.linspace(-2, 2, 193)
        hidden = (pit(*np.meshgrid(grid, grid)) == 0.5).sum()
        share = hidden / (193**2 - 25**2)
        met += found.values.min() == 0.5
        promised += 1 - (1 - share) ** sample_size()
    assert met >= promised - 3 * np.sqrt(200) / 2


def test_the_promise_is_the_one_of_independent_draws() -> None:
    n = sample_size(0.02, 0.9)
    assert 1 - 0.98**n >= 0.9 > 1 - 0.98 ** (n - 1)


@pytest.mark.parametrize("odd", [np.nan, np.inf, 0.0, -1.0])
def test_cells_without_a_colour_are_computed_and_so_are_their_neighbours(odd: float) -> None:
    found = predict_grid(lambda a, b: np.where(a > 0.7, odd, 2 + a + b**2 / 9), WINDOW, 97)
    grid = np.linspace(-2, 2, 97)
    a, b = np.meshgrid(grid, grid)
    truth = np.where(a > 0.7, odd, 2 + a + b**2 / 9)
    bad = a > 0.7
    np.testing.assert_array_equal(found.values[bad], truth[bad])
    assert found.computed[bad].all()
    assert found.computed[:, np.flatnonzero(grid > 0.7)[0] - 1].all()


def test_the_result_is_the_same_every_time() -> None:
    one, other = (predict_grid(lambda a, b: 1 + np.abs(a - b) ** 1.5, WINDOW, 97) for _ in range(2))
    np.testing.assert_array_equal(one.computed, other.computed)
    np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.parametrize(
    ("size", "levels"), [(193, [13, 25, 49, 97, 193]), (101, [26, 51, 101]), (100, [100]), (7, [7])]
)
def test_levels_double_up_to_the_resolution(size: int, levels: list[int]) -> None:
    assert doubling_sizes(size) == levels
