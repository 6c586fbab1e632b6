"""A step seen from the side, where the answer is known on paper."""

from __future__ import annotations

import numpy as np
import pytest

from playground.drawing.rate.side import OUTCOMES, SidePicture, losses_line
from playground.engine.formula import Formula
from playground.engine.network import Network
from playground.experiment_formula import FormulaSettings
from playground.landscape.pieces import finish
from playground.landscape.side import step_from_the_side, step_in_pieces
from playground.numerals import losses_apart

# A line through raw points: J is a quadratic in (w, b), so that the parabola is the truth.
X = np.linspace(0, 3, 40)[:, None]
Y = 1.5 * X - 0.5
LINE = Network((1, 1), "identity", "squared_error")
THETA = np.array([-0.5, 0.8])


def hessian_of_the_line() -> np.ndarray:
    columns = np.column_stack([X, np.ones_like(X)])
    return columns.T @ columns / len(X)


def gradient_of_the_line() -> np.ndarray:
    columns = np.column_stack([X, np.ones_like(X)])
    return columns.T @ (columns @ THETA - Y[:, 0]) / len(X)


def test_on_a_quadratic_the_parabola_is_the_loss_and_the_marks_are_one_and_two_over_lambda():
    g, H = gradient_of_the_line(), hessian_of_the_line()
    along = g @ H @ g / (g @ g)
    side = step_from_the_side(LINE, THETA, X, Y, 0.1)

    assert side.curvature == pytest.approx(along)
    assert side.slope == pytest.approx(-g @ g)
    assert side.bottom == pytest.approx(1 / along)
    assert side.level == pytest.approx(2 / along)
    assert side.losses == pytest.approx(side.parabola)
    assert side.losses == pytest.approx([LINE.loss(THETA - t * g, X, Y) for t in side.t])
    assert side.standing == pytest.approx(LINE.loss(THETA, X, Y))
    assert side.t[0] < 0 < side.level < side.t[-1]
    assert {0.0, 0.1} <= set(side.t)


@pytest.mark.parametrize(
    ("expression", "start", "rate", "outcome"),
    [
        # Down from a saddle, and down a slope that never ends: there is no bottom.
        ("x^2 - y^2", (0.0, 1.0), 0.1, "downhill all the way"),
        ("x^3 - 3*x*y^2", (-2.0, 0.1), 0.02, "downhill all the way"),
        ("-x - y", (0.0, 0.0), 0.5, "downhill all the way"),
        # Bent downwards here, and up again within the picture.
        ("cos(x) + y^2", (1.2, 0.0), 1.9, "short of the bottom"),
        ("x^2 + y^2", (1.0, 1.0), 0.1, "short of the bottom"),
        ("x^2 - y^2", (1.0, 0.0), 0.1, "short of the bottom"),
        # Where it lands, x³ has no slope and falls on behind.
        ("x^3 + 0*y", (1.0, 0.0), 1 / 3, "short of the bottom"),
    ],
)
def test_a_bottom_is_spoken_of_only_where_there_is_one(expression, start, rate, outcome) -> None:
    problem = Formula(FormulaSettings(expression, start=start))
    side = finish(step_in_pieces(problem, np.array(start), rate))
    assert side.outcome == outcome
    assert ("no bottom" in side.sentence) == (outcome == "downhill all the way")
    assert (side.losses[-1] > side.landing or side.bottom is not None) == (outcome == "short of the bottom")
    assert outcome in OUTCOMES


@pytest.mark.parametrize(
    ("share", "outcome"),
    [
        (1e-6, "short of the bottom"),
        (0.99, "short of the bottom"),
        (1.01, "across but lower"),
        (1.99, "across but lower"),
        (2.01, "across and higher"),
        (50.0, "across and higher"),
    ],
)
def test_where_the_learning_rate_lands(share, outcome):
    bottom = step_from_the_side(LINE, THETA, X, Y, 0.1).bottom
    side = step_from_the_side(LINE, THETA, X, Y, share * bottom)
    assert side.outcome == outcome
    assert side.landing == pytest.approx(LINE.loss(THETA - share * bottom * gradient_of_the_line(), X, Y))
    assert " to ".join(losses_apart(side.standing, side.landing)) in side.sentence


