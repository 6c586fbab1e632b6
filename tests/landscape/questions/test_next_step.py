"""The step to come, and a step that made J jump, seen from the side."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.recording.series import Curve
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.loss_jump import jump_near, past_step, penalty_set, why
from playground.landscape.questions.context import Context
from playground.landscape.questions.next_step import NextStepQuestion
from playground.landscape.side import step_from_the_side


def look(trainer: Trainer):
    view = trainer.view()
    question = NextStepQuestion(1, view.step, view.checkpoint, view.settings)
    *_, answer = (a for a in question.answers(Context(trainer.experiment)) if a is not None)
    assert answer.step == view.step
    return answer.side


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "nesterov", "rmsprop", "adamw"])
@pytest.mark.parametrize("batch_size", [None, 16])
def test_it_lands_where_the_run_then_lands(optimizer, batch_size):
    experiment = Experiment(training=TrainingSettings(optimizer, 0.05, batch_size=batch_size, l2=0.01))
    trainer = Trainer(experiment)
    trainer.advance(20)
    side = look(trainer)
    assert side.standing == pytest.approx(trainer.train_loss(), rel=1e-12)
    trainer.advance(1)
    assert side.landing == pytest.approx(trainer.train_loss(), rel=1e-9)


def test_a_schedule_shortens_the_step_and_leaves_the_valley_as_it_is():
    training = TrainingSettings(
        learning_rate=0.4, schedule="exponential", schedule_steps=10, schedule_factor=0.5
    )
    trainer = Trainer(Experiment(training=training))
    trainer.advance(30)
    side = look(trainer)
    assert side.learning_rate == trainer.rate == pytest.approx(0.05)
    X, y = trainer.samples.X_train, trainer.samples.y_train
    plain = step_from_the_side(trainer.network, trainer.parameters, X, y, trainer.rate)
    assert side.level == pytest.approx(plain.level)
    trainer.advance(1)
    assert side.landing == pytest.approx(trainer.train_loss(), rel=1e-9)


def test_another_alpha_lands_elsewhere_on_the_same_curve():
    trainer = Trainer(Experiment())
    trainer.advance(50)
    short = look(trainer)
    trainer.learning_rate = 3.0
    long = look(trainer)
    assert (short.bottom, short.level) == pytest.approx((long.bottom, long.level))
    assert short.landing == pytest.approx(np.interp(0.3, long.t, long.losses), rel=1e-3)


def thrown() -> Trainer:
    trainer = Trainer(Experiment())
    trainer.advance(100)
    trainer.learning_rate = 9.0
    trainer.advance(60)
    return trainer


def test_a_spike_is_the_very_step_that_made_it_and_its_sentence_has_its_numbers():
    trainer = thrown()
    view = trainer.view()
    curve = view.history.curves["train_loss"]
    jump = jump_near(curve, 0, 1000)
    rises = np.diff(curve.values) / curve.values[:-1]
    assert jump == (int(np.argmax(rises)), int(np.argmax(rises)) + 1)
    past = past_step(view, jump)
    assert past.exact
    assert past.plain
    assert past.learning_rate == 9.0
    side = step_from_the_side(
        trainer.network, past.parameters, trainer.samples.X_train, trainer.samples.y_train, 9.0, past.update
    )
    assert (side.standing, side.landing) == pytest.approx(tuple(curve.values[list(jump)]))
    assert side.outcome == "across and higher"
    sentence = why(past, side)
    assert sentence.startswith(f"Step {jump[0]}: α = 9 was ")
    assert f"{9 / side.level:.2g} times 2/λ = {side.level:.3g}" in sentence
    assert "landed higher" in sentence


@pytest.mark.parametrize("training", [{"fault": "mean"}, {"batch_size": 8}])
def test_only_a_step_along_the_true_gradient_is_called_plain(training: dict[str, Any]):
    trainer = Trainer(Experiment(training=TrainingSettings(learning_rate=9.0, **training)))
    trainer.advance(60)
    view = trainer.view()
    past = past_step(view, (20, 21))
    assert past.update is not None
    assert not past.plain


@pytest.mark.parametrize(("size", "full"), [(159, False), (160, True), (161, True)])
def test_a_batch_of_all_training_points_is_the_full_batch_in_a_past_step_too(size: int, full: bool):
    trainer = Trainer(Experiment())
    trainer.advance(20)
    trainer.change("training.batch_size", size)
    trainer.advance(20)
    trainer.change("training.batch_size", 16 if full else None)
    trainer.advance(20)
    past = past_step(trainer.view(), (30, 31))
    gradient = trainer.network.loss_and_gradient(
        past.parameters, trainer.samples.X_train, trainer.samples.y_train
    )[1]
    assert np.allclose(past.update, -past.learning_rate * gradient, rtol=1e-9) == full
    assert past.plain == full


def test_no_jump_is_found_where_the_loss_only_falls():
    trainer = Trainer(Experiment())
    trainer.advance(100)
    assert jump_near(trainer.view().history.curves["train_loss"], 0, 100) is None
    assert jump_near(Curve(np.array([0]), np.array([1.0])), 0, 10) is None


def test_weights_put_elsewhere_are_no_step():
    trainer = Trainer(Experiment())
    trainer.advance(10)
    trainer.set_parameters(np.full(17, 2.0))
    trainer.advance(10)
    view = trainer.view()
    jump = jump_near(view.history.curves["train_loss"], 5, 12)
    assert past_step(view, jump) is None


@pytest.mark.parametrize("hand", [6001, 12005])
def test_no_step_of_another_stretch_than_the_jumps_is_shown_where_weights_were_put_elsewhere(hand: int):
    trainer = Trainer(Experiment(DataSettings(points=30), NetworkSettings((3,))))
    trainer.advance(hand)
    trainer.set_parameters(np.full(trainer.parameters.size, 2.0))
    trainer.advance(30)
    view = trainer.view()
    rows, nearest = view.history.path_steps, set()
    for start in range(hand - 9, hand - 1):
        past = past_step(view, (start, start + 1))
        assert past.step < hand, "the weights of a step before the jump are not those that were put there"
        # The update of the last step before was overwritten: it is not recorded.
        assert past.update is None or past.step + 1 < hand
        assert past.step in rows
        nearest.add(past.step)
    assert max(nearest) == rows[rows < hand][-1]
    after = past_step(view, (hand, hand + 1))
    assert after.step == hand
    assert after.exact


@pytest.mark.parametrize("goes_on", [0, 3])
def test_a_penalty_that_was_set_is_named_as_what_made_the_jump(goes_on: int):
    trainer = Trainer(Experiment(training=TrainingSettings(learning_rate=1.0)))
    trainer.advance(400)
    before = trainer.train_loss()
    trainer.change("training.l2", 0.01)
    after = trainer.train_loss()
    trainer.advance(goes_on)
    view = trainer.view()
    jump = jump_near(view.history.curves["train_loss"], 395, 402)
    assert jump == (399, 400)
    sentence = penalty_set(view, jump)
    assert sentence.startswith("L2 was set to 0.01 at step 400: J includes the penalty from there on, ")
    assert f"which adds {after - before:.3g}. It rose from" in sentence
    assert sentence.endswith(f"to {after:.4f}.")


def test_a_small_penalty_is_not_blamed_for_what_a_step_did():
    jump = jump_near(thrown().view().history.curves["train_loss"], 0, 1000)
    trainer = Trainer(Experiment())
    trainer.advance(100)
    trainer.learning_rate = 9.0
    trainer.advance(jump[1] - 100)
    trainer.change("training.l2", 1e-5)
    trainer.advance(2)
    view = trainer.view()
    assert penalty_set(view, jump) is None
    assert [change.field for change in past_step(view, jump).changes] == ["training.l2"]
    assert penalty_set(view, (jump[0] - 1, jump[0])) is None


def test_a_penalty_makes_no_jump_where_the_loss_fell():
    trainer = Trainer(Experiment(training=TrainingSettings(learning_rate=1.0)))
    trainer.advance(5)
    trainer.change("training.l2", 1e-6)
    assert penalty_set(trainer.view(), (4, 5)) is None


def test_an_optimiser_that_was_changed_just_before_is_named():
    trainer = Trainer(Experiment(training=TrainingSettings(learning_rate=3.0)))
    trainer.advance(50)
    trainer.change("training.optimizer", "adam")
    trainer.advance(2)
    past = past_step(trainer.view(), (50, 51))
    X, y = trainer.samples.X_train, trainer.samples.y_train
    side = step_from_the_side(trainer.network, past.parameters, X, y, 3.0, past.update)
    assert why(past, side).endswith("The optimiser was changed at step 50.")


def test_where_the_step_is_not_recorded_the_nearest_one_is_said():
    experiment = Experiment(
        DataSettings(points=30), NetworkSettings((3,)), TrainingSettings("adam", 0.05, batch_size=8)
    )
    trainer = Trainer(experiment)
    trainer.advance(5003)
    trainer.learning_rate = 1.0
    trainer.advance(40)
    view = trainer.view()
    jump = jump_near(view.history.curves["train_loss"], 5000, 5100)
    past = past_step(view, jump)
    assert not past.exact
    assert past.step in view.history.path_steps
    samples = trainer.samples
    side = step_from_the_side(
        trainer.network,
        past.parameters,
        samples.X_train,
        samples.y_train,
        past.learning_rate,
        past.update,
    )
    assert f"the nearest recorded is step {past.step}" in why(past, side)


@pytest.mark.parametrize(
    ("training", "led_by"),
    [
        ({"optimizer": "momentum"}, "as momentum may carry it, "),
        (
            {"optimizer": "momentum", "momentum": 0.0, "batch_size": 8},
            "as the gradient of a batch may lead it, ",
        ),
        ({"optimizer": "adam"}, "as momentum may carry it, "),
        ({"batch_size": 8}, "as the gradient of a batch may lead it, "),
        ({"fault": "sign"}, "as the mistake in the backward pass may lead it, "),
    ],
)
def test_what_led_a_step_uphill_is_named_and_where_it_landed(training: dict[str, Any], led_by: str):
    """A step may begin uphill and land lower; of plain gradient descent over a batch no momentum is told."""
    trainer = Trainer(Experiment(training=TrainingSettings(**{"learning_rate": 3.0, **training})))
    trainer.advance(120)
    view, samples = trainer.view(), trainer.samples
    landed = set()
    for step in range(120):
        past = past_step(view, (step, step + 1))
        side = step_from_the_side(
            trainer.network,
            past.parameters,
            samples.X_train,
            samples.y_train,
            past.learning_rate,
            past.update,
        )
        if side.outcome.startswith("uphill"):
            assert (side.outcome == "uphill but lower") == (side.landing < side.standing)
            higher = side.landing > side.standing
            landed.add(higher)
            told = f"uphill from its beginning, {led_by}and landed {'higher' if higher else 'lower'}, J from "
            assert told in why(past, side)
    assert landed, "no step went uphill"


def test_two_losses_of_a_small_jump_are_told_apart():
    trainer = thrown()
    past = past_step(trainer.view(), (120, 121))
    X, y = trainer.samples.X_train, trainer.samples.y_train
    side = step_from_the_side(trainer.network, past.parameters, X, y, 9.0, past.update)
    close = replace(side, standing=0.1000123, landing=0.1000456, outcome="across and higher")
    assert "J from 0.10001 to 0.10005." in why(past, close)


def test_where_nothing_moved_nothing_is_said_of_a_parabola():
    trainer = thrown()
    past = past_step(trainer.view(), (120, 121))
    X, y = trainer.samples.X_train, trainer.samples.y_train
    side = step_from_the_side(trainer.network, past.parameters, X, y, 9.0, past.update)
    still = replace(side, outcome="no visible step", level=None, bottom=None)
    assert why(past, still) == "Step 120: α = 9: the step changed J by no more than rounding."


def test_a_step_to_the_bottom_is_told_as_one_ahead_and_afterwards():
    """The preset parabola, where α = 0.5 is 1/λ."""
    parabola = FORMULA_PRESETS["parabola"].experiment
    trainer = Trainer(replace(parabola, training=replace(parabola.training, learning_rate=0.5)))
    side = look(trainer)
    assert side.outcome == "at the bottom"
    trainer.advance(2)
    assert trainer.parameters == pytest.approx([0.0], abs=0.0)
    past = past_step(trainer.view(), (0, 1))
    assert "α = 0.5 was 0.5 times 2/λ" in why(past, side)
    assert "the step ended at the bottom, J from " in why(past, side)
