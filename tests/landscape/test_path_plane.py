"""The plane of a path: principal components that hold still while the path grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.directions import path_plane, rehearsal_plane, widened, window_for
from playground.landscape.plane import PlaneError, Window


def random_walk(steps: int, size: int, seed: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).standard_normal((steps, size)), axis=0)


def basis(plane):
    return np.column_stack([plane.u, plane.v])


@given(st.integers(3, 40), st.integers(2, 30), st.integers(0, 2**31))
def test_it_is_the_plane_of_a_singular_value_decomposition(steps, size, seed):
    path = random_walk(steps, size, seed)
    choice = path_plane(path)
    _, spread, directions = np.linalg.svd(path - path.mean(axis=0))
    shares = spread**2 / np.sum(spread**2)

    assert choice.plane.origin == pytest.approx(path.mean(axis=0))
    assert basis(choice.plane).T @ basis(choice.plane) == pytest.approx(np.eye(2), abs=1e-12)
    assert choice.variance_shares == pytest.approx(tuple(shares[:2]), abs=1e-12)
    gap = spread[0] - spread[1], spread[1] - (spread[2] if len(spread) > 2 else 0)
    for direction, expected in zip((choice.plane.u, choice.plane.v), directions, strict=False):
        assert abs(direction @ expected) == pytest.approx(1.0, abs=1e-12 + 1e-12 * spread[0] / min(gap))


@pytest.mark.parametrize("second", [1.0, 1e-3, 1e-6])
@pytest.mark.parametrize("shape", [(50, 3000), (256, 105)])
def test_a_path_long_or_of_many_parameters_gives_the_same_plane(shape, second):
    # A small Gram matrix by itself would see a share of 1e-12 only as noise.
    rng = np.random.default_rng(5)
    points, size = shape
    directions = np.linalg.qr(rng.standard_normal((size, 3)))[0]
    path = rng.standard_normal((points, 3)) * [1.0, second, second / 10] @ directions.T
    choice = path_plane(path)
    _, spread, expected = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)

    shares = spread[:2] ** 2 / np.sum(spread**2)
    assert choice.variance_shares == pytest.approx(tuple(shares), rel=1e-6)
    assert np.abs(expected[:2] @ basis(choice.plane)) == pytest.approx(np.eye(2), abs=1e-6)


def test_two_directions_hold_most_of_a_random_walk():
    # Antognini and Sohl-Dickstein (2018): 6/π² of a long walk in many dimensions lies along the first
    # component, and a quarter of that along the second. That is why the share of a path proves little.
    shares = np.mean([path_plane(random_walk(80, 400, seed)).variance_shares for seed in range(1000)], axis=0)
    assert shares[0] == pytest.approx(6 / np.pi**2, abs=0.01)
    assert shares.sum() == pytest.approx(7.5 / np.pi**2, abs=0.01)


@settings(max_examples=25)
@given(st.integers(3, 40), st.integers(0, 2**31))
def test_no_axis_turns_by_more_than_the_plane_does(size, seed):
    path = random_walk(120, size, seed)
    previous = path_plane(path[:20]).plane
    for end in range(21, 121, 9):
        plane = path_plane(path[:end], previous).plane
        cosines = np.linalg.svd(basis(previous).T @ basis(plane), compute_uv=False)
        assert plane.u @ previous.u >= cosines[1] - 1e-9
        assert plane.v @ previous.v >= cosines[1] - 1e-9
        # Unaligned components span the same plane and hold the same variance.
        free = path_plane(path[:end])
        assert np.linalg.svd(basis(free.plane).T @ basis(plane), compute_uv=False) == pytest.approx([1, 1])
        assert sum(path_plane(path[:end], previous).variance_shares) == pytest.approx(
            sum(free.variance_shares)
        )
        previous = plane


def test_axes_never_flip_while_a_bent_path_grows():
    # A path that turns makes its two components trade places: fitted afresh, the axes jump by up to 90°.
    t = np.linspace(0, 2.2 * np.pi, 300)
    directions = np.linalg.qr(np.random.default_rng(3).standard_normal((17, 3)))[0]
    path = np.column_stack([3 * np.sin(t), 3 * np.cos(t), 0.2 * t]) @ directions.T
    afresh, aligned = [], []
    previous = path_plane(path[:30]).plane
    for end in range(31, 301, 3):
        plane = path_plane(path[:end], previous).plane
        free = path_plane(path[: end - 3]).plane
        afresh.append(abs(path_plane(path[:end]).plane.u @ free.u))
        aligned.append(min(plane.u @ previous.u, plane.v @ previous.v))
        previous = plane
    assert min(afresh) < 0.95
    assert min(aligned) > 0.99


def test_the_shares_belong_to_the_axes_that_are_drawn():
    path = random_walk(60, 10, 8)
    crooked = path_plane(random_walk(60, 10, 9)).plane
    choice = path_plane(path, crooked)
    a, b = choice.plane.project(path)
    total = np.sum((path - path.mean(axis=0)) ** 2)
    assert choice.variance_shares == pytest.approx((np.sum(a**2) / total, np.sum(b**2) / total))


@pytest.mark.parametrize("rows", [2, 3, 50])
@pytest.mark.parametrize("size", [2, 17, 2000])
def test_a_straight_path_gets_a_second_direction_and_says_that_it_is_any(rows, size):
    start, step = np.random.default_rng(1).standard_normal((2, size))
    path = start + np.linspace(0, 1, rows)[:, None] * step
    choice = path_plane(path)

    assert "straight line" in choice.note
    assert choice.variance_shares == pytest.approx((1.0, 0.0), abs=1e-12)
    assert basis(choice.plane).T @ basis(choice.plane) == pytest.approx(np.eye(2), abs=1e-12)
    assert choice.plane.distance(path) == pytest.approx(np.zeros(rows), abs=1e-9)
    window = window_for(choice.plane, path)
    assert window.b_max - window.b_min == pytest.approx(0.6 * (window.a_max - window.a_min))

    # Aligned with another straight plane it keeps that one's second direction where it can.
    again = path_plane(path + 1.0, choice.plane).plane
    assert basis(again) == pytest.approx(basis(choice.plane), abs=1e-9)


@pytest.mark.parametrize("path", [np.ones((1, 17)), np.ones((50, 17)), np.full((3, 5), 0.1)])
def test_without_movement_there_is_no_plane_but_another_is_offered(path):
    for choose in (path_plane, rehearsal_plane):
        with pytest.raises(PlaneError, match="random directions"):
            choose(path)


@given(st.integers(2, 40), st.integers(2, 20), st.integers(0, 2**31), st.floats(0.05, 1))
def test_the_view_holds_the_whole_path_with_its_margin(steps, size, seed, margin):
    path = random_walk(steps, size, seed)
    plane = path_plane(path).plane
    window = window_for(plane, path, margin)
    a, b = plane.project(path)
    for low, values, high in ((window.a_min, a, window.a_max), (window.b_min, b, window.b_max)):
        room = margin * (values.max() - values.min())
        assert low <= values.min() - room + 1e-9
        assert high >= values.max() + room - 1e-9


def test_the_view_around_one_point_is_a_unit_to_every_side():
    plane = path_plane(random_walk(5, 4, 0)).plane
    assert window_for(plane, plane.origin) == pytest.approx((-1, 1, -1, 1))


def test_a_path_beyond_all_numbers_has_none():
    path = np.array([[1e308, 0.0], [-1e308, 1.0], [1e308, 1e308]])
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(PlaneError, match=r"finite|no path"):
        path_plane(path * 10)


def test_a_path_thrown_very_far_still_has_a_plane():
    path = random_walk(20, 6, 4)
    near, far = path_plane(path), path_plane(1e200 * path)
    assert basis(far.plane) == pytest.approx(basis(near.plane))
    assert far.variance_shares == pytest.approx(near.variance_shares)


def test_a_view_widens_in_leaps_when_the_path_leaves_it():
    window = Window(-1.0, 1.0, 0.0, 4.0)
    inside = np.array([-1.0, 0.3, 1.0])
    assert widened(window, inside, inside + 1) == window
    assert widened(window, np.array([0.0, 1.01]), np.zeros(2)) == (-1.0, 2.0, 0.0, 4.0)
    assert widened(window, np.array([0.0, 1.9]), np.zeros(2)) == (-1.0, 2.0, 0.0, 4.0)
    assert widened(window, np.array([-3.5, 0.0]), np.array([5.0, 0.0])) == (-4.0, 1.0, 0.0, 6.0)
    far = np.array([1e300, np.inf, -1e300])
    assert widened(window, far, np.zeros(3)) == (-9.0, 9.0, 0.0, 4.0)


def test_a_first_picture_runs_to_the_right_and_sags():
    t = np.linspace(0, 1, 50)
    directions = np.linalg.qr(np.random.default_rng(3).standard_normal((17, 2)))[0]
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        path = np.column_stack([3 * t, (2 * t - 1) ** 2]) * signs @ directions.T
        a, b = path_plane(path).plane.project(path)
        assert a[0] < a[-1]
        assert b[25] < b[0]


def test_a_run_that_moves_by_rounding_alone_has_no_plane():
    """All weights zero: the gradient is rounding, and axes of 1e-17 would show nothing."""
    zeros = Experiment().with_value("network.hidden_layers", (8, 8, 8))
    trainer = Trainer(zeros.with_value("network.initialization", "zeros"))
    path = [trainer.parameters.copy()]
    for _ in range(50):
        trainer.advance(1)
        path.append(trainer.parameters.copy())
    assert 0 < np.abs(path).max() < 1e-15
    for plane in (path_plane, rehearsal_plane):
        with pytest.raises(PlaneError, match=r"does not move by more than rounding; choose random"):
            plane(np.array(path))
        with pytest.raises(PlaneError, match="no path yet"):
            plane(np.array(path[:1]))
    small = 1e-9 * np.random.default_rng(0).standard_normal((20, 5))
    assert path_plane(small).plane.size == 5, "a small path is a path"
