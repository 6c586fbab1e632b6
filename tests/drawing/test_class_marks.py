"""Colours and marks of ten classes, as they are seen."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QTransform

from playground.drawing.kit.class_marks import CLASS_SHAPES, CLASS_SIGNS, mark_path
from playground.drawing.kit.items import PointsItem, solid_pen
from playground.drawing.kit.theme import DARK, LIGHT, PRINT, Theme, contrast
from tests.drawing.test_other_runs import SIGHTS, cielab

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", [DARK, LIGHT, PRINT], ids=lambda theme: theme.name)
def test_ten_classes_differ_in_colour_for_every_sight(theme: Theme, sight: str) -> None:
    assert len(theme.classes) == len(CLASS_SHAPES) == len(CLASS_SIGNS) == 10
    seen = [cielab(color, SIGHTS[sight]) for color in theme.classes]
    apart = 40.0 if sight == "normal" else 14.0
    assert min(math.dist(one, other) for one, other in itertools.combinations(seen, 2)) >= apart


@pytest.mark.parametrize("theme", [DARK, LIGHT, PRINT], ids=lambda theme: theme.name)
def test_the_later_classes_have_no_colour_with_another_meaning(theme: Theme) -> None:
    taken = {
        **dict.fromkeys((theme.text, theme.dim_text, theme.amber), 25.0),
        **dict.fromkeys((theme.positive_weight, theme.negative_weight), 25.0),
        theme.green: 40.0,
        theme.pink: 45.0,
    }
    for color in theme.later_classes:
        seen = cielab(color, SIGHTS["normal"])
        for other, apart in taken.items():
            assert math.dist(seen, cielab(other, SIGHTS["normal"])) >= apart, (color, other)
        assert contrast(color, theme.card) >= 2.5


@pytest.mark.parametrize("theme", [DARK, LIGHT, PRINT], ids=lambda theme: theme.name)
def test_no_later_class_is_green(theme: Theme) -> None:
    """From yellow-green to the green of a word that praises, and on to teal; greys have no hue."""
    for color in theme.later_classes:
        _, a, b = cielab(color, SIGHTS["normal"])
        assert math.hypot(a, b) < 13.0 or not 102.0 < math.degrees(math.atan2(b, a)) % 360.0 < 197.0, color


def drawn(shape: str, count: int = 1) -> np.ndarray:
    """How much of each pixel marks at one place cover, 0 to 1; many are copied from one stamp."""
    image = QImage(31, 31, QImage.Format.Format_Grayscale8)
    image.fill(0)
    item = PointsItem(shape)
    item.set_style(16.0, solid_pen("#000000", 0.1), QBrush(QColor("white")))
    item.pen.setStyle(Qt.PenStyle.NoPen)
    item.set_data(np.full(count, 15.5), np.full(count, 15.5))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    item.draw(painter, QTransform(), (0.0, 0.0, 31.0, 31.0))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(31, image.bytesPerLine())
    return pixels[:, :31] / 255.0


def extent(picture: np.ndarray) -> np.ndarray:
    """The first and the last row and column in which there is something."""
    rows, columns = (np.flatnonzero(picture.max(axis=axis) > 0.1) for axis in (1, 0))
    return np.array([rows[0], rows[-1], columns[0], columns[-1]])


def test_every_mark_is_drawn_whole_and_is_no_other() -> None:
    pictures = {shape: drawn(shape) for shape in CLASS_SHAPES}
    for shape, picture in pictures.items():
        # The area of the circle of the same size.
        assert picture.sum() == pytest.approx(64.0 * math.pi, rel=0.02), shape
        # A copy lies at most half a pixel beside it, and no corner of it is cut off.
        assert np.abs(extent(drawn(shape, 60)) - extent(picture)).max() <= 1, shape
    for one, other in itertools.combinations(pictures.values(), 2):
        assert np.abs(one - other).sum() >= 30.0


def test_a_mark_lies_around_its_place() -> None:
    for shape in CLASS_SHAPES:
        box = mark_path(shape).boundingRect()
        assert abs(box.center().x()) < 0.01
        assert abs(box.center().y()) < 0.45, "a triangle stands a little high or low"
