"""The line of the look-ahead's curve: it joins what is known, and leaps over nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.kit.theme import LIGHT
from playground.drawing.rate.lookahead import (
    GROWS,
    UNKNOWN,
    StripLookahead,
    drawn_bands,
    ends_above,
    joined,
)
from playground.drawing.rate.strip import StripDrawing, StripPicture
from playground.engine.schedules import schedule_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.lookahead import look_ahead

pytestmark = pytest.mark.usefixtures("qapp")

RATES = np.geomspace(1e-4, 10, 48)
PARABOLA = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.3))
LIMIT = 0.5133836


def ahead_of(experiment: Experiment, steps: int) -> StripLookahead:
    """What the strip is told of a run after so many steps."""
    run = Trainer(experiment)
    run.advance(steps)
    X, y = run.samples.X_train, run.samples.y_train
    *_, last = look_ahead(run.network, X, y, run.snapshot().checkpoint, RATES, 100, schedule_of(run.settings))
    return StripLookahead(RATES, last.losses, last.loss_now, 100, last.low, last.high)


def inked(ahead: StripLookahead, left: float, right: float) -> np.ndarray:
    """Which columns between the places of two learning rates hold ink of the curve or an arrowhead, as
    (n,) bool.
    """
    drawing, picture, rect, pixels = painted(ahead)
    first, last = (round(drawing.x_of(rect, picture, rate)) for rate in (left, right))
    # Above the value of α.
    pixels = pixels[: round(drawing.track(rect, picture).top() - drawing.radius - drawing.value_row) - 8]
    ink: np.ndarray = np.any(near(pixels, LIGHT.text)[:, first : last + 1], axis=0)
    return ink


def painted(ahead: StripLookahead) -> tuple[StripDrawing, StripPicture, QRectF, np.ndarray]:
    """The drawing of a strip, its picture, its place and its pixels (h, w, 3): blue, green, red."""
    picture, rect = StripPicture(10.0, lookahead=ahead), QRectF(0, 0, 1400, 230)
    drawing = StripDrawing(LIGHT)
    image = QImage(1400, 230, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    drawing.paint(painter, rect, picture)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(230, 1400, 4)[..., :3].astype(int)
    return drawing, picture, rect, pixels


def near(pixels: np.ndarray, color: str) -> np.ndarray:
    """Which pixels (h, w) have a colour."""
    close: np.ndarray = np.abs(pixels - [int(color[k : k + 2], 16) for k in (5, 3, 1)]).max(axis=2) < 24
    return close


@pytest.mark.parametrize("steps", [0, 20, 3000])
def test_no_line_joins_the_two_sides_of_the_limit(steps: int) -> None:
    """A parabola: on one side J falls or stays, on the other it is 10⁴ times as high and more."""
    ahead = ahead_of(PARABOLA, steps)
    below = int(np.flatnonzero(ahead.losses < 10 * ahead.now)[-1])
    assert ahead.losses[below + 1] > 1e4 * ahead.now
    gap = inked(ahead, RATES[below], RATES[below + 1])
    assert not gap[8:-8].any(), "but for the last dot and the arrowhead"
    assert inked(ahead, RATES[below - 3], RATES[below])[:-8].all(), (
        "below it, up to its last dot, it is whole"
    )
    assert all(first > below for first, _ in drawn_bands(ahead, 2 * ahead.now))


@pytest.mark.parametrize("steps", [20, 500, 3000])
def test_above_the_limit_of_a_parabola_nothing_is_called_unpredictable_but_how_far(steps: int) -> None:
    ahead = ahead_of(PARABOLA, steps)
    told = [words for band in ahead.bands for _, _, words in ahead.parts_of_band(*band)]
    assert told == [GROWS]
    for words in GROWS:
        assert words.startswith("far higher")
        assert "higher" in words
        assert not words.startswith(UNKNOWN[0])


def test_a_line_ends_where_it_leaves_the_scale_and_not_at_a_loss_that_no_one_has() -> None:
    losses = np.array([1.0, 1.2, 3.0, 4.0, 1.0, 1e6, 1e9, 1.0, np.nan, 1e5, np.inf])
    assert joined(losses, 2.0).tolist() == [
        *(True, True, False, True, False, False, False, False, False, False),
    ]
    assert ends_above(losses, 2.0) == [5, 6]
    assert joined(np.array([1e-30, 1.0, 1e-3]), 2.0).all(), "within the scale every height is there"
    assert ends_above(np.array([5.0, 6.0]), 2.0) == []


@pytest.mark.parametrize("next_one", [1.6, 5.0, 14.0])
def test_a_curve_that_leaves_the_scale_goes_towards_the_next_loss(next_one: float) -> None:
    """J now is 1 and the scale ends at 1.675: how soon the line leaves it tells how steep the curve is."""
    losses = np.full(48, 0.15)
    losses[40:] = 0.15 + next_one
    ahead = StripLookahead(RATES, losses, 1.0, 100)
    columns = inked(ahead, RATES[39], RATES[40])
    share = min(1.0, (1.675 - 0.15) / next_one)
    assert np.flatnonzero(columns).max() == pytest.approx(share * len(columns), abs=6)


def test_a_band_meets_a_neighbour_that_is_near_it() -> None:
    low = np.array([1.0, 1.0, 0.9, 0.8, 1.0, 1e6, 1e5])
    high = np.array([1.0, 1.0, 1.1, 1.4, 1.0, 1e9, 1e8])
    ahead = StripLookahead(np.arange(1.0, 8.0), low, 1.0, 100, low, high)
    assert ahead.bands == [(2, 4), (5, 7)]
    assert drawn_bands(ahead, 2.0) == [(1, 5), (5, 7)]
    assert drawn_bands(StripLookahead(ahead.learning_rates, low, 1.0, 100), 2.0) == []


def test_where_j_falls_without_bound_nothing_is_praised_as_lowest() -> None:
    losses = np.array([1.0, 0.9, -3.0, -1e5, -2.8e258])
    rates = np.array([1e-3, 1e-2, 0.1, 1.0, 10.0])
    ahead = StripLookahead(rates, losses, 1.0, 100, losses, losses)
    assert ahead.best is None
    assert ahead.best_text() == ""
    assert ahead.escape_text() == "J falls without bound in what was tried: −2.8·10²⁵⁸ at α = 10"
    beyond = StripLookahead(rates, np.array([1.0, 0.9, -3.0, -np.inf, np.nan]), 1.0, 100)
    assert beyond.best is None
    assert beyond.escape_text().endswith(": below all finite numbers at α = 1")
    bounded = StripLookahead(rates, np.array([1.0, 0.9, -3.0, -4.0, 5.0]), 1.0, 100)
    assert (bounded.best, bounded.escape_text()) == (3, "")
    assert joined(np.array([-3.0, 5.0]), 4.0).tolist() == [True]


def test_the_lowest_that_falls_on_at_the_largest_rate_is_named_as_one_of_those_tried_and_not_in_green() -> (
    None
):
    rates = np.logspace(-2, 1, 48)
    steady = StripLookahead(rates, 1.0 - 100.0 * rates, 1.0, 100)
    assert steady.best_text() == "lowest of those tried, after 100 steps at α = 10: J −999.0"
    turned = StripLookahead(rates, (rates - 1.0) ** 2 - 5.0, 1.0, 100)
    assert turned.best_text().startswith("lowest after 100 steps")
    greens = [np.count_nonzero(near(painted(ahead)[-1], LIGHT.green)) for ahead in (turned, steady)]
    assert greens[0] > 40
    assert greens[1] == 0


@pytest.mark.parametrize("best", [len(RATES) - 1, len(RATES) - 3, 0, 2])
def test_the_words_of_the_lowest_stay_within_the_track(best: int) -> None:
    losses = np.full(len(RATES), 0.7)
    losses[best] = 0.0827
    if best == len(RATES) - 1:
        losses[:-1] = np.linspace(0.7, 0.6, len(RATES) - 1)
    ahead = StripLookahead(RATES, losses, 0.75, 100)
    assert ahead.best_text()
    drawing, picture, rect, pixels = painted(ahead)
    track = drawing.track(rect, picture)
    # The row of the words, above that of the value of α, without the dot of the lowest loss over it.
    bottom = track.center().y() - drawing.radius - 8 - drawing.value_row
    color = LIGHT.text if ahead.best_falls_on else LIGHT.green
    row = near(pixels, color)[round(bottom - drawing.tick_row) + 6 : round(bottom)]
    columns = np.flatnonzero(row.any(axis=0))
    assert columns.size > 20, "the words"
    assert track.left() <= columns.min()
    assert columns.max() <= track.right()
