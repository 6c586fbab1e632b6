"""Lines cut to a frame, curves thinned without losing an extreme, hatching that stays in its cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.drawing.kit.geometry import (
    clip_polyline,
    dashes,
    hatch,
    runs,
    simplified,
    thin_curve,
    thin_path,
)

FRAME = (0.0, 0.0, 100.0, 80.0)
coordinates = st.floats(-300, 300) | st.just(np.nan)


def inside(x: np.ndarray, y: np.ndarray, slack: float = 1e-6) -> np.ndarray:
    left, top, right, bottom = FRAME
    return (x >= left - slack) & (x <= right + slack) & (y >= top - slack) & (y <= bottom + slack)


def distance_to_line(px: float, py: float, x: np.ndarray, y: np.ndarray) -> float:
    """From a point to the nearest segment of a polyline with gaps, segment by segment."""
    best = np.inf
    for x0, y0, x1, y1 in zip(x[:-1], y[:-1], x[1:], y[1:], strict=True):
        if np.isnan([x0, y0, x1, y1]).any():
            continue
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        along = 0.0 if length == 0 else ((px - x0) * (x1 - x0) + (py - y0) * (y1 - y0)) / length
        along = min(max(along, 0.0), 1.0)
        best = min(best, np.hypot(px - x0 - along * (x1 - x0), py - y0 - along * (y1 - y0)))
    return best


@given(arrays(float, st.tuples(st.integers(2, 12), st.just(2)), elements=coordinates))
def test_a_clipped_line_is_what_of_the_line_lies_in_the_frame(points: np.ndarray) -> None:
    x, y = points.T
    clipped_x, clipped_y = clip_polyline(x, y, FRAME)
    finite = np.isfinite(clipped_x)
    assert inside(clipped_x[finite], clipped_y[finite]).all()
    for x0, y0, x1, y1 in zip(x[:-1], y[:-1], x[1:], y[1:], strict=True):
        if np.isnan([x0, y0, x1, y1]).any():
            continue
        for share in (0.0, 0.21, 0.5, 0.83, 1.0):
            px, py = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            if inside(px, py, -1e-3):
                assert distance_to_line(px, py, clipped_x, clipped_y) < 1e-6
    middles_x = (clipped_x[:-1] + clipped_x[1:]) / 2
    middles_y = (clipped_y[:-1] + clipped_y[1:]) / 2
    for px, py in zip(middles_x, middles_y, strict=True):
        if np.isfinite(px):
            assert distance_to_line(px, py, x, y) < 1e-6


def test_coordinates_beyond_any_screen_are_cut() -> None:
    for x in ([1e300, 50.0], [50.0, 1e300]):
        clipped_x, clipped_y = clip_polyline(np.array(x), np.array([40.0, 40.0]), FRAME)
        assert sorted(clipped_x) == [50.0, 100.0]
        assert np.all(clipped_y == 40.0)


@given(
    arrays(float, 500, elements=st.floats(-1e6, 1e6) | st.just(np.nan)),
    st.floats(1, 60),
)
def test_a_thinned_curve_keeps_every_extreme_and_every_gap(y: np.ndarray, width: float) -> None:
    x = np.linspace(0.0, width, len(y))
    thin_x, thin_y = thin_curve(x, y)
    assert thin_x[0] == x[0]
    assert thin_x[-1] == x[-1]
    assert np.isnan(y).sum() == np.isnan(thin_y).sum() or len(thin_y) == len(y)
    for column in np.unique(np.floor(x)):
        all_of, kept = y[np.floor(x) == column], thin_y[np.floor(thin_x) == column]
        if np.isfinite(all_of).any():
            assert np.nanmin(all_of) == np.nanmin(kept)
            assert np.nanmax(all_of) == np.nanmax(kept)


def test_a_million_points_become_a_few_thousand() -> None:
    x = np.linspace(0.0, 700.0, 1_000_000)
    assert len(thin_curve(x, np.sin(x))[0]) <= 4 * 701


def test_a_path_that_rests_is_drawn_once() -> None:
    x = np.r_[np.zeros(1000), np.linspace(0, 50, 20), np.full(1000, 50.0)]
    kept = thin_path(x, np.zeros(len(x)))
    assert len(kept) < 30
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1


@given(arrays(bool, st.tuples(st.integers(1, 8), st.integers(1, 9))))
def test_runs_cover_exactly_the_cells_of_a_mask(mask: np.ndarray) -> None:
    covered = np.zeros_like(mask)
    for row, first, last in runs(mask):
        assert not covered[row, first:last].any()
        covered[row, first:last] = True
    assert np.array_equal(covered, mask)


@given(st.floats(0, 60), st.floats(0, 60), st.floats(1, 60), st.floats(1, 60), st.booleans())
def test_hatching_stays_in_its_box_and_leaves_no_hole(
    left: float, top: float, width: float, height: float, rising: bool
) -> None:
    box = np.array([[left, top, left + width, top + height]])
    lines = hatch(box, (0.0, 0.0, 200.0, 200.0), 7.0, rising)
    for x0, y0, x1, y1 in lines:
        for x, y in ((x0, y0), (x1, y1)):
            assert left - 1e-6 <= x <= left + width + 1e-6
            assert top - 1e-6 <= y <= top + height + 1e-6
        assert abs(abs(x1 - x0) - abs(y1 - y0)) < 1e-6
    assert len(lines) >= (width + height) / 7.0 - 1


def _distance_from_line(x: np.ndarray, y: np.ndarray, at_x: float, at_y: float) -> float:
    dx, dy = np.diff(x), np.diff(y)
    share = np.clip(((at_x - x[:-1]) * dx + (at_y - y[:-1]) * dy) / (dx**2 + dy**2), 0.0, 1.0)
    return float(np.hypot(at_x - x[:-1] - share * dx, at_y - y[:-1] - share * dy).min())


def test_a_simplified_line_runs_where_the_whole_one_does() -> None:
    angle = np.linspace(0.0, 2 * np.pi, 2000)
    x, y = 200 * np.cos(angle), 120 * np.sin(3 * angle)
    few_x, few_y = simplified(x, y)
    assert len(few_x) < 200
    assert (few_x[0], few_y[0], few_x[-1], few_y[-1]) == (x[0], y[0], x[-1], y[-1])
    assert max(_distance_from_line(few_x, few_y, *point) for point in zip(x, y, strict=True)) < 1.0


@pytest.mark.parametrize("place", [500, 501])
def test_simplifying_keeps_spikes_and_gaps(place: int) -> None:
    x, y = np.linspace(0.0, 400.0, 1000), np.zeros(1000)
    y[place] = 30.0
    y[700:720] = np.nan
    few_x, few_y = simplified(x, y)
    assert len(few_x) < 100
    assert np.nanmax(few_y) == 30.0
    gap = few_x[np.isnan(few_y)]
    assert x[700] <= gap.min() <= gap.max() <= x[719]
    assert few_x[few_x < x[700]].max() == pytest.approx(x[699])


def test_dashes_cover_their_share_of_a_line() -> None:
    x, y = np.array([0.0, 60.0, 60.0, 100.0]), np.array([0.0, 0.0, 80.0, 110.0])
    pieces = dashes(np.column_stack([x[:-1], y[:-1], x[1:], y[1:]]), 6.0, 4.0)
    lengths = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    # 190 pixels are 19 periods of 10, six of them drawn in each.
    assert lengths.sum() == pytest.approx(19 * 6.0)
    assert lengths.max() == pytest.approx(6.0)
    assert all(_distance_from_line(x, y, *end) < 1e-9 for end in pieces.reshape(-1, 2))


def test_a_thinned_path_keeps_its_gaps() -> None:
    x = np.array([0.0, 0.1, np.nan, 0.2, 0.3])
    kept = thin_path(x, np.zeros(5))
    assert np.isnan(x[kept]).sum() == 1
    assert {0, 4} <= set(kept)
