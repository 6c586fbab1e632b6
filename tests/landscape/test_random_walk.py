"""The share of a random walk's variance in two directions, against walks that are really drawn."""

from __future__ import annotations

import numpy as np
import pytest

from playground.landscape.directions import path_plane, rehearsal_plane
from playground.landscape.random_walk import random_walk_share


def drawn(n_points: int, n_numbers: int, trials: int = 150) -> float:
    rng, shares = np.random.default_rng(3), []
    for _ in range(trials):
        walk = np.cumsum(rng.standard_normal((n_points, n_numbers)), axis=0)
        squares = np.linalg.svd(walk - walk.mean(axis=0), compute_uv=False) ** 2
        shares.append(squares[:2].sum() / squares.sum())
    return float(np.mean(shares))


@pytest.mark.parametrize(
    ("n_points", "n_numbers", "per_cent"),
    [(250, 3, 92), (250, 9, 81), (250, 17, 78), (250, 100, 76), (250, 9000, 76), (3, 17, 100), (5, 200, 84)],
)
def test_known_figures(n_points: int, n_numbers: int, per_cent: int) -> None:
    assert 100 * random_walk_share(n_points, n_numbers) == pytest.approx(per_cent, abs=0.8)


@pytest.mark.parametrize("size", [(4, 3), (5, 3), (7, 2), (10, 17), (14, 9), (40, 17), (60, 47), (60, 60)])
def test_it_is_the_mean_of_walks_that_were_drawn(size: tuple[int, int]) -> None:
    assert random_walk_share(*size) == pytest.approx(drawn(*size), abs=0.012)


def test_two_numbers_or_three_points_are_held_whole_and_the_same_question_has_the_same_answer() -> None:
    assert random_walk_share(500, 2) == random_walk_share(3, 500) == random_walk_share(2, 5) == 1.0
    assert random_walk_share(33, 17) == random_walk_share(33, 17)
    # A walk of infinitely many numbers joins that of many.
    assert random_walk_share(100, 2000) == pytest.approx(random_walk_share(100, 1500), abs=0.003)


@pytest.mark.parametrize("plane_of", [path_plane, rehearsal_plane])
def test_a_plane_brings_the_figure_of_its_own_points_and_numbers(plane_of) -> None:
    path = np.cumsum(np.random.default_rng(0).standard_normal((5, 17)), axis=0)
    assert plane_of(path).walk_share == random_walk_share(5, 17)
    assert plane_of(path[:3]).walk_share == 1.0
