"""The loss surface: cells where they belong, colours that mean their loss, nothing hidden."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.contours import BEAD, contour_lines
from playground.drawing.kit.levels import Levels, beyond, levels_of
from playground.drawing.kit.theme import DARK, LIGHT
from playground.drawing.surface.drawing import EMPTY, SurfaceDrawing
from playground.drawing.surface.overlay import PathOverlay, fade
from playground.drawing.surface.path_stroke import FAINTEST
from playground.drawing.surface.picture import Mark, Now, SurfacePicture, loss_at, marks_of, project_path
from playground.drawing.surface.relief import ReliefDrawing
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.plane import Window
from tests.support.plain_data import choice_of, history_of, surface_of
from tests.support.sheet import Sheet, channels_of, close

TABLE = colormap("viridis")


def bowl(cells: int) -> np.ndarray:
    a = np.linspace(-1, 1, cells)
    return 0.1 + a[None, :] ** 2 + a[:, None] ** 2


def test_every_cell_is_drawn_around_its_own_place(qtbot: Any) -> None:
    """A coarse surface shows each cell as a rectangle of its colour: looked at near all four corners."""
    values = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]])
    surface = surface_of(values)
    drawing = SurfaceDrawing(DARK)
    levels = Levels(1.0, 12.0, True)
    drawing.show(SurfacePicture(surface, choice_of(), contours=False, levels=levels))
    sheet = Sheet(qtbot, drawing, DARK)
    half_a, half_b = (surface.a[1] - surface.a[0]) / 2, (surface.b[1] - surface.b[0]) / 2
    for row, b in enumerate(surface.b):
        for column, a in enumerate(surface.a):
            expected = tuple(TABLE[levels.indices(values[row : row + 1, column : column + 1])[0, 0]])
            for side_a in (-0.9, 0.9):
                for side_b in (-0.9, 0.9):
                    at_a, at_b = a + side_a * half_a, b + side_b * half_b
                    if abs(at_a) < 1 and abs(at_b) < 1:
                        assert close(sheet.color(at_a, at_b), expected)


def test_the_view_is_the_window_that_was_computed(qtbot: Any) -> None:
    drawing = SurfaceDrawing(DARK)
    for cells in (13, 25, 51):
        drawing.show(SurfacePicture(surface_of(bowl(cells), -3.0, 2.0), choice_of()))
        assert np.allclose(drawing.item.viewRange(), [[-3.0, 2.0], [-3.0, 2.0]])


def test_a_fine_surface_has_the_colour_of_each_loss_at_its_place(qtbot: Any) -> None:
    """Losses are read back from the colours, through the table, to half a percent of the scale."""
    drawing = SurfaceDrawing(LIGHT)
    drawing.show(SurfacePicture(surface_of(bowl(101)), choice_of(), contours=False))
    sheet = Sheet(qtbot, drawing, LIGHT)
    levels = drawing.levels
    assert levels is not None
    for a, b in ((0.5, 0.5), (-0.7, 0.2), (0.1, -0.9)):
        x, y = sheet.pixel(a, b)
        exact = drawing.box.mapSceneToView(sheet.view.mapToScene(x, y) + QPointF(0.5, 0.5))
        loss = 0.1 + exact.x() ** 2 + exact.y() ** 2
        distance = np.abs(TABLE.astype(int) - sheet.color(a, b)).sum(axis=1)
        assert np.argmin(distance) / (len(TABLE) - 1) == pytest.approx(levels.share(loss), abs=0.01)


def test_the_scale_is_in_units_of_the_loss() -> None:
    logarithmic = levels_of(bowl(41), True)
    assert logarithmic.low == pytest.approx(0.1)
    assert 2.1 <= logarithmic.high <= 2.1 * 10**0.1
    assert logarithmic.share(np.sqrt(logarithmic.low * logarithmic.high)) == pytest.approx(0.5)
    linear = levels_of(bowl(41), False)
    assert linear.low <= 0.1
    assert linear.high >= 2.1
    assert linear.share((linear.low + linear.high) / 2) == pytest.approx(0.5)


def test_levels_hardly_move_while_a_surface_gets_finer() -> None:
    assert len({levels_of(bowl(cells), True) for cells in (25, 51, 101)}) == 1


def test_one_steep_wall_does_not_take_all_colours() -> None:
    values = bowl(41)
    values[:, -1] = 1e9
    for logarithmic in (True, False):
        levels = levels_of(values, logarithmic)
        assert levels.high < 100
        assert beyond(values, levels).above == 41


def test_a_loss_of_exactly_zero_is_below_a_logarithmic_scale_and_counted() -> None:
    values = bowl(41)
    values[3, 4] = 0.0
    levels = levels_of(values, True)
    assert levels.low > 0
    assert beyond(values, levels).below == 1
    assert levels.indices(values)[3, 4] == 0
    assert levels_of(np.zeros((5, 5)), True).low > 0
    assert levels_of(np.full((5, 5), np.nan), False).high > 0
    assert levels_of(np.full((5, 5), 0.7), False).high > 0.7


def test_cells_without_a_colour_of_their_own_are_hatched_and_counted(qtbot: Any) -> None:
    values = bowl(41)
    values[:10, :10] = np.nan
    values[30:, 30:] = np.inf
    values[:5, 36:] = 1e8
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(values), choice_of(), contours=False, levels=(0.1, 3.0)))
    assert (drawing.beyond.above, drawing.beyond.below) == (25, 0)
    assert drawing.beyond.not_finite == 100 + 121
    sheet = Sheet(qtbot, drawing, DARK)
    seen = {sheet.color(-0.9 + 0.02 * k, -0.8) for k in range(15)}
    assert len(seen) > 3
    assert all(abs(red - green) < 40 for red, green, _ in seen)
    assert "221 cells are not finite" in drawing.summary()


def test_without_a_plane_a_sentence_stands_in_place_of_numbers(qtbot: Any) -> None:
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(bowl(13)), choice_of()))
    drawing.show(SurfacePicture(None, problem="There is no path yet."))
    assert drawing.notice.text == "There is no path yet."
    assert not drawing.left.isVisible()
    assert drawing.field.is_empty
    assert "There is no path yet." in drawing.summary()
    drawing.show(SurfacePicture(None))
    assert drawing.notice.text == EMPTY
    drawing.show(SurfacePicture(surface_of(bowl(13)), choice_of()))
    assert drawing.left.isVisible()
    assert not drawing.notice.isVisible()


def test_contours_of_a_bowl_are_circles() -> None:
    a = np.linspace(-1, 1, 101)
    x, y = contour_lines(a, a, a[None, :] ** 2 + a[:, None] ** 2, np.array([0.25, 0.64]))
    radius = np.hypot(x, y)
    radius = radius[np.isfinite(radius)]
    assert np.all((np.abs(radius - 0.5) < 2e-3) | (np.abs(radius - 0.8) < 2e-3))
    assert (np.abs(radius - 0.5) < 2e-3).any()
    assert (np.abs(radius - 0.8) < 2e-3).any()


def test_a_valley_narrower_than_the_cells_has_no_beads_on_its_floor() -> None:
    """Rosenbrock's: the line of J = 0.1 cannot be followed where it is thinner than a cell."""
    a, b = np.linspace(-3.6, 3.6, 201), np.linspace(-1.0, 3.0, 201)
    values = (1 - a[None, :]) ** 2 + 100 * (b[:, None] - a[None, :] ** 2) ** 2
    marks = np.log10([0.1, 1.0, 10.0, 100.0])
    beads, clean = (
        int(np.isnan(contour_lines(a, b, np.log10(values), marks, smallest)[0]).sum())
        for smallest in (0.0, BEAD)
    )
    assert beads > 15
    assert clean <= 8
    # The hollows of an egg box are no beads.
    egg = -np.cos(2 * np.pi * a[None, :]) - np.cos(2 * np.pi * b[:, None])
    every, drawn = (contour_lines(a, b, egg, np.array([-1.0]), smallest)[0] for smallest in (0.0, BEAD))
    np.testing.assert_array_equal(drawn, every)


