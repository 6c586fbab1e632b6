"""The curve of a loss of one variable and the step on it, against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.formula import Formula
from playground.experiment_formula import FormulaSettings
from playground.landscape.one_variable import FEWEST_POINTS, POINTS, loss_curve, step_on_curve


def test_the_lecture_step_on_a_parabola() -> None:
    """J = w², w = 2, α = 0.3: J′ = 4, w := 2 − 0.3·4 = 0.8."""
    step = step_on_curve(Formula(FormulaSettings("w^2")), 2.0, 4.0, 0.8, 0.3)
    assert (step.loss, step.slope, step.bend) == (4.0, 4.0, 2.0)
    assert step.landing_loss == pytest.approx(0.64)
    assert step.plain
    w = np.array([0.0, 1.0, 3.0])
    np.testing.assert_allclose(step.tangent(w), [-4.0, 0.0, 8.0])
    np.testing.assert_allclose(step.parabola(w), w**2)


def test_far_away_from_the_ball_no_model_is_drawn_from_what_rounding_leaves() -> None:
    """At 10⁸² the three terms are 10¹⁶⁴ each; their sum in the window is at most 16."""
    step = step_on_curve(Formula(FormulaSettings("w^2")), 1e82, 2e82, -1e82, 1.0)
    w = np.linspace(-4.0, 4.0, 9)
    assert np.isnan(step.parabola(w)).all()
    near = step_on_curve(Formula(FormulaSettings("w^2")), 1e3, 2e3, -1e3, 1.0)
    np.testing.assert_allclose(near.parabola(w), w**2, atol=1e-8)


def test_a_step_with_momentum_is_not_plain() -> None:
    assert not step_on_curve(Formula(FormulaSettings("w^2")), 2.0, 4.0, 0.5, 0.3).plain


def test_a_curve_of_many_operations_has_fewer_points() -> None:
    def points(terms: int) -> int:
        text = " + ".join(f"sin({k}*w)" for k in range(1, terms + 1))
        return len(loss_curve(Formula(FormulaSettings(text, start=(1.0,))), -1.0, 1.0).w)

    assert points(20) == POINTS
    assert points(500) < POINTS
    assert points(900) >= FEWEST_POINTS


def test_the_curve_leaves_out_what_is_not_finite() -> None:
    curve = loss_curve(Formula(FormulaSettings("log(w)", start=(1.0,))), -1.0, 1.0, 21)
    assert np.isnan(curve.losses[curve.w <= 0.0]).all()
    np.testing.assert_allclose(curve.losses[curve.w > 0.0], np.log(curve.w[curve.w > 0.0]))
