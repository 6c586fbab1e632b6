"""Two numbers learned at once: the best known worked example typed in, and two curves over one input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from playground.app import main
from playground.drawing.kit.theme import PRINT, channels
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.export.figure import Figure
from playground.export.figures import boundary_figure
from playground.ui.data.blame_feature import BlameFeature
from playground.ui.data.paint_feature import PaintFeature
from playground.ui.export.dialog import ExportDialog
from playground.ui.features import page_commands
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.runs.fork_feature import ForkFeature
from tests.e2e.test_worked_examples import type_rate, type_weight
from tests.support.features import feature_of
from tests.support.stories import train
from tests.support.tables import a_table
from tests.ui.experiment.test_experiment_panel import choose
from tests.ui.tables.test_open_table import changed, pasted, taken

WORKED = "x1\tx2\tt1\tt2\n0.05\t0.10\t0.01\t0.99\n"
WEIGHTS = ("0.15", "0.20", "0.25", "0.30", "0.35", "0.35", "0.40", "0.45", "0.50", "0.55", "0.60", "0.60")
BIASES = (4, 5, 10, 11)

X = np.linspace(-2.0, 2.0, 40)
WAVES = Experiment(
    DataSettings.of_table(
        a_table(("x",), ("sine", "cosine"), (), np.column_stack([X, np.sin(X), np.cos(X)]))
    ),
    NetworkSettings((4,)),
    TrainingSettings(learning_rate=0.1),
)


@pytest.fixture
def waves(open_window: Any) -> Any:
    return open_window(ExperimentFile(WAVES))


def outputs_of(theta: Any, x: Any) -> Any:
    """Return ŷ (n, 2) of the network 1-4-2, from its parameters written one after another: W[1], b[1], …"""
    W1, b1, W2, b2 = np.split(theta, np.cumsum([4, 4, 8]))
    return np.tanh(x @ W1.reshape(4, 1).T + b1) @ W2.reshape(2, 4).T + b2


def loss_of(theta: Any, x: Any, y: Any) -> float:
    return float(0.5 * ((outputs_of(theta, x) - y) ** 2).sum(axis=1).mean())


# The worked example -------------------------------------------------------------------------------------


def read_off(view: Any, formula: str) -> str:
    """Go through the inspector to an operation, and return the words under the board."""
    for place, operation in enumerate(view.operations):
        if operation.formula == formula:
            view.go_to(place + 1)
            return str(view.words.text())
    raise AssertionError(formula)


def entry_read_off(view: Any, qtbot: Any, formula: str) -> str:
    """Return the words about the first entry of what an operation computes, chosen with the keys."""
    read_off(view, formula)
    view.board.setFocus()
    start = f"{view.operation.result.name}₁₁ = "
    for _ in range(40):
        if view.words.text().startswith(start):
            return str(view.words.text())
        qtbot.keyClick(view.board, Qt.Key.Key_Right)
    raise AssertionError(view.words.text())


def last_number(told: str) -> float:
    """Return the number that ends a text, to nine decimals as it was published."""
    return round(float(told.rpartition(" to 9 digits ")[2]), 9)


def test_the_best_known_worked_example_is_typed_in_and_read_off(qtbot: Any, open_window: Any) -> None:
    window = open_window()
    dialog = pasted(window, qtbot, WORKED)
    changed(dialog, qtbot, taken(dialog.target, 2))
    changed(dialog, qtbot, taken(dialog.more_targets[0], dialog.more_targets[0].findData("t2")))
    qtbot.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.layer_sizes[-1] == 2)
    panel = window.panel
    choose(panel.neurons, "2")
    choose(panel.choosers["network.activation"], "sigmoid")
    window.set_full(True)
    panel.more.fold.button.click()
    choose(panel.choosers["network.output"], "sigmoid")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.output == "sigmoid")
    assert window.snapshot.view.experiment.loss == "squared_error"
    if panel.fold.is_folded:
        panel.fold.button.click()
    diagram = panel.diagram
    for index in BIASES:
        place_keys(diagram, qtbot, index)
        qtbot.keyClick(diagram, Qt.Key.Key_F)
        qtbot.waitUntil(lambda index=index: index in diagram.picture.frozen)
    type_rate(qtbot, window, "0.5")
    for index, value in enumerate(WEIGHTS):
        type_weight(qtbot, window, index, value)

    window.actions_by_name["inspector"].trigger()
    view = feature_of(window, InspectorFeature).view
    theta = [float(value) for value in WEIGHTS]
    qtbot.waitUntil(lambda: view.answer is not None and view.answer.trace.layers[1].b.tolist() == [0.6, 0.6])
    assert view.answer.trace.layers[0].W.ravel().tolist() == theta[:4]
    told = read_off(view, "J = ½‖ŷ − y‖²")
    assert last_number(told) == 0.298371109
    assert told.startswith("Half the squared distance is 0.2748 of t1 and 0.02356 of t2; J is their sum.")
    assert last_number(entry_read_off(view, qtbot, "∂J/∂W[2] = δ[2]·a[1]ᵀ")) == 0.082167041
    assert last_number(entry_read_off(view, qtbot, "∂J/∂W[1] = δ[1]·xᵀ")) == 0.000438568

    window.transport.step_button.click()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1 and view.answer.step == 1)
    assert last_number(read_off(view, "J = ½‖ŷ − y‖²")) == 0.291027774
    assert window.snapshot.view.parameters[list(BIASES)].tolist() == [0.35, 0.35, 0.60, 0.60]


def place_keys(diagram: Any, qtbot: Any, index: int) -> None:
    """Choose a parameter in the diagram with the arrow keys."""
    diagram.setFocus()
    for _ in range(len(diagram.picture.parameters) + 1):
        if diagram.chosen == index:
            return
        qtbot.keyClick(diagram, Qt.Key.Key_Down)
    raise AssertionError(index)


# Two curves over one input ------------------------------------------------------------------------------


def drawn_curve(window: Any) -> tuple[Any, Any]:
    curve = window.data_view.drawing.curve
    return np.asarray(curve.x), np.asarray(curve.y)


def drawn_points(window: Any) -> Any:
    return window.data_view.places()[: len(window.snapshot.samples.X_train)]


def show_output(window: Any, qtbot: Any, name: str) -> None:
    choose(window.data_view.slice_bar.output, f"ŷ of {name}")
    qtbot.waitUntil(lambda: window.data_view.drawing.left.name == name)


def curve_is_of(window: Any, column: int) -> bool:
    x, y = drawn_curve(window)
    raw = window.snapshot.samples.inputs_of(x[:, None]) if len(x) else np.empty((0, 1))
    expected = outputs_of(window.snapshot.view.parameters, raw)[:, column]
    return len(x) > 0 and np.allclose(y, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "column"), [("sine", 0), ("cosine", 1)])
def test_each_curve_is_reached_and_named(waves: Any, qtbot: Any, name: str, column: int) -> None:
    train(waves, qtbot, 50)
    show_output(waves, qtbot, name)
    qtbot.waitUntil(lambda: curve_is_of(waves, column))
    np.testing.assert_array_equal(drawn_points(waves)[:, 1], waves.snapshot.samples.y_train[:, column])
    told = waves.data_view.drawing.hover(0.5, 0.0)
    assert "ŷ of sine " in told
    assert ", cosine " in told
    assert f"Shown is the output {name}, one of 2." in waves.data_view.drawing.summary()


def color_at(window: Any, x: float, y: float) -> tuple[int, int, int]:
    """Return the colour on the screen at a place of the data's plot."""
    canvas, box = window.data_view.canvas, window.data_view.drawing.box
    seen = canvas.grab().toImage()
    ratio = seen.width() / canvas.width()
    at = canvas.mapFromScene(box.mapViewToScene(QPointF(x, y)))
    color = seen.pixelColor(round(at.x() * ratio), round(at.y() * ratio))
    return color.red(), color.green(), color.blue()


