"""The scale of the colours: what a step of it is, and which losses it shows."""

from __future__ import annotations

import numpy as np
import pytest

from playground.drawing.kit.levels import Levels, levels_of
from playground.landscape.colour_scale import COLOUR_STEPS, ColourScale


@pytest.mark.parametrize("logarithmic", [True, False])
def test_chosen_ends_are_divided_into_colour_steps(logarithmic: bool) -> None:
    ends = ColourScale(logarithmic, 0.5, 8.0).fitted(np.array([0.1, 3.0]))
    low, high = ends.shown(np.array([0.5, 8.0]))
    assert high - low == pytest.approx(COLOUR_STEPS)
    losses = np.array([0.5, 0.7, 3.0, 8.0])
    np.testing.assert_allclose(ends.losses(ends.shown(losses)), losses)


@pytest.mark.parametrize("loss", [0.4, 8.1, -1.0, 0.0, np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("logarithmic", [True, False])
def test_what_the_colours_cannot_show_is_no_number(logarithmic: bool, loss: float) -> None:
    ends = ColourScale(logarithmic, 0.5, 8.0).fitted(np.array([loss]))
    assert np.isnan(ends.shown(np.array([loss]))).all()


@pytest.mark.parametrize("logarithmic", [True, False])
def test_without_chosen_ends_they_are_those_of_the_picture(logarithmic: bool) -> None:
    for seed in range(50):
        rng = np.random.default_rng(seed)
        values = np.exp(rng.normal(0, rng.uniform(0.01, 6), (9, 9)))
        ends, levels = ColourScale(logarithmic).fitted(values), levels_of(values, logarithmic)
        assert (ends.low, ends.high) == (levels.low, levels.high)
        hatched = levels.below(values) | levels.above(values)
        np.testing.assert_array_equal(np.isnan(ends.shown(values)), hatched)
        assert Levels(ends.low, ends.high, logarithmic) == levels
