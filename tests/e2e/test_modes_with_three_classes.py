"""Modes of the window visited with three classes: what they show equals a plain NumPy computation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from playground.app import main
from playground.drawing.kit.theme import PRINT
from playground.engine.trainer import Trainer
from playground.experiment import (
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.export.history_csv import read_history
from playground.ui.export.dialog import ExportDialog
from playground.ui.inspector.bug_hunt_feature import BugHuntFeature
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.loss.time_feature import TimeFeature
from playground.ui.rate.side_feature import SideFeature
from playground.ui.rate_map.feature import MapFeature
from playground.ui.runs.fork_feature import ForkFeature
from tests.support.features import feature_of
from tests.support.stories import train

THREE = Experiment(
    DataSettings("three_blobs", points=60), NetworkSettings((4,)), TrainingSettings(learning_rate=0.3)
)


@pytest.fixture
def window(open_window: Any) -> Any:
    return open_window(ExperimentFile(THREE))


def shares_of(theta: Any, X: Any) -> Any:
    """Return ŷ (n, 3) of the network 2-4-3, from its parameters written one after another: W[1], b[1], …"""
    W1, b1, W2, b2 = np.split(theta, np.cumsum([8, 4, 12]))
    z = np.tanh(X @ W1.reshape(4, 2).T + b1) @ W2.reshape(3, 4).T + b2
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def loss_of(theta: Any, X: Any, y: Any) -> float:
    return float(-np.mean(np.log((shares_of(theta, X) * y).sum(axis=1))))


def test_the_loss_on_the_screen_is_that_of_the_definition(window: Any, qtbot: Any) -> None:
    train(window, qtbot, 50)
    view, samples = window.snapshot.view, window.snapshot.samples
    expected = loss_of(view.parameters, samples.X_train, samples.y_train)
    assert view.train_loss == pytest.approx(expected, rel=1e-10)


def test_branches_of_a_fork_are_compared_by_their_losses(window: Any, qtbot: Any) -> None:
    train(window, qtbot, 20)
    window.actions_by_name["fork"].trigger()
    fork = feature_of(window, ForkFeature)
    qtbot.waitUntil(lambda: fork.fork is not None and fork.fork.step > 60)
    window.lab.pause()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    samples, page = window.snapshot.samples, fork.page_view
    branches = window.snapshot.fork.branches
    expected = [loss_of(one.parameters, samples.X_train, samples.y_train) for one in branches]
    np.testing.assert_allclose([one.loss for one in branches], expected, rtol=1e-9)
    qtbot.waitUntil(
        lambda: len(page.rows) == len(branches) and "lowest" in "".join(row.loss.text() for row in page.rows)
    )
    lowest = [row for row, shown in enumerate(page.rows) if "lowest" in shown.loss.text()]
    assert lowest == [int(np.argmin(expected))]
    kept = branches[3].parameters
    qtbot.mouseClick(page.rows[3].keep_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    np.testing.assert_array_equal(window.snapshot.view.parameters, kept)


def test_a_cell_of_the_rate_map_is_the_loss_of_the_run_that_it_opens(window: Any, qtbot: Any) -> None:
    feature = feature_of(window, MapFeature)
    feature.view.steps_box.setCurrentIndex(0)
    window.actions_by_name["rate_map"].trigger()
    qtbot.waitUntil(lambda: feature.complete and feature.view.sentence.text() != "")
    drawing, canvas = feature.view.drawing, feature.view.canvas
    place = QPointF(canvas.mapFromScene(drawing.box.mapViewToScene(QPointF(*drawing.place_of((5, 20))))))
    promised, run = feature.rows.losses[5, 20], window.snapshot.run
    qtbot.mouseMove(canvas.viewport(), place.toPoint())
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.snapshot.view.step == 10)
    view, samples = window.snapshot.view, window.snapshot.samples
    expected = loss_of(view.parameters, samples.X_train, samples.y_train)
    assert promised == pytest.approx(expected, rel=1e-9)


def test_the_time_line_goes_back_to_a_step_of_the_same_run(window: Any, qtbot: Any) -> None:
    train(window, qtbot, 60)
    line = feature_of(window, TimeFeature).line
    line.slider.setFocus()
    qtbot.keyClick(line.slider, Qt.Key.Key_Left)
    qtbot.keyClick(line.slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: window.snapshot.view.step < 60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == line.slider.value())
    again = Trainer(THREE)
    again.advance(window.snapshot.view.step)
    np.testing.assert_array_equal(window.snapshot.view.parameters, again.parameters)


def test_the_next_step_from_the_side_is_that_of_the_gradient(window: Any, qtbot: Any) -> None:
    train(window, qtbot, 30)
    side = feature_of(window, SideFeature)
    qtbot.waitUntil(lambda: side.answer.step == 30)
    samples, theta = window.snapshot.samples, window.snapshot.view.parameters
    X, y, answer = samples.X_train, samples.y_train, side.answer.side
    steps = 1e-5 * np.eye(27)
    gradient = np.array([(loss_of(theta + h, X, y) - loss_of(theta - h, X, y)) / 2e-5 for h in steps])
    expected = [loss_of(theta - t * gradient, X, y) for t in answer.t]
    np.testing.assert_allclose(answer.losses, expected, rtol=1e-6)
    assert answer.landing == pytest.approx(loss_of(theta - 0.3 * gradient, X, y), rel=1e-7)


def inspected(window: Any, qtbot: Any) -> Any:
    window.actions_by_name["inspector"].trigger()
    view = feature_of(window, InspectorFeature).view
    qtbot.waitUntil(lambda: view.answer is not None and bool(view.operations))
    return view


def test_the_inspector_writes_softmax_and_its_error(window: Any, qtbot: Any) -> None:
    view = inspected(window, qtbot)
    samples, theta = window.snapshot.samples, window.snapshot.view.parameters
    shares = shares_of(theta, samples.X_train[:1])[0]
    shown = {step.formula: step.result.values.ravel() for step in view.operations}
    np.testing.assert_allclose(shown["ŷ = softmax(z[2])"], shares, rtol=1e-12)
    np.testing.assert_allclose(shown["δ[2] = ∂J/∂z[2] = ŷ − y"], shares - samples.y_train[0], rtol=1e-12)


def test_the_gradient_check_agrees_with_differences_of_the_plain_loss(window: Any, qtbot: Any) -> None:
    view = inspected(window, qtbot)
    window.actions_by_name["check_gradients"].trigger()
    qtbot.waitUntil(lambda: view.check is not None and view.check.check.complete)
    assert view.check_label.text().startswith("Right at step 0: all 27 entries agree")
    samples, theta = window.snapshot.samples, window.snapshot.view.parameters
    X, y = samples.X_train[:1], samples.y_train[:1]
    steps = 1e-5 * np.eye(27)
    expected = [(loss_of(theta + h, X, y) - loss_of(theta - h, X, y)) / 2e-5 for h in steps]
    np.testing.assert_allclose(view.check.check.differences, expected, rtol=1e-4, atol=1e-8)


def test_the_bug_hunt_is_won_by_the_check(window: Any, qtbot: Any) -> None:
    hunt = feature_of(window, BugHuntFeature)
    hunt.begin("sign")
    qtbot.waitUntil(lambda: hunt.fault == "sign")
    hunt.view.check_button.click()
    view = feature_of(window, InspectorFeature).view
    qtbot.waitUntil(lambda: view.check is not None and view.check.check.complete)
    assert view.check_label.text().startswith("Something is wrong")
    hunt.view.buttons["sign"].click()
    hunt.view.name_button.click()
    assert hunt.view.feedback.text().startswith("Found: ")


def test_a_session_is_saved_and_opened_again_and_replays_to_the_same_table(
    window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(window, qtbot, 20)
    qtbot.keyClick(window.strip.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == window.strip.learning_rate)
    assert window.strip.learning_rate > 0.3
    train(window, qtbot, 20)
    seen, samples = window.snapshot.view, window.snapshot.samples
    path = tmp_path / "three.landscape"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "Sessions (*.landscape)"))
    window.actions_by_name["save"].trigger()
    qtbot.waitUntil(lambda: path.name in window.windowTitle())
    table = ExportDialog(window.exporter, window.preferences, "history", window)
    qtbot.addWidget(table)
    assert table.save_to(tmp_path / "run")

    run = window.snapshot.run
    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.snapshot.view.step == 0)
    run = window.snapshot.run
    assert window.commands.open_file(path)
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.snapshot.view.step == 40)
    np.testing.assert_array_equal(window.snapshot.view.parameters, seen.parameters)
    assert seen.train_loss == pytest.approx(loss_of(seen.parameters, samples.X_train, samples.y_train))

    assert main(["--headless", str(tmp_path / "run.json"), "--export-dir", str(tmp_path / "out")]) == 0
    exported = read_history(tmp_path / "run.csv")
    replayed = read_history(tmp_path / "out" / "history.csv")
    np.testing.assert_array_equal(exported["train_loss"].steps, np.arange(41))
    np.testing.assert_array_equal(exported["train_loss"].values, replayed["train_loss"].values)
    assert exported["train_loss"].values[-1] == seen.train_loss


def pixels_of(path: Path) -> Any:
    """Return the colours (rows, columns, 3) of a picture, from 0 to 1."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    assert not image.isNull()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3) / 255.0