def test_over_two_inputs_the_ground_is_of_the_shown_output(open_window: Any, qtbot: Any) -> None:
    points = np.random.default_rng(3).uniform(-1.0, 1.0, (60, 2))
    rows = np.column_stack([points, points.sum(axis=1), -points.sum(axis=1)])
    table = a_table(("a", "b"), ("sum", "less"), (), rows)
    window = open_window(ExperimentFile(Experiment(DataSettings.of_table(table), NetworkSettings((4,)))))
    train(window, qtbot, 200)
    drawing, theme = window.data_view.drawing, window.theme
    inks = [np.array(channels(ink), float) for ink in (theme.positive_weight, theme.negative_weight)]
    for name, column, sign in (("sum", 0, 0), ("less", 1, 1)):
        choose(window.data_view.slice_bar.output, f"ŷ of {name}")
        qtbot.waitUntil(lambda name=name: drawing.bar.name == name and drawing.picture.boundary is not None)
        corner = np.array([[1.1, 1.1]])
        W1, b1, W2, b2 = np.split(window.snapshot.view.parameters, np.cumsum([8, 4, 8]))
        hidden = np.tanh(window.snapshot.samples.inputs_of(corner) @ W1.reshape(4, 2).T + b1)
        value = (hidden @ W2.reshape(2, 4).T + b2)[0, column]
        assert abs(value) > 1.0
        assert (value > 0) == (sign == 0)
        seen = np.array(color_at(window, 1.1, 1.1), float)
        apart = [float(np.linalg.norm(seen - ink)) for ink in inks]
        assert int(np.argmin(apart)) == sign


