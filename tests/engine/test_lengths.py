"""Lengths of vectors whose squares float64 cannot hold."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from playground.engine.lengths import length, sum_of_squares


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1.0, 1e155, 1e300])
def test_every_size_has_its_length(scale: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert length(scale * np.array([3.0, -4.0])) == pytest.approx(5.0 * scale, rel=1e-14)
        rows = length(np.array([[3.0, 4.0], [0.0, 0.0], [scale, 0.0]]))
    np.testing.assert_allclose(rows, [5.0, 0.0, scale], rtol=1e-14)


def test_what_is_longer_than_any_number_is_infinite_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert length(np.full(4, 1e308)) == np.inf
        assert length([np.inf, 1.0]) == np.inf


def test_an_ordinary_length_is_the_usual_one_to_the_last_bit() -> None:
    vector = np.random.default_rng(0).normal(size=97)
    assert length(vector) == np.linalg.norm(vector)


@pytest.mark.parametrize("n", [1, 2, 3, 12, 13, 105])
def test_the_sum_of_squares_follows_the_vector_as_it_changes(n: int) -> None:
    vector = np.zeros(n)
    square = sum_of_squares(vector)
    assert square() == 0.0
    for scale in (1.0, 1e-150, 1e150):
        vector[:] = scale * np.random.default_rng(n).normal(size=n)
        assert square() == pytest.approx(float(np.add.reduce(vector * vector)), rel=1e-14)
    vector[0] = np.inf
    assert square() == np.inf
    vector[0] = np.nan
    assert np.isnan(square())


def test_a_square_beyond_float64_is_infinite_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sum_of_squares(np.array([1e200, 1.0]))() == np.inf