@pytest.mark.parametrize(
    "expression", ["w^2", "w^4 - 2*w^2", "max(w, 0)^2", "1e-200*w^2", "1e-160*w^2", "1e160*w^2"]
)
def test_a_step_to_the_bottom_ends_there(expression: str) -> None:
    problem = Formula(FormulaSettings(expression, start=(3.0,)))
    theta = np.array([3.0])
    landing = 1.0 if "w^4" in expression else 0.0
    update = landing - theta
    gradient = problem.loss_and_gradient(theta)[1]
    rate = float(update[0] / -gradient[0])
    side = finish(step_in_pieces(problem, theta, rate, update))
    assert side.outcome == "at the bottom"
    assert "ends at the bottom" in side.sentence
    assert side.outcome in OUTCOMES
    if "w^4" not in expression:
        assert side.bottom == pytest.approx(rate, rel=1e-6, abs=0.0)
        assert side.parabola == pytest.approx(side.losses, rel=1e-6, abs=0.0) or "max" in expression


@pytest.mark.parametrize(
    ("expression", "start", "rate"),
    [
        # 1/λ has rounding here, or the place where it lands has.
        ("3*(w - 0.1)^2", 0.7, 1 / 6),
        ("0.7*(w - 3)^2", -2.2, 1 / 1.4),
        ("(w - 1e6)^2/3", 1e6 + 0.3, 1.5),
        ("(w - 0.3)^2/7 + 5", 12.0, 3.5),
    ],
)
def test_a_slope_of_nothing_but_rounding_is_that_of_the_bottom(
    expression: str, start: float, rate: float
) -> None:
    problem = Formula(FormulaSettings(expression, start=(start,)))
    for factor, outcome in (
        (1.0, "at the bottom"),
        (1.0 - 1e-15, "at the bottom"),
        (1.0 + 1e-15, "at the bottom"),
        (0.999, "short of the bottom"),
        (1.001, "across but lower"),
    ):
        side = finish(step_in_pieces(problem, np.array([start]), factor * rate))
        assert side.outcome == outcome, factor


@pytest.mark.parametrize("factor", [1e-200, 1e-155, 1.0, 1e160])
def test_the_size_of_j_changes_no_outcome(factor: float) -> None:
    """J = factor·(x² + 3y²): λ_g and the marks go with the factor, the outcomes stay."""
    problem = Formula(FormulaSettings(f"{factor!r}*(x^2 + 3*y^2)", start=(1.0, 1.0)))
    theta = np.array([1.0, 1.0])
    level = 2 * (4 + 36) / (8 + 216) / factor
    for share, outcome in (
        (0.2, "short of the bottom"),
        (0.8, "across but lower"),
        (1.2, "across and higher"),
    ):
        side = finish(step_in_pieces(problem, theta, share * level))
        assert side.outcome == outcome
        assert side.level == pytest.approx(level, rel=1e-6, abs=0.0)
        assert side.curvature == pytest.approx(2 / level, rel=1e-6, abs=0.0)
        assert side.parabola == pytest.approx(side.losses, rel=1e-6, abs=0.0)


def test_a_tiny_update_is_not_called_zero() -> None:
    problem = Formula(FormulaSettings("w^2", start=(1.0,)))
    side = finish(step_in_pieces(problem, np.array([2.1e-192]), 0.25))
    assert side.outcome == "no visible step"
    assert "stay where they are" not in side.sentence


def test_a_step_that_lands_exactly_as_high_is_not_called_higher():
    """J = ½·(w − 1)², from 0 to 2."""
    network = Network((1, 1), "identity", "squared_error")
    x, y = np.array([[1.0]]), np.array([[1.0]])
    side = step_from_the_side(network, np.zeros(2), x, y, 1.0, np.array([2.0, 0.0]))
    assert side.landing == side.standing == 0.5
    assert side.outcome == "across and as high"
    assert "higher" not in side.sentence
    assert losses_line(SidePicture(side, ""))[1] == "J 0.5000, as before"


def test_the_picture_stands_still_while_the_learning_rate_moves_in_the_valley():
    bottom = step_from_the_side(LINE, THETA, X, Y, 0.1).bottom
    edges = {
        (side.t[0], side.t[-1])
        for side in (step_from_the_side(LINE, THETA, X, Y, share * bottom) for share in (0.01, 0.5, 1.8))
    }
    assert len(edges) == 1


def test_the_update_of_another_optimiser_goes_its_own_way():
    H, g = hessian_of_the_line(), gradient_of_the_line()
    update = np.array([0.3, -0.1])
    side = step_from_the_side(LINE, THETA, X, Y, 0.2, update)
    way = update / 0.2
    assert side.landing == pytest.approx(LINE.loss(THETA + update, X, Y))
    assert side.curvature == pytest.approx(way @ H @ way / (way @ way))
    assert side.bottom == pytest.approx(-(g @ way) / (way @ H @ way))


