"""Names at the ends of other runs' curves, each led to by a line of its own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QTransform

from playground.drawing.kit.labels import around, in_columns, leader, overlap
from playground.drawing.kit.theme import DARK
from playground.drawing.runs import Look, OtherCurves, OtherPaths, OtherRun

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