def test_beads_are_left_out_of_a_rough_surface_in_about_the_time_of_its_lines() -> None:
    """It has thousands of beads, and is drawn again while it trains."""
    a, values = np.linspace(-1, 1, 121), np.random.default_rng(0).normal(size=(121, 121))

    def time_of(smallest: float) -> float:
        began = time.thread_time()
        contour_lines(a, a, values, np.linspace(-2.0, 2.0, 9), smallest)
        return time.thread_time() - began

    plain, clean = (min(time_of(smallest) for _ in range(3)) for smallest in (0.0, BEAD))
    assert clean < 8 * plain


def test_contours_keep_away_from_cells_that_are_not_finite() -> None:
    a = np.linspace(-1, 1, 41)
    values = a[None, :] ** 2 + a[:, None] ** 2
    values[:, 20:] = np.nan
    x, _ = contour_lines(a, a, values, np.array([0.25]))
    assert np.nanmax(x) < 0
    assert len(contour_lines(a[:1], a, values[:, :1], np.array([0.25]))[0]) == 0
    assert len(contour_lines(a, a, values, np.array([99.0]))[0]) == 0


def test_the_marker_has_the_colour_of_the_true_loss(qtbot: Any) -> None:
    """Off the plane the surface under the marker has another colour than the marker."""
    drawing = SurfaceDrawing(DARK)
    now = Now(0.6, 0.6, true_loss=0.11, plane_loss=0.82, distance=2.0)
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of(), now=now))
    sheet = Sheet(qtbot, drawing, DARK)
    assert drawing.levels is not None
    expected = drawing.levels.color(TABLE, 0.11)
    assert expected is not None
    assert close(sheet.color(0.6, 0.6), channels_of(expected))
    assert "true J 0.1100" in drawing.summary()


