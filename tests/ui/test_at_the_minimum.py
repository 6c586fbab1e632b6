"""A student lets a line settle at its minimum, where only rounding is left of the gradient."""

from __future__ import annotations

from typing import Any

from playground.drawing.captions import NO_VISIBLE_STEP
from playground.drawing.side_drawing import OUTCOMES, STILL
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.ui.side_feature import SideFeature

SLOW = 20_000
LINE = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.3))


def test_there_the_next_step_has_no_arrow_and_no_explanation(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(LINE))
    window.set_full(True)
    surface = window.surface_view
    side = next(feature for feature in window.features if isinstance(feature, SideFeature))
    qtbot.waitUntil(lambda: len(surface.picture().arrows) > 0, timeout=SLOW)
    assert NO_VISIBLE_STEP not in surface.caption.text()
    window.lab.set_speed(None)
    window.lab.run_exactly(3000)
    qtbot.waitUntil(lambda: window.snapshot.state == "paused", timeout=SLOW)
    qtbot.waitUntil(lambda: surface.arrows is not None and surface.arrows.step == 3000, timeout=SLOW)
    assert not len(surface.picture().arrows)
    qtbot.waitUntil(lambda: NO_VISIBLE_STEP in surface.caption.text(), timeout=SLOW)
    assert "of the length of the next step" not in surface.caption.text()
    qtbot.waitUntil(lambda: side.answer is not None and side.answer.step == 3000, timeout=SLOW)
    outcome = side.view.picture.side.outcome
    assert outcome in STILL
    assert OUTCOMES[outcome].startswith("no ")
    assert "curvature" not in side.view.toolTip()
