"""Stories of the loss surface: people who point at it, and put the weights where they point."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from playground.engine.network import network_of
from playground.engine.trainer import replay
from playground.experiment import Experiment, ExperimentFile
from playground.landscape.boundary import boundary
from playground.numerals import loss_text
from playground.ui.main_window import MainWindow
from tests.support.surface_of_a_window import loss_at, settled, train


def pixel(window: MainWindow, a: float, b: float) -> QPoint:
    view = window.surface_view
    return view.canvas.mapFromScene(view.drawing.box.mapViewToScene(QPointF(a, b)))


def test_a_double_click_puts_the_weights_there_and_undo_takes_them_back(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    train(qtbot, window, 20)
    before, plane = window.snapshot.view, view.plane
    place = pixel(window, 1.5, -1.0)
    qtbot.mouseDClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    there = window.snapshot.view
    assert there.step == 20
    assert plane.distance(there.parameters) < 1e-9
    assert plane.project(there.parameters) == pytest.approx((1.5, -1.0), abs=0.1)
    assert view.plane is plane
    marks = {mark.kind: mark for mark in view.picture().marks}
    assert (marks["set"].a, marks["set"].b) == pytest.approx(plane.project(there.parameters))
    qtbot.waitUntil(lambda: window.loss_view.drawn is window.snapshot)
    assert "set by hand" in [mark.text for mark in window.loss_view.drawing.band.marks]
    train(qtbot, window, 15)
    after = window.snapshot.view
    file = ExperimentFile(after.experiment, after.history.changes, 35)
    np.testing.assert_array_equal(replay(file, 35).parameters, after.parameters)
    # The path does not run from the old place to the new one: nobody walked there.
    assert np.isnan(view.picture().path_ab).any()

    qtbot.mouseClick(window.notices.offers["Undo"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.run == 3)
    np.testing.assert_array_equal(window.snapshot.view.parameters, before.parameters)
    assert window.snapshot.view.step == 20
    assert window.snapshot.view.history.changes == ()


def test_keys_alone_can_point_and_put(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    start = view.plane.project(window.snapshot.view.parameters)
    for _ in range(5):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    place = view.pointed
    (left, right), _ = view.drawing.box.viewRange()
    assert place[0] == pytest.approx(start[0] + 0.1 * (right - left))
    assert view.readout.isVisible()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.pointed is None
    qtbot.keyClick(view.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    place = view.pointed
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    theta = window.snapshot.view.parameters
    np.testing.assert_array_equal(theta, view.plane.at(*place))


def test_pointing_shows_the_loss_and_the_boundary_that_would_be_there(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    theta = view.plane.at(*view.pointed)
    qtbot.waitUntil(lambda: "exactly" in view.readout.text())
    assert f"J {loss_at(window, theta):.5g}" in view.readout.text()
    away = np.linalg.norm(theta - window.snapshot.view.parameters)
    assert f"{away:.3g} from now" in view.readout.text()
    qtbot.waitUntil(lambda: window.data_view.there_label.isVisible())
    drawing = window.data_view.drawing
    snapshot = window.snapshot
    expected = boundary(network_of(snapshot.view.experiment), theta, snapshot.samples, resolution=61)
    drawn = drawing.edge_there.x.copy()
    drawing.show_there(expected)
    np.testing.assert_allclose(drawn, drawing.edge_there.x)
    assert len(drawn) > 10
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.data_view.there_label.isVisible())
    assert len(drawing.edge_there.x) == 0


def test_arrows_lead_where_the_next_step_does(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment().with_value("training.optimizer", "adam")))
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    train(qtbot, window, 25)
    qtbot.waitUntil(lambda: view.arrows is not None and view.arrows.step == 25)
    arrows = {arrow.kind: arrow for arrow in view.picture().arrows}
    here, plane = window.snapshot.view, view.plane
    samples = window.snapshot.samples
    _, gradient = network_of(here.experiment).loss_and_gradient(
        here.parameters, samples.X_train, samples.y_train
    )
    downhill = plane.components(-here.settings.learning_rate * gradient)
    assert (arrows["gradient"].da, arrows["gradient"].db) == pytest.approx(downhill, rel=1e-9)
    train(qtbot, window, 1)
    update = window.snapshot.view.parameters - here.parameters
    assert (arrows["step"].da, arrows["step"].db) == pytest.approx(plane.components(update), rel=1e-9)
    assert (arrows["step"].a, arrows["step"].b) == pytest.approx(plane.project(here.parameters))
    window.lab.change("training.optimizer", "gradient_descent")
    qtbot.waitUntil(lambda: len(view.picture().arrows) == 1)
    assert "next step = −α·∂J/∂θ" in view.picture().arrows[0].label


@pytest.mark.parametrize("kind", ["path", "gradient"])
def test_the_exact_loss_at_a_place_is_that_of_the_plane_on_the_screen(qtbot, open_window, kind) -> None:
    """Weights are put where the cursor stands, the plane is laid anew, and J is told of the new one."""
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    train(qtbot, window, 30)
    view.choose_plane(kind)
    qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == kind)
    view.canvas.setFocus()
    planes, wrong = [view.plane], []

    def honest() -> bool:
        window.frame()
        if view.plane is not planes[-1]:
            planes.append(view.plane)
        return settled(window) and exactly_right()

    def exactly_right() -> bool:
        """Whether an exact J is told, and no other than that of the place on the plane that is there."""
        match = re.match(r"J ([\d.]+) exactly", view.hover_text(*view.pointed))
        if match and float(match[1]) != pytest.approx(
            loss_at(window, view.plane.at(*view.pointed)), rel=1e-5
        ):
            wrong.append(view.hover_text(*view.pointed))
        return match is not None

    for run in (2, 3):
        for _ in range(6):
            qtbot.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda: "exactly" in view.readout.text())
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda run=run: window.snapshot.run == run)
        qtbot.waitUntil(honest)
    # The plane of the path is fitted to the new point too; that of the gradient still holds the weights.
    assert (len(planes) > 1) == (kind == "path")
    window.lab.change("training.l2", 0.5)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.l2 == 0.5)
    qtbot.waitUntil(honest)
    assert not wrong
    true_loss = loss_text(loss_at(window, window.snapshot.view.parameters))
    qtbot.waitUntil(lambda: f"true J {true_loss}" in view.caption.text())
