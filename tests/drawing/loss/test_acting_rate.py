"""Under a schedule the strip shows two α: the slider's at the thumb, a ring at that of the coming step."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.kit.theme import DARK, LIGHT, Theme
from playground.drawing.rate.strip import StripDrawing, StripPicture

MARGIN = 40
NAME = "slider’s α"


def pink(drawing: StripDrawing, picture: StripPicture, width: int) -> np.ndarray:
    """Where the strip is pink, with a margin round it: (height, width) bool."""
    height = round(drawing.height(False))
    image = QImage(width + 2 * MARGIN, height + 2 * MARGIN, QImage.Format.Format_RGB32)
    image.fill(QColor(drawing.theme.card))
    painter = QPainter(image)
    drawing.paint(painter, QRectF(MARGIN, MARGIN, width, height), picture)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    red, green, blue = (((pixels >> shift) & 0xFF).astype(int) for shift in (16, 8, 0))
    return (red - green > 60) & (red - blue > 20)


def stretches(columns: np.ndarray, gap: int) -> list[tuple[int, int]]:
    """First and last column of what is painted, apart where more than `gap` columns are empty."""
    at = np.flatnonzero(columns)
    breaks = np.flatnonzero(np.diff(at) > gap)
    return list(zip(at[np.r_[0, breaks + 1]].tolist(), at[np.r_[breaks, len(at) - 1]].tolist(), strict=True))


@pytest.mark.parametrize(
    ("theme", "width"), [(DARK, 330), (LIGHT, 560), (DARK, 1000), (LIGHT.with_font_factor(1.6), 560)]
)
@pytest.mark.parametrize("low", [False, True])
@pytest.mark.parametrize(
    ("slider", "acting"), [(3.0, 0.6), (10.0, 9.99), (0.3, 0.0003), (0.0003, 1e-4), (0.0001, 1e-8)]
)
def test_both_numbers_stand_whole_and_apart(
    qapp: object, theme: Theme, low: bool, width: int, slider: float, acting: float
) -> None:
    drawing = StripDrawing(theme, low)
    painted = pink(drawing, StripPicture(slider, acting=acting, rate_name=NAME), width)
    assert not painted[:, : MARGIN - 1].any()
    assert not painted[:, MARGIN + width + 1 :].any()
    assert words_beside(drawing, slider, painted, width).sum() > 20


def words_beside(drawing: StripDrawing, slider: float, painted: np.ndarray, width: int) -> np.ndarray:
    """Which columns of the row of α something stands in besides the slider's own, which is unchanged."""
    upper = slice(MARGIN, MARGIN + round(drawing.value_row))
    alone = pink(drawing, StripPicture(slider, rate_name=NAME), width)[upper]
    at = np.flatnonzero(alone.any(axis=0))
    number = slice(at[0] - 4, at[-1] + 5)
    assert (painted[upper, number] == alone[:, number]).all()
    row = np.asarray(painted[upper].any(axis=0))
    row[number] = False
    return row


def test_the_ring_lies_at_the_alpha_of_the_step_and_an_arrowhead_at_the_end_of_the_scale(
    qapp: object,
) -> None:
    drawing, width = StripDrawing(DARK), 800
    rect = QRectF(MARGIN, MARGIN, width, round(drawing.height(False)))
    for acting in (0.02, 1e-9):
        picture = StripPicture(3.0, acting=acting, rate_name=NAME)
        track = drawing.track(rect, picture)
        line = pink(drawing, picture, width)[round(track.center().y())]
        marks = stretches(line, 12)
        assert len(marks) == 2, "a mark and the thumb"
        place = sum(marks[0]) / 2
        expected = max(drawing.x_of(rect, picture, acting), track.left())
        assert place == pytest.approx(expected, abs=2)
    alone = pink(drawing, StripPicture(3.0), width)[round(track.center().y())]
    assert len(stretches(alone, 12)) == 1


def test_a_guess_keeps_its_own_room_beside_both(qapp: object) -> None:
    drawing, width = StripDrawing(DARK), 800
    far = StripPicture(3.0, acting=0.6, rate_name=NAME, guess=1e-4)
    widest = np.ptp(np.flatnonzero(words_beside(drawing, 3.0, pink(drawing, far, width), width)))
    assert widest > 30
    for guess in (0.5, 2.0, 4.0):
        with_guess = StripPicture(3.0, acting=0.6, rate_name=NAME, guess=guess)
        row = words_beside(drawing, 3.0, pink(drawing, with_guess, width), width)
        # "now 0.6", as wide as it is without a flag over it.
        assert np.ptp(np.flatnonzero(row)) == widest, f"the flag at {guess} covers it"