def test_an_update_that_climbs_is_said_to_climb():
    side = step_from_the_side(LINE, THETA, X, Y, 0.2, gradient_of_the_line())
    assert side.outcome == "uphill"
    assert side.bottom is None
    assert side.landing > side.standing


def test_an_update_that_begins_uphill_and_lands_lower_is_not_called_uphill_alone():
    """Over the hill: along a way that curves down, momentum may carry a step up and down again."""
    network = Network((1, 1, 1), "tanh", "squared_error")
    x, y = np.array([[1.0]]), np.array([[0.6]])
    # J = ½(v·tanh(w) − y)² along v = w is even about 0 with a hill there.
    begin, end = np.array([-0.3, 0.0, -0.3, 0.0]), np.array([0.8, 0.0, 0.8, 0.0])
    side = step_from_the_side(network, begin, x, y, 0.1, end - begin)
    assert side.slope > 0
    assert side.landing < side.standing
    assert side.outcome == "uphill but lower"
    assert "ends lower" in side.sentence
    assert OUTCOMES[side.outcome] == "uphill at first, but lower"


def test_where_the_way_curves_down_there_is_nothing_to_mark():
    # Far out on the shoulder of a tanh the loss falls ever faster: λ_g is negative there.
    network = Network((1, 1, 1), "tanh", "squared_error")
    x, y = np.array([[1.0]]), np.array([[1.0]])
    theta = np.array([-2.0, 0.0, 1.0, 0.0])
    _, g = network.loss_and_gradient(theta, x, y)
    H = np.array([network.hessian_vector_product(theta, unit, x, y) for unit in np.eye(4)])
    side = step_from_the_side(network, theta, x, y, 0.05, update=0.05 * np.array([1.0, 0, 0, 0]))
    assert H[0, 0] < 0 < -g[0]
    assert side.curvature == pytest.approx(H[0, 0])
    assert (side.bottom, side.level) == (None, None)
    assert side.outcome == "downhill all the way"
    assert side.t[-1] > 0.05


def test_at_a_minimum_there_is_no_step():
    side = step_from_the_side(LINE, np.array([1.5, -0.5]), X, 1.5 * X - 0.5, 0.1, np.zeros(2))
    assert side.outcome == "no step"
    assert "stay" in side.sentence


def test_a_step_into_the_infinite_is_said_to_be_one():
    side = step_from_the_side(LINE, 1e160 * THETA, X, Y, 0.1)
    assert side.outcome == "not finite"
    assert "finite" in side.sentence


def test_at_a_minimum_the_rounding_of_the_gradient_is_no_step():
    noisy = Y + np.sin(40 * X)
    columns = np.column_stack([X, np.ones_like(X)])
    lowest = np.linalg.lstsq(columns, noisy[:, 0], rcond=None)[0].astype(np.float64)
    side = step_from_the_side(LINE, lowest, X, noisy, 0.1)
    gradient = LINE.loss_and_gradient(lowest, X, noisy)[1]
    assert np.abs(gradient).max() > 0, "the gradient is rounding, not zero"
    assert side.outcome == "no visible step"
    assert (side.bottom, side.level) == (None, None)
    assert "rounding" in side.sentence
    # A hair away from there a step means something again.
    assert step_from_the_side(LINE, lowest + 1e-4, X, noisy, 0.1).outcome == "short of the bottom"


def test_where_the_curvature_overflows_there_is_no_mark():
    """J of 1e110 is a number still, and its curvature along the gradient none."""
    scale = 1e55
    with np.errstate(all="ignore"):
        side = step_from_the_side(LINE, THETA, scale * X, scale * Y, 0.1)
    assert np.isfinite(side.standing)
    assert side.slope < 0
    assert side.bottom is side.level is None


def test_a_step_too_small_to_move_the_weights_is_not_a_gradient_of_zero():
    theta = 1e17 * np.array([1.0, 1.0])
    # The first point is fitted exactly; a target beside it leaves a gradient of ordinary size.
    x, y = np.array([[1.0], [-1.0]]), np.array([[2e17], [1.0]])
    _, gradient = LINE.loss_and_gradient(theta, x, y)
    assert 0.1 < np.linalg.norm(gradient) < 10
    assert (theta - 0.1 * gradient == theta).all()
    for update in (None, np.zeros(2)):
        side = step_from_the_side(LINE, theta, x, y, 0.1, update)
        assert side.outcome == "below rounding"
        assert "below the rounding of the weights" in side.sentence
        assert "rounding" in OUTCOMES[side.outcome]
        assert "gradient" not in OUTCOMES[side.outcome]
        assert side.bottom is side.level is None
