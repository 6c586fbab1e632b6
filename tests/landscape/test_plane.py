"""A plane gives back what was put on it, however crooked its directions are."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.landscape.plane import Plane, PlaneError

COORDINATES = st.floats(-100, 100)


def a_plane(size: int, seed: int, tilt: float = 1.0, scale: float = 1.0) -> Plane:
    """Through a random origin; v leaves the line of u by about `tilt`, and is `scale` times as long."""
    origin, u, w = np.random.default_rng(seed).standard_normal((3, size))
    return Plane(origin, u, scale * (u + tilt * w))


@given(st.integers(2, 60), st.integers(0, 2**31), COORDINATES, COORDINATES, st.floats(0.01, 10))
def test_a_point_of_the_plane_projects_to_its_own_coordinates(size, seed, a, b, tilt):
    plane = a_plane(size, seed, tilt)
    theta = plane.at(a, b)

    assert plane.project(theta) == pytest.approx((a, b), rel=1e-6, abs=1e-6 / tilt)
    assert plane.distance(theta) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-150, 1e-8, 1e8, 1e150])
def test_a_badly_scaled_direction_costs_no_digits(scale):
    plane = a_plane(17, 1, scale=scale)
    a, b = plane.project(plane.at(0.3, -2.0 / scale))
    assert (a, b * scale) == pytest.approx((0.3, -2.0), rel=1e-9)


def test_nearly_parallel_directions_still_find_the_nearest_point():
    # The Gram matrix of these directions has condition 1e16: normal equations would lose every digit.
    plane = a_plane(17, 2, tilt=1e-8)
    theta = plane.at(2.0, -1.0)
    a, b = plane.project(theta)
    assert plane.at(a, b) == pytest.approx(theta, abs=1e-6)
    assert (a, b) == pytest.approx((2.0, -1.0), abs=1e-6)


@given(st.integers(3, 60), st.integers(0, 2**31))
def test_the_projection_is_the_nearest_point(size, seed):
    plane = a_plane(size, seed)
    theta = np.random.default_rng([seed, 1]).standard_normal(size)
    directions = np.column_stack([plane.u, plane.v])
    solution, *_ = np.linalg.lstsq(directions, theta - plane.origin)
    rest = theta - plane.origin - directions @ solution

    assert plane.project(theta) == pytest.approx(tuple(solution), rel=1e-7, abs=1e-7)
    assert plane.distance(theta) == pytest.approx(np.linalg.norm(rest), rel=1e-9, abs=1e-12)
    assert plane.distance(theta) == pytest.approx(
        np.linalg.norm(theta - plane.at(*plane.project(theta))), rel=1e-7, abs=1e-9
    )


def test_arrays_broadcast_and_many_points_project_at_once():
    plane = a_plane(9, 3)
    a, b = np.linspace(-1, 1, 5), np.linspace(-2, 2, 4)[:, None]
    points = plane.at(a, b)
    assert points.shape == (4, 5, 9)
    assert points[2, 3] == pytest.approx(plane.at(a[3], b[2, 0]))

    back_a, back_b = plane.project(points.reshape(-1, 9))
    assert back_a.reshape(4, 5) == pytest.approx(np.broadcast_to(a, (4, 5)))
    assert back_b.reshape(4, 5) == pytest.approx(np.broadcast_to(b, (4, 5)))
    off = points.reshape(-1, 9) + np.eye(9)[0]
    assert plane.distance(off) == pytest.approx([plane.distance(theta) for theta in off])


def test_it_cannot_be_changed_and_stays_so_through_a_pipe():
    given_u = np.array([1.0, 0.0, 0.0])
    plane = Plane(np.zeros(3), given_u, np.array([0.0, 1.0, 1.0]))
    given_u[0] = 7.0
    assert plane.u[0] == 1.0

    for copy in (plane, pickle.loads(pickle.dumps(plane))):
        for array in (copy.origin, copy.u, copy.v):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1.0
    with pytest.raises(AttributeError):
        setattr(plane, "u", given_u)  # noqa: B010


@pytest.mark.parametrize(
    ("u", "v", "reason"),
    [
        ([0, 0, 0], [0, 1, 0], "no length"),
        ([1, 2, 3], [0.1, 0.2, 0.3], "parallel"),
        ([1, 2, 3], [-7, -14, -21], "parallel"),
        ([1, 2, np.nan], [0, 1, 0], "finite"),
        ([1, 2], [0, 1, 0], "one length"),
    ],
)
def test_directions_that_span_no_plane_are_refused_in_one_sentence(u, v, reason):
    with pytest.raises(PlaneError, match=reason) as caught:
        Plane(np.zeros(3), np.array(u, dtype=float), np.array(v, dtype=float))
    assert str(caught.value).endswith(".")


def test_one_parameter_spans_no_plane():
    with pytest.raises(PlaneError):
        Plane(np.zeros(1), np.ones(1), np.ones(1))


def test_distances_beyond_the_squares_of_floats():
    plane = Plane(np.zeros(3), np.array([1.0, 0, 0]), np.array([1.0, 1.0, 0]))
    assert plane.distance(np.array([5.0, 1.0, 1e200])) == pytest.approx(1e200)
    assert plane.distance(np.array([[0.0, 0.0, 3e-200], [0.0, 0.0, 0.0]])) == pytest.approx([3e-200, 0.0])


def test_components_of_a_displacement_are_those_of_its_end() -> None:
    rng = np.random.default_rng(5)
    origin, u, v, displacement = rng.standard_normal((4, 9))
    plane = Plane(origin, u, v)
    np.testing.assert_allclose(plane.components(displacement), plane.project(origin + displacement))
    # A step of 1e-12 is one too: it is not lost against the origin.
    tiny = plane.components(1e-12 * displacement)
    np.testing.assert_allclose(tiny, 1e-12 * np.array(plane.components(displacement)), rtol=1e-9)


def test_points_placed_for_drawing_lie_where_they_project_to():
    rng = np.random.default_rng(3)
    plane = Plane(*rng.normal(size=(3, 40)))
    thetas = np.vstack([rng.normal(size=(200, 40)), plane.at(0.3, -0.2), np.full(40, 1e200)])
    a, b, distances = plane.place(thetas)
    assert np.allclose((a, b), plane.project(thetas), rtol=1e-12)
    assert np.allclose(distances, plane.distance(thetas), rtol=1e-9, atol=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("far", [1e308, np.inf, -np.inf, np.nan])
def test_weights_of_a_run_thrown_out_beyond_all_numbers_warn_of_nothing(far: float) -> None:
    plane = Plane(np.zeros(3), np.array([2.0, 1.0, 0.0]), np.array([-1.0, 2.0, 1.0]))
    thetas = np.array([[far, -far, far], [1.0, 2.0, 3.0]])
    a, b = plane.project(thetas[0])
    assert math.isfinite(far) or not (math.isfinite(a) and math.isfinite(b))
    assert np.isfinite(plane.components(thetas[0])).all() == (math.isfinite(a) and math.isfinite(b))
    np.testing.assert_allclose(np.array(plane.project(thetas))[:, 1], plane.project(thetas[1]))
    assert np.isfinite(plane.distance(thetas)[1])
    assert np.isfinite(plane.place(thetas)[2][1])


def test_a_tiny_distance_from_a_plane_is_drawn_as_what_it_is() -> None:
    plane = Plane(np.zeros(3), np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    a, _, distances = plane.place(np.array([[0.0, 0.0, 0.0], [3e-200, 0.0, 4e-200], [1.0, 0.0, 2.0]]))
    assert a == pytest.approx([0.0, 3e-200, 1.0], rel=1e-12, abs=0.0)
    assert distances == pytest.approx([0.0, 4e-200, 2.0], rel=1e-7, abs=0.0)
