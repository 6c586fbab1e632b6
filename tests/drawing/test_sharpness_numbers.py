"""The newest sharpness, the end of the other line of a swing, and the limit stand as numbers in the plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.drawing.kit.theme import LIGHT
from playground.drawing.sharpness import SharpnessDrawing
from playground.engine.recording.series import Curve
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.sharpness import Stretch


@pytest.mark.parametrize(("swing", "told"), [(1.0, ["21", "19", "limit 20"]), (0.0, ["20", "limit 20"])])
def test_both_lines_of_a_swing_and_the_limit_are_told(qtbot: Any, swing: float, told: list[str]) -> None:
    trainer = Trainer(Experiment().with_value("training.learning_rate", 0.1))
    trainer.advance(400)
    # Measured at even and odd steps alike, as a page that is looked at does.
    steps = np.sort(np.concatenate([np.arange(0, 401, 10), np.arange(5, 400, 10)]))
    values = 20.0 + swing * np.where(steps % 2 == 0, 1.0, -1.0)
    limit = Curve(np.array([0.0, 400.0]), np.array([20.0, 20.0]))
    drawing = SharpnessDrawing(LIGHT)
    drawing.show([Stretch("λmax", Curve(steps.astype(float), values), limit)], trainer.view())
    assert [text for text, *_ in drawing.newest.numbers] == told
