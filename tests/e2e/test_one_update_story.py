"""One update of Adam, step by step: forward, back, played, then made; on a formula and on a network."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.ui.main_window import MainWindow
from playground.ui.one_update.feature import OneUpdateFeature
from playground.ui.one_update.words import RUNNING
from tests.support.features import feature_of
from tests.support.stories import step_of, surface_is_there

NAMES = ["gradient", "first moment", "second moment", "bias correction", "step"]
ADAM = TrainingSettings(optimizer="adam", learning_rate=0.1, schedule="exponential")
ROSENBROCK = Experiment(formula=FORMULA_PRESETS["rosenbrock"].formula, training=ADAM)
NETWORK = Experiment(training=ADAM).with_value("training.batch_size", 16)


def arrows(window: MainWindow) -> list[str]:
    return [arrow.kind for arrow in window.surface_view.picture().arrows]


@pytest.mark.parametrize("experiment", [ROSENBROCK, NETWORK], ids=["formula", "network"])
def test_an_update_of_adam_is_taken_apart_played_and_made(qtbot, open_window, experiment: Experiment) -> None:
    window = open_window(ExperimentFile(experiment))
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: step_of(window) == 3 and surface_is_there(window))
    window.actions_by_name["one_update"].trigger()
    view = feature_of(window, OneUpdateFeature).view
    qtbot.waitUntil(lambda: view.shown is not None)
    assert "Adam, step 3 → 4" in view.subtitle_label.text()

    window.activateWindow()
    # Forward with the button, from part to part, and back with the key.
    seen = [view.words.title]
    while view.steps.step_button.isEnabled():
        qtbot.mouseClick(view.steps.step_button, Qt.MouseButton.LeftButton)
        seen.append(view.words.title)
    assert seen == [f"{place} of 5: {name}" for place, name in enumerate(NAMES, start=1)]
    # The arrow of the bias correction is that of the step, and drawn once.
    assert arrows(window) == ["earlier"] * 3 + ["part"]
    assert " falls from " in view.meaning.text() or " rises from " in view.meaning.text()
    for place in (4, 3):
        qtbot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
        assert view.words.title == f"{place} of 5: {NAMES[place - 1]}"
    assert arrows(window) == ["earlier", "earlier", "part"]
    assert "v := 0.999·v + 0.001·g²" in view.numbers.text()
    on_formula = experiment.formula is not None
    assert ("lies in this plane" in view.arrow.text()) == (not on_formula)
    assert view.area.accessibleDescription().startswith("3 of 5: second moment. v := β₂·v")

    # Played to the end.
    qtbot.mouseClick(view.steps.start_button, Qt.MouseButton.LeftButton)
    view.transport.speed_box.setCurrentIndex(view.transport.speed_box.findData(4.0))
    view.transport.speed_box.activated.emit(view.transport.speed_box.currentIndex())
    qtbot.mouseClick(view.transport.play_button, Qt.MouseButton.LeftButton)
    assert view.transport.playing
    qtbot.waitUntil(lambda: view.at == 5)
    assert not view.transport.playing

    # The run has not moved; its step leads to where the last part does, and the next update is there.
    assert step_of(window) == 3
    landing = view.shown.parts[-1].made["θ"]
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: step_of(window) == 4)
    np.testing.assert_array_equal(window.snapshot.view.parameters, landing)
    qtbot.waitUntil(lambda: view.shown is not None and view.answer.step == 4)
    assert view.at == 1
    np.testing.assert_array_equal(view.shown.start, landing)

    # While it runs, no update is the next one long enough to be looked at.
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: view.message.isVisible() and view.message.text() == RUNNING)
    assert view.shown is None
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: view.shown is not None and view.answer.step == step_of(window))