def test_the_path_is_white_and_fades_with_its_distance_from_the_plane() -> None:
    path = np.column_stack([np.linspace(0, 3, 4), np.linspace(0, 4, 4)])
    opacity = fade(path, np.array([0.0, 1.0, 2.5, 80.0]))
    assert opacity[0] == 1.0
    assert np.all(np.diff(opacity) < 0)
    assert opacity[-1] == FAINTEST
    assert fade(path[:1], np.array([3.0])).tolist() == [1.0]
    assert len(fade(path[:0], np.empty(0))) == 0


def test_the_path_is_drawn_where_the_parameters_project_to(qtbot: Any) -> None:
    path = np.array([[-0.8, -0.5], [0.8, -0.5]])
    picture = SurfacePicture(surface_of(bowl(51)), choice_of(), path, np.zeros(2), contours=False)
    drawing = SurfaceDrawing(DARK)
    drawing.show(picture)
    sheet = Sheet(qtbot, drawing, DARK)
    for a in (-0.4, 0.3):
        column, row = sheet.pixel(a, -0.5)
        brightest = max(sheet.image.pixelColor(column, row + k).lightness() for k in (-1, 0, 1))
        assert brightest > 220


def test_labels_of_the_marks_do_not_collide(qtbot: Any) -> None:
    marks = [Mark(0.0, 0.0, "start", "start")]
    marks += [Mark(0.03 * k, 0.05 * k, f"α {k} → {k + 1}", "learning_rate") for k in range(1, 12)]
    now = Now(0.4, 0.6, 0.3, 0.3, 0.0)
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of(), marks=marks, now=now))
    sheet = Sheet(qtbot, drawing, DARK)
    boxes = [box for _, box in drawing.overlay.placed]
    assert len(boxes) >= 3
    assert sheet.image.width() == 500
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_a_drag_of_the_slider_in_one_place_is_one_mark(qtbot: Any) -> None:
    marks = [Mark(0.2 + 1e-4 * k, 0.2, f"α {k} → {k + 1}", "learning_rate") for k in range(50)]
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of(), marks=marks))
    sheet = Sheet(qtbot, drawing, DARK)
    assert sheet.image.width() == 500
    assert [label for label, _ in drawing.overlay.placed] == ["α 0 → 50"]


def test_marks_lie_on_the_path_at_the_steps_of_their_changes() -> None:
    history = history_of(np.linspace(1, 0.5, 40), rates=((0, 0.3), (10, 1.0), (25, 9.0)))
    path, off = project_path(choice_of().plane, history)
    assert np.allclose(path, np.column_stack([np.arange(40), -np.arange(40) / 2]))
    assert np.allclose(off, 0.0)
    marks = marks_of(history, path, 0.3)
    assert [mark.label for mark in marks] == ["start", "α 0.3 → 1", "α 1 → 9"]
    assert marks[1][:2] == (10.0, -5.0)
    assert marks[2][:2] == (25.0, -12.5)
    scheduled = marks_of(history, path, 0.3, "cosine")
    assert [mark.label for mark in scheduled][1:] == ["slider’s α 0.3 → 1", "slider’s α 1 → 9"]