def test_the_exported_figure_names_the_output_that_it_draws(waves: Any, qtbot: Any, tmp_path: Path) -> None:
    train(waves, qtbot, 20)
    show_output(waves, qtbot, "cosine")
    qtbot.waitUntil(lambda: curve_is_of(waves, 1))
    data = waves.data_view
    figure = boundary_figure(
        waves.snapshot.samples, data.answer, True, None, waves.snapshot.view, data.choice
    )(PRINT)
    assert isinstance(figure, Figure)
    assert "Shown is the output cosine, one of 2." in figure.caption
    assert any(sign.text == "predicted value ŷ of cosine" for sign in figure.signs)
    dialog = ExportDialog(waves.exporter, waves.preferences, "boundary", waves)
    qtbot.addWidget(dialog)
    assert dialog.save_to(tmp_path / "curve")
    assert not QImage(str(tmp_path / "curve.png")).isNull()


def test_a_session_of_two_targets_is_saved_and_opened_again(
    waves: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_output(waves, qtbot, "cosine")
    train(waves, qtbot, 30)
    seen, samples = waves.snapshot.view, waves.snapshot.samples
    assert seen.train_loss == pytest.approx(loss_of(seen.parameters, samples.X_train, samples.y_train))
    path = tmp_path / "waves.landscape"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "Sessions (*.landscape)"))
    waves.actions_by_name["save"].trigger()
    qtbot.waitUntil(lambda: path.name in waves.windowTitle())
    table = ExportDialog(waves.exporter, waves.preferences, "history", waves)
    qtbot.addWidget(table)
    assert table.save_to(tmp_path / "run")

    show_output(waves, qtbot, "sine")
    run = waves.snapshot.run
    waves.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: waves.snapshot.run > run and waves.snapshot.view.step == 0)
    run = waves.snapshot.run
    assert waves.commands.open_file(path)
    qtbot.waitUntil(lambda: waves.snapshot.run > run and waves.snapshot.view.step == 30)
    np.testing.assert_array_equal(waves.snapshot.view.parameters, seen.parameters)
    qtbot.waitUntil(lambda: waves.data_view.drawing.left.name == "cosine" and curve_is_of(waves, 1))
    assert waves.data_view.slice_bar.output.currentText() == "ŷ of cosine"

    again = Trainer(WAVES)
    again.advance(30)
    np.testing.assert_array_equal(again.parameters, seen.parameters)
    assert main(["--headless", str(tmp_path / "run.json"), "--export-dir", str(tmp_path / "out")]) == 0
    assert not QImage(str(tmp_path / "out" / "boundary.png")).isNull()


# The other modes ----------------------------------------------------------------------------------------


def test_a_scene_brings_back_the_output_that_was_shown(waves: Any, qtbot: Any) -> None:
    show_output(waves, qtbot, "cosine")
    feature_of(waves, SceneFeature).keep(3)
    show_output(waves, qtbot, "sine")
    waves.actions_by_name["scene_3"].trigger()
    qtbot.waitUntil(lambda: waves.data_view.drawing.left.name == "cosine")


