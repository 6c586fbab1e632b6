"""Sharpness over a run: what is kept of it, its limit line, and what is said about both."""

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.history import Curve
from playground.engine.schedules import drops, rate_at
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.sharpness import (
    Sample,
    SharpnessRecord,
    can_be_filled_in,
    limit_line,
    what_goes_on,
)
from playground.landscape.stability import MINI_BATCHES, stability


def test_a_record_is_bounded_ordered_and_keeps_what_stands_out():
    record = SharpnessRecord(capacity=100)
    rng = np.random.default_rng(0)
    values = rng.normal(5.0, 0.1, 5000)
    values[1234], values[4321] = 50.0, -7.0
    for step, value in enumerate(values):
        record.add(Sample(step, value, value, 0.0))
        assert len(record) <= 100
    curve = record.curve()
    assert (np.diff(curve.steps) > 0).all()
    assert (curve.steps[0], curve.steps[-1]) == (0, 4999)
    assert curve.values.max() == 50.0
    assert curve.values.min() == -7.0
    np.testing.assert_array_equal(curve.values, values[curve.steps])


def test_samples_may_come_late_and_the_newer_of_a_step_counts():
    record = SharpnessRecord()
    for step, value in ((30, 3.0), (10, 1.0), (20, 2.0), (10, 1.5)):
        record.add(Sample(step, value, value, 0.0))
    np.testing.assert_array_equal(record.curve().steps, [10, 20, 30])
    np.testing.assert_array_equal(record.curve().values, [1.5, 2.0, 3.0])
    assert record.last.step == 30
    assert record.value_near(17).step == 20


def test_the_past_is_filled_in_where_the_longest_stretch_is_unknown_until_none_is_long():
    path_steps = np.arange(0, 1001, 5)
    record = SharpnessRecord()
    record.add(Sample(1000, 1.0, 1.0, 0.0))
    first = record.widest_gap(path_steps)
    assert path_steps[first] == 500
    asked = 0
    while (row := record.widest_gap(path_steps)) is not None:
        record.add(Sample(int(path_steps[row]), 1.0, 1.0, 0.0))
        asked += 1
        assert asked < 200
    assert np.diff(record.curve().steps).max() <= 1000 // 60 + 5
    assert record.curve().steps[0] <= 1000 // 60


def test_the_limit_line_steps_where_alpha_or_the_optimiser_is_changed():
    trainer = Trainer(Experiment(training=TrainingSettings(learning_rate=0.4)))
    trainer.advance(100)
    trainer.learning_rate = 0.1
    trainer.advance(100)
    trainer.change("training.optimizer", "momentum")
    trainer.advance(100)
    trainer.change("training.batch_size", 10)
    trainer.advance(100)
    line = limit_line(trainer.view())

    def at(step):
        return np.interp(step, line.steps, line.values)

    assert at(0) == at(99) == pytest.approx(2 / 0.4)
    assert at(100) == at(199) == pytest.approx(2 / 0.1)
    assert at(200) == at(299) == pytest.approx(3.8 / 0.1)
    assert np.isnan(line.values[-1])


@pytest.mark.parametrize(("kind", "width"), [("step", 300), ("cosine", 4000), ("warm_up", 4000)])
def test_the_limit_line_follows_a_schedule_however_long_the_run(kind, width):
    training = TrainingSettings(learning_rate=0.4, schedule=kind, schedule_steps=width, schedule_factor=0.5)
    trainer = Trainer(Experiment(DataSettings(points=20), training=training))
    trainer.advance(3000)
    trainer.learning_rate = 0.2
    trainer.advance(3000)
    view = trainer.view()
    assert len(view.history.curves["learning_rate"].steps) < 4097
    asked = np.arange(7, 6000, 331)
    line = limit_line(view, asked)
    assert set(asked) <= set(line.steps)
    changed = replace(training, learning_rate=0.2)
    true = [2 / rate_at(training if step < 3000 else changed, step) for step in range(6001)]
    np.testing.assert_array_equal(line.values, np.array(true)[line.steps])
    between = np.interp(np.arange(6001), line.steps, line.values)
    np.testing.assert_allclose(between, true, rtol=1e-5)


