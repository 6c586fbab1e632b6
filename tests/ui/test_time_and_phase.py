"""A student breaks a run, sees what happened, and goes back in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.stopping import Stop
from playground.engine.trainer import replay
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.ui.main_window import MainWindow
from playground.ui.phase_feature import PhaseFeature
from playground.ui.stop_feature import StopDialog, StopFeature
from playground.ui.time_line import TimeFeature

SLOW = 20_000
SMALL = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(learning_rate=0.5))


def part(window: MainWindow, kind: type) -> Any:
    return next(feature for feature in window.features if isinstance(feature, kind))


def trained(window: MainWindow, qtbot: Any, steps: int) -> None:
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(
        lambda: window.snapshot.view.step == steps and window.snapshot.state == "paused", timeout=SLOW
    )


def test_dragging_the_time_line_back_shows_that_moment_everywhere(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SMALL))
    line = part(window, TimeFeature).line
    assert not line.slider.isEnabled()
    trained(window, qtbot, 300)
    qtbot.waitUntil(lambda: line.slider.maximum() == 300 == line.slider.value(), timeout=SLOW)
    assert line.now.isHidden()
    line.slider.setValue(40)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40, timeout=SLOW)
    true = replay(ExperimentFile(SMALL), 40).view()
    qtbot.waitUntil(
        lambda: window.panel.diagram.picture.parameters is window.snapshot.view.parameters, timeout=SLOW
    )
    np.testing.assert_array_equal(window.panel.diagram.picture.parameters, true.parameters)
    qtbot.waitUntil(lambda: window.transport.readouts["step"].value == "40", timeout=SLOW)
    qtbot.waitUntil(lambda: window.loss_view.drawing.moment.step == 40, timeout=SLOW)
    assert window.loss_view.drawing.shown["train"].steps[-1] == 300, "the plot keeps the whole run"
    qtbot.waitUntil(
        lambda: window.data_view.answer is not None and window.data_view.answer.step == 40, timeout=SLOW
    )
    qtbot.waitUntil(lambda: window.surface_view.answer is not None, timeout=SLOW)
    assert len(window.surface_view.picture().path_ab) <= 41
    assert "40" in line.label.text()
    qtbot.mouseClick(line.now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 300 and line.slider.value() == 300, timeout=SLOW)


def test_running_from_there_is_a_branch_that_undo_takes_back(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SMALL))
    trained(window, qtbot, 120)
    actions = window.actions_by_name
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 117, timeout=SLOW)
    qtbot.waitUntil(actions["run_from_here"].isEnabled, timeout=SLOW)
    line = part(window, TimeFeature).line
    qtbot.waitUntil(lambda: not line.from_here.isHidden(), timeout=SLOW)
    qtbot.mouseClick(line.from_here, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.run_number == 2 and window.snapshot.view.step > 130, timeout=SLOW)
    assert "step 117" in window.notices.text
    window.lab.pause()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused", timeout=SLOW)
    same = replay(ExperimentFile(SMALL), window.snapshot.view.step)
    np.testing.assert_array_equal(window.snapshot.view.parameters, same.parameters)
    actions["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 120, timeout=SLOW)


@pytest.mark.parametrize("full_speed", [False, True])
def test_a_run_that_is_thrown_out_is_told_with_numbers_and_brought_back(
    qtbot, open_window, full_speed: bool
) -> None:
    window = open_window()
    window.lab.set_speed(None)
    window.lab.set_learning_rate(1.0)
    trained(window, qtbot, 300)
    qtbot.waitUntil(lambda: window.transport.readouts["phase"].value == "falling", timeout=SLOW)
    window.lab.set_speed(None if full_speed else 60.0)
    window.lab.set_learning_rate(20.0)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "Thrown out" in window.notices.text, timeout=SLOW)
    assert "α = 20" in window.notices.text
    assert "J rose from 0.0" in window.notices.text
    assert window.lab.state == "running", "nobody stops it"
    back = next(text for text in window.notices.offers if text.startswith("Back to step"))
    assert "with α = 10" in back
    step = int(back.split()[3])
    assert 300 <= step < 400
    assert {"Back to the start", "Watch it go on"} <= set(window.notices.offers)
    qtbot.mouseClick(window.notices.offers[back], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.run_number == 2 and window.snapshot.run == 2, timeout=SLOW)
    assert window.snapshot.view.settings.learning_rate == 10.0
    assert window.snapshot.view.history.changes[-1][0] == step


def test_watching_it_go_on_is_respected(qtbot, open_window) -> None:
    window = open_window()
    window.lab.set_learning_rate(30.0)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "Watch it go on" in window.notices.offers, timeout=SLOW)
    qtbot.mouseClick(window.notices.offers["Watch it go on"], Qt.MouseButton.LeftButton)
    step = window.snapshot.view.step
    qtbot.waitUntil(lambda: window.snapshot.view.step > step + 30, timeout=SLOW)
    assert "Thrown out" not in window.notices.text
    assert part(window, PhaseFeature).phase in ("thrown out", "rippling")


def test_a_condition_to_stop_at_is_typed_and_the_run_is_finished(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SMALL))
    dialog = StopDialog(Stop(), window)
    qtbot.addWidget(dialog)
    dialog.edits["loss"].setText("quickly")
    dialog.accept()
    assert "quickly" in dialog.problem.text()
    dialog.edits["loss"].setText("0.4")
    dialog.edits["steps"].setText("5000")
    dialog.accept()
    assert dialog.stop == Stop(loss=0.4, steps=5000)
    part(window, StopFeature).set_stop(dialog.stop)
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: part(window, PhaseFeature).phase == "finished", timeout=SLOW)
    assert window.snapshot.view.train_loss <= 0.4
    assert window.transport.readouts["phase"].value == "finished"
    qtbot.waitUntil(lambda: "J is at most 0.4" in window.notices.text, timeout=SLOW)
