"""Ranges that a plot can show, and the nearest such ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.drawable import LARGEST, can_be_drawn, drawable_range


@pytest.mark.parametrize(
    ("low", "high", "drawn"),
    [
        (0.0, 1.0, True),
        (-1e150, 1e150, True),
        (1.0, 1.0 + 1e-9, True),
        (-1e-140, 1e-140, True),
        (-1e308, 1e308, False),
        (0.0, 5e-324, False),
        (1.0, 1.0 + 1e-15, False),
        (1.0, 0.0, False),
        (2.0, 2.0, False),
        (0.0, math.inf, False),
        (math.nan, 1.0, False),
    ],
)
def test_what_can_be_drawn(low: float, high: float, drawn: bool) -> None:
    assert can_be_drawn(low, high) == drawn
    assert can_be_drawn(*drawable_range(low, high))


@example(5.318065592984349e-140, 5.318065592984349e-140)
@given(st.floats(), st.floats())
def test_near_every_range_is_one_that_can_be_drawn(low: float, high: float) -> None:
    near = drawable_range(low, high)
    assert can_be_drawn(*near)
    if can_be_drawn(low, high):
        assert near == (low, high)
    elif low < high and max(abs(low), abs(high)) <= LARGEST:
        assert near[0] <= low
        assert near[1] >= high or near[1] == pytest.approx(high)
