"""Numbers that change many times a second leave the layout alone: laying the window out takes a frame."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import (
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)

NETWORK = Experiment(
    DataSettings(points=250), NetworkSettings((8, 8)), TrainingSettings(batch_size=10, learning_rate=0.1)
)


class Passes(QObject):
    """Counts the requests to lay these widgets out anew."""

    def __init__(self, *widgets: QWidget):
        super().__init__()
        self.count = 0
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.mark.parametrize(
    "experiment", [FORMULA_PRESETS["rosenbrock"].experiment, NETWORK], ids=["formula", "net"]
)
def test_twenty_readings_lay_the_window_out_no_more_than_a_new_digit_does(
    open_window, qtbot, experiment: Experiment
) -> None:
    window = open_window(ExperimentFile(experiment))
    window.lab.set_speed(None)
    window.lab.run()
    step = window.transport.readouts["step"]
    # What is new at the beginning, a verdict or a mark, has come and has its room.
    qtbot.waitUntil(lambda: window.snapshot.view.step > 1000)
    for _ in range(5):
        shown = step.value
        qtbot.waitUntil(lambda shown=shown: step.value != shown)
    passes = Passes(window, window.centralWidget())
    for _ in range(20):
        shown = step.value
        qtbot.waitUntil(lambda shown=shown: step.value != shown)
    assert passes.count <= 8
