"""The phase of a run on a formula whose J is 0, negative, or has no lower bound."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.engine.loss_scale import times
from playground.engine.recording.phase import (
    ARRIVED,
    DIVERGED,
    FALLING,
    HELD,
    RIPPLE_STEPS,
    RIPPLING,
    THROWN,
    THROWN_OUT,
    at_its_highest,
    find_phase,
    first_thrown_out,
    last_good,
    still_thrown_out,
    thrown_out,
)
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from playground.experiment_formula import FormulaSettings
from tests.engine.recording.test_phase import recorded


def on(expression: str, start: dict[str, float], rate: float) -> Trainer:
    window = tuple((-3.0, 3.0) for _ in start)
    formula = FormulaSettings(expression, tuple(start), tuple(start.values()), window)
    return Trainer(Experiment(formula=formula, training=TrainingSettings(learning_rate=rate)))


@pytest.mark.parametrize(
    ("expression", "start", "rate"),
    [
        ("x^2 - y^2", {"x": -1.8, "y": 0.001}, 0.1),
        ("w^3", {"w": -0.3}, 0.1),
        ("w^3", {"w": 1.0}, 0.9),
        ("sin(3*w) - 1", {"w": 0.2}, 0.05),
        ("sin(3*w) - 1", {"w": 0.2}, 2.0),
        ("w^2 - 10", {"w": 0.1}, 1.05),
        ("-w^2", {"w": 0.0}, 0.1),
        ("-exp(w)", {"w": 0.1}, 0.5),
    ],
)
def test_every_step_of_a_run_with_a_negative_j_has_a_phase_and_a_step_to_go_back_to(
    expression: str, start: dict[str, float], rate: float
) -> None:
    trainer = on(expression, start, rate)
    for _ in range(300):
        if not trainer.advance(1):
            break
        view = trainer.history.view()
        word = find_phase(view, trainer.diverged).word
        rise = thrown_out(view)
        first = first_thrown_out(view, -1)
        good = last_good(view)
        assert good is not None
        lowest = float(view.curves["batch_loss"].values.min())
        assert good[1] <= times(1.1, lowest) or good[1] == view.curves["train_loss"].values[-1]
        for found in (rise, first, still_thrown_out(view)):
            if found is not None:
                assert found.loss > found.bar > found.good_loss
                assert at_its_highest(view, found).loss >= found.loss
        assert word != THROWN_OUT or (rise is not None and rise.loss > rise.good_loss)


def test_a_run_down_a_saddle_falls_and_is_never_thrown_out() -> None:
    trainer = on("x^2 - y^2", {"x": -1.8, "y": 0.001}, 0.1)
    words = set()
    while trainer.advance(25):
        view = trainer.history.view()
        words.add(find_phase(view, trainer.diverged).word)
        assert first_thrown_out(view, -1) is None
    assert words == {FALLING, DIVERGED}
    good = last_good(trainer.history.view())
    assert good is not None
    assert good[0] == trainer.step, "the lowest J is the last"


def test_a_run_that_climbs_from_below_zero_is_thrown_out() -> None:
    trainer = on("w^2 - 10", {"w": 0.1}, 1.05)
    trainer.advance(60)
    rise = first_thrown_out(trainer.history.view(), -1)
    assert rise is not None
    assert rise.bar == pytest.approx(20.0, rel=0.01), "from −10 four times the size of J is 30 up"
    assert rise.good_loss == pytest.approx(-10.0, rel=0.1)


def test_from_a_first_j_of_zero_no_multiple_is_a_bar() -> None:
    """A ball of noise around J = 0: there is no best to be far above of."""
    formula = FormulaSettings("w^2", ("w",), (0.0,), ((-3.0, 3.0),), noise=0.5)
    trainer = Trainer(Experiment(formula=formula, training=TrainingSettings(learning_rate=0.1)))
    for _ in range(60):
        trainer.advance(1)
        assert find_phase(trainer.history.view()).word != THROWN_OUT
    assert trainer.history.view().curves["batch_loss"].values[0] == 0.0


@pytest.mark.parametrize("steps", range(12, 60, 8))
def test_a_run_at_a_minimum_of_exactly_zero_has_arrived_once_it_has_stood_there(steps: int) -> None:
    """The first step of J = w² with α = 0.5 ends at 0. At first it has no phase there."""
    trainer = on("w^2", {"w": 2.0}, 0.5)
    trainer.advance(steps)
    assert trainer.train_loss() == 0.0
    stood = steps - 1 >= RIPPLE_STEPS
    assert find_phase(trainer.history.view()).word == (ARRIVED if stood else "")


def test_j_of_exactly_zero_on_a_slope_has_no_phase() -> None:
    """0 has no share to creep by, and with a gradient the run has not arrived either."""
    zeros = recorded(np.r_[1.0, np.zeros(40)], norms=np.full(40, 2.0))
    assert find_phase(zeros).word == ""


@pytest.mark.parametrize("low", [0.1, 1.0])
def test_a_run_that_was_thrown_out_long_ago_still_is_until_it_comes_back(low: float) -> None:
    """Up there J ripples, and its recent best is high by now: only the whole record tells."""
    up_there = low * np.tile([40.0, 70.0, 50.0], 300)
    losses = np.r_[low * np.linspace(9.0, 1.0, 50), up_there]
    history = recorded(losses)
    assert thrown_out(history) is None
    rise = still_thrown_out(history)
    assert rise == first_thrown_out(history, -1)
    assert rise is not None
    assert (rise.good_step, rise.crossed) == (49, 50)
    back = np.r_[losses, np.full(HELD, low)]
    assert still_thrown_out(recorded(back[:-1])) is not None
    assert still_thrown_out(recorded(back)) is None
    again = still_thrown_out(recorded(np.r_[back, up_there]))
    assert again is not None
    assert again.crossed == len(back)
    assert find_phase(history).word == RIPPLING


@pytest.mark.parametrize("loss", [3.0, 0.25, 1e-300, 1e308, 0.0])
@pytest.mark.parametrize("factor", [THROWN, 1.1, 0.5])
def test_multiples_of_a_j_above_zero_are_products_to_the_last_bit(loss: float, factor: float) -> None:
    assert times(factor, loss) == factor * loss
    assert times(factor, np.array([loss, math.inf])).tolist() == [factor * loss, math.inf]


@pytest.mark.parametrize("loss", [-1e-9, -1.0, -7e100])
def test_multiples_of_a_j_below_zero_lie_on_their_side_of_it(loss: float) -> None:
    assert times(0.5, loss) < loss < times(1.1, loss) < times(THROWN, loss)
    assert times(THROWN, np.array([loss])).tolist() == [times(THROWN, loss)]