def test_zooming_tells_which_part_is_wanted_now(qtbot: Any) -> None:
    wanted: list[Window | None] = []
    drawing = SurfaceDrawing(DARK)
    drawing.view_changed = wanted.append
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of()))
    sheet = Sheet(qtbot, drawing, DARK)
    assert wanted == []
    drawing.box.scaleBy((0.5, 0.5))
    drawing.box.sigRangeChangedManually.emit([True, True])
    assert wanted[-1] == pytest.approx((-0.5, 0.5, -0.5, 0.5))
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of()))
    assert np.allclose(drawing.item.viewRange()[0], [-0.5, 0.5])
    drawing.box.autoRange()
    assert wanted[-1] is None
    assert np.allclose(drawing.item.viewRange()[0], [-1, 1])
    assert sheet.image.width() == 500


def test_hovering_says_what_was_computed_there(qtbot: Any) -> None:
    values = bowl(41)
    values[0, 0] = np.nan
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(values), choice_of()))
    assert drawing.hover(0.01, -0.02) == "J 0.1000   at (0, 0)"
    assert "not finite" in drawing.hover(-1.0, -1.0)
    assert drawing.hover(5.0, 0.0) == ""


def test_the_scale_can_be_switched(qtbot: Any) -> None:
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of()))
    assert drawing.levels is not None
    assert drawing.levels.logarithmic
    drawing.set_log(False)
    assert not drawing.levels.logarithmic
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of(), log_scale=False, contours=False))
    assert len(drawing.contour_item.x) == 0
    drawing.restyle(DARK.with_loss_colors("cividis"))
    sheet = Sheet(qtbot, drawing, DARK)
    bottom = colormap("cividis")[drawing.levels.indices(np.array([[0.1]]))[0, 0]]
    red, green, blue = map(int, bottom)
    assert close(sheet.color(0.0, 0.0), (red, green, blue), 10)


def test_between_cells_the_loss_of_the_plane_is_interpolated() -> None:
    surface = surface_of(np.array([[0.0, 1.0], [2.0, 3.0]]))
    assert loss_at(surface, 0.0, 0.0) == pytest.approx(1.5)
    assert loss_at(surface, 1.0, -1.0) == pytest.approx(1.0)
    assert np.isnan(loss_at(surface, 1.5, 0.0))


def test_the_colour_bar_has_ticks_in_units_of_the_loss(qtbot: Any) -> None:
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of()))
    sheet = Sheet(qtbot, drawing, DARK)
    ticks = drawing.bar.ticks(drawing.bar.size().height())
    assert ticks == pytest.approx([0.1, 0.2, 0.5, 1, 2])
    assert drawing.bar.size().height() == pytest.approx(drawing.box.size().height())
    assert sheet.image.width() == 500


def test_a_picture_painted_twice_as_large_is_the_same_picture(qtbot: Any) -> None:
    """Lines, markers and labels grow with it; none keeps the pixels of the screen."""
    drawing = SurfaceDrawing(DARK)
    path = np.array([[-0.8, -0.5], [0.8, -0.5]])
    picture = SurfacePicture(
        surface_of(bowl(51)), choice_of(), path, np.zeros(2), now=Now(0.8, -0.5, 1, 1, 0)
    )
    drawing.show(picture)
    sheet = Sheet(qtbot, drawing, DARK, 400, 300)
    double = QImage(800, 600, QImage.Format.Format_RGB32)
    painter = QPainter(double)
    sheet.view.render(painter)
    painter.end()
    small = double.scaled(400, 300, mode=Qt.TransformationMode.SmoothTransformation)
    for a, b in ((0.0, -0.5), (0.8, -0.5), (0.3, 0.4), (-0.79, -0.5)):
        column, row = sheet.pixel(a, b)
        assert close(channels_of(small.pixelColor(column, row)), sheet.color(a, b), 40)


def test_a_narrow_range_of_losses_has_all_colours() -> None:
    for low, high in ((0.6555, 0.6988), (0.6582, 0.7066), (0.31, 0.33)):
        values = np.geomspace(low, high, 900).reshape(30, 30)
        levels = levels_of(values, True)
        assert levels.low <= low
        assert high <= levels.high
        assert levels.share(low) < 0.15
        assert levels.share(high) > 0.85


def test_a_learning_rate_set_before_the_first_step_is_not_marked_as_a_change() -> None:
    trainer = Trainer(Experiment().with_value("training.learning_rate", 0.625))
    trainer.change("training.learning_rate", 10.0)
    trainer.advance(5)
    trainer.change("training.learning_rate", 0.5)
    trainer.advance(5)
    history = trainer.history.view()
    marks = marks_of(history, history.path[:, :2], 0.625)
    assert [mark.label for mark in marks] == ["start", "α 10 → 0.5"]


