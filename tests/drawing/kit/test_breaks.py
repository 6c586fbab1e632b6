"""What is measured only now and then: a dot at each value, and no line over steps that were not measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.drawing.activations.layer_norms import LayerNormDrawing
from playground.drawing.kit.breaks import broken, rows_far
from playground.drawing.kit.theme import LIGHT
from playground.drawing.sharpness import SharpnessDrawing
from playground.engine.recording.series import Curve
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.sharpness import Sample, SharpnessRecord
from tests.support.sheet import Sheet

STEPS = np.array([0, 300, *range(600, 901, 10)])
"""Two steps alone, then a stretch in which each is near to the next."""
LEVEL = 2.0


def sharpness() -> SharpnessDrawing:
    trainer, record = Trainer(Experiment()), SharpnessRecord()
    trainer.advance(900)
    for step in STEPS.tolist():
        record.add(Sample(step, LEVEL, LEVEL, 0.0))
    drawing = SharpnessDrawing(LIGHT)
    drawing.show(record.stretches(trainer.view()), trainer.view())
    return drawing


def layer_norms() -> LayerNormDrawing:
    drawing = LayerNormDrawing(LIGHT)
    drawing.show(STEPS, np.full((len(STEPS), 1), 10.0**LEVEL))
    return drawing


@pytest.mark.parametrize("make", [sharpness, layer_norms])
def test_values_far_apart_are_dots_that_no_line_joins(qtbot: Any, make: Callable[[], Any]) -> None:
    sheet = Sheet(qtbot, make(), LIGHT)
    for step in STEPS[[0, 1, 2, -3]].tolist():
        assert sheet.differs(step, LEVEL, LIGHT.card) > 250
    for step in (605, 700, 895):
        assert sheet.differs(step, LEVEL, LIGHT.card) > 250
    # A line of the grid may lie there, which is faint.
    for step in (100, 150, 200, 400, 450, 550):
        assert sheet.differs(step, LEVEL, LIGHT.card) < 100


def test_only_values_far_apart_are_parted() -> None:
    steps = np.array([0, 1, 3, 6, 10, 40, 71])
    assert rows_far(steps, 60).tolist() == [3, 4, 5, 6]
    assert rows_far(steps, 900).tolist() == [6]
    assert rows_far(steps[:1], 0).tolist() == []
    assert rows_far(steps[:0], 0).tolist() == []
    curve = broken(Curve(steps, np.arange(7.0)), np.array([5, 6]))
    assert curve.steps.tolist() == [0, 1, 3, 6, 10, 40, 40, 71, 71]
    assert np.flatnonzero(np.isnan(curve.values)).tolist() == [5, 7]
    assert np.interp([40, 71], *curve).tolist() == [5.0, 6.0]
    assert np.isnan(np.interp([20, 60], *curve)).all()
