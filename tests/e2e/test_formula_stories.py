"""Stories of people with a formula: α is dragged on the slider until J leaves, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import ExperimentFile
from playground.ui.curve.feature import CurveFeature
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of
from tests.support.stories import step_of, surface_is_there

LEFT = Qt.MouseButton.LeftButton


def drag_alpha(qtbot: Any, window: MainWindow, rate: float) -> None:
    """Take hold of the thumb, and let it go at this α after some places on the way."""
    slider = window.strip.slider
    rates = np.geomspace(window.strip.learning_rate, rate, 6)
    y = round(slider.drawing.track(QRectF(slider.rect()), slider.picture()).center().y())
    places = [QPoint(round(slider.x_of(float(place))), y) for place in rates]
    qtbot.mousePress(slider, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(slider, place)
    qtbot.mouseRelease(slider, LEFT, pos=places[-1])
    assert window.strip.learning_rate == pytest.approx(rate, rel=0.03)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == window.strip.learning_rate)


@pytest.mark.parametrize("way", ["undo", "slider"])
def test_rosenbrock_is_thrown_out_and_brought_back(qtbot, open_window, way: str) -> None:
    window = open_window()
    window.actions_by_name["new_formula"].trigger()
    qtbot.waitUntil(window.panel.formula.isVisible)
    qtbot.mouseClick(window.panel.formula.chooser.buttons["rosenbrock"], LEFT)
    preset = FORMULA_PRESETS["rosenbrock"]
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula == preset.formula)
    qtbot.waitUntil(lambda: surface_is_there(window))
    start = window.snapshot.view
    # As fast as it can: beyond the limit ten steps are enough.
    window.lab.set_speed(None)
    with qtbot.waitSignal(window.lab.diverged):
        qtbot.keyClick(window.transport.run_button, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: step_of(window) >= 5)
        drag_alpha(qtbot, window, 0.1)
    qtbot.waitUntil(lambda: window.snapshot.state == "diverged")
    qtbot.waitUntil(lambda: "no longer finite" in window.notices.text)
    assert "Run" in window.transport.run_button.text()
    assert np.isfinite(window.snapshot.view.parameters).all()
    if way == "undo":
        # The drag is one entry.
        window.actions_by_name["undo"].trigger()
        qtbot.waitUntil(lambda: window.strip.learning_rate == preset.learning_rate)
    else:
        drag_alpha(qtbot, window, preset.learning_rate)
    window.actions_by_name["same_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0 and window.snapshot.state == "ready")
    assert window.snapshot.view.settings.learning_rate == window.strip.learning_rate
    np.testing.assert_array_equal(window.snapshot.view.parameters, start.parameters)
    qtbot.keyClick(window.transport.run_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: step_of(window) > 2000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    view = window.snapshot.view
    (minimum,) = preset.formula.minima
    assert view.train_loss < 0.3 * start.train_loss
    far = np.linalg.norm(np.asarray(minimum) - start.parameters)
    assert np.linalg.norm(np.asarray(minimum) - view.parameters) < 0.9 * far


def test_w_squared_is_typed_run_with_space_and_alpha_dragged_past_one(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(FORMULA_PRESETS["two_minima"].experiment))
    line = window.panel.formula.expression
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "w^2")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula.expression == "w^2")
    start = window.snapshot.view.train_loss
    window.lab.set_speed(60)
    qtbot.keyClick(window.transport.run_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: step_of(window) >= 3)
    assert window.snapshot.view.train_loss < start
    drag_alpha(qtbot, window, 1.2)
    changed, low = step_of(window), window.snapshot.view.train_loss
    qtbot.waitUntil(lambda: step_of(window) >= changed + 5)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    # Every step multiplies w by 1 − 2α = −1.4.
    rate = window.strip.learning_rate
    assert window.snapshot.view.train_loss > low
    before = window.snapshot.view.parameters[0]
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.parameters[0] != before)
    assert window.snapshot.view.parameters[0] == pytest.approx((1.0 - 2.0 * rate) * before)
    sentence = feature_of(window, CurveFeature).view.sentence
    qtbot.waitUntil(lambda: "above" in sentence.text() and "2/J″ = 1," in sentence.text())
