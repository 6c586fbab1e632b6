"""Sharpness over a run: what is kept of it, its limit line, and what is said about both."""

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.recording.history import History, Measured, Present
from playground.engine.schedules import drops, rate_at
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.sharpness import (
    Sample,
    SharpnessRecord,
    can_be_filled_in,
    limit_line,
    sharpness_sentence,
)
from playground.landscape.stability import MINI_BATCHES, stability
from playground.numerals import number_text


def test_a_record_is_bounded_ordered_and_keeps_what_stands_out():
    record = SharpnessRecord(capacity=100)
    rng = np.random.default_rng(0)
    values = rng.normal(5.0, 0.1, 5000)
    values[1234], values[4321] = 50.0, -7.0
    for step, value in enumerate(values):
        record.add(Sample(step, value, value, 0.0))
        assert len(record) <= 100
    steps = [sample.step for sample in record.samples]
    kept = [sample.sharpness for sample in record.samples]
    assert (np.diff(steps) > 0).all()
    assert (steps[0], steps[-1]) == (0, 4999)
    assert (min(kept), max(kept)) == (-7.0, 50.0)
    np.testing.assert_array_equal(kept, values[steps])


def test_samples_may_come_late_and_the_newer_of_a_step_counts():
    record = SharpnessRecord()
    for step, value in ((30, 3.0), (10, 1.0), (20, 2.0), (10, 1.5)):
        record.add(Sample(step, value, value, 0.0))
    assert [(s.step, s.sharpness) for s in record.samples] == [(10, 1.5), (20, 2.0), (30, 3.0)]
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
    steps = [sample.step for sample in record.samples]
    assert np.diff(steps).max() <= 1000 // 60 + 5
    assert steps[0] <= 1000 // 60


@pytest.mark.parametrize("parity", [0, 1])
def test_what_alternates_late_in_a_run_is_filled_in_on_both_sides_there(parity: int) -> None:
    """As many odd steps as even ones in the whole run are no help where all late ones are of one kind."""
    path_steps = np.unique(np.r_[np.arange(0, 3001, 3), 3000])
    record = SharpnessRecord()
    for step in range(0, 1500, 20):
        record.add(Sample(step + 1 - parity, 10.0, 10.0, 0.0))
    for step in range(1500, 3001, 20):
        record.add(Sample(step + parity, 19.0, 19.0, 0.0))
    while (row := record.widest_gap(path_steps)) is not None:
        step = int(path_steps[row])
        assert step not in [sample.step for sample in record.samples], "it is measured once"
        record.add(Sample(step, 19.0, 19.0, 0.0))
    for kind in (0, 1):
        steps = [sample.step for sample in record.samples if sample.step % 2 == kind]
        assert np.diff([0, *steps, 3000]).max() <= 3000 // 60 + 3
    assert len(record) < 4 * 60 + 150


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
    for optimizer in ("adam", "momentum"):
        trainer.change("training.optimizer", optimizer)
        trainer.advance(5)
    known = can_be_filled_in(trainer.view(), np.array([0, 4, 5, 9, 10, 15]))
    assert known.tolist() == [True, True, False, False, True, True]


def sample(trainer):
    """The sample that is taken of a run as it stands."""
    samples, view = trainer.samples, trainer.view()
    found = stability(trainer.network, samples.X_train, samples.y_train, view.checkpoint)
    of = found.optimizer if found.optimizer in ("rmsprop", "adam", "adamw") else ""
    return Sample(view.step, found.sharpness, found.ends.largest, found.ends.smallest, of)


