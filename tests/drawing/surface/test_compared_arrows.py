"""Arrows that are compared share one scale, so that the longer one is the longer one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QTransform

from playground.drawing.surface.arrows import Arrow, blame_arrows, placed_arrows, scale_of_compared
from playground.drawing.surface.captions import NO_VISIBLE_MEAN, blame_sentence
from playground.landscape.plane import Plane
from playground.numerals import number_text

PIXELS = QTransform(40.0, 0.0, 0.0, -40.0, 300.0, 200.0)


def lengths(arrows: list[Arrow]) -> list[float]:
    return [float(np.hypot(p.tip_x - p.x, p.tip_y - p.y)) for p in placed_arrows(arrows, PIXELS)]


@pytest.mark.parametrize("size", [1e-9, 1e-3, 0.02, 0.4, 30.0])
def test_one_point_beside_the_mean_of_all(size: float) -> None:
    arrows = [Arrow(0, 0, size / 20, 0, "mean", "mean"), Arrow(0, 0, 0, size, "one", "point")]
    mean, one = placed_arrows(arrows, PIXELS)
    short, long = lengths(arrows)
    assert long / short == pytest.approx(20.0)
    # Enlarged where it is small, but not out of the picture; and both say the same factor.
    assert long >= 40.0
    if 40.0 * size < 110.0:
        assert long <= 110.0 * (1 + 1e-9)
    assert mean.factor == one.factor
    if mean.factor == 1:
        assert long == pytest.approx(40.0 * size)


def test_what_has_no_length_is_left_out() -> None:
    arrows = [Arrow(0, 0, 0.0, 0.0, "mean", "mean"), Arrow(0, 0, np.nan, 0.0, "one", "point")]
    assert placed_arrows(arrows, PIXELS) == []


def test_arrows_in_a_skewed_plane_point_where_the_steps_lead() -> None:
    rng = np.random.default_rng(1)
    plane = Plane(rng.normal(size=6), rng.normal(size=6), 3 * rng.normal(size=6))
    theta, one, mean = rng.normal(size=(3, 6))
    arrows = blame_arrows(plane, theta, one, mean, 4)
    start = np.array(plane.project(theta))
    for arrow, step in zip(arrows, (mean, one), strict=True):
        np.testing.assert_allclose([arrow.a, arrow.b], start)
        tip = np.array(plane.project(theta + step))
        np.testing.assert_allclose([arrow.da, arrow.db], tip - start, atol=1e-12)
    assert "point 5" in arrows[1].label
    assert blame_arrows(plane, theta, one, None, 4) == arrows[1:]


def test_how_much_longer_they_are_drawn_is_told_in_one_sentence() -> None:
    arrows = [Arrow(0, 0, 1e-6, 0, "mean", "mean"), Arrow(0, 0, 0, 1.3e-6, "one", "point")]
    scale = scale_of_compared(placed_arrows(arrows, PIXELS))
    assert scale == 2e6
    assert blame_sentence(scale, True) == f"Both arrows are drawn ×{number_text(scale)}."
    assert scale_of_compared(placed_arrows([Arrow(0, 0, 2.0, 0, "mean", "mean")], PIXELS)) == 1
    assert scale_of_compared(placed_arrows([Arrow(0, 0, 1e-3, 0, "step", "step")], PIXELS)) == 1
    assert blame_sentence(1.0, True) == ""
    assert blame_sentence(50.0, False) == f"{NO_VISIBLE_MEAN} The arrow is drawn ×50."