@pytest.mark.parametrize("now", [None, 10])
def test_a_stretch_of_mini_batches_has_no_limit_whatever_the_run_does_now(now):
    trainer = Trainer(Experiment(DataSettings(points=100, test_share=0.2)))
    trainer.advance(50)
    for size in (79, 80, now):
        trainer.change("training.batch_size", size)
        trainer.advance(50)
    line = limit_line(trainer.view(), (25, 75, 125, 175))

    def at(step):
        return line.values[line.steps == step].item()

    assert at(25) == at(125) == pytest.approx(2 / trainer.learning_rate), "80 points are all of them"
    assert np.isnan(at(75))
    assert np.isnan(at(175)) == (now == 10)


def test_a_schedule_that_drops_at_every_step_is_drawn_without_its_corners():
    training = TrainingSettings(schedule="step", schedule_steps=1, schedule_factor=0.999)
    assert list(drops(training, (), 5, 5)) == [1, 2, 3, 4, 5]
    assert not len(drops(training, (), 6, 5))
    # So many fit into the memory of no machine: they are counted, not laid out.
    assert not len(drops(training, (), 10**15, 1000))


def test_a_run_with_a_mistake_has_no_limit_to_draw():
    trainer = Trainer(Experiment(training=TrainingSettings(fault="sign")))
    trainer.advance(5)
    assert np.isnan(limit_line(trainer.view()).values).all()


def test_what_an_adaptive_optimiser_divided_by_is_not_recorded():
    trainer = Trainer(Experiment())
    trainer.advance(5)
    assert can_be_filled_in(trainer.view())
    trainer.change("training.optimizer", "adam")
    trainer.advance(5)
    assert not can_be_filled_in(trainer.view())


def say(trainer, record=None):
    samples, view = trainer.samples, trainer.view()
    found = stability(trainer.network, samples.X_train, samples.y_train, view.checkpoint)
    losses = view.history.curves["train_loss"]
    return what_goes_on(found, view.settings.learning_rate, record or SharpnessRecord(), losses)


def test_the_sentence_says_no_more_than_was_measured():
    experiment = Experiment(
        DataSettings("sine", points=40), NetworkSettings((12,)), TrainingSettings(learning_rate=0.2)
    )
    trainer = Trainer(experiment)
    assert say(trainer).startswith("Sharpness is below the limit, at 5")
    record = SharpnessRecord()
    for step in range(0, 800, 20):
        record.add(Sample(step, 1.0 + step / 200, 1.0, 0.0))
    assert say(trainer, record).startswith("Sharpness grows towards the limit")

    trainer.advance(20_000)
    losses = trainer.view().history.curves["train_loss"].values
    assert (np.diff(losses) > 0).any()
    later, half = losses[len(losses) // 2 :], len(losses) // 4
    assert np.median(later[half:]) < np.median(later[:half])
    assert say(trainer).endswith("the loss now falls in ripples.")

    trainer.learning_rate = 0.4
    assert say(trainer).startswith(("Sharpness is 2 times the limit", "Sharpness is 1.9 times the limit"))
    trainer.change("training.batch_size", 4)
    trainer.advance(1)
    assert say(trainer) == MINI_BATCHES


def test_above_the_limit_no_more_is_said_than_of_a_valley_that_keeps_its_shape():
    """The very next step may land lower: seen at the first step on two Gaussians at α = 4."""
    experiment = Experiment(DataSettings("two_gaussians"), training=TrainingSettings(learning_rate=4.0))
    trainer = Trainer(experiment)
    sentence = say(trainer)
    before = trainer.view().train_loss
    trainer.advance(1)
    assert trainer.view().train_loss < before
    assert "times the limit" in sentence
    assert "while the valley keeps this shape" in sentence
    assert "along the sharpest direction" in sentence
    assert sentence.endswith("others need not.")


def test_at_the_limit_without_ripples_none_are_claimed():
    trainer = Trainer(Experiment(DataSettings("noisy_line"), NetworkSettings(())))
    samples, view = trainer.samples, trainer.view()
    found = stability(trainer.network, samples.X_train, samples.y_train, view.checkpoint)
    falling = Curve(np.arange(50), np.linspace(2.0, 1.0, 50))
    sentence = what_goes_on(found, 0.98 * found.limit, SharpnessRecord(), falling)
    assert sentence == "Sharpness has reached the limit (98 %); the loss still falls without ripples."
