"""The sentence of a map of momenta is true of its numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.drawing.momentum_map import momentum_sentence
from playground.landscape.rate_map import RateMap
from playground.landscape.stability_region import NOT_QUADRATIC, StabilityRegion

REGION = StabilityRegion("momentum", 10.0)


def rows(losses: list[list[float]]) -> RateMap:
    rates = np.array([0.1, 0.25, 0.35])
    return RateMap((3, 3), rates, np.array(losses), np.full(2, 2.0), 100, (0.0, 0.5))


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        (
            [[0.5, 9.0, math.nan], [0.1, 0.4, 3.0]],
            "After 100 steps J is lowest, 0.1000, with α = 0.1 and β = 0.5. Below the limit 3 of 3 runs end "
            "lower than they began, above it 0 of 3.",
        ),
        (
            [[0.0, 1.0, 9.0], [0.0, 2.0, 3.0]],
            "After 100 steps J is lowest, 0, in 2 cells, one of them α = 0.1 and β = 0. Below the limit 2 of "
            "3 runs end lower than they began, above it 1 of 3.",
        ),
        ([[math.nan] * 3] * 2, "No run reached a finite J."),
    ],
)
def test_the_lowest_cells_and_both_sides_of_the_limit_are_counted(
    losses: list[list[float]], expected: str
) -> None:
    assert momentum_sentence(rows(losses), REGION) == expected


def test_without_a_limit_the_sentence_says_why() -> None:
    assert momentum_sentence(rows([[1.0, 2.0, 3.0]] * 2), None, "Nothing is known.").endswith(
        "β = 0. Nothing is known."
    )


@pytest.mark.parametrize("losses", [[[0.5] * 3, [0.1] * 3], [[math.nan] * 3] * 2])
def test_why_no_limit_is_drawn_is_told_whatever_the_runs_reached(losses: list[list[float]]) -> None:
    told = momentum_sentence(rows(losses), None, NOT_QUADRATIC)
    assert told.endswith("No limit of theory is drawn: J is no quadratic, so its curvature changes with θ.")
