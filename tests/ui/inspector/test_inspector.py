"""The inspector in the window: a student follows a point forward and back, and checks the gradient."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QToolTip

from playground.drawing.inspector import Entry
from playground.engine.backprop.operation import Matrix
from playground.engine.backprop.signs import SIGNS, signs_in
from playground.engine.network import network_of
from playground.engine.trainer import Trainer
from playground.experiment import (
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.ui.data.feature import DataFeature
from playground.ui.experiment.feature import ExperimentFeature
from playground.ui.inspector.feature import PAGE, InspectorFeature
from playground.ui.inspector.view import Inspector
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

SMALL = Experiment(DataSettings(points=40), NetworkSettings((3,)), TrainingSettings(learning_rate=0.5))


open_inspector = bench_with(DataFeature, ExperimentFeature, InspectorFeature)


def feature(window: FakeWorkbench) -> InspectorFeature:
    return feature_of(window, InspectorFeature)


def opened(qtbot, window: FakeWorkbench) -> Inspector:
    window.actions_by_name["inspector"].trigger()
    view = feature(window).view
    qtbot.waitUntil(lambda: view.answer is not None)
    return view


def test_a_student_steps_through_the_whole_pass(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    trainer = Trainer(SMALL)
    X, y = trainer.samples.X_train[:1], trainer.samples.y_train[:1]
    forward = trainer.network.forward(trainer.parameters, X)
    J, gradient = trainer.network.loss_and_gradient(trainer.parameters, X, y)
    forward_key = window.actions_by_name["inspector_forward"]

    assert view.operation.formula == "z[1] = W[1]·x + b[1]"
    np.testing.assert_allclose(view.operation.result.values[:, 0], forward.z[0][0])
    assert window.panel.diagram.lit == view.operation.lit
    assert window.panel.diagram.lit.weights == {1}
    forward_key.trigger()
    assert view.operation.formula == "a[1] = tanh(z[1])"
    forward_key.trigger()
    forward_key.trigger()
    assert view.operation.formula == "ŷ = σ(z[2])"
    assert view.operation.result.values[0, 0] == pytest.approx(forward.a[-1][0, 0])
    forward_key.trigger()
    assert view.operation.formula == ("J = −log ŷ" if y[0, 0] else "J = −log(1 − ŷ)")
    assert view.operation.result.values[0, 0] == pytest.approx(J)
    forward_key.trigger()
    assert "Backward measures; it moves nothing." in view.words.text()
    forward_key.trigger()
    assert view.operation.formula == "∂J/∂W[2] = δ[2]·a[1]ᵀ"
    np.testing.assert_allclose(view.operation.result.values.ravel(), gradient[9:12])
    for _ in range(4 + 1):
        view.phase_buttons["update"].click()
    assert view.at == len(view.operations) == 5 + 6 + 4
    assert view.operation.formula == "b[2] := b[2] − α·∂J/∂b[2]"
    assert view.operation.result.values[0, 0] == pytest.approx(trainer.parameters[-1] - 0.5 * gradient[-1])
    window.actions_by_name["inspector_back"].trigger()
    assert view.operation.formula == "W[2] := W[2] − α·∂J/∂W[2]"
    assert window.panel.diagram.lit.weights == {2}


def test_every_entry_tells_the_product_that_made_it(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    view.go_to(7)
    told: list[str] = []
    view.board.pointed.connect(told.append)
    matrix = view.operation.result
    part = view.operation.parts.index(matrix)
    place = view.board.entry_place(6, Entry(part, 0, 1))
    qtbot.mouseMove(view.board, place.toPoint())
    qtbot.mouseMove(view.board, place.toPoint() + QPoint(1, 0))
    qtbot.waitUntil(lambda: bool(told))
    delta, before = view.answer.trace.layers[1].delta[0], view.answer.trace.layers[0].a[1]
    assert told[-1].startswith("∂J/∂W[2]₁₂ = δ[2]₁·a[1]₂ = ")
    assert matrix.values[0, 1] == pytest.approx(delta * before)
    assert view.words.text() == told[-1]
    # The same from the keyboard.
    view.board.setFocus()
    qtbot.keyClick(view.board, Qt.Key.Key_Right)
    assert "∂J/∂W[2]₁₃" in view.words.text()


def test_points_are_picked_by_key_by_click_and_as_their_mean(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    inspector = feature(window)
    assert view.point_label.text().startswith("Training point 1 of 32")
    window.actions_by_name["next_point"].trigger()
    assert view.point_label.text().startswith("Training point 2 of 32")
    window.actions_by_name["previous_point"].trigger()
    window.actions_by_name["previous_point"].trigger()
    assert view.point_label.text().startswith("Test point 8 of 8")

    samples, data = window.snapshot.samples, window.data_view
    wanted = samples.X_train[5] * samples.scale + samples.mean
    qtbot.waitUntil(lambda: data.drawing.picture is not None)
    scene = data.drawing.box.mapViewToScene(QPointF(*wanted))
    qtbot.mouseClick(data.canvas.viewport(), Qt.MouseButton.LeftButton, pos=data.canvas.mapFromScene(scene))
    qtbot.waitUntil(lambda: inspector.point == 5)
    qtbot.waitUntil(lambda: view.answer.point == 5)
    np.testing.assert_allclose(view.answer.trace.x, samples.X_train[5])

    view.mean_button.click()
    qtbot.waitUntil(lambda: view.answer.point is None)
    network = network_of(SMALL)
    J, gradient = network.loss_and_gradient(window.snapshot.view.parameters, samples.X_train, samples.y_train)
    assert view.answer.trace.loss == pytest.approx(J)
    np.testing.assert_allclose(view.answer.trace.gradient, gradient, atol=1e-15)
    assert view.point_label.text() == "Mean over 32 training points"


def test_a_point_of_three_classes_is_told_with_its_own(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(Experiment(DataSettings("three_blobs", points=60))))
    inspector = feature_of(window, InspectorFeature)
    window.actions_by_name["inspector"].trigger()
    samples = window.snapshot.samples
    classes = samples.y_train.argmax(axis=1)
    for label in range(3):
        inspector.inspect(int(np.flatnonzero(classes == label)[0]))
        qtbot.waitUntil(lambda: f"· class {label}" in inspector.view.point_label.text())  # noqa: B023


def test_the_gradient_is_checked_and_the_cost_counted(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    window.actions_by_name["check_gradients"].trigger()
    qtbot.waitUntil(lambda: view.check is not None and view.check.check.complete)
    text = view.check_label.text()
    assert text.startswith("Right at step 0: all 13 entries agree with central differences")
    assert "26 forward passes take" in text
    assert "That is why backpropagation matters." in text
    view.go_to(7)
    operation = view.operation
    entry = Entry(operation.parts.index(operation.result), 0, 0)
    difference = view.check.check.differences[9]
    assert difference == pytest.approx(view.answer.trace.gradient[9], rel=1e-6)
    assert "By central difference" in view.board.more(operation, entry)


def test_a_hidden_page_asks_nothing(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    inspector = feature(window)
    assert all(inspector.question(slot) is None for slot in inspector.slots)
    view = opened(qtbot, window)
    assert inspector.ring.x.size == 1
    window.arrangement.show_page("surface")
    answer = view.answer
    window.actions_by_name["check_gradients"].trigger()
    window.lab.run_exactly(50)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 50)
    assert all(inspector.question(slot) is None for slot in inspector.slots)
    assert view.answer is answer
    assert window.panel.diagram.lit is None
    assert inspector.ring.x.size == 0
    assert not window.actions_by_name["inspector_forward"].isEnabled()
    window.arrangement.show_page(PAGE)
    qtbot.waitUntil(lambda: view.answer.step == 50)


def test_another_network_begins_again(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    view.go_to(9)
    window.lab.change("network.hidden_layers", (20, 12))
    qtbot.waitUntil(lambda: view.answer is not None and len(view.answer.trace.layers) == 3)
    assert view.at == 1
    assert view.operation.result.values.shape == (20, 1)
    view.phase_buttons["backward"].click()
    assert view.operation.phase == "backward"
    view.restyle(window.theme)
    view.set_presentation(True)
    assert not view.transport.isVisible()
    view.set_presentation(False)


def test_the_update_takes_the_rate_of_now_and_says_where_the_run_steps_otherwise(
    qtbot, open_inspector
) -> None:
    scheduled = SMALL.with_value("training.schedule", "exponential").with_value("training.schedule_steps", 10)
    window = open_inspector(ExperimentFile(scheduled))
    view = opened(qtbot, window)
    view.phase_buttons["update"].click()
    assert "α = 0.5 times" in view.words.text()
    window.lab.run_exactly(10)
    qtbot.waitUntil(lambda: view.answer.step == 10)
    assert view.answer.trace.learning_rate == pytest.approx(0.05)
    assert "α = 0.05 times" in view.words.text()
    assert "Adam" not in view.words.text()
    window.lab.change("training.optimizer", "adam")
    qtbot.waitUntil(lambda: "and the run uses Adam" in view.words.text())


def test_the_update_of_one_point_or_of_all_is_told_from_the_step_of_the_run(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    view.phase_buttons["update"].click()
    assert "made of the mean over all training points, this of one point" in view.words.text()
    feature(window).inspect(len(window.snapshot.samples.X_train))
    qtbot.waitUntil(lambda: "not trained on test points" in view.words.text())
    feature(window).inspect(None)
    qtbot.waitUntil(lambda: "not the next step" not in view.words.text())
    window.lab.change("training.batch_size", 8)
    qtbot.waitUntil(lambda: "mean over a mini-batch of 8, this of all training points" in view.words.text())


def test_in_a_hall_the_board_brings_its_own_diagram(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    assert not view.diagram.isVisible()
    window.present(PAGE)
    assert view.diagram.isVisible()
    window.actions_by_name["inspector_forward"].trigger()
    assert view.diagram.lit == view.operation.lit
    assert view.diagram.picture.layer_sizes == (2, 3, 1)
    np.testing.assert_array_equal(view.diagram.picture.parameters, window.snapshot.view.parameters)
    window.present(None)
    assert not view.diagram.isVisible()


def test_the_arithmetic_of_an_entry_covers_no_other_entry_of_its_operation(qtbot, open_inspector) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    board, asked = view.board, 0
    for at, operation in enumerate(view.operations, 1):
        view.go_to(at)
        entries = [
            Entry(part, row, column)
            for part, matrix in enumerate(operation.parts)
            if isinstance(matrix, Matrix)
            for row, column in np.ndindex(matrix.values.shape)
        ]
        lowest = max(board.entry_place(at - 1, entry).y() for entry in entries)
        lowest = min(lowest, board.visibleRegion().boundingRect().bottom())
        for entry in entries:
            place = board.entry_place(at - 1, entry).toPoint()
            qtbot.mouseMove(board, place + QPoint(1, 0))
            qtbot.mouseMove(board, place)
            qtbot.waitUntil(lambda: QToolTip.isVisible())
            tip = next(w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible())
            end = board.mapToGlobal(QPoint(0, round(lowest))).y()
            if end + 30 + tip.height() < board.screen().geometry().bottom():
                assert tip.y() > end + 4, (operation.formula, entry)
                asked += 1
        QToolTip.hideText()
    assert asked > 30


def test_the_signs_of_a_formula_are_explained_where_it_stands(qtbot, open_inspector, monkeypatch) -> None:
    window = open_inspector(ExperimentFile(SMALL))
    view = opened(qtbot, window)
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, *_: told.append(text))
    index = next(i for i, operation in enumerate(view.operations) if "∘" in operation.formula)
    view.go_to(index + 1)
    qtbot.mouseMove(view.board, view.board.formula_place(index).toPoint() - QPoint(2, 0))
    qtbot.mouseMove(view.board, view.board.formula_place(index).toPoint())
    qtbot.waitUntil(lambda: bool(told))
    for explained in (told[-1], view.words.toolTip(), view.board.accessibleDescription()):
        assert "∘ multiplies entry by entry." in explained
        assert "ᵀ is the transpose: rows become columns." in explained
        assert "α" not in explained
    for operation in view.operations:
        found = signs_in(operation.formula)
        assert all(sentence in SIGNS.values() for sentence in found)
        assert ("∘" in operation.formula) == (SIGNS["∘"] in found)
        assert ("ᵀ" in operation.formula) == (SIGNS["ᵀ"] in found)
