"""Records that stay small and still show what stood out."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.engine.recording.history import CURVES, History, Measured, Present
from playground.engine.recording.series import (
    CAPACITY,
    PATH_POINTS,
    PATH_POINTS_AT_LEAST,
    Fine,
    Path,
    Series,
)
from playground.experiment import Change


def a_long_run(n=100_000):
    """A slow decay with noise, a spike, a dip and an infinity somewhere."""
    rng = np.random.default_rng(0)
    values = np.exp(-np.arange(n) / n) + 0.01 * rng.random(n)
    values[12_345], values[54_321], values[77_777] = 9.0, -1.0, np.inf
    return values


def same(series, other):
    a, b = series.curve(0, None), other.curve(0, None)
    return np.array_equal(a.steps, b.steps) and np.array_equal(a.values, b.values, equal_nan=True)


def filled(values, capacity=CAPACITY):
    series = Series(capacity)
    series.extend(0, values)
    return series


def test_a_short_run_is_kept_whole():
    values = np.random.default_rng(0).random(CAPACITY)
    curve = filled(values).curve(0, None)
    np.testing.assert_array_equal(curve.steps, np.arange(CAPACITY))
    np.testing.assert_array_equal(curve.values, values)


def test_thinning_keeps_a_spike_a_dip_an_infinity_and_both_ends():
    values = a_long_run()
    curve = filled(values).curve(0, None)
    assert len(curve.steps) <= CAPACITY
    recorded = dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))
    for step in (0, 12_345, 54_321, 77_777, len(values) - 1):
        assert recorded[step] == values[step]
    assert all(values[step] == value for step, value in recorded.items())
    assert np.all(np.diff(curve.steps) > 0)


def test_every_bucket_of_a_thinned_series_still_has_its_extremes():
    values = np.random.default_rng(1).normal(size=50_000)
    curve = filled(values, 256).curve(0, None)
    width = 2048  # at most (50 000 / 2048 + 1)·3 + 2 ≤ 128 entries
    for start in range(0, 40_000, width):
        inside = (curve.steps >= start) & (curve.steps < start + width)
        part = values[start : start + width]
        assert curve.values[inside].min() == part.min()
        assert curve.values[inside].max() == part.max()


@settings(max_examples=40)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=20))
def test_a_series_does_not_see_how_it_was_filled(pieces):
    values = np.random.default_rng(2).random(sum(pieces))
    in_pieces = Series(128)
    done = 0
    for piece in pieces:
        in_pieces.extend(done, values[done : done + piece])
        done += piece
    one_by_one = Series(128)
    for step, value in enumerate(values):
        one_by_one.add(step, value)
    assert same(in_pieces, filled(values, 128))
    assert same(one_by_one, in_pieces)


@settings(max_examples=60)
@given(n=st.integers(1, 600), back=st.integers(0, 40), on=st.integers(0, 300))
def test_what_was_cut_off_might_never_have_been(n, back, on):
    values = np.random.default_rng(3).random(n + on)
    kept = max(0, n - back)
    series = filled(values[:n], 128)
    series.cut(kept - 1)
    assert same(series, filled(values[:kept], 128))
    series.extend(kept, values[kept:])
    assert same(series, filled(values, 128))


def test_a_copy_goes_its_own_way():
    series = filled(np.arange(130.0), 128)
    twin = series.copy()
    series.cut(100)
    series.extend(101, np.full(100, -1.0))
    twin.cut(120)
    assert same(twin, filled(np.arange(121.0), 128))


def path_of(n, p=3, pieces=None, marks=()):
    path = Path(np.zeros(p))
    done = 1
    for piece in pieces or [n - 1]:
        start, stop, due = done, min(done + piece, n), done
        for mark in [m for m in sorted(marks) if start <= m < stop]:
            path.extend(np.arange(due, mark + 1), np.outer(np.arange(due, mark + 1), np.ones(p)))
            path.mark(mark, np.full(p, float(mark)))
            due = mark + 1
        path.extend(np.arange(due, stop), np.outer(np.arange(due, stop), np.ones(p)))
        done = stop
    return path


@given(
    fine=st.tuples(st.integers(0, 200), st.integers(0, 50)),
    mark=st.integers(0, 5000),
    after=st.integers(1, 100_000),
    power=st.integers(0, 20),
)
def test_the_level_at_one_step_is_that_of_an_array_of_steps(fine, mark, after, power):
    rule, step = Fine(*fine), mark + after
    assert rule.level(step, mark, power) == rule.levels(np.array([step]), np.array([mark]), power)[0]


def test_a_path_keeps_start_now_and_the_points_of_changes():
    path = path_of(100_000, marks=(777, 33_333))
    steps, points = path.points(99_999, np.full(3, 99_999.0))
    assert len(steps) <= PATH_POINTS + 1
    assert steps[0] == 0
    assert steps[-1] == 99_999
    assert {777, 33_333} <= set(steps.tolist())
    np.testing.assert_array_equal(points[:, 0], steps)
    # Far from them there is one step of each bucket; after the start and after a change none is left out
    # for a while.
    buckets = steps[steps > 60_000][:-1] // 128
    assert set(np.diff(buckets).tolist()) == {1}
    assert set(range(100)) <= set(steps.tolist())
    assert set(range(33_333, 33_350)) <= set(steps.tolist())


def test_a_run_that_soon_stands_still_keeps_the_way_it_came():
    """θ falls to its place within 300 steps: half a million steps later that way is still drawn."""
    path, n = Path(np.zeros(3)), 500_000
    for first in range(1, n, 1000):
        steps = np.arange(first, min(first + 1000, n))
        way = 10.0 * (1.0 - np.exp(-steps / 60.0))
        path.extend(steps, np.column_stack([way, 0.3 * way, np.zeros(len(way))]))
    steps, points = path.points(n, np.array([10.0, 3.0, 0.0]))
    assert len(steps) <= PATH_POINTS + 1
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert lengths.max() < 0.25, "no straight line longer than a fortieth of the way"


def test_a_path_after_many_changes_keeps_the_first_steps_and_stays_bounded():
    path = path_of(400_000, marks=range(1000, 400_000, 300))
    steps, _ = path.points(399_999, np.zeros(3))
    assert len(steps) <= PATH_POINTS + 1
    assert set(range(8)) <= set(steps.tolist())


def test_a_path_of_long_parameters_is_short_in_memory_and_not_too_short_to_see():
    steps, points = path_of(300, p=40_000).points(299, np.zeros(40_000))
    assert PATH_POINTS_AT_LEAST // 2 <= len(steps) <= PATH_POINTS_AT_LEAST + 1
    assert points.nbytes < 22e6


def test_a_path_that_is_nothing_but_changes_stays_bounded():
    path = path_of(10_000, marks=range(1, 10_000, 2))
    steps, _ = path.points(9_999, np.zeros(3))
    assert len(steps) <= PATH_POINTS + 1
    assert steps[0] == 0


@settings(max_examples=30)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=15))
def test_a_path_does_not_see_how_it_was_filled(pieces):
    n = sum(pieces)
    p = 40_000 // PATH_POINTS_AT_LEAST  # keeps fewer points than n, in little memory
    marks = [m for m in (50, 51, 200, 1500) if m < n]
    whole, parts = path_of(n, p, marks=marks), path_of(n, p, pieces, marks)
    for a, b in zip(whole.points(n, np.ones(p)), parts.points(n, np.ones(p)), strict=True):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=30)
@given(n=st.integers(2, 5000), back=st.integers(0, 60), on=st.integers(0, 2500))
@example(n=2010, back=20, on=2500)
@example(n=2010, back=20, on=5)
def test_the_end_of_a_path_can_be_taken_back(n, back, on):
    kept = max(1, n - back)
    path, end = path_of(n), np.ones(3)
    path.cut(kept - 1)
    for a, b in zip(path.points(n, end), path_of(kept).points(n, end), strict=True):
        np.testing.assert_array_equal(a, b)
    steps = np.arange(kept, kept + on)
    path.extend(steps, np.outer(steps, end))
    for a, b in zip(path.points(10_000, end), path_of(kept + on).points(10_000, end), strict=True):
        np.testing.assert_array_equal(a, b)


def history_at(step, alpha):
    history = History(np.zeros(2))
    history.present = Present(step, np.ones(2), alpha, Measured(0.5, None, None, None))
    return history


def test_the_learning_rate_is_a_staircase_that_is_right_at_every_step():
    history = history_at(30, 0.1)
    for first, alpha in ((0, 0.3), (10, 0.3), (20, 1.0)):
        history.add_steps(first, np.zeros(10), np.zeros(10), alpha)
    curve = history.curve("learning_rate")
    steps = np.arange(31)
    between = np.interp(steps, curve.steps, curve.values)
    np.testing.assert_array_equal(between, np.where(steps < 20, 0.3, np.where(steps < 30, 1.0, 0.1)))


def test_a_view_has_every_curve_and_cannot_be_written():
    history = history_at(3, 0.1)
    history.add_steps(0, np.ones(3), np.ones(3), 0.1)
    view = history.view()
    assert set(view.curves) == set(CURVES)
    assert len(view.curves["test_loss"].steps) == 0
    assert view.curves["train_loss"].steps.tolist() == [3]
    for array in (view.path, view.path_steps, *view.curves["batch_loss"], *view.curves["learning_rate"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    history.add_steps(3, np.zeros(2), np.zeros(2), 0.1)
    assert len(view.curves["batch_loss"].steps) == 3


def test_of_changes_at_one_step_the_last_wins_and_none_is_logged_that_changes_nothing():
    history = history_at(0, 0.1)
    rate, size = "training.learning_rate", "training.batch_size"
    history.log(Change(5, rate, 0.2), 0.1)
    history.log(Change(5, size, 10), None)
    history.log(Change(5, rate, 0.4), 0.1)
    assert history.changes == (Change(5, size, 10), Change(5, rate, 0.4))
    history.log(Change(5, size, None), None)
    assert history.changes == (Change(5, rate, 0.4),)
    assert history.value_before(5, rate, 0.1) == 0.1
    assert history.value_before(6, rate, 0.1) == 0.4


def dragged(size, n_steps, every=1):
    """A path with a change at every so many steps; what it holds, asked now and then."""
    path, seen = Path(np.zeros(size)), []
    for step in range(1, n_steps + 1):
        point = np.full(size, float(step))
        if step % every:
            path.extend(np.array([step]), point[np.newaxis])
        else:
            path.mark(step, point)
        if step % (n_steps // 20) == 0:
            seen.append(path.points(step, point)[0])
    return path, seen


@pytest.mark.parametrize(("size", "n_steps", "every"), [(3, 70_000, 1), (3, 12_000, 3), (9000, 3000, 1)])
def test_dragging_for_minutes_thins_the_points_of_changes_like_the_rest(size, n_steps, every):
    _, seen = dragged(size, n_steps, every)
    for steps in seen:
        assert len(steps) > min(steps[-1], PATH_POINTS_AT_LEAST) / 3
        assert steps[0] == 0
        # The path has gone on growing: no piece of it is long, and the end is as fine as the rest.
        assert np.diff(steps).max() <= max(2, steps[-1] / 12)
        assert len(set((steps[-8:] % 2).tolist())) == 2


@settings(max_examples=15)
@given(n=st.integers(1500, 4000), back=st.integers(0, 60), every=st.integers(1, 4))
def test_the_end_of_a_drag_can_be_taken_back(n, back, every):
    path, _ = dragged(3, n, every)
    path.cut(n - back)
    again, _ = dragged(3, n - back, every)
    for a, b in zip(path.points(n, np.ones(3)), again.points(n, np.ones(3)), strict=True):
        np.testing.assert_array_equal(a, b)
