"""Names at the ends of other runs' curves, each led to by a line of its own."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QTransform

from playground.drawing.kit.labels import around, in_columns, leader, overlap
from playground.drawing.kit.theme import DARK, LIGHT, PATH_PINK, Theme
from playground.drawing.runs import Look, OtherCurves, OtherPaths, OtherRun
from playground.engine.branches.fork import MOST_BRANCHES

pytestmark = pytest.mark.usefixtures("qapp")

FRAME = (0.0, 0.0, 900.0, 500.0)
NAMES = ["α 0.03", "α 0.1", "α 0.35", "α 0.9", "α 3", "α 5", "α 7", "α 9"]


@pytest.mark.parametrize("apart", [0.0, 1.0, 5.0, 12.0])
@pytest.mark.parametrize("height", [30.0, 250.0, 440.0])
@pytest.mark.parametrize("end_x", [450.0, 890.0])
def test_a_line_leads_to_each_name_of_a_bundle_of_curves_through_no_other_name(
    end_x: float, height: float, apart: float
) -> None:
    steps = np.linspace(100.0, end_x, 40)
    curves = OtherCurves(DARK)
    curves.logarithmic = False
    heights = [min(height + apart * index, 492.0) for index in range(len(NAMES))]
    curves.show(
        [OtherRun(NAMES[i], Look(i), steps, np.full(40, at)) for i, at in enumerate(heights)],
    )
    image = QImage(900, 500, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    curves.draw(painter, QTransform(), FRAME)
    painter.end()
    named = dict(curves.placed)
    assert list(named) == NAMES
    far = 0
    for name, at in zip(NAMES, heights, strict=True):
        way = leader(end_x, at, named[name])
        far += math.dist(way[0], way[-1]) > 10.0
        for other, box in named.items():
            assert not overlap(around(end_x, at, 0.1), box), "no name lies on an end"
            if other != name:
                assert not overlap(named[name], box)
                crossed = [place for place in way if overlap(around(*place, 0.1), box)]
                assert not crossed, f"the line to {name} goes through {other}"
        assert 0 <= named[name][0] < named[name][2] <= 900
        assert 0 <= named[name][1] < named[name][3] <= 500
    assert far >= 2 or apart == 12.0, "not all of them have room at their end"


def test_the_name_of_a_run_that_left_the_picture_stands_where_it_leaves_it() -> None:
    curves = OtherCurves(DARK)
    curves.logarithmic = False
    steps = np.linspace(0.0, 800.0, 81)
    # Up and out at 200, down and out at 400, and one that stays.
    heights = [250.0 - 1.25 * steps, 250.0 + 0.625 * steps, np.full(81, 250.0)]
    curves.show([OtherRun(NAMES[i], Look(i), steps, at) for i, at in enumerate(heights)])
    image = QImage(900, 500, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    curves.draw(painter, QTransform(), FRAME)
    painter.end()
    named = dict(curves.placed)
    for name, x, y in zip(NAMES, (200.0, 400.0, 800.0), (0.0, 500.0, 250.0), strict=False):
        way = leader(x, y, named[name])
        assert math.dist(way[0], way[-1]) < 40.0


def test_a_column_keeps_the_order_of_its_anchors_and_stands_beside_them() -> None:
    anchors = [(450.0, 60.0), (450.0, 300.0), (452.0, 302.0), (450.0, 299.0)]
    boxes = in_columns(anchors, [(60.0, 16.0)] * 4, FRAME)
    assert boxes is not None
    middles = [(top + bottom) / 2 for _, top, _, bottom in boxes]
    assert middles[0] == 60.0, "what has room at its own height has it"
    assert middles[3] < middles[1] < middles[2]
    assert sum(middles[1:]) / 3 == pytest.approx(901.0 / 3)
    assert all(box[0] > 452.0 for box in boxes)
    edge = in_columns([(880.0, 60.0)] * 2, [(60.0, 16.0)] * 2, FRAME)
    assert edge is not None
    assert all(box[2] < 880.0 for box in edge)
    assert in_columns([(450.0, 60.0)] * 40, [(60.0, 16.0)] * 40, FRAME) is None
    low = (0.0, 0.0, 900.0, 106.0)
    seven = in_columns([(450.0, 10.0 + at) for at in range(7)], [(60.0, 16.0)] * 7, low)
    assert seven is not None, "all runs of a race have their names in a low plot"
    assert all(upper[3] <= lower[1] + 1e-9 for upper, lower in itertools.pairwise(seven))


SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""Linear RGB as it is seen: Machado, Oliveira and Fernandes 2009, severity 1."""


def cielab(color: str, sight: np.ndarray) -> np.ndarray:
    rgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(sight @ linear, 0.0, 1.0) / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16.0 / 116.0)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_seven_runs_differ_in_colour_for_every_sight_and_in_their_dashes(theme: Theme, sight: str) -> None:
    looks = [Look(number) for number in range(7)]
    for over_surface in (False, True):
        seen = [cielab(look.color(theme, over_surface), SIGHTS[sight]) for look in looks]
        apart = [math.dist(one, other) for one, other in itertools.combinations(seen, 2)]
        assert min(apart) > (40.0 if sight == "normal" else 20.0)
        if sight == "normal":
            taken = [theme.pink, theme.green, theme.amber, theme.class0, theme.class1]
            if over_surface and not theme.is_dark:
                taken = [PATH_PINK]
            others = [cielab(color, SIGHTS[sight]) for color in taken]
            assert min(math.dist(one, other) for one in seen for other in others) > 25.0
    assert len({look.dashes for look in looks}) == 7


def test_no_two_branches_of_the_largest_fork_look_the_same() -> None:
    looks = [Look(number) for number in range(MOST_BRANCHES)]
    assert len({(look.color(LIGHT), look.dashes) for look in looks}) == MOST_BRANCHES


def test_a_run_has_the_same_hue_in_both_themes_and_over_the_surface() -> None:
    for number in range(7):
        look = Look(number)
        colors = [look.color(DARK), look.color(LIGHT), look.color(DARK, True), look.color(LIGHT, True)]
        seen = [cielab(color, SIGHTS["normal"]) for color in colors]
        hues = [math.degrees(math.atan2(b, a)) for _, a, b in seen]
        assert all(abs((hue - hues[0] + 180.0) % 360.0 - 180.0) < 12.0 for hue in hues), (number, hues)


def test_the_path_of_another_run_breaks_where_it_is_unknown() -> None:
    paths = OtherPaths(DARK)
    path = np.array([[100.0, 250.0], [200.0, 250.0], [np.nan, np.nan], [700.0, 250.0], [800.0, 250.0]])
    paths.show([OtherRun("before", Look(0), np.arange(2), np.ones(2), path)])
    image = QImage(900, 500, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    paths.draw(painter, QTransform(), FRAME)
    painter.end()
    assert image.pixelColor(150, 250).alpha() > 200
    assert image.pixelColor(750, 250).alpha() > 200
    assert image.pixelColor(450, 250).alpha() == 0
