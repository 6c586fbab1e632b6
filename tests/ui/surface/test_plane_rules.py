"""When a plane and a view of it no longer suit the run: each rule on both sides of its limit."""

from __future__ import annotations

import numpy as np
import pytest

from playground.lab.snapshot import DIVERGED, PAUSED, RUNNING
from playground.landscape.directions import PLANE_KINDS
from playground.landscape.plane import Window
from playground.ui.surface import plane_rules
from playground.ui.surface.plane_rules import Moment

WINDOW = Window(-1.0, 3.0, 10.0, 12.0)


@pytest.mark.parametrize(
    ("now", "before", "earlier", "advanced"),
    [
        ((1, 5), None, False, False),
        ((1, 5), (1, 5), False, False),
        ((1, 6), (1, 5), False, False),
        ((1, 7), (1, 5), False, True),
        ((1, 4), (1, 5), True, False),
        ((2, 5), (1, 5), True, False),
        ((2, 9), (1, 5), True, False),
    ],
)
def test_another_run_or_an_earlier_step_is_a_way_back_and_two_steps_are_a_run(
    now: Moment, before: Moment | None, earlier: bool, advanced: bool
) -> None:
    assert plane_rules.is_earlier(now, before) == earlier
    assert plane_rules.has_advanced(now, before) == advanced


@pytest.mark.parametrize(
    ("has_run", "state", "earlier_moment", "rests"),
    [
        (True, PAUSED, False, True),
        (False, PAUSED, False, False),
        (True, RUNNING, False, False),
        (True, DIVERGED, False, False),
        (True, PAUSED, True, False),
    ],
)
def test_a_run_comes_to_rest_where_it_pauses(
    has_run: bool, state: str, earlier_moment: bool, rests: bool
) -> None:
    assert plane_rules.comes_to_rest(has_run, state, earlier_moment) == rests


def test_the_limits_are_shares_and_factors() -> None:
    assert plane_rules.is_off_plane(0.51, 10.0, 0.05)
    assert not plane_rules.is_off_plane(0.5, 10.0, 0.05)
    assert plane_rules.is_too_wide(2.01, 1.0)
    assert not plane_rules.is_too_wide(2.0, 1.0)
    assert plane_rules.is_too_far(4.01, 1.0)
    assert not plane_rules.is_too_far(4.0, 1.0)


@pytest.mark.parametrize("kind", PLANE_KINDS)
def test_only_a_plane_that_follows_and_is_not_fitted_is_replaced(kind: str) -> None:
    all_reasons = plane_rules.needs_new_plane(PLANE_KINDS[kind], True, True, True, True)
    assert all_reasons == (kind not in ("rehearsal", "path"))


@pytest.mark.parametrize(
    ("kind", "moved", "off_plane", "left_view", "rests", "new"),
    [
        ("random", True, True, False, False, True),
        ("random", True, False, True, False, True),
        ("random", True, False, False, True, False),
        ("gradient", True, False, False, True, True),
        ("gradient", False, False, False, True, False),
        ("random", False, True, True, True, False),
        ("eigen", True, False, False, False, False),
    ],
)
def test_a_plane_is_replaced_once_it_is_left_or_its_directions_are_too_old(
    kind: str, moved: bool, off_plane: bool, left_view: bool, rests: bool, new: bool
) -> None:
    assert plane_rules.needs_new_plane(PLANE_KINDS[kind], moved, off_plane, left_view, rests) == new


def test_a_reach_is_the_extent_of_the_path_and_the_size_of_the_parameters() -> None:
    visited = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]])
    assert plane_rules.reach_of(visited, visited[-1]) == pytest.approx(5.0 + 1.0)


def test_a_window_holds_its_edges_and_moves_as_it_is() -> None:
    assert plane_rules.contains(WINDOW, -1.0, 12.0)
    assert not plane_rules.contains(WINDOW, -1.01, 12.0)
    assert not plane_rules.contains(WINDOW, 0.0, 9.9)
    assert plane_rules.centred(WINDOW, 0.0, 0.0) == Window(-2.0, 2.0, -1.0, 1.0)
