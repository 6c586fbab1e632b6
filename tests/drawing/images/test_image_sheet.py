"""A sheet of small images: where they stand, and in which colours."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from playground.drawing.images.image_sheet import SMALLEST, ImageSheet, SmallImage, pixel_colors
from playground.drawing.kit.theme import DARK, LIGHT, channels

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("room", [(690.0, 120.0), (690.0, 60.0), (300.0, 500.0), (1400.0, 90.0)])
@pytest.mark.parametrize("count", [1, 5, 24])
def test_images_stand_apart_and_within_their_room(room: tuple[float, float], count: int) -> None:
    images = [SmallImage(np.zeros((8, 8)), "9 → 8  0.55")] * count
    rect = QRectF(3.0, 5.0, *room)
    places = ImageSheet(LIGHT).places(rect, images)
    assert 1 <= len(places) <= count
    for place in places:
        assert rect.contains(place)
        assert place.width() == pytest.approx(place.height())
        assert place.width() >= SMALLEST - 1e-9
    for one, other in itertools.combinations(places, 2):
        assert not one.intersects(other)
    rows = {place.top() for place in places}
    assert len(places) == count or len(rows) == max(1, int(room[1] / (SMALLEST + 25))), (
        "no room is left empty"
    )


def test_where_no_image_has_room_there_is_none() -> None:
    assert ImageSheet(DARK).places(QRectF(0, 0, 10, 10), [SmallImage(np.zeros((8, 8)), "long text")]) == []


def test_ink_goes_from_the_card_to_the_text_and_signs_have_their_pair() -> None:
    image = SmallImage(np.array([[0.0, 1.0], [0.5, np.nan]]))
    colors = pixel_colors(image, DARK)
    assert tuple(colors[0, 0]) == channels(DARK.card) == tuple(colors[1, 1])
    assert tuple(colors[0, 1]) == channels(DARK.text)
    signed = pixel_colors(SmallImage(np.array([[-1.0, 0.0], [1.0, 0.0]]), signed=True), DARK)
    towards = [
        np.linalg.norm(np.subtract(channels(c), signed[0, 0])) for c in (DARK.negative_weight, DARK.card)
    ]
    assert towards[0] < towards[1]
    assert tuple(signed[0, 1]) == channels(DARK.card)


@pytest.mark.parametrize("in_squares", [False, True])
def test_a_pixel_that_is_no_number_is_crossed_out(in_squares: bool) -> None:
    def painted(value: float) -> QImage:
        picture = QImage(100, 100, QImage.Format.Format_RGB32)
        picture.fill(0)
        values = np.full((4, 4), 0.5)
        values[1, 2] = value
        painter = QPainter(picture)
        ImageSheet(DARK, in_squares).paint(painter, QRectF(0, 0, 100, 100), [SmallImage(values)])
        painter.end()
        return picture

    assert painted(np.nan) == painted(np.inf) != painted(0.0)


def test_an_image_of_pixels_is_that_of_squares() -> None:
    def painted(in_squares: bool) -> QImage:
        picture = QImage(120, 120, QImage.Format.Format_RGB32)
        picture.fill(0)
        painter = QPainter(picture)
        values = np.linspace(0.0, 1.0, 16).reshape(4, 4)
        ImageSheet(DARK, in_squares).paint(painter, QRectF(0, 0, 104, 104), [SmallImage(values)])
        painter.end()
        return picture

    fast, squares = painted(False), painted(True)
    for x, y in itertools.product(range(12, 96, 24), repeat=2):
        assert fast.pixelColor(x, y) == squares.pixelColor(x, y)
