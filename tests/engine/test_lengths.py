"""Lengths of vectors whose squares float64 cannot hold."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from playground.engine.lengths import length


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
