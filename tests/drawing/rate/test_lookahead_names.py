"""Where the look-ahead says that nobody can know: in the band that says so, close to it, or nowhere."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from playground.drawing.rate.lookahead import StripLookahead, name_place

RATES = np.geomspace(1e-4, 10, 48)
XS = list(np.linspace(50.0, 930.0, 48))
ROOM = QRectF(50, 570, 880, 40)
WORDS = (98.0, 14.0)


def names(depth: np.ndarray, chosen: float = 900.0) -> list[QRectF]:
    """The names of bands that reach from J now = 100 down by depth (K,), out of the 40 of the room."""
    unknown = depth > 0
    ahead = StripLookahead(
        learning_rates=RATES,
        losses=np.where(unknown, 0.0, np.nan),
        now=100.0,
        steps=100,
        low=np.where(unknown, 100 - depth, np.nan),
        high=np.where(unknown, 100.0, np.nan),
    )
    places = [
        name_place(XS, ahead, lambda loss: 570 + (100 - loss), (570.0, chosen), ROOM, WORDS, band)
        for band in ahead.bands
    ]
    return [place for place in places if place is not None]


def wedge(half: int) -> np.ndarray:
    """A band as thin as a line from the smallest rate on, and a wedge of the room's height around 32."""
    depth = np.full(48, 0.3)
    depth[36:] = 0.0
    shape = np.clip(40.0 * (1 - np.abs(np.arange(48) - 32) / half), 0.0, None)
    return np.where(depth > 0, np.maximum(depth, shape), 0.0)


@pytest.mark.parametrize("half", [3, 5, 12])
def test_the_words_stand_at_the_wedge_however_long_its_thin_tail_is(half: int) -> None:
    for place in names(wedge(half)):
        seen = [x for x, depth in zip(XS, wedge(half), strict=True) if depth >= 4]
        assert place.right() >= seen[0]
        assert place.left() <= seen[-1]
    assert half < 12 or len(names(wedge(half))) == 1


def test_a_band_that_cannot_be_seen_has_no_name() -> None:
    assert names(np.full(48, 0.3)) == []


def test_a_thick_band_has_its_name_within_it_and_not_across_the_rate_of_now() -> None:
    depth = np.zeros(48)
    depth[10:40] = 30.0
    (place,) = names(depth)
    assert ROOM.top() < place.top()
    assert place.bottom() < ROOM.top() + 30
    for chosen in XS[10:40]:
        assert all(not other.left() <= chosen <= other.right() for other in names(depth, chosen))
