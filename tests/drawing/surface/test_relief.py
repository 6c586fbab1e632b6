"""A surface in space: projected as by hand, nothing in front of what is nearer, nothing made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.levels import Levels, levels_of
from playground.drawing.kit.theme import DARK, LIGHT, PRINT
from playground.drawing.surface.camera import CENTRE, EYE_DISTANCE, Camera
from playground.drawing.surface.captions import picture_caption
from playground.drawing.surface.height_field import HEIGHT, HeightField, heights, thinned
from playground.drawing.surface.mesh_painting import back_to_front, paint_mesh
from playground.drawing.surface.picture import Mark, Now, SurfacePicture
from playground.drawing.surface.relief import COARSE, FINE, ReliefDrawing, densified
from playground.drawing.surface.relief_axes import BoxAxes, height_ticks
from tests.support.plain_data import choice_of, surface_of
from tests.support.sheet import channels_of

pytestmark = pytest.mark.usefixtures("qapp")

RECT = QRectF(0, 0, 600, 450)
TABLE = colormap("viridis")


def bumpy(size: int = 31) -> np.ndarray:
    x = np.linspace(-1, 1, size)
    return 0.2 + np.sin(4 * x)[None] ** 2 + 0.6 * np.cos(3 * x)[:, None] ** 2


def field_of(values: np.ndarray, logarithmic: bool = False, most: int = 101) -> HeightField:
    return HeightField.of(surface_of(values), levels_of(values, logarithmic), most)


def painted(drawing: ReliefDrawing, cells: int = FINE) -> QImage:
    image = QImage(int(RECT.width()), int(RECT.height()), QImage.Format.Format_RGB32)
    image.fill(QColor(drawing.theme.card))
    painter = QPainter(image)
    drawing.paint(painter, RECT, cells)
    painter.end()
    return image


def near(color: QColor, row: np.ndarray) -> bool:
    return max(abs(int(a) - int(b)) for a, b in zip(channels_of(color), row, strict=True)) < 12


# The camera ---------------------------------------------------------------------------------------------


def test_points_are_projected_as_by_hand() -> None:
    level = Camera(azimuth=-90.0, elevation=0.0)
    scale, middle = level.scale(RECT), np.array([300.0, 225.0])
    # Seen along b: a runs to the right, height upwards; what is nearer by one is larger by 7/6.
    expected = {
        (0, 0, 0): (0.0, 0.0),
        (1, 0, 0): (1.0, 0.0),
        (0, 0, 1): (0.0, -1.0),
        (0, 5, 0): (0.0, 0.0),
        (1, -1, 0): (EYE_DISTANCE / (EYE_DISTANCE - 1), 0.0),
        (1, 1, 1): (EYE_DISTANCE / (EYE_DISTANCE + 1), -EYE_DISTANCE / (EYE_DISTANCE + 1)),
    }
    for point, seen in expected.items():
        pixels, distance = level.project(CENTRE + np.array(point, float), RECT)
        np.testing.assert_allclose(pixels, middle + scale * np.array(seen), atol=1e-9)
        assert distance == pytest.approx(EYE_DISTANCE + point[1])
    # From above b runs upwards; from the right, along a, it runs to the right.
    above = Camera(azimuth=-90.0, elevation=90.0)
    np.testing.assert_allclose(
        above.project(CENTRE + np.array([0, 1.0, 0]), RECT)[0], middle - np.array([0.0, scale]), atol=1e-9
    )
    aside = Camera(azimuth=0.0, elevation=0.0)
    np.testing.assert_allclose(
        aside.project(CENTRE + np.array([0, 1.0, 0]), RECT)[0], middle + np.array([scale, 0.0]), atol=1e-9
    )


def test_a_camera_goes_around_but_never_below_the_floor_or_over_the_top() -> None:
    camera = Camera()
    assert camera.turned(360.0, 0.0).azimuth == pytest.approx(camera.azimuth)
    assert camera.turned(0.0, -500.0).elevation > 0
    assert camera.turned(0.0, 500.0).elevation == 90.0
    assert camera.zoomed(1e9).zoom < 10
    assert camera.zoomed(1e-9).zoom > 0.1
    for axis in camera.axes():
        assert np.linalg.norm(axis) == pytest.approx(1.0)


# The field ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("logarithmic", [False, True])
def test_heights_have_the_scale_of_the_colours(logarithmic: bool) -> None:
    levels = Levels(0.1, 10.0, logarithmic)
    losses = np.array([0.01, 0.1, 1.0, 5.0, 10.0, 99.0, np.nan, np.inf])
    z = heights(losses, levels)
    assert z[[0, 1]].tolist() == [0.0, 0.0]
    assert z[[4, 5]] == pytest.approx([HEIGHT, HEIGHT])
    assert z[2] == pytest.approx(HEIGHT * levels.share(1.0))
    assert z[3] == pytest.approx(HEIGHT * levels.share(5.0))
    assert np.isnan(z[6:]).all()


def test_a_path_lies_on_the_field() -> None:
    size = 21
    a, b = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size))
    field = field_of(3.0 + a + 2 * b)
    at_a, at_b = np.array([-0.93, 0.11, 0.777, 1.0]), np.array([0.4, -0.98, 0.333, 1.0])
    points = field.place(at_a, at_b)
    np.testing.assert_allclose(points[:, 0], at_a, atol=1e-12)
    np.testing.assert_allclose(points[:, 2], heights(3.0 + at_a + 2 * at_b, field.levels), atol=1e-12)
    assert np.isnan(field.place(np.array([1.2]), np.array([0.0]))[0, 2])
    path = np.array([[-0.9, -0.9], [0.9, 0.9]])
    dense, strength = densified(field, path, np.array([1.0, 0.5]))
    assert len(dense) > 30
    np.testing.assert_allclose(dense[:, 0], dense[:, 1])
    assert (strength[0], strength[-1]) == (1.0, 0.5)


def test_cells_without_a_finite_loss_are_left_out_and_counted() -> None:
    values = bumpy(31)
    values[10, 12], values[0, 0] = np.nan, np.inf
    corners, _, cells = field_of(values).quads()
    assert len(corners) == 30 * 30 - 4 - 1
    assert np.isfinite(corners).all()
    missing = {(9, 11), (9, 12), (10, 11), (10, 12), (0, 0)}
    assert missing.isdisjoint({(int(row), int(column)) for row, column in cells})
    picture = SurfacePicture(surface_of(values), choice_of(), log_scale=False)
    caption = picture_caption(picture, levels_of(values, False), in_space=True)
    assert "Left out: 1 cell infinite, 1 cell not a number." in caption
    assert "Hatched" not in caption
    cut = picture_caption(picture, Levels(0.3, 1.0, False), in_space=True)
    assert "Cut off:" in cut
    assert "above 1" in cut


def test_a_coarser_mesh_keeps_the_edges() -> None:
    assert thinned(5, 9).tolist() == [0, 1, 2, 3, 4]
    indices = thinned(101, COARSE)
    assert len(indices) == COARSE
    assert (indices[0], indices[-1]) == (0, 100)
    field = field_of(bumpy(101), most=COARSE)
    assert (field.x[0], field.x[-1], len(field.y)) == (-1.0, 1.0, COARSE)


# What hides what ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("azimuth", [-90.0, -62.0, 0.0, 45.0, 133.0, 179.0])
@pytest.mark.parametrize("elevation", [3.0, 34.0, 80.0])
def test_along_every_line_of_sight_the_nearer_cell_is_painted_later(azimuth: float, elevation: float) -> None:
    size = 12
    field = field_of(np.ones((size, size)) + 0.1 * np.arange(size))
    corners, _, cells = field.quads()
    camera = Camera(azimuth, elevation)
    turn = np.empty(len(corners), int)
    turn[back_to_front(corners, camera)] = np.arange(len(corners))
    number = {(int(r), int(c)): int(k) for (r, c), k in zip(cells, turn, strict=True)}
    rng = np.random.default_rng(3)
    eye = camera.eye()[:2]
    for target in rng.uniform(-1, 1, (60, 2)):
        # The floor under a line of sight, from the eye outwards.
        along = eye + np.linspace(0, 3, 4000)[:, None] * (target - eye)
        inside = (np.abs(along) < 1).all(axis=1)
        crossed = np.floor((along[inside] + 1) / 2 * (size - 1)).astype(int)
        visited = list(dict.fromkeys((int(row), int(column)) for column, row in crossed))
        turns = [number[cell] for cell in visited]
        assert turns == sorted(turns, reverse=True)


def ridge() -> np.ndarray:
    """A wall along a, in front of a valley, when looked at along b."""
    b = np.linspace(-1, 1, 41)
    return np.repeat(np.where(np.abs(b + 0.5) < 0.06, 10.0, 1.0)[:, None], 41, axis=1)


def test_a_wall_hides_the_valley_behind_it() -> None:
    field = field_of(ridge())
    camera = Camera(azimuth=-90.0, elevation=8.0)
    behind, before = field.place(np.array([0.0, 0.0]), np.array([0.0, -0.9]))
    seen = field.seen(np.array([behind, before]), camera)
    assert seen.tolist() == [False, True]
    image = QImage(600, 450, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    painter = QPainter(image)
    assert paint_mesh(painter, RECT, field, camera, TABLE, wires=False) == 40 * 40
    painter.end()
    hidden = camera.project(behind, RECT)[0]
    shown = camera.project(before, RECT)[0]
    assert not near(image.pixelColor(*np.rint(hidden).astype(int).tolist()), TABLE[0])
    assert near(image.pixelColor(*np.rint(shown).astype(int).tolist()), TABLE[0])
    # From above nothing hides anything.
    assert field.seen(np.array([behind, before]), Camera(elevation=90.0)).all()


@pytest.mark.parametrize("azimuth", [-62.0, 20.0, 160.0])
def test_what_is_hidden_agrees_with_a_slow_look_along_the_line_of_sight(azimuth: float) -> None:
    field = field_of(bumpy(41))
    camera = Camera(azimuth, 18.0)
    rng = np.random.default_rng(0)
    places = rng.uniform(-0.98, 0.98, (160, 2))
    points = field.place(places[:, 0], places[:, 1]) + np.array([0, 0, 0.004])
    looks = np.linspace(0, 1, 2501)[1:, None]
    depths = []
    for point in points:
        way = point + looks * 0.6 * (camera.eye() - point)
        below = field.height(way[:, 0], way[:, 1]) - way[:, 2]
        depths.append(np.nanmax(np.append(below, -1.0)))
    depth = np.array(depths)
    clear = np.abs(depth - 0.008) > 0.02
    assert clear.sum() > 60
    agree = field.seen(points, camera)[clear] == (depth[clear] < 0.008)
    assert agree.mean() > 0.985
    assert (~field.seen(points, camera)).sum() > 10


# The picture --------------------------------------------------------------------------------------------


@pytest.fixture(params=[True, False], ids=["log", "linear"])
def drawing(request: pytest.FixtureRequest) -> ReliefDrawing:
    result = ReliefDrawing(DARK)
    path = np.column_stack([np.linspace(-0.8, 0.1, 40), np.linspace(-0.5, 0.2, 40)])
    marks = [Mark(-0.8, -0.5, "start", "start"), Mark(-0.3, -0.1, "α 0.3 → 1", "learning_rate")]
    now = Now(0.1, 0.2, 0.9, 0.7, 0.2)
    result.show(
        SurfacePicture(
            surface_of(bumpy()), choice_of(), path, np.zeros(40), marks, now, log_scale=request.param
        )
    )
    return result


def test_the_weights_of_now_have_the_colour_of_their_true_loss(drawing: ReliefDrawing) -> None:
    drawing.camera = Camera(elevation=90.0)
    image = painted(drawing)
    field = drawing.field()
    assert field is not None
    assert drawing.levels is not None
    at = drawing.camera.project(field.place(np.array([0.1]), np.array([0.2]))[0], RECT)[0]
    color = drawing.levels.color(TABLE, 0.9)
    assert color is not None
    assert near(image.pixelColor(*np.rint(at).astype(int).tolist()), np.array(channels_of(color)))


def test_seen_from_above_every_cell_has_the_colour_of_the_flat_picture(drawing: ReliefDrawing) -> None:
    values = bumpy()
    drawing.camera = Camera(azimuth=-90.0, elevation=90.0)
    drawing.show(SurfacePicture(surface_of(values), choice_of(), log_scale=drawing.picture.log_scale))
    image, field = painted(drawing), drawing.field()
    assert field is not None
    assert drawing.levels is not None
    checked = 0
    for row in range(3, 28, 4):
        for column in range(3, 28, 4):
            middle = field.quads()[0].reshape(30, 30, 4, 3)[row, column].mean(axis=0)
            pixel = np.rint(drawing.camera.project(middle, RECT)[0]).astype(int).tolist()
            corners = values[row : row + 2, column : column + 2]
            transformed = drawing.levels.transform(corners).mean()
            loss = 10**transformed if drawing.levels.logarithmic else transformed
            color = drawing.levels.color(TABLE, float(loss))
            assert color is not None
            checked += near(image.pixelColor(*pixel), np.array(channels_of(color)))
    # A contour runs over some of them.
    assert checked > 0.7 * 49


def test_hovering_tells_the_loss_of_the_cell_that_is_seen() -> None:
    drawing = ReliefDrawing(LIGHT)
    drawing.camera = Camera(azimuth=-90.0, elevation=8.0)
    drawing.show(SurfacePicture(surface_of(ridge()), choice_of(), log_scale=False))
    field = drawing.field()
    assert field is not None
    hidden = drawing.camera.project(field.place(np.array([0.0]), np.array([0.6]))[0], RECT)[0]
    before = drawing.camera.project(field.place(np.array([0.3]), np.array([-0.9]))[0], RECT)[0]
    assert drawing.hover(QPointF(*before), RECT) == "J 1.000   at (0.3, −0.9)"
    # The wall stands from b = −0.6 to −0.4, and is seen in place of what lies behind it.
    assert drawing.hover(QPointF(*hidden), RECT).endswith(("−0.6)", "−0.55)", "−0.5)"))
    top = drawing.camera.project(field.place(np.array([0.0]), np.array([-0.5]))[0], RECT)[0]
    assert drawing.hover(QPointF(top[0], top[1] + 3), RECT) == "J 10.00   at (0, −0.55)"
    assert drawing.hover(QPointF(2, 2), RECT) == ""


def test_without_a_surface_it_says_why(drawing: ReliefDrawing) -> None:
    drawing.show(SurfacePicture(None, problem="All weights are zero."))
    assert drawing.levels is None
    assert "All weights are zero." in drawing.summary()
    image = painted(drawing)
    text = QColor(DARK.dim_text)
    assert any(image.pixelColor(x, y) == text for x in range(200, 400) for y in range(210, 240))
    assert drawing.hover(QPointF(300, 220), RECT) == ""


def test_a_screen_reader_hears_what_is_left_out() -> None:
    values = bumpy()
    values[3, 3] = np.inf
    drawing = ReliefDrawing(DARK)
    drawing.show(SurfacePicture(surface_of(values), choice_of()))
    assert "1 cells are not finite and left out" in drawing.summary()
    drawing.show(SurfacePicture(surface_of(np.full((5, 5), np.nan)), choice_of()))
    assert "no cell has a finite loss" in drawing.summary()
    assert painted(drawing).width() == 600


def test_heights_are_labelled_within_the_levels() -> None:
    for levels in (Levels(0.03, 2.0, True), Levels(0.0, 7.0, False), Levels(1e-7, 1e9, True)):
        ticks = height_ticks(levels, 160.0, DARK)
        assert 2 <= len(ticks) <= 9
        assert ticks.min() >= levels.low
        assert ticks.max() <= levels.high * (1 + 1e-9)


@pytest.mark.parametrize("azimuth", [-150, -110, -90, -62, -20, 30, 80, 130])
@pytest.mark.parametrize("elevation", [8, 34, 60])
def test_the_names_of_the_axes_stand_whole_beside_their_edges(azimuth: float, elevation: float) -> None:
    """In a column of a paper: as near to its edge as its numbers, and never on the floor of the box."""
    rect = QRectF(0, 0, 367, 270)
    camera = Camera(azimuth, elevation)
    names = ("along direction 1", "along direction 2")
    axes = BoxAxes(field_of(bumpy()), names, camera, rect, PRINT)
    image = QImage(367, 270, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    axes.paint(painter)
    painter.end()
    corners = [(x, y, 0.0) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    places = [QPointF(*place) for place in camera.project(np.array(corners), rect)[0]]
    floor = QPolygonF(places)
    lines = [(text, box) for text, box in axes.placed if "a" in text or "d" in text]
    assert sorted(" ".join(text for text, _ in lines).split()) == sorted(" ".join(names).split())
    for _, (left, top, right, bottom) in lines:
        # The place of a text is four fifths of its line high.
        assert rect.contains(QRectF(QPointF(left, top), QPointF(right, bottom)))
        box = QPolygonF(QRectF(QPointF(left + 1, top + 1), QPointF(right - 1, bottom - 1)))
        assert not floor.intersects(box)
        middle = QPointF((left + right) / 2, (top + bottom) / 2)
        edges = [QLineF(places[at], places[(at + 1) % 4]) for at in range(4)]
        assert min(distance(middle, edge) for edge in edges) < 85


def distance(point: QPointF, edge: QLineF) -> float:
    """How far a point is from an edge, in pixels."""
    places = [edge.pointAt(share) for share in np.linspace(0, 1, 50)]
    return min(QLineF(point, place).length() for place in places)


@pytest.mark.parametrize("reach", [3.6, 4.8, 5.5, 9.2])
def test_each_axis_of_the_floor_has_at_least_two_numbers(reach: float) -> None:
    """Of ±4.8, steps of 5 leave 0 alone, and one number is no scale."""
    rect = QRectF(0, 0, 620, 300)
    field = HeightField.of(surface_of(bumpy(), -reach, reach), levels_of(bumpy(), False), 101)
    axes = BoxAxes(field, ("x", "y"), Camera(), rect, DARK)
    image = QImage(620, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    axes.paint(painter)
    painter.end()
    texts = [text for text, _ in axes.placed]
    below_0 = [text for text in texts if text.startswith("−")]
    # J is above 0; both axes have numbers on both sides of 0.
    assert len(below_0) >= 2
    assert len(texts) >= 2 * 3 + 2


def test_the_end_of_the_stem_is_named_or_not_drawn(drawing: ReliefDrawing) -> None:
    apart = Now(0.1, 0.2, 1.7, 0.7, 0.2)
    drawing.show(replace(drawing.picture, now=apart))
    painted(drawing)
    names = [text for text, _ in drawing.placed]
    assert "true J 1.700" in names
    assert {"start", "now"} <= set(names)
    field = drawing.field()
    assert field is not None
    # Where the loss in the plane is the true one, or where the mark lies over it, there is one place.
    true = float(field.surface.values[20, 17])
    at = float(field.surface.a[17]), float(field.surface.b[20])
    for now, camera in ((Now(*at, true, true, 0.0), Camera()), (apart, Camera(elevation=90.0))):
        drawing.camera = camera
        drawing.show(replace(drawing.picture, now=now))
        painted(drawing)
        assert not [text for text, _ in drawing.placed if "true J" in text]