@pytest.mark.parametrize("first", ["gradient_descent", "rmsprop"])
def test_another_matrix_is_another_curve_with_a_name_and_a_limit_of_its_own(first):
    """Between λmax of H and λmax of P⁻¹H there is no line: of two optimisers P differs, too."""
    trainer = Trainer(Experiment(DataSettings(points=40), training=TrainingSettings(first, 0.01)))
    record = SharpnessRecord()
    expected: list[list[Sample]] = []
    for optimizer in (first, "adam", "gradient_descent", "momentum", "adam"):
        trainer.change("training.optimizer", optimizer)
        if optimizer != "momentum":
            expected.append([])
        for _ in range(3):
            record.add(sample(trainer))
            expected[-1].append(record.last)
            trainer.advance(10)
    stretches = record.stretches(trainer.view())
    before = "λmax" if first == "gradient_descent" else "λmax(P⁻¹H)"
    assert [stretch.name for stretch in stretches] == [before, "λmax(P⁻¹H)", "λmax", "λmax(P⁻¹H)"]
    for stretch, samples in zip(stretches, expected, strict=True):
        assert list(zip(*stretch.sharpness, strict=True)) == [(s.step, s.sharpness) for s in samples]
        within = [samples[0].step <= step <= samples[-1].step + 10 for step in stretch.limit.steps]
        assert all(within)
        assert {s.step for s in samples} <= set(stretch.limit.steps.tolist())
    adam = stretches[1].limit.values
    assert adam == pytest.approx(38 / 0.01)
    assert stretches[2].limit.values.tolist() == pytest.approx(
        [2 / 0.01 if step < 90 else 3.8 / 0.01 for step in stretches[2].limit.steps]
    )


def test_a_thinning_does_not_take_one_quantity_for_the_extreme_of_another():
    record = SharpnessRecord(capacity=100)
    for step in range(400):
        divided = step >= 200
        record.add(
            Sample(step, 1000.0 + step if divided else step / 100, 1.0, 0.0, "adam" if divided else "")
        )
    assert len(record) <= 100
    plain = [s.step for s in record.samples if not s.divided_by]
    assert (plain[0], plain[-1]) == (0, 199)
    assert min(s.step for s in record.samples if s.divided_by) == 200
    both = SharpnessRecord(capacity=20)
    for step in range(2000):
        both.add(Sample(step, 1.0, 1.0, 0.0, "adam" if step % 2 else ""))
        assert len(both) <= 20


def test_no_sentence_compares_two_quantities():
    """λmax of P⁻¹H is a hundred times that of H: it has not grown for that."""
    trainer = Trainer(Experiment(DataSettings(points=40), training=TrainingSettings(learning_rate=0.001)))
    record = SharpnessRecord()
    for _ in range(10):
        record.add(sample(trainer))
        trainer.advance(10)
    trainer.change("training.optimizer", "adam")
    record.add(sample(trainer))
    trainer.advance(2)
    here = sample(trainer)
    assert here.sharpness > 5 * record.samples[0].sharpness
    record.add(here)
    assert say(trainer, record).startswith("λmax(P⁻¹H) is below the limit")


def say(trainer, record=None):
    samples, view = trainer.samples, trainer.view()
    found = stability(trainer.network, samples.X_train, samples.y_train, view.checkpoint)
    return sharpness_sentence(found, view, view.step, record or SharpnessRecord())


def test_the_sentence_says_no_more_than_was_measured():
    experiment = Experiment(
        DataSettings("sine", points=40), NetworkSettings((12,)), TrainingSettings(learning_rate=0.2)
    )
    trainer = Trainer(experiment)
    assert say(trainer).startswith("Sharpness is below the limit, at 5")
    record = SharpnessRecord()
    trainer.advance(100)
    now = sample(trainer).sharpness
    for step in range(0, 101, 20):
        record.add(Sample(step, now * (0.5 + step / 200), 1.0, 0.0))
    assert say(trainer, record).startswith("Sharpness has grown from")
    assert f" at step 80 to {number_text(now)} at step 100: it is at " in say(trainer, record)

    trainer.advance(19_900)
    told = say(trainer)
    assert told.startswith("Sharpness is at the limit (")
    assert " of it); J " in told

    trainer.learning_rate = 0.4
    assert say(trainer).startswith(("Sharpness is 2 times the limit", "Sharpness is 1.9 times the limit"))
    trainer.change("training.batch_size", 4)
    trainer.advance(1)
    assert say(trainer) == MINI_BATCHES


