"""At which steps all points are measured."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.stepping.measuring import EACH_OCTAVE, OF_MANY, next_measured
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.experiment_table import TableSettings


@settings(max_examples=50)
@given(power=st.integers(0, 12), start=st.integers(0, 5000), times=st.sampled_from([EACH_OCTAVE, OF_MANY]))
def test_from_wherever_one_asks_the_measured_steps_are_the_same(power, start, times):
    longest = 2**power
    due = [step for step in range(start + 1, start + 2000) if next_measured(step - 1, longest, times) == step]
    step, met = start, []
    while (step := next_measured(step, longest, times)) < start + 2000:
        met.append(step)
    assert met == due


def test_a_doubling_of_the_steps_is_measured_so_many_times_and_never_oftener_than_is_bounded():
    steps = [0]
    while steps[-1] < 1 << 14:
        steps.append(next_measured(steps[-1], 1 << 30))
    measured = np.array(steps)
    for octave in range(7, 14):
        inside = (measured >= 1 << octave) & (measured < 1 << octave + 1)
        assert inside.sum() == EACH_OCTAVE
    assert np.diff([next_measured(step, 512) for step in range(0, 5000, 512)]).mean() >= 500


def test_a_loss_that_goes_up_and_down_with_every_step_shows_both_sides_of_it():
    """Two circles at α = 0.5 for a hundred steps, then far above the limit."""
    trainer = Trainer(Experiment().with_value("training.learning_rate", 0.5))
    trainer.advance(100)
    trainer.learning_rate = 1.5
    trainer.advance(500)
    true = {}
    for _ in range(100):
        trainer.advance(1)
        true[trainer.step] = trainer.test_loss()
    values = np.array(list(true.values()))
    curve = trainer.history.view().curves["test_loss"]
    seen = curve.values[np.isin(curve.steps, list(true))]
    assert values.max() > 1.5 * values.min(), "it ripples"
    assert seen.min() < 1.1 * values.min()
    assert seen.max() > 0.9 * values.max()


def test_many_points_are_measured_seldom_and_a_replay_measures_at_the_same_steps():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6000, 2))
    table = TableSettings(("a", "b"), "kind", ("in", "out"), np.column_stack([X, np.hypot(*X.T) > 1.0]))
    data = DataSettings.of_table(table, test_share=0.1)
    experiment = Experiment(data, NetworkSettings((2,)), TrainingSettings(batch_size=10))
    at_once, in_pieces = Trainer(experiment), Trainer(experiment)
    at_once.advance(300)
    for steps in (1, 50, 100, 149):
        in_pieces.advance(steps)
    curves = [trainer.history.view().curves["test_loss"] for trainer in (at_once, in_pieces)]
    np.testing.assert_array_equal(curves[0].steps[:-1], curves[1].steps[:-1])
    np.testing.assert_array_equal(curves[0].values[:-1], curves[1].values[:-1])
    assert len(curves[0].steps) < 60
