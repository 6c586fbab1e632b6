"""Inputs that are pixels, and drawings made into pixels as those of the digits were."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from playground.engine.input_image import _pieces, drawn_image, image_shape


def names(rows: int, columns: int) -> list[str]:
    return [f"r{row}c{column}" for row in range(1, rows + 1) for column in range(1, columns + 1)]


@pytest.mark.parametrize("shape", [(8, 8), (2, 3), (12, 5)])
def test_all_pixels_row_by_row_are_an_image(shape: tuple[int, int]) -> None:
    assert image_shape(names(*shape)) == shape


@pytest.mark.parametrize(
    "other",
    [
        [],
        ["x1", "x2"],
        names(8, 8)[1:],
        names(8, 8)[:-1],
        [*names(4, 4), "x"],
        names(3, 3)[::-1],
        ["r1c1", "r1c2"],
        ["r1c1", "r50000c50000"],
    ],
)
def test_other_names_are_no_image(other: list[str]) -> None:
    assert image_shape(other) is None


def test_an_upright_line_is_a_column_of_ink() -> None:
    image = drawn_image([np.array([[5.0, 1.0], [5.0, 90.0]])], (8, 8)).reshape(8, 8)
    assert (image[:, 3:5] > 0.3).all(), "it fills the height, in the middle"
    assert (image[:, :3] == 0.0).all()
    assert (image[:, 5:] == 0.0).all()


def test_place_and_size_of_a_drawing_do_not_matter() -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 60)
    ring = np.column_stack([np.cos(angle), 1.4 * np.sin(angle)])
    small, large = drawn_image([ring], (8, 8)), drawn_image([300.0 * ring + [7.0, -40.0]], (8, 8))
    np.testing.assert_allclose(small, large)
    picture = small.reshape(8, 8)
    assert picture[3:5, 3:5].max() == 0.0, "a ring is empty in the middle"
    np.testing.assert_allclose(picture, picture[::-1], atol=0.13)
    np.testing.assert_allclose(picture, picture[:, ::-1], atol=0.13)


def test_the_ink_of_a_dot_is_the_area_of_the_pen() -> None:
    ink = drawn_image([np.array([[4.0, 4.0]])], (8, 8))
    assert ink.sum() * 16 == pytest.approx(np.pi * 1.9**2, abs=1.5)
    assert drawn_image([], (8, 8)).sum() == 0.0
    assert drawn_image([np.empty((0, 2))], (8, 8)).sum() == 0.0


def test_a_stroke_of_many_places_is_the_same_drawing_and_costs_no_more_pieces() -> None:
    corners = np.array([[0.0, 0.0], [40.0, 0.0], [10.0, 60.0]])
    share = np.linspace(0.0, 1.0, 3000)[:, np.newaxis]
    fine = np.vstack([start + share * (end - start) for start, end in pairwise(corners)])
    coarse, many = drawn_image([corners], (8, 8)), drawn_image([fine], (8, 8))
    np.testing.assert_allclose(many, coarse, atol=0.13)
    again = np.vstack([fine, fine[::-1], fine])
    np.testing.assert_allclose(drawn_image([again], (8, 8)), many, atol=0.07)
    assert len(_pieces(again)) < 4 * len(fine) / 10
    assert len(_pieces(again)) <= 2 * len(_pieces(fine)) + 2
