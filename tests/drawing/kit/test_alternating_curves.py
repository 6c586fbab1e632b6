"""Where values alternate from step to step, no zigzag is drawn that no run has."""

from __future__ import annotations

import numpy as np
import pytest

from playground.drawing.kit.alternating_curves import split_alternating
from playground.drawing.kit.theme import DARK
from playground.drawing.loss.drawing import LossDrawing
from playground.engine.recording.series import Curve
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings

VALLEY = Experiment(DataSettings("hours_of_study"), NetworkSettings(()), TrainingSettings(learning_rate=2.0))


def up_and_down(values: np.ndarray) -> float:
    return float(np.nansum(np.abs(np.diff(values))))


def drawn(experiment: Experiment, steps: int) -> LossDrawing:
    run = Trainer(experiment)
    run.advance(steps)
    drawing = LossDrawing(DARK)
    drawing.show(run.history.view(), experiment=experiment)
    return drawing


def test_a_test_loss_that_jumps_at_every_step_is_drawn_as_its_two_lines(qtbot) -> None:
    drawing = drawn(VALLEY, 5000)
    recorded = drawing.shown["test"]
    late = recorded.steps > 1000
    low, high = recorded.values[late].min(), recorded.values[late].max()
    assert high > low + 0.02, "it jumps"
    joined, strand_items = drawing.test_curve, drawing.test_alternating
    # The joined line stops where the two begin; each of them stays where it is.
    assert not np.isfinite(joined.y[(joined.x > 1000) & (joined.x < 4900)]).any()
    levels = []
    for item in strand_items:
        heights = item.y[(item.x > 1000) & (item.x < 4900)]
        assert len(heights) > 40
        assert up_and_down(heights) < 0.01
        levels.append(10 ** float(np.median(heights)))
    assert sorted(levels) == pytest.approx([low, high], rel=1e-3)
    # Every value that was recorded is drawn.
    parts = [item.x[np.isfinite(item.y)] for item in (joined, *strand_items)]
    assert set(np.concatenate(parts).tolist()) >= set(recorded.steps.tolist())


@pytest.mark.parametrize("batch_size", [None, 8])
def test_a_test_loss_that_falls_or_is_noisy_stays_one_line(qtbot, batch_size: int | None) -> None:
    drawing = drawn(Experiment(training=TrainingSettings(batch_size=batch_size)), 5000)
    assert np.isfinite(drawing.test_curve.y).all()
    assert not any(len(item.x) for item in drawing.test_alternating)


def test_successive_steps_are_joined_whatever_they_do() -> None:
    steps = np.arange(60)
    curve = Curve(steps, np.where(steps % 2, 1.0, 2.0))
    assert split_alternating(curve)[0] is curve


def test_two_lines_begin_where_a_run_begins_to_alternate() -> None:
    steps = np.arange(0, 2000, 20)
    steps = steps + np.arange(len(steps)) % 2
    values = np.where(steps < 1000, np.exp(-steps / 400), np.where(steps % 2, 0.5, 0.1))
    joined, even, odd = split_alternating(Curve(steps, values))
    assert np.isfinite(joined.values[steps < 850]).all()
    assert not np.isfinite(joined.values[(steps > 1150) & (steps < 1900)]).any()
    np.testing.assert_allclose(even.values[even.steps > 1150], 0.1)
    np.testing.assert_allclose(odd.values[odd.steps > 1150], 0.5)


@pytest.mark.parametrize("count", range(12))
def test_a_curve_of_a_few_values_is_drawn_as_it_is(count: int) -> None:
    steps = np.arange(count, dtype=np.int64)
    joined, even, odd = split_alternating(Curve(steps, np.cos(steps)))
    np.testing.assert_array_equal(joined.values, np.cos(steps))
    assert not len(even.steps)
    assert not len(odd.steps)
