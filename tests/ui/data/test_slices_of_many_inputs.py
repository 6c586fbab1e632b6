"""More than two inputs: any two of them or the principal components, the others at their means or a point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.engine.input_slice import SliceChoice, slice_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.landscape.boundary import boundary
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.main_window import MainWindow
from playground.ui.runs.fork_feature import ForkFeature
from tests.support.tables import a_table
from tests.support.visible_texts import svg_texts
from tests.ui.data.test_table_in_window import run
from tests.ui.experiment.test_experiment_panel import choose

NAMES = ("width <b>", "height", "depth", "weight", "age")
SCALES = np.array([1.0, 20.0, 0.1, 300.0, 5.0])


def boxes() -> Experiment:
    """Sixty rows of five inputs of different sizes; the class follows the third and the fifth."""
    rng = np.random.default_rng(2)
    Z = rng.normal(size=(60, 5))
    Z[:, 1] = 0.9 * Z[:, 0] + 0.3 * Z[:, 1]
    X = 3 + Z * SCALES
    table = a_table(NAMES, "kind", ("no", "yes"), np.column_stack([X, Z[:, 2] > Z[:, 4]]))
    data = DataSettings.of_table(table, standardize=True, derived_inputs=("x1*x3",))
    return Experiment(data, NetworkSettings((3,)), TrainingSettings(learning_rate=0.5))


def trained() -> Trainer:
    trainer = Trainer(boxes())
    trainer.advance(50)
    return trainer


def test_two_inputs_lie_where_they_are_and_the_others_at_their_means() -> None:
    samples = trained().samples
    raw = samples.raw(samples.X_train)
    shown = slice_of(samples, SliceChoice(4, 2))
    assert shown.names == ("age", "depth")
    assert shown.sentence == "Shows 2 of 5 inputs, the others at their means."
    assert np.array_equal(shown.places(raw), raw[:, [4, 2]])
    place = shown.raw(np.array([[7.0, -1.5]]))[0]
    assert place.tolist() == [*samples.center[:2].tolist(), -1.5, samples.center[3], 7.0]


def test_the_slice_through_a_point_gives_that_point_its_own_prediction() -> None:
    trainer = trained()
    samples, theta = trainer.samples, trainer.parameters
    n_train = len(samples.X_train)
    for index in (0, 7, n_train + 2):
        for choice in (SliceChoice(3, 1, point=index), SliceChoice(components=True, point=index)):
            shown = slice_of(samples, choice)
            raw = samples.raw_point(index)
            place = shown.places(raw[None])
            assert np.allclose(shown.raw(place)[0], raw, rtol=1e-9)
            x, y = place[0].tolist()
            found = boundary(trainer.network, theta, samples, (x, x + 1, y, y + 1), 2, choice)
            X = np.concatenate([samples.X_train, samples.X_test])[index : index + 1]
            assert found.output[0, 0] == pytest.approx(trainer.network.predict(theta, X)[0, 0], rel=1e-9)
            assert found.choice == choice


def test_components_are_those_of_the_standardised_inputs() -> None:
    samples = trained().samples
    raw = samples.raw(samples.X_train)
    Z = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    _, values, directions = np.linalg.svd(Z, full_matrices=False)
    shown = slice_of(samples, SliceChoice(components=True))
    places = shown.places(raw)
    for axis in (0, 1):
        expected = Z @ directions[axis]
        assert np.allclose(np.abs(places[:, axis]), np.abs(expected), atol=1e-9)
    share = (values[:2] ** 2).sum() / (values**2).sum()
    assert f"{100 * share:.0f}" in shown.sentence
    assert shown.sentence.startswith("Shows 2 principal components of 5 inputs, ")
    assert shown.names == ("component 1", "component 2")


def opened(qtbot: Any, open_window: Any) -> MainWindow:
    window: MainWindow = open_window(ExperimentFile(boxes()))
    run(qtbot, window, 5)
    return window


def redrawn(qtbot: Any, window: MainWindow) -> None:
    data = window.data_view
    qtbot.waitUntil(lambda: data.answer is not None and data.answer.boundary.choice == data.choice)
    data.frame()


def test_the_boxes_choose_what_is_shown(qtbot: Any, open_window: Any, tmp_path: Path) -> None:
    window = opened(qtbot, open_window)
    window.resize(1280, 1300)
    data = window.data_view
    qtbot.waitUntil(lambda: data.canvas.height() > 180)
    bar, drawing = data.slice_bar, data.drawing
    assert bar.isVisible()
    assert [bar.first.itemText(i) for i in range(bar.first.count())] == [*NAMES, "principal components"]
    choose(bar.first, "age")
    choose(bar.second, "depth")
    redrawn(qtbot, window)
    assert (drawing.bottom.name, drawing.left.name) == ("age", "depth")
    assert data.note.text() == "Shows 2 of 5 inputs, the others at their means."
    samples = window.snapshot.samples
    raw = samples.raw(samples.X_train)
    low, high = raw[:, 4].min(), raw[:, 4].max()
    assert data.answer.boundary.x1[0] < low
    assert data.answer.boundary.x1[-1] > high
    # The same input twice: the two change places.
    choose(bar.second, "age")
    assert data.choice == SliceChoice(2, 4)
    redrawn(qtbot, window)
    choose(bar.first, "principal components")
    redrawn(qtbot, window)
    assert not bar.second.isEnabled()
    assert drawing.bottom.name == "component 1"
    assert "Shows 2 principal components of 5 inputs" in data.note.text()
    window.exporter.save_svg("boundary", tmp_path / "b.svg", 900, 600)
    svg = svg_texts(tmp_path / "b.svg")
    assert "component 2" in svg
    assert "Shows 2 principal components of 5 inputs" in svg
    choose(bar.first, NAMES[0])
    assert data.choice == SliceChoice(0, 4)
    redrawn(qtbot, window)
    assert drawing.bottom.name == NAMES[0]


def test_the_others_stay_as_at_the_picked_point(qtbot: Any, open_window: Any) -> None:
    window = opened(qtbot, open_window)
    data = window.data_view
    bar = data.slice_bar
    assert not bar.at_point.isEnabled()
    data.clicked.emit(*data.places()[3].tolist(), True)
    assert data.picked == 3
    bar.at_point.click()
    redrawn(qtbot, window)
    assert data.note.text() == "Shows 2 of 5 inputs, the others as at training point 4."
    mean = data.answer.boundary.output
    # The inspector's point is the picked one too.
    inspector = next(entry for entry in window.features if isinstance(entry, InspectorFeature))
    window.actions_by_name["inspector"].trigger()
    inspector.inspect(len(window.snapshot.samples.X_train))
    redrawn(qtbot, window)
    assert data.note.text() == "Shows 2 of 5 inputs, the others as at test point 1."
    assert not np.allclose(data.answer.boundary.output, mean)
    inspector.inspect(None)
    redrawn(qtbot, window)
    assert data.note.text() == "Shows 2 of 5 inputs, the others at their means."


def test_the_ring_of_the_inspector_follows_the_slice(qtbot: Any, open_window: Any) -> None:
    window = opened(qtbot, open_window)
    inspector = next(entry for entry in window.features if isinstance(entry, InspectorFeature))
    window.actions_by_name["inspector"].trigger()
    qtbot.waitUntil(lambda: len(inspector.ring.x) == 1)
    choose(window.data_view.slice_bar.first, "weight")
    at = window.data_view.places()[inspector.point]
    qtbot.waitUntil(lambda: (inspector.ring.x[0], inspector.ring.y[0]) == tuple(at))
    assert abs(at[0]) > 100


def test_other_inputs_begin_with_the_first_two(qtbot: Any, open_window: Any) -> None:
    window = opened(qtbot, open_window)
    data = window.data_view
    choose(data.slice_bar.first, "age")
    window.lab.change("data.test_share", 0.4)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.test_share == 0.4)
    redrawn(qtbot, window)
    assert data.choice == SliceChoice(4, 1)
    window.lab.change("data.dataset", "xor")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "xor")
    redrawn(qtbot, window)
    assert not data.slice_bar.isVisible()
    assert data.choice == SliceChoice()
    assert data.note.text() == ""


def test_a_low_picture_leaves_the_names_to_the_boxes_that_choose_them(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(boxes()))
    view = window.data_view
    axes = view.drawing.bottom, view.drawing.left
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: view.canvas.height() < 180 and [axis.name for axis in axes] == ["", ""])
    assert [view.slice_bar.first.currentText(), view.slice_bar.second.currentText()] == [*NAMES[:2]]
    window.resize(1280, 1300)
    qtbot.waitUntil(lambda: view.canvas.height() > 180)
    qtbot.waitUntil(lambda: [axis.name for axis in axes] == [*NAMES[:2]])
    choose(view.slice_bar.second, "weight")
    qtbot.waitUntil(lambda: view.drawing.left.name == "weight")


def test_the_slice_is_that_of_the_fork_of_the_same_weights_again_and_of_a_session(
    qtbot: Any, open_window: Any, tmp_path: Path
) -> None:
    window = open_window(ExperimentFile(boxes()))
    qtbot.waitUntil(lambda: window.data_view.answer is not None)
    choice = SliceChoice(4, 2, point=7)
    window.data_view.pick(7)
    window.data_view.set_choice(choice)
    fork = next(entry for entry in window.features if isinstance(entry, ForkFeature))
    fork.open()
    qtbot.waitUntil(lambda: len(fork.page_view.rows) > 1 and fork.fork is not None)
    window.lab.pause()

    def shown() -> SliceChoice:
        return fork.page_view.rows[0].drawing.picture.boundary.choice

    qtbot.waitUntil(lambda: shown() == choice)
    sentence = slice_of(window.snapshot.samples, choice).sentence
    qtbot.waitUntil(lambda: sentence in fork.page_view.words.text())
    choose(window.data_view.slice_bar.first, "principal components")
    qtbot.waitUntil(lambda: shown().components)
    assert "components" in fork.page_view.words.text()
    choose(window.data_view.slice_bar.first, "age")
    qtbot.waitUntil(lambda: shown() == choice)
    window.lab.drop_fork()
    qtbot.waitUntil(lambda: window.snapshot.fork is None)
    # The same points: the point that was picked is the same too.
    run = window.snapshot.run
    window.lab.same_weights_again()
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.snapshot.view.step == 3)
    assert window.data_view.choice == choice
    assert window.data_view.picked == 7
    file = tmp_path / "slice.landscape"
    assert window.files.save_to(file)
    qtbot.waitUntil(file.exists)
    other = open_window()
    other.files.open_file(file)
    qtbot.waitUntil(lambda: other.snapshot.samples.n_raw == 5 and other.snapshot.view.step == 3)
    qtbot.waitUntil(lambda: other.data_view.choice == choice)
    assert other.data_view.picked == 7
