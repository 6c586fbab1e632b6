"""The picture of the strip alone: its scale, its curve, its words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from playground.drawing.kit.theme import DARK, LIGHT
from playground.drawing.rate.lookahead import StripLookahead, _loss_scale
from playground.drawing.rate.strip import StripDrawing, StripLimit, StripPicture, scale_for
from playground.landscape.rate_words import RateWord, Stretch
from tests.support.strip_painted import has_color, painted

WORDS = (
    Stretch(RateWord.CREEPS, 1e-4, 0.01),
    Stretch(RateWord.FALLS, 0.01, 5.3),
    Stretch(RateWord.OVERSHOOTS, 5.3, 10.0),
)

pytestmark = pytest.mark.usefixtures("qapp")


@given(
    rate=st.floats(1e-6, 100.0),
    width=st.floats(300.0, 2500.0),
)
@settings(max_examples=60, deadline=None)
def test_every_learning_rate_has_its_place_on_its_scale(rate: float, width: float) -> None:
    drawing, rect = StripDrawing(DARK), QRectF(5, 7, width, 120)
    low, high = scale_for(rate)
    assert low <= 1e-4
    assert high >= 10.0
    picture = StripPicture(rate, low, high)
    x = drawing.x_of(rect, picture, rate)
    track = drawing.track(rect, picture)
    assert track.left() - 1e-6 <= x <= track.right() + 1e-6
    assert drawing.rate_at(rect, picture, x) == pytest.approx(rate, rel=1e-9)
    share = (math.log10(rate) - math.log10(low)) / (math.log10(high) - math.log10(low))
    assert (x - track.left()) / track.width() == pytest.approx(share, abs=1e-9)


def test_the_look_ahead_has_a_gap_where_j_is_not_finite_and_names_its_lowest_point() -> None:
    rates = np.logspace(-4, 1, 48)
    losses = np.where(rates < 3.0, 0.4 - 0.1 * rates, np.where(rates < 5.0, np.nan, np.inf))
    ahead = StripLookahead(rates, losses, 0.4, 100)
    assert rates[ahead.best] == rates[rates < 3.0][-1]
    assert StripLookahead(rates, np.full(48, np.inf), 0.4, 100).best is None
    image = painted(StripPicture(0.001, lookahead=ahead))
    assert has_color(image, LIGHT.green)
    drawing, rect = StripDrawing(LIGHT), QRectF(0, 0, 1000, 230)
    edge = drawing.x_of(rect, StripPicture(0.001), 4.0)
    curve_rows = image.copy(round(edge), 0, 1000 - round(edge), 150)
    # Nothing but the dashed line of J now runs on beyond the gap.
    assert not has_color(curve_rows, LIGHT.text)
    nothing_known = StripLookahead(rates, np.full(48, np.nan), 0.4, 100)
    assert not has_color(painted(StripPicture(0.001, lookahead=nothing_known)), LIGHT.green)


def test_in_a_low_strip_no_word_stands_on_a_number(qapp) -> None:
    limit = StripLimit(5.3, WORDS, "from the mark on")
    picture, rect = StripPicture(0.3, limit=limit), QRectF(0, 0, 1000, 230)
    usual, low = StripDrawing(LIGHT), StripDrawing(LIGHT, low=True)
    assert low.height(True) < 0.8 * usual.height(True)
    assert low.height(False) < usual.height(False)
    words = low.words_of(rect, picture)
    assert [word for word, _ in words] == ["creeps", "falls", "overshoots"]
    bare = QImage(1000, 230, QImage.Format.Format_RGB32)
    bare.fill(QColor(LIGHT.card))
    painter = QPainter(bare)
    low.paint_ticks(painter, rect, picture, [place for _, place in words])
    painter.end()
    for _, place in words:
        inside = bare.copy(place.adjusted(0, 8, 0, 0).toRect())
        assert not has_color(inside, LIGHT.dim_text)


@pytest.mark.parametrize("width", [900, 1000, 1250, 1880])
def test_in_a_low_strip_the_words_stand_between_the_numbers_and_none_is_missing(qapp, width: int) -> None:
    limit = StripLimit(5.3, WORDS, "from the mark on")
    picture, rect = StripPicture(0.3, limit=limit), QRectF(0, 0, width, 230)
    low = StripDrawing(LIGHT, low=True)
    numbers = low.numbers_of(rect, picture)
    assert [number for number, _ in numbers.values()] == ["0.0001", "0.001", "0.01", "0.1", "1", "10"]
    words = low.words_of(rect, picture)
    assert [word for word, _ in words] == ["creeps", "falls", "overshoots"]
    for word, place in words[:2]:
        assert not any(place.intersects(at) for _, at in numbers.values()), word
        stretch = next(stretch for stretch in WORDS if stretch.word == word)
        ends = [low.x_of(rect, picture, rate) for rate in (stretch.low, stretch.high)]
        assert ends[0] <= place.center().x() <= ends[1]


def test_in_a_usual_strip_the_words_have_a_line_of_their_own_below_the_numbers(qapp) -> None:
    picture = StripPicture(0.3, limit=StripLimit(5.3, WORDS, "from the mark on"))
    rect, usual = QRectF(0, 0, 1000, 230), StripDrawing(LIGHT)
    numbers = usual.numbers_of(rect, picture)
    for _, place in usual.words_of(rect, picture):
        assert not any(place.intersects(at) for _, at in numbers.values())


def test_in_a_low_strip_a_frame_parts_each_word_from_the_numbers_beside_it(qapp) -> None:
    """Else it reads "falls 0.1"."""
    limit = StripLimit(5.3, WORDS, "from the mark on")
    picture, rect = StripPicture(0.3, limit=limit), QRectF(0, 0, 1000, 230)
    low = StripDrawing(LIGHT, low=True)
    words = low.words_of(rect, picture)
    bare = QImage(1000, 230, QImage.Format.Format_RGB32)
    bare.fill(QColor(LIGHT.card))
    painter = QPainter(bare)
    low.paint_words(painter, words)
    painter.end()
    letters = QFontMetricsF(low.word_font)
    for word, place in words:
        between = (place.width() - letters.horizontalAdvance(word)) / 2
        assert between >= 6
        for left in (place.left(), place.right() - between + 1):
            edge = bare.copy(QRectF(left, place.top(), between - 1, place.height()).toRect())
            pixels = np.frombuffer(edge.constBits(), np.uint32) & 0xFFFFFF
            assert (pixels != int(LIGHT.card[1:], 16)).any(), f"{word} is framed"


@pytest.mark.parametrize("now", [0.145, 1e-9, 3e-38, 3e7])
def test_a_look_ahead_that_differs_by_rounding_alone_is_no_landscape(now: float) -> None:
    room = QRectF(0, 0, 900, 60)
    noise = now * (1 + 1e-9 * np.random.default_rng(0).standard_normal(48))
    height_of = _loss_scale(now, noise, room)
    assert np.ptp([height_of(float(loss)) for loss in noise]) < 0.1
    assert height_of(now) == pytest.approx(room.center().y(), abs=0.1)
    # A fall by a per cent fills it as before.
    falls = np.array([now, 0.99 * now])
    height_of = _loss_scale(now, falls, room)
    assert height_of(0.99 * now) == room.bottom()
