"""The confusion matrix in the window: behind a button from three classes on, by keys, exported."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.problem_of_experiment import network_on_data
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.export.page import Page
from playground.known_tables import data_at_hand
from playground.ui.data.confusion_feature import ConfusionFeature
from playground.ui.data.paint_feature import PaintFeature
from tests.support.features import feature_of
from tests.support.strokes import stroke

IRIS = Experiment(data_at_hand("iris_three"), NetworkSettings((5,)))


@pytest.fixture
def window(open_window: Any, qtbot: Any) -> Any:
    opened = open_window(ExperimentFile(IRIS))
    qtbot.waitUntil(lambda: opened.snapshot is not None)
    return opened


def counted(window: Any, part: str) -> np.ndarray:
    """The counts by a loop over the points of the present parameters."""
    snapshot = window.snapshot
    samples, network = snapshot.samples, network_on_data(snapshot.problem).network
    X, y = getattr(samples, f"X_{part}"), getattr(samples, f"y_{part}")
    found = np.zeros((3, 3), int)
    for row, target in zip(X, y, strict=True):
        guess = network.predict(snapshot.view.parameters, row[None])[0]
        found[int(target.argmax()), int(guess.argmax())] += 1
    return found


def opened_matrix(window: Any, qtbot: Any, steps: int = 30) -> ConfusionFeature:
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot.view.step == steps)
    feature = feature_of(window, ConfusionFeature)
    qtbot.mouseClick(feature.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: feature.view.picture is not None)
    train = counted(window, "train")
    qtbot.waitUntil(lambda: np.array_equal(feature.view.picture.parts[0][1].counts, train))
    return feature


def test_the_button_is_there_from_three_classes_on(window: Any, qtbot: Any) -> None:
    feature = feature_of(window, ConfusionFeature)
    qtbot.waitUntil(lambda: feature.button.isVisibleTo(window))
    assert feature.action.isVisible()
    assert "confusion" in dict(window.exporter.choices)
    qtbot.mouseClick(feature.button, Qt.MouseButton.LeftButton)
    assert feature.view.isVisibleTo(window)
    window.lab.set_experiment(Experiment(), (), 0)
    qtbot.waitUntil(lambda: not feature.button.isVisibleTo(window))
    assert not feature.action.isVisible()
    assert not feature.view.isVisibleTo(window)
    assert window.data_view.canvas.isVisibleTo(window)
    assert "confusion" not in dict(window.exporter.choices)


def test_training_and_test_points_are_counted_and_follow_the_run(window: Any, qtbot: Any) -> None:
    feature = opened_matrix(window, qtbot)
    (train, _), (test, counts) = feature.view.picture.parts
    assert (train, test) == ("training points", "test points")
    assert counts.counts.tolist() == counted(window, "test").tolist()
    window.lab.run_exactly(200)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 230)
    qtbot.waitUntil(
        lambda: (
            feature.view.picture is not None
            and np.array_equal(feature.view.picture.parts[0][1].counts, counted(window, "train"))
        )
    )
    window.data_view.test_box.click()
    qtbot.waitUntil(lambda: len(feature.view.picture.parts) == 1)


def test_keys_choose_a_cell_that_is_told_in_words(window: Any, qtbot: Any) -> None:
    view = opened_matrix(window, qtbot).view
    train = counted(window, "train")
    assert f"Training points: {np.trace(train)} of {train.sum()} right" in view.accessibleDescription()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(view, key)
    count = train[1, 1]
    text = view.accessibleDescription()
    assert text.startswith(f"training points: {count} of {train[1].sum()} of class versicolor")
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    test = counted(window, "test")
    assert view.accessibleDescription().startswith(f"test points: {test[1, 0]} of {test[1].sum()}")
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.data_view.canvas.isVisibleTo(window)


def test_it_is_exported_as_a_picture_and_as_a_table(window: Any, qtbot: Any, tmp_path: Path) -> None:
    feature = opened_matrix(window, qtbot)
    assert window.data_view.name == "confusion", "the button of the card exports what it shows"
    window.exporter.save("confusion", tmp_path / "m.svg", Page(160, 100, format="svg"))
    text = (tmp_path / "m.svg").read_text(encoding="utf-8")
    assert "versicolor" in text
    window.exporter.save_numbers("confusion_numbers", tmp_path / "m.csv")
    rows = list(csv.DictReader((tmp_path / "m.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 18
    names = feature.view.picture.class_names
    for part, words in (("train", "training"), ("test", "test")):
        table = counted(window, part)
        for row in (row for row in rows if row["points"] == words):
            place = names.index(row["true class"]), names.index(row["said class"])
            assert int(row["count"]) == table[place]


def test_the_card_is_called_what_it_shows(window: Any, qtbot: Any) -> None:
    card = window.data_view
    usual = card.title_label.text()
    feature = opened_matrix(window, qtbot)
    assert card.title_label.text() == "Confusion matrix"
    window.lab.change_points(stroke(removed=[0]), window.snapshot.run)
    qtbot.waitUntil(lambda: len(window.snapshot.view.history.changes) == 1)
    assert card.title_label.text() == "Confusion matrix"
    qtbot.keyClick(feature.view, Qt.Key.Key_Escape)
    assert card.title_label.text() == usual


def test_the_last_counts_stay_after_a_stroke_until_the_new_ones_are_there(
    window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature = opened_matrix(window, qtbot)
    shown: list[Any] = []
    show = feature.view.show_picture

    def noting(picture: Any) -> None:
        shown.append(picture)
        show(picture)

    monkeypatch.setattr(feature.view, "show_picture", noting)
    before, total = window.snapshot, counted(window, "train").sum()
    window.lab.change_points(stroke(removed=[0, 1]), before.run)
    qtbot.waitUntil(lambda: feature.view.picture.parts[0][1].total == total - 2)
    assert window.snapshot.since == before.since
    assert feature.view.picture.parts[0][1].counts.tolist() == counted(window, "train").tolist()
    assert None not in shown
    shown.clear()
    window.lab.set_experiment(IRIS.with_value("network.seed", 5), (), 0)
    qtbot.waitUntil(lambda: window.snapshot.since != before.since)
    qtbot.waitUntil(lambda: feature.view.picture is not None)
    assert None in shown, "another run has other counts"


def test_what_belongs_to_the_plot_is_away_while_the_matrix_is_shown(window: Any, qtbot: Any) -> None:
    card = window.data_view
    assert card.slice_bar.isVisibleTo(window)
    assert card.note.isVisibleTo(window)
    feature = opened_matrix(window, qtbot)
    assert not card.slice_bar.isVisibleTo(window)
    assert not card.note.isVisibleTo(window)
    before = window.snapshot.since
    window.lab.set_experiment(IRIS.with_value("network.seed", 5), (), 0)
    qtbot.waitUntil(lambda: window.snapshot.since != before)
    assert not card.slice_bar.isVisibleTo(window), "another run changes nothing of it"
    qtbot.keyClick(feature.view, Qt.Key.Key_Escape)
    assert card.slice_bar.isVisibleTo(window)
    assert card.note.isVisibleTo(window)


def test_the_tools_that_edit_points_come_and_go_with_the_plot(open_window: Any, qtbot: Any) -> None:
    window = open_window(ExperimentFile(Experiment(DataSettings("three_blobs"), NetworkSettings((4,)))))
    qtbot.waitUntil(lambda: window.snapshot is not None)
    matrix, paint = opened_matrix(window, qtbot), feature_of(window, PaintFeature)
    qtbot.mouseClick(paint.button, Qt.MouseButton.LeftButton)
    assert paint.tools.isVisibleTo(window)
    assert window.data_view.canvas.isVisibleTo(window), "points are edited where they are seen"
    assert not matrix.on
    qtbot.mouseClick(matrix.button, Qt.MouseButton.LeftButton)
    assert not paint.tools.isVisibleTo(window)
    qtbot.mouseClick(paint.button, Qt.MouseButton.LeftButton)
    assert paint.on
    assert not matrix.on
    assert paint.tools.isVisibleTo(window)
    qtbot.mouseClick(paint.button, Qt.MouseButton.LeftButton)
    assert not paint.on
    assert not paint.tools.isVisibleTo(window)
