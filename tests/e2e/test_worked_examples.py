"""Published worked examples, typed in at the window: their numbers come out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.problem_of_experiment import network_on_data
from playground.ui.main_window import MainWindow
from tests.ui.experiment.test_experiment_panel import choose
from tests.ui.tables.test_open_table import pasted

XOR = "a\tb\tone of them\n0\t0\tno\n0\t1\tyes\n1\t0\tyes\n1\t1\tno\n"
HOURS = (0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5)
PASSED = (0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1)
"""Hours of study and the exam of twenty students: Wikipedia, "Logistic regression"."""


@pytest.fixture
def window(open_window: Any) -> MainWindow:
    window: MainWindow = open_window()
    window.lab.set_speed(None)
    return window


def paste(qtbot: Any, window: MainWindow, text: str) -> None:
    dialog = pasted(window, qtbot, text)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "table")


def type_rate(qtbot: Any, window: MainWindow, rate: str) -> None:
    box = window.strip.field
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, rate)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == float(rate))


def type_weight(qtbot: Any, window: MainWindow, index: int, value: str) -> None:
    """Choose a parameter in the diagram with the arrow keys, and type its value."""
    diagram = window.panel.diagram
    diagram.setFocus()
    for _ in range(len(diagram.picture.parameters) + 1):
        if diagram.chosen == index:
            break
        qtbot.keyClick(diagram, Qt.Key.Key_Down)
    qtbot.keyClick(diagram, Qt.Key.Key_Return)
    qtbot.waitUntil(diagram.editor.isVisible)
    qtbot.keyClicks(diagram.editor, value)
    qtbot.keyClick(diagram.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters[index] == float(value))


def steps(qtbot: Any, window: MainWindow, count: int) -> None:
    window.lab.run_exactly(count)
    qtbot.waitUntil(lambda: window.snapshot.view.step == count and window.snapshot.state != "running")


def outputs(window: MainWindow) -> np.ndarray:
    on_data = network_on_data(window.snapshot.problem)
    assert on_data is not None
    theta = window.snapshot.view.parameters
    result: np.ndarray = on_data.network.predict(theta, on_data.samples.X_train)[:, 0]
    return result


def test_one_sigmoid_neuron_learns_slowly_where_it_is_very_wrong(qtbot: Any, window: MainWindow) -> None:
    """Nielsen, Neural Networks and Deep Learning, chapter 3: w = b = 2, α = 0.15, x = 1, y = 0."""
    paste(qtbot, window, "x\ty\n1\t0\n")
    panel = window.panel
    choose(panel.neurons, "none")
    window.set_full(True)
    panel.more.fold.button.click()
    choose(panel.choosers["network.loss"], "half squared error")
    choose(panel.choosers["network.output"], "sigmoid")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.output == "sigmoid")
    if panel.fold.is_folded:
        panel.fold.button.click()
    type_rate(qtbot, window, "0.15")
    drawn = window.snapshot.view.parameters.copy()
    type_weight(qtbot, window, 0, "2")
    type_weight(qtbot, window, 1, "2")
    assert outputs(window)[0] == pytest.approx(0.98, abs=0.005)
    assert window.snapshot.view.train_loss == pytest.approx(0.5 * outputs(window)[0] ** 2)
    steps(qtbot, window, 300)
    assert round(float(outputs(window)[0]), 2) == 0.20
    # What was typed is one change of Undo each.
    for _ in range(2):
        window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(window.snapshot.view.parameters, drawn))


def test_xor_is_solved_by_hand(qtbot: Any, window: MainWindow) -> None:
    """Two sigmoid neurons, "or" and "not both", and "and" of the two: nine weights, no step of training."""
    choose(window.panel.neurons, "2")
    choose(window.panel.choosers["network.activation"], "sigmoid")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.layer_sizes == (2, 2, 1))
    paste(qtbot, window, XOR)
    for index, value in enumerate(("20", "20", "-20", "-20", "-10", "30", "20", "20", "-30")):
        type_weight(qtbot, window, index, value)
    assert window.snapshot.view.step == 0
    assert window.snapshot.view.train_accuracy == 1.0
    assert np.round(outputs(window), 3).tolist() == [0.0, 1.0, 1.0, 0.0]


def test_hours_of_study_give_the_published_coefficients(qtbot: Any, window: MainWindow) -> None:
    rows = "".join(f"{hours}\t{passed}\n" for hours, passed in zip(HOURS, PASSED, strict=True))
    window.lab.change("network.hidden_layers", ())
    paste(qtbot, window, "hours\tpassed\n" + rows)
    window.lab.change("data.test_share", 0.0)
    window.lab.change("data.standardize", False)
    qtbot.waitUntil(lambda: len(window.snapshot.samples.y_train) == 20)
    type_rate(qtbot, window, "0.5")
    steps(qtbot, window, 4000)
    w, b = window.snapshot.view.parameters.tolist()
    assert (round(w, 3), round(b, 3)) == (1.505, -4.078)
    drawing = window.data_view.drawing
    qtbot.waitUntil(lambda: drawing.bottom.name == "hours")
    assert drawing.left.name == "passed"
    at_two_hours = 1 / (1 + np.exp(-(2 * w + b)))
    assert round(float(at_two_hours), 2) == 0.26