@pytest.mark.parametrize("in_space", [False, True])
def test_both_drawings_name_the_moment_that_is_shown_and_the_same_marks(qtbot: Any, in_space: bool) -> None:
    """Labels of the flat picture and of the one in space have the same words."""
    marks = [
        Mark(-0.8, -0.8, "start", "start"),
        Mark(0.8, -0.7, "kept", "kept"),
        Mark(-0.6, 0.7, "α 1", "set"),
    ]
    now = Now(0.4, 0.3, 0.3, 0.3, 0.0, "step 12")
    picture = SurfacePicture(surface_of(bowl(51)), choice_of(), marks=marks, now=now)
    if in_space:
        drawing = ReliefDrawing(DARK)
        drawing.show(picture)
        image = QImage(600, 450, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        drawing.paint(painter, QRectF(0, 0, 600, 450), 41)
        painter.end()
        placed = drawing.placed
    else:
        flat = SurfaceDrawing(DARK)
        flat.show(picture)
        sheet = Sheet(qtbot, flat, DARK)
        assert sheet.image.width() == 500
        placed = flat.overlay.placed
    assert [label for label, _ in placed] == ["step 12", "start", "kept", "α 1"]


@pytest.mark.parametrize(("a", "b"), [(5.0, 0.2), (-3.0, -3.0), (0.0, 1.7)])
def test_an_arrowhead_at_the_edge_points_to_weights_beyond_the_view(qtbot: Any, a: float, b: float) -> None:
    drawing = SurfaceDrawing(DARK)
    now = Now(a, b, true_loss=0.11, plane_loss=0.11, distance=0.0)
    drawing.show(SurfacePicture(surface_of(bowl(51)), choice_of(), now=now))
    sheet = Sheet(qtbot, drawing, DARK)
    assert drawing.levels is not None
    expected = drawing.levels.color(TABLE, 0.11)
    assert expected is not None
    assert [label for label, _ in drawing.overlay.placed] == ["now"]
    (left, top, right, bottom) = drawing.overlay.placed[0][1]
    assert right > left
    assert bottom > top
    inside = [
        (0.9 * float(np.clip(a, -1, 1)) + i, 0.9 * float(np.clip(b, -1, 1)) + j)
        for i in np.linspace(-0.1, 0.1, 41)
        for j in np.linspace(-0.1, 0.1, 41)
    ]
    assert any(
        close(sheet.color(*place), channels_of(expected))
        for place in inside
        if max(abs(place[0]), abs(place[1])) < 1
    )


@pytest.mark.parametrize("place", [(0.0, 0.0), (100.0, 80.0), (99.0, 40.0), (50.0, 0.5), (50.0, 40.0)])
def test_the_marker_of_now_is_whole_at_the_edge_too(place: tuple[float, float]) -> None:
    """A white card, and nothing is painted beyond the frame."""
    overlay = PathOverlay(LIGHT)
    overlay.show(np.empty((0, 2)), np.empty(0), [], Now(*place, 0.5, 0.5, 0.0, ""), None)
    image = QImage(140, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    overlay.draw(painter, QTransform.fromTranslate(20, 20), (20.0, 20.0, 120.0, 100.0))
    painter.end()
    painted = np.array(
        [(x, y) for x in range(140) for y in range(120) if image.pixelColor(x, y) != Qt.GlobalColor.white]
    )
    assert len(painted) > 50
    assert painted[:, 0].min() >= 20
    assert painted[:, 0].max() < 120
    assert painted[:, 1].min() >= 20
    assert painted[:, 1].max() < 100
    assert np.abs(painted - 20 - np.array(place)).max(axis=1).min() < LIGHT.marker_size


def test_a_low_plot_leaves_long_names_of_its_axes_out(qtbot: Any) -> None:
    """The line of a name is the plot's where there is hardly any room, and no name is cut in two."""
    drawing = SurfaceDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(bowl(25)), choice_of()))
    long = drawing.picture.axis_names
    assert min(map(len, long)) > 4
    sheet = Sheet(qtbot, drawing, DARK, 400, 110)
    qtbot.waitUntil(lambda: (drawing.bottom.name, drawing.left.name) == ("", ""))
    sheet.paint()
    low = drawing.box.height()
    assert low > 0.6 * 110
    sheet.view.resize(400, 400)
    qtbot.waitUntil(lambda: (drawing.bottom.name, drawing.left.name) == long)