@pytest.mark.parametrize(
    ("rate", "steps", "told"),
    [
        (0.54, 0, "Sharpness is just above the limit (105 % of it)."),
        (0.514, 1500, "Sharpness is at the limit (100.1 % of it); J rises."),
        (0.54, 14, "Sharpness is just above the limit (105 % of it); J rises."),
        (0.54, 60, "Sharpness is just above the limit (105 % of it); J is far above its recent best."),
        (0.5, 15, "Sharpness is just below the limit (97 % of it); J falls."),
        (0.5, 5000, "Sharpness is just below the limit (97 % of it); J changes by no more than rounding."),
    ],
)
def test_beside_the_limit_j_is_told_as_it_goes(rate, steps, told):
    """On a straight line J can be followed on paper: it neither ripples nor reaches anything."""
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=rate)
    )
    trainer = Trainer(experiment)
    trainer.advance(steps)
    assert say(trainer) == told


def test_where_crests_and_troughs_fall_j_falls_in_ripples():
    trainer = Trainer(Experiment(DataSettings("noisy_line"), NetworkSettings(())))
    samples = trainer.samples
    found = stability(trainer.network, samples.X_train, samples.y_train, trainer.view().checkpoint)
    steps = np.arange(200)
    losses = (1 + 0.3 * (-1.0) ** steps) * np.exp(-steps / 100)
    view = replace(trainer.view(), history=recorded(losses), step=199)
    view = replace(view, settings=replace(view.settings, learning_rate=found.limit))
    experiment = view.experiment.with_value("training.learning_rate", found.limit)
    view = replace(view, experiment=experiment)
    told = sharpness_sentence(found, view, 199, SharpnessRecord())
    assert told == "Sharpness is at the limit (100 % of it); J falls in ripples."


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_above_the_limit_swings_grow_and_with_a_p_that_moves_nobody_knows(optimizer):
    trainer = Trainer(Experiment(training=TrainingSettings(optimizer, 100.0)))
    told = say(trainer)
    assert "swings along the sharpest direction grow" in told
    assert told.startswith("Sharpness is " if optimizer in ("momentum", "nesterov") else "λmax(P⁻¹H) is ")
    assert ("and P its numbers" in told) == (optimizer not in ("momentum", "nesterov"))


@pytest.mark.parametrize("rate", [0.001, 0.02])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "rmsprop", "adam", "adamw"])
def test_a_limit_of_a_frozen_preconditioner_is_told_as_one_below_it_too(optimizer, rate):
    trainer = Trainer(Experiment(training=TrainingSettings(optimizer, rate)))
    trainer.advance(2)
    assert ("preconditioner stays frozen" in say(trainer)) == (optimizer in ("rmsprop", "adam", "adamw"))


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


def recorded(losses):
    """A history with these losses of a full batch."""
    theta, last = np.zeros(2), len(losses) - 1
    history = History(theta)
    history.add_steps(0, losses[:-1], np.ones(last), 0.1)
    history.add_train_rows(0, losses[:-1], None)
    history.present = Present(last, theta, 0.1, Measured(float(losses[-1]), None, None, None))
    return history.view()


def test_after_a_change_of_the_rate_what_was_found_before_is_told_with_its_step():
    """On a busy machine the next answer takes its time: 8 % of the limit was true of α = 0.3, not of 10."""
    trainer = Trainer(Experiment(training=TrainingSettings(learning_rate=0.3)))
    samples = trainer.samples
    found = stability(trainer.network, samples.X_train, samples.y_train, trainer.view().checkpoint)
    trainer.advance(12)
    fresh = sharpness_sentence(found, trainer.view(), 0, SharpnessRecord())
    assert fresh.startswith("Sharpness is below the limit, at 8")
    trainer.learning_rate = 10.0
    trainer.advance(1)
    told = sharpness_sentence(found, trainer.view(), 0, SharpnessRecord())
    assert told == "At step 0: sharpness is" + fresh.removeprefix("Sharpness is")
    trainer.change("training.optimizer", "adagrad")
    assert not say(trainer).startswith("At step")