def test_blame_gives_each_point_half_its_squared_distance(waves: Any, qtbot: Any) -> None:
    train(waves, qtbot, 20)
    waves.set_full(True)
    blame = feature_of(waves, BlameFeature)
    blame.box.click()
    qtbot.waitUntil(lambda: waves.data_view.blame is not None)
    samples, theta = waves.snapshot.samples, waves.snapshot.view.parameters
    apart = outputs_of(theta, samples.X_train) - samples.y_train
    np.testing.assert_allclose(waves.data_view.blame, 0.5 * (apart**2).sum(axis=1), rtol=1e-9)
    told = waves.data_view.blame_text(0)
    assert told.startswith("Training point 1, sine = ")
    assert ", cosine = " in told
    assert "½‖ŷ − y‖²" in told


def test_points_of_two_targets_are_not_painted_and_that_is_said(waves: Any, qtbot: Any) -> None:
    paint = feature_of(waves, PaintFeature)
    paint.button.click()
    assert not paint.on
    assert waves.notices.text.startswith("Points are edited where there is one target: these have 2.")


def test_the_gradient_check_takes_both_outputs(waves: Any, qtbot: Any) -> None:
    waves.actions_by_name["inspector"].trigger()
    view = feature_of(waves, InspectorFeature).view
    qtbot.waitUntil(lambda: view.answer is not None)
    assert view.point_label.text().startswith("Training point 1 of 32 · sine = ")
    waves.actions_by_name["check_gradients"].trigger()
    qtbot.waitUntil(lambda: view.check is not None and view.check.check.complete)
    assert view.check_label.text().startswith("Right at step 0: all 18 entries agree")
    samples, theta = waves.snapshot.samples, waves.snapshot.view.parameters
    x, y = samples.X_train[:1], samples.y_train[:1]
    steps = 1e-5 * np.eye(len(theta))
    expected = [(loss_of(theta + h, x, y) - loss_of(theta - h, x, y)) / 2e-5 for h in steps]
    np.testing.assert_allclose(view.check.check.differences, expected, rtol=1e-4, atol=1e-8)


def test_branches_of_a_fork_show_the_chosen_output(waves: Any, qtbot: Any) -> None:
    show_output(waves, qtbot, "cosine")
    waves.actions_by_name["fork"].trigger()
    fork = feature_of(waves, ForkFeature)
    qtbot.waitUntil(lambda: fork.fork is not None and fork.fork.step > 10)
    waves.lab.pause()
    page = fork.page_view
    qtbot.waitUntil(lambda: "Shown is the output cosine, one of 2." in page.words.text())
    qtbot.waitUntil(lambda: page.rows[0].drawing.left.name == "cosine")
    samples = waves.snapshot.samples
    branches = waves.snapshot.fork.branches
    expected = [loss_of(one.parameters, samples.X_train, samples.y_train) for one in branches]
    np.testing.assert_allclose([one.loss for one in branches], expected, rtol=1e-9)


PAGES = sorted(set(page_commands()) - {"images", "fork"})
"""All but that of images, which these inputs are none of, and that of the fork, which has its own test."""


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_visited_while_it_trains(waves: Any, qtbot: Any, page: str) -> None:
    failures: list[str] = []
    waves.lab.failed.connect(failures.append)
    assert waves.actions_by_name[page].isEnabled()
    waves.actions_by_name[page].trigger()
    train(waves, qtbot, 30)
    qtbot.waitUntil(lambda: not waves.lab.analysis.busy)
    assert failures == []


def test_every_file_of_the_export_dialog_is_written(waves: Any, qtbot: Any, tmp_path: Path) -> None:
    train(waves, qtbot, 20)
    qtbot.waitUntil(lambda: waves.data_view.answer is not None and waves.data_view.answer.step == 20)
    for name, _ in waves.exporter.choices:
        dialog = ExportDialog(waves.exporter, waves.preferences, name, waves)
        qtbot.addWidget(dialog)
        saved = dialog.save_to(tmp_path / name)
        assert saved or dialog.problem.text(), name
