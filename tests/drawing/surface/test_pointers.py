"""What points at places of a surface, and finer cells over coarse ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QTransform

from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.theme import DARK, LIGHT, Theme
from playground.drawing.surface.arrows import Arrow, arrows_of, placed_arrows, with_gaps
from playground.drawing.surface.captions import arrows_sentence
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.drawing.surface.picture import Mark, Now, SurfacePicture, marks_of, rows_put
from playground.experiment import Change
from tests.support.plain_data import PLANE, choice_of, history_of, surface_of
from tests.support.sheet import Sheet, channels_of, close

TABLE = colormap("viridis")
FLAT = np.full((41, 41), 0.5)


def test_an_arrow_that_can_be_seen_is_as_long_as_its_step() -> None:
    transform = QTransform(100.0, 0.0, 0.0, -50.0, 10.0, 300.0)
    (placed,) = placed_arrows([Arrow(1.0, 2.0, 0.8, 1.0, "next step", "step")], transform)
    assert (placed.x, placed.y) == (110.0, 200.0)
    assert (placed.tip_x, placed.tip_y) == pytest.approx((190.0, 150.0))
    assert placed.label == "next step"


def test_an_arrow_too_short_to_be_seen_says_how_much_longer_it_is_drawn() -> None:
    transform = QTransform(100.0, 0.0, 0.0, -100.0, 0.0, 0.0)
    (placed,) = placed_arrows([Arrow(0.0, 0.0, 3e-3, 4e-3, "next step", "step")], transform)
    factor = np.hypot(placed.tip_x, placed.tip_y) / 0.5
    assert factor == pytest.approx(100)
    assert placed.label == "next step, ×100"
    assert placed.tip_x / placed.tip_y == pytest.approx(-0.75)
    assert placed_arrows([Arrow(0.0, 0.0, 0.0, 0.0, "", "step")], transform) == []
    assert placed_arrows([Arrow(0.0, 0.0, np.inf, 0.0, "", "step")], transform) == []


@pytest.mark.parametrize("start", [(np.nan, 0.0), (0.0, np.nan), (np.inf, 0.0), (0.0, -1e308), (1e9, 0.0)])
def test_an_arrow_from_a_place_that_nothing_can_be_seen_from_is_none(start: tuple[float, float]) -> None:
    assert placed_arrows([Arrow(*start, 1.0, 1.0, "next step", "step")], QTransform.fromScale(10, -10)) == []


@pytest.mark.parametrize("length", np.geomspace(1e-3, 1.0, 40))
def test_a_picture_that_is_resized_keeps_the_factor_of_its_arrows(length: float) -> None:
    """The view holds two units from edge to edge of its shorter side, as one of equal units does."""
    arrow = Arrow(0.0, 0.0, 0.6 * length, 0.8 * length, "next step", "step")
    factors = set()
    for width, height in ((480, 360), (640, 200), (300, 700), (1600, 900)):
        scale = min(width, height) / 2.0
        pixels = QTransform.fromScale(scale, -scale)
        factors |= {placed.factor for placed in placed_arrows([arrow], pixels, (0, 0, width, height))}
    assert len(factors) == 1


def test_steps_that_shrink_are_seen_to_shrink_and_end_as_a_dot() -> None:
    pixels = QTransform.fromScale(1.0, -1.0)
    drawn, factors, dots = [], set(), []
    for length in np.geomspace(1.0, 1e-11, 60):
        (placed,) = placed_arrows([Arrow(0.0, 0.0, length, 0.0, "next step", "step")], pixels)
        drawn.append(placed.tip_x)
        factors.add(placed.factor)
        dots.append(placed.is_dot)
        assert placed.label.endswith(": a dot") == placed.is_dot
    assert factors == {100.0}
    assert (np.diff(drawn) < 0).all()
    assert not dots[0]
    assert dots == sorted(dots)
    assert dots[-1]


@pytest.mark.parametrize("size", [40.0, 3.0, 0.2])
def test_the_next_step_and_the_gradient_share_one_factor(size: float) -> None:
    pixels = QTransform.fromScale(1.0, -1.0)
    arrows = [Arrow(0, 0, 0, size / 4, "−α·∂J/∂θ", "gradient"), Arrow(0, 0, size, 0, "next step", "step")]
    gradient, step = placed_arrows(arrows, pixels)
    assert gradient.factor == step.factor
    assert np.hypot(step.tip_x, step.tip_y) == pytest.approx(4 * np.hypot(gradient.tip_x, gradient.tip_y))


def test_no_arrow_where_almost_nothing_of_a_step_lies_in_the_plane() -> None:
    # The third and fourth number are held in this plane.
    update, downhill = np.array([0.01, 0.0, 1.0, 0.0]), np.array([0.5, 0.0, 0.0, 0.5])
    assert PLANE.share_within(update) < 0.1
    (arrow,) = arrows_of(PLANE, np.zeros(4), update, downhill)
    assert arrow.kind == "gradient"
    assert arrows_of(PLANE, np.zeros(4), update, update) == []
    assert arrows_sentence(PLANE, update, downhill).endswith("the gradient's: no arrow below 10 %.")


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_dot_lies_on_the_marker(qtbot: Any, theme: Theme) -> None:
    drawing = SurfaceDrawing(theme)
    now = Now(0.0, 0.0, 0.5, 0.5, 0.0)
    step = Arrow(0.0, 0.0, 1e-9, 0.0, "next step", "step")
    picture = SurfacePicture(surface_of(FLAT), choice_of(), now=now, arrows=[step])
    drawing.show(replace(picture, arrows=()))
    sheet = Sheet(qtbot, drawing, theme)
    column, row = sheet.pixel(0.0, 0.0)
    assert sheet.image.pixelColor(column, row).lightness() < 200
    drawing.show(picture)
    assert sheet.paint().pixelColor(column, row).lightness() > 220
    assert "next step, ×100: a dot" in [text for text, _ in drawing.overlay.placed]


def test_one_arrow_where_the_optimiser_goes_straight_downhill() -> None:
    start, update = np.zeros(4), np.array([0.3, -0.4, 1.0, 0.0])
    (arrow,) = arrows_of(PLANE, start, update, update * (1 + 1e-6))
    # One unit of the second direction is two long.
    assert (arrow.da, arrow.db) == pytest.approx((0.3, -0.2))
    assert "−α·∂J/∂θ" in arrow.label
    kinds = [arrow.kind for arrow in arrows_of(PLANE, start, update, update[::-1].copy())]
    assert kinds == ["gradient", "step"]


def test_an_arrow_that_is_no_number_agrees_with_none() -> None:
    assert len(arrows_of(PLANE, np.zeros(4), np.ones(4), np.full(4, np.nan))) == 2


def test_arrows_and_their_labels_are_drawn(qtbot: Any) -> None:
    arrows = [Arrow(0.0, 0.0, 0.6, 0.0, "next step", "step"), Arrow(0.0, 0.0, 0.0, 0.6, "down", "gradient")]
    drawing = SurfaceDrawing(DARK)
    now = Now(0.0, 0.0, 0.5, 0.5, 0.0)
    drawing.show(SurfacePicture(surface_of(FLAT), choice_of(), now=now, contours=False, arrows=arrows))
    sheet = Sheet(qtbot, drawing, DARK)
    column, row = sheet.pixel(0.4, 0.0)
    assert max(sheet.image.pixelColor(column, row + k).lightness() for k in (-1, 0, 1)) > 220
    assert {label for label, _ in drawing.overlay.placed} >= {"now", "next step", "down"}


def test_finer_cells_of_the_same_plane_lie_over_coarse_ones(qtbot: Any) -> None:
    """In the middle the old fine picture, around it the new coarse one, each in the colour of its loss."""
    coarse, fine = surface_of(np.full((5, 5), 2.0)), surface_of(FLAT, -0.4, 0.4)
    drawing = SurfaceDrawing(LIGHT)
    drawing.show(
        SurfacePicture(coarse, choice_of(), contours=False, levels=(0.1, 10.0), finer=fine, log_scale=True)
    )
    sheet = Sheet(qtbot, drawing, LIGHT)
    assert drawing.levels is not None
    for a, loss in ((0.0, 0.5), (0.35, 0.5), (0.6, 2.0), (-0.8, 2.0)):
        expected = drawing.levels.color(TABLE, loss)
        assert expected is not None
        assert close(sheet.color(a, 0.1), channels_of(expected))
        assert f"J {loss:g}" in drawing.hover(a, 0.1)
    drawing.show(SurfacePicture(coarse, choice_of(), contours=False, levels=(0.1, 10.0)))
    assert drawing.finer_field.is_empty


def test_contours_of_the_finer_cells_stay_while_the_new_ones_are_coarse() -> None:
    a = np.linspace(-1, 1, 41)
    bowl = 0.1 + a[None, :] ** 2 + a[:, None] ** 2
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(bowl[::10, ::10]), choice_of()))
    assert len(drawing.contour_item.x) == 0
    drawing.show(SurfacePicture(surface_of(bowl[::10, ::10]), choice_of(), finer=surface_of(bowl)))
    assert len(drawing.contour_item.x) > 100


def test_nobody_walked_to_where_the_weights_were_put() -> None:
    put = Change(7, "parameters", (0.0, 0.0, 0.0, 0.0))
    history = history_of(np.linspace(1, 0.5, 12), others=(put,))
    rows = rows_put(history)
    assert rows.tolist() == [7]
    ab, off = with_gaps(history.path[:, :2], np.zeros(12), rows)
    assert np.isnan(ab[7]).all()
    assert np.isfinite(np.delete(ab, 7, axis=0)).all()
    assert len(off) == 13
    (mark,) = [mark for mark in marks_of(history, history.path[:, :2], 0.3) if mark.kind == "set"]
    assert mark[:2] == (7.0, -7.0)
    # At the very start there is nothing to leave out.
    assert not np.isnan(with_gaps(history.path[:, :2], np.zeros(12), np.array([0]))[0]).any()


def test_a_gap_in_the_path_is_not_drawn_and_fades_nothing(qtbot: Any) -> None:
    path = np.array([[-0.8, -0.5], [-0.6, -0.5], [np.nan, np.nan], [0.6, -0.5], [0.8, -0.5]])
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(FLAT), choice_of(), path, np.zeros(5), contours=False))
    sheet = Sheet(qtbot, drawing, DARK)

    def brightest(a: float) -> int:
        column, row = sheet.pixel(a, -0.5)
        return max(sheet.image.pixelColor(column, row + k).lightness() for k in (-1, 0, 1))

    assert brightest(-0.7) > 220
    assert brightest(0.7) > 220
    assert brightest(0.0) < 160


def test_marks_of_kept_and_of_put_weights_are_seen(qtbot: Any) -> None:
    marks = [Mark(-0.5, 0.0, "kept", "kept"), Mark(0.5, 0.0, "put here", "set")]
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(FLAT), choice_of(), marks=marks, contours=False))
    Sheet(qtbot, drawing, DARK)
    assert {label for label, _ in drawing.overlay.placed} == {"kept", "put here"}


def test_the_cross_of_the_keyboard_stands_at_its_place(qtbot: Any) -> None:
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(FLAT), choice_of(), contours=False))
    drawing.cursor.point_at((0.3, -0.4))
    sheet = Sheet(qtbot, drawing, DARK)
    column, row = sheet.pixel(0.9, -0.4)
    assert max(sheet.image.pixelColor(column, row + k).lightness() for k in (-1, 0, 1)) > 200
    drawing.show(SurfacePicture(None, problem="There is no plane."))
    assert drawing.cursor.place is None
