"""The step from the side, the sharpness over a run, and the bands of the look-ahead, as they are painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from playground.drawing.kit.theme import DARK, LIGHT
from playground.drawing.rate.lookahead import FALLS, GROWS, UNKNOWN, StripLookahead
from playground.drawing.rate.side import (
    OUTCOMES,
    STILL,
    SideDrawing,
    SidePicture,
    losses_line,
    side_by_side,
)
from playground.drawing.rate.strip import StripDrawing, StripPicture
from playground.drawing.sharpness import SharpnessDrawing
from playground.engine.network import Network
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.sharpness import Sample, SharpnessRecord
from playground.landscape.side import step_from_the_side

pytestmark = pytest.mark.usefixtures("qapp")

WIDTH, HEIGHT = 300, 160
X = np.linspace(0, 3, 40)[:, None]
LINE = Network((1, 1), "identity", "squared_error")


def side(rate: float, theta=(-0.5, 0.8)):
    return step_from_the_side(LINE, np.array(theta), X, 1.5 * X - 0.5, rate)


def pixels(paint, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(DARK.card))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(height, width).copy() & 0xFFFFFF


def painted(step, marks=("1/λ", "2/λ")) -> np.ndarray:
    picture = SidePicture(step, "the next step, seen from the side", marks)
    return pixels(lambda p: SideDrawing(DARK).paint(p, QRectF(0, 0, WIDTH, HEIGHT), picture))


def places(image: np.ndarray, color: str) -> np.ndarray:
    """Rows and columns of the pixels of a colour."""
    return np.argwhere(image == int(color[1:], 16))


def ball(image: np.ndarray) -> np.ndarray:
    """The pink pixels above the pink line of the scale, which is the longest row of them."""
    pink = places(image, DARK.pink)
    if not len(pink):
        return pink
    scale = int(np.bincount(pink[:, 0]).argmax())
    return pink[pink[:, 0] < scale - 2]


def test_the_ball_goes_right_with_alpha_and_lands_as_high_as_it_began_at_two_over_lambda():
    level = side(0.1).level
    rows, columns = zip(
        *(ball(painted(side(share * level))).mean(axis=0) for share in (0.1, 0.5, 0.9)), strict=True
    )
    assert columns[0] < columns[1] < columns[2]
    # J along this step is a parabola: lowest in the middle, as high at both sides. Rows run downwards.
    assert rows[1] > rows[0] + 20
    assert rows[0] == pytest.approx(rows[2], abs=3)


def test_the_picture_stands_still_while_alpha_moves_within_the_valley():
    ring = [places(painted(side(rate)), DARK.text).min(axis=0) for rate in (0.1, 0.2, 0.3)]
    assert np.ptp([place[1] for place in ring]) <= 2


def test_what_is_not_finite_or_no_step_is_told_without_a_ball():
    far = step_from_the_side(LINE, np.array([1e160, 0.0]), X, X, 50.0)
    assert far.outcome == "not finite"
    at_rest = side(0.1, theta=(1.5, -0.5))
    assert at_rest.outcome in ("no step", "short of the bottom")
    for step in (far, *(replace(at_rest, outcome=outcome) for outcome in STILL)):
        assert not len(ball(painted(step)))
    for outcome in STILL:
        pink = places(painted(replace(at_rest, outcome=outcome)), DARK.pink)
        assert not len(pink) or np.bincount(pink[:, 0]).max() < 12, "a line as long as α is no rest"
    metrics = QFontMetricsF(SideDrawing(DARK).bold)
    for words in OUTCOMES.values():
        assert metrics.horizontalAdvance(words) <= SideDrawing(DARK).size()[0] - 2


def test_without_marks_no_parabola_gives_them_away():
    network = Network((1, 3, 1), "tanh", "squared_error")
    theta = network.initial_parameters(np.random.default_rng(0))
    step = step_from_the_side(network, theta, X, np.sin(2 * X), 0.2)
    assert step.bottom is not None
    dim = int(DARK.dim_text[1:], 16)
    bare, marked = painted(step, None), painted(step)
    assert (marked == dim).sum() > (bare == dim).sum()


def test_a_band_stands_in_for_the_line_where_nobody_can_know():
    rates = np.logspace(-4, 1, 48)
    losses = np.full(48, 0.3)
    spread = np.where(rates > 0.5, 0.25, 0.0)
    ahead = StripLookahead(rates, losses, 0.5, 100, losses - spread, losses + spread)
    assert ahead.sure.sum() == (rates <= 0.5).sum()
    assert ahead.best is not None
    assert rates[ahead.best] <= 0.5
    assert ahead.best_text().startswith("lowest that is certain after 100 steps at α"), (
        "a band reaches below it"
    )
    above = replace(ahead, low=losses + 0.02 * (spread > 0))
    assert above.best_text().startswith("lowest after 100 steps at α")
    below = replace(ahead, high=losses - 0.02 * (spread > 0))
    assert below.best is None, "a whole band lies below all that is certain"
    assert below.best_text() == ""
    drawing, rect = StripDrawing(DARK), QRectF(0, 0, 1000, 230)
    picture = StripPicture(0.001, lookahead=ahead)
    image = pixels(lambda p: drawing.paint(p, rect, picture), 1000, 230)
    band = round(drawing.x_of(rect, picture, 3.0))
    line = round(drawing.x_of(rect, picture, 0.05))
    rows = slice(20, 90)
    ground = int(DARK.card[1:], 16)
    assert (image[rows, band] != ground).sum() > 3 * (image[rows, line] != ground).sum()


def test_a_band_far_on_one_side_of_j_now_is_told_its_direction_and_no_other_is():
    rates = np.logspace(-4, 1, 6)
    low = np.array([0.4, 1e16, 0.39, 1.0, 900.0, np.nan])
    high = np.array([0.4, 1e25, 0.60, 3.0, 990.0, np.nan])
    far = StripLookahead(rates, low, 1e50, 100, low, high)
    assert far.bands == [(1, 5)]
    assert far.parts_of_band(1, 5) == [(1, 5, FALLS)]
    near = StripLookahead(rates, low, 0.4, 100, low, high)
    assert near.parts_of_band(1, 5) == [(1, 2, GROWS), (2, 4, UNKNOWN), (4, 5, GROWS)]


def test_the_lowest_point_is_named_with_its_loss():
    rates = np.array([0.1, 1.0, 3.2])
    ahead = StripLookahead(rates, np.array([0.6, 0.5, 0.39]), 0.69, 100)
    assert ahead.best_text() == "lowest after 100 steps at α = 3.2: J 0.3900"
    assert replace(ahead, now=0.39).best_text() == ""


def test_whatever_the_losses_are_one_of_the_two_lines_has_room():
    losses = [(0.0302, 0.0302 - 3e-9), (0.7466, 0.7349), (4.84e305, 1.2e307), (1234.5, 1234.50001)]
    for factor in (1.0, 1.6):
        drawing = SideDrawing(DARK.with_font_factor(factor))
        metrics, room = QFontMetricsF(drawing.font), drawing.size()[0] - 4
        for standing, landing in losses:
            step = replace(side(0.1), standing=standing, landing=landing)
            for batches in (False, True):
                whole, shorter = losses_line(SidePicture(step, "", batches=batches))
                assert min(map(metrics.horizontalAdvance, (whole, shorter))) <= room
                assert ("of all points" in whole) == ("of all points" in shorter) == batches
    assert losses_line(SidePicture(replace(side(0.1), standing=0.0302, landing=0.0302 - 3e-9), ""))[1] == (
        "J 0.03020, 3·10⁻⁹ lower"
    )


@pytest.mark.parametrize("middles", [[10, 11, 12], [0, 0, 0], [250, 260, 268], [20, 130, 132], [5, 300, 900]])
def test_labels_side_by_side_keep_their_order_and_never_overlap(middles):
    widths = [14.0, 24.0, 46.0]
    lefts = side_by_side(middles, widths, 0.0, 268.0)
    ends = [left + width for left, width in zip(lefts, widths, strict=True)]
    assert lefts[0] >= 0
    assert ends[-1] <= 268
    assert all(left >= end for left, end in zip(lefts[1:], ends, strict=False))


def test_alpha_and_both_marks_are_written_where_they_meet():
    """Ink of the pink α below the scale, however near the marks are."""
    level = side(0.1).level
    for share in (0.02, 0.5, 0.52, 0.98, 1.0, 8.0):
        image = painted(side(share * level))
        scale = int(np.bincount(places(image, DARK.pink)[:, 0]).argmax())
        reddish = (image >> 16 & 255).astype(int) - (image >> 8 & 255) > 60
        assert reddish[scale + 6 :].any(), f"no α at {share} of 2/λ"


def test_a_guess_leaves_alpha_readable():
    drawing, rect = StripDrawing(DARK), QRectF(0, 0, 700, 90)

    def strip(guess: float | None) -> np.ndarray:
        picture = StripPicture(0.3, guess=guess)
        return pixels(lambda p: drawing.paint(p, rect, picture), 700, 90)

    alone = strip(None)
    number = alone == int(DARK.pink[1:], 16)
    number[round(drawing.track(rect, StripPicture(0.3)).top() - drawing.radius) :] = False
    assert number.any()
    for guess in (1e-4, 0.05, 0.2, 0.29, 0.3, 0.31, 0.6, 10.0):
        image = strip(guess)
        assert (image[number] == alone[number]).all(), f"hidden by a guess of {guess}"
        assert (image != alone).any()


def test_a_band_is_named_within_it_or_below_it():
    rates, rect = np.logspace(-4, 1, 48), QRectF(0, 0, 1000, 230)
    drawing = StripDrawing(DARK)
    where = {}
    for name, low, high in (("within", 0.1, 0.5), ("below", 5.0, 9.0)):
        unknown = rates > 0.3
        losses = np.where(unknown, (low + high) / 2, 0.3)
        ahead = StripLookahead(
            rates, losses, 0.4, 100, np.where(unknown, low, 0.3), np.where(unknown, high, 0.3)
        )
        picture = StripPicture(0.001, lookahead=ahead)
        image = pixels(lambda p, picture=picture: drawing.paint(p, rect, picture), 1000, 230)
        band = image[18:100, round(drawing.x_of(rect, picture, 0.33)) :]
        where[name] = np.argwhere(band == int(DARK.text[1:], 16))
        assert len(where[name]), f"no words {name} the band"
    assert where["below"][:, 0].mean() < where["within"][:, 0].mean(), "below a band that runs along the top"


def run_with_sharpness() -> tuple[Trainer, SharpnessRecord]:
    trainer = Trainer(Experiment().with_value("training.learning_rate", 0.5))
    trainer.advance(50)
    trainer.learning_rate = 0.25
    trainer.advance(50)
    return trainer, record_of((0, 1.0), (50, 2.0), (100, 3.0))


def record_of(*samples: tuple[int, float], divided_by: str = "") -> SharpnessRecord:
    record = SharpnessRecord()
    for step, value in samples:
        record.add(Sample(step, value, value, 0.0, divided_by))
    return record


def test_the_sharpness_says_its_numbers_and_follows_a_limit_that_is_near():
    trainer, record = run_with_sharpness()
    view = trainer.view()
    drawing = SharpnessDrawing(LIGHT)
    assert "nothing measured" in drawing.summary()
    drawing.show(record.stretches(view), view)
    assert drawing.summary() == "Sharpness λmax over the steps: 3 at step 100, limit 8."
    assert drawing.hover(48) == "step 50   λmax 2   limit 8"
    assert drawing.hover(3) == "step 0   λmax 1   limit 4"
    assert drawing.box.viewRange()[1][1] > 8
    assert not drawing.limit_is_above
    small = record_of((0, 0.01), (50, 0.02), (100, 0.03))
    drawing.show(small.stretches(view), view)
    assert drawing.limit_is_above
    drawing.set_log(True)
    assert not drawing.limit_is_above


def test_where_the_optimiser_divides_by_p_another_curve_begins():
    trainer, record = run_with_sharpness()
    trainer.change("training.optimizer", "adam")
    trainer.advance(50)
    for step, value in ((100, 40.0), (125, 50.0), (150, 60.0)):
        record.add(Sample(step, value, 3.0, 0.0, "adam"))
    view = trainer.view()
    drawing = SharpnessDrawing(LIGHT)
    drawing.show(record.stretches(view), view)
    assert drawing.names == ("λmax", "λmax(P⁻¹H)")
    assert drawing.name == "largest eigenvalue"
    np.testing.assert_array_equal(np.unique(drawing.sharpness_curve.x), [0, 50])
    np.testing.assert_array_equal(np.unique(drawing.divided_curve.x), [100, 125, 150])
    gap = np.flatnonzero(np.isnan(drawing.limit_curve.y))
    assert drawing.limit_curve.x[gap].tolist() == [100], "no line joins the two limits"
    assert drawing.hover(45) == "step 50   λmax 2   limit 8"
    assert drawing.hover(120) == "step 125   λmax(P⁻¹H) 50   limit 152"
    assert drawing.summary() == "Sharpness λmax(P⁻¹H) over the steps: 60 at step 150, limit 152."
    # The first of two stretches of the same matrix is not joined to the second.
    trainer.change("training.optimizer", "gradient_descent")
    trainer.advance(50)
    for step, value in ((98, 3.0), (100, 3.0), (200, 4.0)):
        record.add(Sample(step, value, value, 0.0))
    view = trainer.view()
    drawing.show(record.stretches(view), view)
    curve = drawing.sharpness_curve
    assert curve.x[np.isnan(curve.y)].tolist() == [50, 98, 200], "only 98 and 100 are near to each other"
    assert curve.x[np.isfinite(curve.y)].tolist() == [0, 50, 98, 100, 200]
