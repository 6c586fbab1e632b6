"""The first picture of the lecture in the window: J = w², a ball, and α past the limit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from playground.drawing.kit.labels import overlap
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.export.page import Page
from playground.ui.curve.feature import CurveFeature
from playground.ui.export.dialog import ExportDialog
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of


def on(formula: FormulaSettings, learning_rate: float = 0.3) -> ExperimentFile:
    return ExperimentFile(Experiment(formula=formula, training=TrainingSettings(learning_rate=learning_rate)))


def drawn(window: MainWindow, step: int, qtbot) -> CurveFeature:
    """The feature, once its picture is of this step."""
    feature = feature_of(window, CurveFeature)
    qtbot.waitUntil(lambda: window.snapshot.view.step == step)
    qtbot.waitUntil(lambda: feature.view.drawing.picture is not None)
    theta = window.snapshot.view.parameters[0]
    qtbot.waitUntil(lambda: feature.view.drawing.picture.step.w == theta)
    return feature


def test_w_squared_is_typed_run_and_thrown_out(open_window, qtbot) -> None:
    window = open_window(on(FORMULA_PRESETS["two_minima"].formula, 0.05))
    line = window.panel.formula.expression
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "w^2")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.lab.experiment.formula.expression == "w^2")
    window.transport.run_button.setFocus()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula.expression == "w^2")
    window.strip.field.setFocus()
    window.strip.field.selectAll()
    qtbot.keyClicks(window.strip.field, "1.2")
    qtbot.keyClick(window.strip.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.lab.experiment.training.learning_rate == 1.2)
    window.lab.run_exactly(5)
    feature = drawn(window, 5, qtbot)
    # w := w − 1.2·2w = −1.4·w at every step.
    assert window.snapshot.view.parameters[0] == pytest.approx(1.7 * (-1.4) ** 5)
    qtbot.waitUntil(lambda: "above" in feature.view.sentence.text())
    assert "2/J″ = 1," in feature.view.sentence.text()


def test_the_ball_its_landing_and_the_past_are_those_of_the_run(open_window, qtbot) -> None:
    window = open_window(on(FORMULA_PRESETS["parabola"].formula, 0.9))
    window.lab.run_exactly(4)
    picture = drawn(window, 4, qtbot).view.drawing.picture
    w = 2.4 * (1.0 - 2.0 * 0.9) ** np.arange(6)
    np.testing.assert_allclose(picture.past, np.column_stack([w[:5], w[:5] ** 2]), rtol=1e-12)
    assert picture.step.landing == pytest.approx(w[5])
    assert picture.step.plain
    assert picture.start == (2.4, 2.4**2)
    np.testing.assert_allclose(picture.minima, [[0.0, 0.0]])
    # Where the ball has been is within the picture.
    assert picture.curve.w[0] <= picture.past[:, 0].min()
    assert picture.curve.w[-1] >= picture.past[:, 0].max()


def test_the_curve_stands_in_the_place_of_the_surface_and_gives_it_back(open_window, qtbot) -> None:
    window = open_window(on(FORMULA_PRESETS["parabola"].formula))
    curve = feature_of(window, CurveFeature).view
    assert curve.isVisible()
    assert not window.surface_view.isVisible()
    window.panel.formula.chooser.buttons["bowl"].click()
    qtbot.waitUntil(lambda: window.snapshot.problem.n_parameters == 2)
    qtbot.waitUntil(window.surface_view.isVisible)
    assert not curve.isVisible()
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    shown = window.surface_view.answer.window
    assert (shown.a_min, shown.a_max, shown.b_min, shown.b_max) == (-3.0, 3.0, -3.0, 3.0)
    assert window.lab.experiment.training.learning_rate == FORMULA_PRESETS["bowl"].learning_rate
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.problem.n_parameters == 1)
    qtbot.waitUntil(curve.isVisible)


def test_a_network_comes_back_with_undo(open_window, qtbot) -> None:
    window = open_window()
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 3)
    before = window.snapshot.view.parameters
    window.lab.change("formula", FORMULA_PRESETS["rosenbrock"].formula)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
    assert window.panel.formula.isVisible()
    assert not window.panel.diagram.isVisible()
    assert not window.data_view.isVisible()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is None)
    np.testing.assert_array_equal(window.snapshot.view.parameters, before)
    assert window.snapshot.view.step == 3
    assert window.panel.diagram.isVisible()
    assert not window.panel.formula.isVisible()
    assert window.data_view.isVisible()


def test_the_curve_is_exported_from_its_card_and_from_the_menu(
    qtbot, open_window, tmp_path, monkeypatch
) -> None:
    window = open_window(on(FORMULA_PRESETS["parabola"].formula, 0.3))
    feature = feature_of(window, CurveFeature)
    qtbot.waitUntil(lambda: feature.view.ball is not None)
    assert window.exporter.choices[:2] == (("curve", "Curve of the loss"), ("loss", "Loss plot"))
    chosen: list[str] = []

    def chose(dialog: ExportDialog) -> int:
        chosen.append(dialog.what_box.currentData())
        return 0

    monkeypatch.setattr(ExportDialog, "exec", chose)
    qtbot.mouseClick(feature.view.export_button, Qt.MouseButton.LeftButton)
    window.actions_by_name["export"].trigger()
    assert chosen == ["curve", "curve"]
    for what in ("curve", "sheet"):
        window.exporter.save(what, tmp_path / f"{what}.svg", Page(120.0, 90.0, format="svg"))
        assert "J″ = 2" in (tmp_path / f"{what}.svg").read_text(encoding="utf-8")


def test_a_control_of_the_network_that_is_gone_changes_nothing(qtbot, open_window) -> None:
    window = open_window()
    panel = window.panel
    window.lab.set_experiment(on(FORMULA_PRESETS["parabola"].formula, 0.3).experiment)
    panel.neurons.chosen.emit(7)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
    window.lab.set_experiment(Experiment())
    panel.formula.constant_changed.emit("k", 3.0)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment == Experiment())


def test_one_text_at_the_pointer_and_none_of_an_old_place(qtbot, open_window) -> None:
    window = open_window(on(FORMULA_PRESETS["parabola"].formula, 0.3))
    view = drawn(window, 0, qtbot).view
    canvas, box = view.canvas.viewport(), view.drawing.box

    def at(w: float, loss: float) -> QPoint:
        return view.canvas.mapFromScene(box.mapViewToScene(QPointF(w, loss)))

    def tip_is_shown(place: QPoint) -> bool:
        event = QHelpEvent(QEvent.Type.ToolTip, place, view.canvas.mapToGlobal(place))
        QToolTip.hideText()
        QApplication.sendEvent(view.canvas, event)
        return QToolTip.isVisible()

    ball = at(*view.ball)
    qtbot.mouseMove(canvas, ball + QPoint(1, 0))
    qtbot.waitUntil(view.readout.isVisible)
    before = view.readout.text()
    assert not tip_is_shown(ball)
    # While the ball is dragged nothing is said of where it was; then the words are of where it is.
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=ball)
    target = at(-1.0, 1.0)
    qtbot.mouseMove(canvas, ball + QPoint(-40, 20))
    qtbot.mouseMove(canvas, target)
    assert not view.readout.isVisible()
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=target)
    assert view.readout.isVisible()
    assert view.readout.text() != before
    assert view.readout.text().startswith("w = −1.0") or view.readout.text().startswith("w = −0.99")
    view.hide_readout()
    assert tip_is_shown(target)


def test_the_picture_keeps_its_height_whatever_the_sentence_is(qtbot, open_window) -> None:
    window = open_window(on(FORMULA_PRESETS["parabola"].formula, 0.3))
    view = drawn(window, 0, qtbot).view
    height = view.canvas.height()
    for text in ("w := 1.", "w := 1. " * 12, ""):
        view.sentence.setText(text)
        QApplication.processEvents()
        assert view.canvas.height() == height
    view.sentence.setText("w := 1. " * 60)
    qtbot.waitUntil(lambda: view.canvas.height() < height)
    lower = view.canvas.height()
    view.sentence.setText("")
    QApplication.processEvents()
    assert view.canvas.height() == lower


def test_its_tab_is_called_a_curve_and_that_of_two_variables_a_surface(open_window, qtbot) -> None:
    window = open_window(on(FORMULA_PRESETS["parabola"].formula))
    window.actions_by_name["rate_map"].trigger()
    pages = window.arrangement.place_of("surface")
    qtbot.waitUntil(lambda: pages.tabs.tabText(0) == "Loss curve")
    assert pages.tabs.tabToolTip(0) == "Loss curve"
    window.lab.set_experiment(FORMULA_PRESETS["bowl"].experiment)
    qtbot.waitUntil(lambda: pages.tabs.tabText(0) == "Loss surface")


def test_the_text_at_the_pointer_covers_no_label(open_window, qtbot) -> None:
    window = open_window(on(FORMULA_PRESETS["two_minima"].formula, 0.05))
    window.resize(1366, 768)
    view = drawn(window, 0, qtbot).view
    view.canvas.grab()
    assert len(view.label_boxes()) >= 2
    left, _, _, bottom = view.label_boxes()[0]
    # Above and to the right of the pointer is that label.
    view.take_pointer(QPointF(left - 10.0, bottom + 4.0))
    text = view.readout.geometry()
    for box in view.label_boxes():
        assert not overlap(box, (text.left(), text.top(), text.right(), text.bottom()))


def test_on_a_formula_the_bar_has_room_for_all_digits_of_a_tiny_loss(open_window, qtbot) -> None:
    window = open_window(on(FORMULA_PRESETS["parabola"].formula, 0.3))
    window.resize(1366, 768)
    window.lab.run_exactly(30)
    drawn(window, 30, qtbot)
    loss = window.transport.readouts["train_loss"]
    qtbot.waitUntil(lambda: loss.value == "7.656·10⁻²⁴")
    assert loss.isVisible()
    assert loss.width() >= loss.reserved
