"""A table of the user's own in the window: its names where names stand, and what cannot be drawn is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.drawing.network.drawing import parameter_text
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.main_window import MainWindow
from tests.support.tables import FOUR_POINTS, a_table
from tests.support.visible_texts import svg_texts, visible_texts
from tests.ui.data.test_output_words import words_of_operations


def flowers() -> ExperimentFile:
    """Forty rows of three inputs, one of which is constant, with names that look like markup."""
    rng = np.random.default_rng(4)
    X = rng.normal(5.0, 2.0, size=(40, 3))
    X[:, 2] = 7.0
    rows = np.column_stack([X, X[:, 0] > X[:, 1]])
    table = a_table(("petal <b>length", "width & more", "pot"), "kind", ("setosa", "versi<i>color"), rows)
    data = DataSettings.of_table(table, standardize=True, derived_inputs=("x1*x2",))
    return ExperimentFile(Experiment(data, NetworkSettings((2,)), TrainingSettings(learning_rate=0.1)))


def run(qtbot: Any, window: MainWindow, steps: int) -> None:
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot.view.step == steps)
    data = window.data_view
    qtbot.waitUntil(lambda: data.answer is not None and data.answer.step == steps)
    data.frame()


def test_names_of_a_table_stand_where_names_stand(qtbot: Any, open_window: Any, tmp_path: Path) -> None:
    window = open_window(flowers())
    window.set_full(True)
    window.resize(1920, 1080)
    run(qtbot, window, 5)
    # In a low card the boxes below the picture name the inputs.
    qtbot.waitUntil(lambda: not window.data_view.is_low)
    drawing = window.data_view.drawing
    assert (drawing.bottom.name, drawing.left.name) == ("petal <b>length", "width & more")
    assert "setosa" in drawing.summary()
    assert "class versi<i>color" in drawing.summary()
    legend = window.data_view.legend.text()
    assert "setosa" in legend
    assert "versi&lt;i&gt;color" in legend
    window.actions_by_name["inspector"].trigger()
    inspector = next(entry for entry in window.features if isinstance(entry, InspectorFeature))
    inspector.inspect(0)
    qtbot.waitUntil(lambda: inspector.view.answer is not None and inspector.view.answer.point == 0)
    said = "\n".join(words_of_operations(inspector.view.operations))
    assert ", from petal <b>length" in said
    assert ", from x1*x2" in said
    assert "a probability of class versi<i>color" in said
    texts = "\n".join(visible_texts(window))
    assert "Training point 1 of 32 · class" in texts
    assert "Your own points · 32 training and 8 test points · 4-2-1 tanh network" in texts
    assert "class 0" not in texts
    window.exporter.save_svg("boundary", tmp_path / "b.svg", 900, 600)
    svg = svg_texts(tmp_path / "b.svg")
    assert "setosa" in svg
    assert "petal <b>length" in svg
    assert "Shows 2 of 3 inputs, the other at its mean." in svg
    assert "derived inputs x1*x2" in svg
    assert "noise" not in svg


def test_what_the_picture_leaves_out_is_said(qtbot: Any, open_window: Any) -> None:
    window = open_window(flowers())
    note = window.data_view.note
    assert note.isVisible()
    assert note.text() == (
        "Shows 2 of 3 inputs, the other at its mean. "
        "pot is the same in all training rows: it tells the network nothing."
    )
    assert "Shows 2 of 3 inputs" in note.shown_text
    window.lab.change("data.dataset", "two_circles")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")
    qtbot.waitUntil(lambda: not note.isVisible())


def test_points_and_noise_of_a_table_are_no_settings(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(Experiment(DataSettings.of_table(FOUR_POINTS, test_share=0.0))))
    window.set_full(True)
    panel = window.panel
    assert panel.fields["data.points"].text() == "4"
    assert not panel.fields["data.points"].isEnabled()
    assert not panel.fields["data.noise"].isEnabled()
    assert not any(button.isChecked() for button in panel.datasets.buttons.values())
    panel.datasets.buttons["xor"].click()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "xor")
    assert panel.fields["data.noise"].isEnabled()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.table == FOUR_POINTS)


@pytest.mark.parametrize("columns", [1, 2])
def test_a_single_point_is_drawn_and_trained_on(qtbot: Any, open_window: Any, columns: int) -> None:
    table = a_table(("a", "b")[:columns], "y", ("no", "yes"), [[1] * columns + [0]])
    window = open_window(ExperimentFile(Experiment(DataSettings.of_table(table), NetworkSettings(()))))
    run(qtbot, window, 20)
    assert window.snapshot.view.train_loss < 0.5
    assert window.data_view.answer is not None
    assert np.isfinite(window.data_view.answer.boundary.output).all()


def test_a_table_of_numbers_names_its_target(qtbot: Any, open_window: Any) -> None:
    rows = [[x, 3 * x - 1] for x in np.linspace(0, 1, 12)]
    window = open_window(
        ExperimentFile(Experiment(DataSettings.of_table(a_table(("size",), "price", (), rows))))
    )
    run(qtbot, window, 3)
    drawing = window.data_view.drawing
    assert (drawing.bottom.name, drawing.left.name) == ("size", "price")
    assert drawing.hover(0.5, 0.0).startswith("size 0.5")


def test_a_frozen_layer_stays_and_is_said(qtbot: Any, open_window: Any) -> None:
    network = NetworkSettings((2,), frozen=("W[1]", "b[1]"))
    window = open_window(ExperimentFile(Experiment(DataSettings(points=40), network)))
    before = window.snapshot.view.parameters
    run(qtbot, window, 10)
    after = window.snapshot.view.parameters
    np.testing.assert_array_equal(after[:6], before[:6])
    assert np.abs(after[6:] - before[6:]).min() > 0.0
    assert "9 parameters, 6 of them frozen" in "\n".join(visible_texts(window))
    assert parameter_text(window.panel.diagram.picture, 0).endswith(", from x₁, frozen")
    assert "frozen" not in parameter_text(window.panel.diagram.picture, 6)


def test_a_table_takes_the_place_of_the_data_and_undo_brings_them_back(qtbot: Any, open_window: Any) -> None:
    window = open_window()
    announced: list[str] = []
    window.lab.experiment_replaced.connect(lambda _experiment, sentence: announced.append(sentence))
    window.lab.change("data.table", FOUR_POINTS)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.table == FOUR_POINTS)
    assert window.snapshot.view.experiment.data.points == 4
    assert announced[-1].startswith("Started again: a table of 4 rows.")
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")


@pytest.mark.slow
def test_the_helper_process_gets_the_table(qtbot: Any, open_window: Any) -> None:
    window = open_window(flowers(), use_process=True)
    run(qtbot, window, 5)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None, timeout=30_000)
    assert window.surface_view.answer.problem == ""