def ground_of(pixels: Any) -> tuple[int, int, int, int]:
    """Return the top, bottom, left and right edges of the part of a picture that is full of colour."""
    colored = pixels.max(axis=2) - pixels.min(axis=2) > 0.03
    rows = np.flatnonzero(colored.mean(axis=1) > 0.5)
    columns = np.flatnonzero(colored[rows[0] : rows[-1] + 1].mean(axis=0) > 0.5)
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def class_of_color(colors: Any) -> Any:
    """Return the class whose colour on paper a ground (n, 3) has, however pale it is."""
    inks = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in PRINT.classes[:3]]) / 255
    away, full = 1.0 - colors, 1.0 - inks
    away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    return (away @ (full / np.linalg.norm(full, axis=1, keepdims=True)).T).argmax(axis=1)


def test_the_regions_are_exported_beside_the_accuracy_of_the_likeliest_class(
    window: Any, qtbot: Any, tmp_path: Path
) -> None:
    train(window, qtbot, 100)
    data = window.data_view
    qtbot.waitUntil(lambda: data.answer is not None and data.answer.step == 100)
    dialog = ExportDialog(window.exporter, window.preferences, "boundary", window)
    qtbot.addWidget(dialog)
    assert dialog.save_to(tmp_path / "regions")
    view, samples = window.snapshot.view, window.snapshot.samples
    pixels = pixels_of(tmp_path / "regions.png")
    raw = samples.raw(np.vstack([samples.X_train, samples.X_test]))
    low, high = raw.min(axis=0), raw.max(axis=0)
    low, high = low - 0.15 * (high - low), high + 0.15 * (high - low)
    top, bottom, left, right = ground_of(pixels)
    rows, columns = np.meshgrid(np.arange(top + 3, bottom - 2, 4), np.arange(left + 3, right - 2, 4))
    across, up = (columns - left) / (right - left), (bottom - rows) / (bottom - top)
    places = low + np.column_stack([across.ravel(), up.ravel()]) * (high - low)
    shares = np.sort(shares_of(view.parameters, samples.inputs_of(places)), axis=1)
    winner = shares_of(view.parameters, samples.inputs_of(places)).argmax(axis=1)
    # Beside the lines between two classes a pixel is of either.
    clear = shares[:, 2] - shares[:, 1] > 0.2
    painted = class_of_color(pixels[rows.ravel(), columns.ravel()])
    assert clear.sum() > 2000
    assert set(winner[clear].tolist()) == {0, 1, 2}
    assert np.mean(painted[clear] == winner[clear]) > 0.97
    right = shares_of(view.parameters, samples.X_train).argmax(axis=1) == samples.y_train.argmax(axis=1)
    assert view.history.curves["train_accuracy"].values[-1] == pytest.approx(right.mean())
