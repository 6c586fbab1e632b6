"""Look-ahead, race and words where J is negative, or has no lower bound."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.loss_scale import escapes_along, ratios
from playground.engine.recording.series import Curve
from playground.engine.schedules import schedule_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.landscape.lookahead import Lookahead, falls_on, falls_without_bound, look_ahead_on, rates_on
from playground.landscape.loss_jump import jump_near
from playground.landscape.race import best_rates_on
from playground.landscape.rate_map import RateMap
from playground.landscape.rate_words import rate_words

RATES = rates_on((1e-4, 10.0))


def trainer_on(formula: FormulaSettings, rate: float = 0.1) -> Trainer:
    return Trainer(Experiment(formula=formula, training=TrainingSettings(learning_rate=rate)))


def ahead_of(formula: FormulaSettings, steps: int = 0) -> Lookahead:
    trainer = trainer_on(formula)
    trainer.advance(steps)
    view = trainer.view()
    *_, last = (
        a
        for a in look_ahead_on(trainer.problem, view.checkpoint, RATES, 100, schedule_of(trainer.settings))
        if a
    )
    return last


def one(expression: str, start: float) -> FormulaSettings:
    return FormulaSettings(expression, ("w",), (start,), ((-3.0, 3.0),))


SADDLE, MONKEY = (FORMULA_PRESETS[name].formula for name in ("saddle", "monkey_saddle"))


@pytest.mark.parametrize(
    "formula", [SADDLE, MONKEY, one("w^3", -0.1), one("-exp(w)", 0.0), one("-w^2", 0.001)]
)
def test_where_j_has_no_lower_bound_no_rate_is_called_lowest(formula: FormulaSettings) -> None:
    ahead = ahead_of(formula)
    assert ahead.escape is not None
    assert ahead.lowest is None
    falls = [
        word
        for word, loss in zip(rate_words(RATES, ahead, None), ahead.losses, strict=True)
        if loss == -math.inf
    ]
    assert set(falls) <= {"falls"}


@pytest.mark.parametrize(
    "formula",
    [
        one("sin(3*w) - 1", 0.2),
        one("w^2 - 10", 2.0),
        one("-exp(-w^2)", 2.5),
        one("w^2 - 1", 1.0),
        one("w^2*(w - 1)*(w+1)", 0.001),
        *(preset.formula for name, preset in FORMULA_PRESETS.items() if "saddle" not in name),
    ],
)
def test_where_j_has_a_bound_none_is_said_to_be_missing(formula: FormulaSettings) -> None:
    assert ahead_of(formula).escape is None


def test_a_step_that_leaves_a_negative_j_as_it_is_has_not_risen() -> None:
    """At the minimum of w² − 10 nothing rises, although every J is below 0."""
    ahead = ahead_of(one("w^2 - 10", 0.001))
    small = RATES < 0.9
    assert not ahead.rose[small].any()


def test_the_race_tells_of_whom_j_falls_without_bound() -> None:
    trainer = trainer_on(SADDLE)
    view = trainer.view()
    best = [b for b in best_rates_on(trainer.problem, view.checkpoint, trainer.settings, RATES, 100) if b]
    assert {b.optimizer for b in best if b.falls_without_bound} >= {
        "gradient_descent",
        "momentum",
        "nesterov",
    }
    trainer = trainer_on(FORMULA_PRESETS["bowl"].formula)
    view = trainer.view()
    best = [b for b in best_rates_on(trainer.problem, view.checkpoint, trainer.settings, RATES, 100) if b]
    assert not any(b.falls_without_bound for b in best)


def test_escape_needs_a_negative_j_far_below_all_before() -> None:
    assert not escapes_along(np.array([1.0, 1e-9, 1e-30, 1e-60]))
    assert not escapes_along(np.array([0.0, -1.0, -70.0, -78.0]))
    assert not escapes_along(np.array([]))
    assert escapes_along(-(2.0 ** np.arange(100.0)))
    assert falls_without_bound(RATES, np.full(len(RATES), np.nan), 1.0) is None


def test_a_jump_of_a_negative_j_is_where_it_rose_not_where_it_fell() -> None:
    curve = Curve(np.arange(5), np.array([-1.0, -10.0, -4.0, -12.0, -13.0]))
    assert jump_near(curve, 0, 4) == (1, 2)
    assert jump_near(Curve(np.arange(3), np.array([-1.0, -2.0, -3.0])), 0, 2) is None
    assert ratios(np.array([3.0]), np.array([2.0])).tolist() == [1.5]


def test_the_best_of_a_map_is_as_good_as_itself_below_zero() -> None:
    losses = np.array([[-2.0, -1.9999, -1.0, np.nan]])
    rows = RateMap((1,), np.array([0.1, 0.2, 0.3, 0.4]), losses, np.array([0.0]), 10)
    assert rows.as_good.tolist() == [[True, True, False, False]]


def test_the_lowest_at_the_largest_rate_below_zero_is_only_that_of_those_tried() -> None:
    adam = TrainingSettings(optimizer="adam")
    trainer = Trainer(Experiment(formula=SADDLE, training=adam))
    *_, last = (a for a in look_ahead_on(trainer.problem, trainer.view().checkpoint, RATES, 100) if a)
    for ahead in (last, ahead_of(one("w", 1.0))):
        assert ahead.lowest == len(RATES) - 1
        assert ahead.lowest_falls_on
    for bounded in (one("w^2 - 10", 2.0), one("-exp(-w^2)", 2.5), FORMULA_PRESETS["bowl"].formula):
        assert not ahead_of(bounded).lowest_falls_on
    rates = np.array([0.1, 1.0, 10.0])
    assert not falls_on(rates, np.array([-1.0, -2.0, -2.0001]), 2), "it has come to rest"
    assert not falls_on(rates, np.array([3.0, 2.0, 1.0]), 2), "above 0 a bound may be near"
    assert not falls_on(rates, np.array([-1.0, -3.0, -2.0]), 1)
