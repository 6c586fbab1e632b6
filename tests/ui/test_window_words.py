"""Numbers and sentences: what they say, and that they say no more than was computed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.landscape.directions import PlaneChoice
from playground.landscape.plane import Plane, Window
from playground.landscape.questions import SurfaceAnswer
from playground.landscape.surface import Surface
from playground.ui.numbers import count_text, loss_text, percent_text
from playground.ui.surface_asking import thinned, value_at

PLANE = Plane(np.zeros(3), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]))


def answer(kind: str = "path", step: int = 40, values: np.ndarray | None = None) -> SurfaceAnswer:
    choice = PlaneChoice(kind, PLANE, "3 numbers, 2 directions shown.", "a", "b", (0.9, 0.07))
    a, b = np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0])
    surface = Surface(PLANE, a, b, np.zeros((2, 3)) if values is None else values, 3, True, 1.0)
    return SurfaceAnswer(1, step, choice, Window(0, 3, 0, 2), surface, 0.5, 0.4, 0.1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.3712, "0.3712"),
        (0.37, "0.3700"),
        (12.345, "12.345"),
        (123.456, "123.46"),
        (99_999.4, "99999"),
        (7.1e7, "7.1·10⁷"),
        (0.0, "0.0000"),
        (math.nan, "–"),
        (math.inf, "∞"),
    ],
)
def test_a_loss_is_written_with_a_steady_width(value: float, text: str) -> None:
    assert loss_text(value) == text


def test_counts_and_shares() -> None:
    assert count_text(1234567) == "1\u2009234\u2009567"
    assert percent_text(0.9749) == "97 %"
    assert percent_text(math.nan) == "–"


def test_the_loss_under_the_marker_is_read_between_the_cells() -> None:
    # A bilinear function is read exactly, whatever the spacing of the cells.
    a, b = np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0])
    given = answer(values=1.0 + 2.0 * a[None, :] - b[:, None] + 0.5 * a[None, :] * b[:, None])
    for x, y in ((0.0, 0.0), (0.25, 1.5), (2.2, 0.7), (3.0, 2.0)):
        assert value_at(given, x, y) == pytest.approx(1 + 2 * x - y + 0.5 * x * y)
    assert math.isnan(value_at(given, 3.1, 1.0))


def test_a_thinned_path_keeps_its_ends() -> None:
    path = np.arange(5000.0)[:, None] * np.ones(4)
    rows = thinned(path)
    assert len(rows) <= 256
    assert rows[0, 0] == 0
    assert rows[-1, 0] == 4999
    assert (np.diff(rows[:, 0]) > 0).all()
    assert thinned(path[:10]) is not None
    assert len(thinned(path[:10])) == 10
