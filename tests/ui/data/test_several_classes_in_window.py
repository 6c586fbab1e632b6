"""Three classes in the window: points painted by digit keys, blame, losses and outputs that are offered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from playground.drawing.kit.theme import THEMES, contrast
from playground.experiment import DataSettings, Experiment, ExperimentFile
from playground.ui.data.blame_feature import BlameFeature
from playground.ui.data.paint_feature import PaintFeature
from tests.support.features import feature_of


@pytest.fixture
def window(open_window: Any, qtbot: Any) -> Any:
    opened = open_window(ExperimentFile(Experiment(DataSettings("three_blobs"))))
    qtbot.waitUntil(lambda: opened.snapshot is not None)
    return opened


def test_a_digit_chooses_the_class_of_new_points(window: Any, qtbot: Any) -> None:
    before = len(window.snapshot.samples.y_train)
    paint = feature_of(window, PaintFeature)
    qtbot.mouseClick(paint.button, Qt.MouseButton.LeftButton)
    canvas = window.data_view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_3)
    assert paint.tools.target == 2.0
    qtbot.keyClick(canvas, Qt.Key.Key_4)
    assert paint.tools.target == 2.0, "there is no fourth class"
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(window.snapshot.samples.y_train) > before, timeout=10_000)
    assert window.snapshot.samples.y_train[-1].tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_names_of_classes_are_read_as_text_beside_marks_in_their_colours(
    window: Any, qtbot: Any, name: str
) -> None:
    window.choose_theme(name)
    paint = feature_of(window, PaintFeature)
    qtbot.mouseClick(paint.button, Qt.MouseButton.LeftButton)
    box = paint.tools.several
    assert [box.itemText(row) for row in range(box.count())] == list(window.snapshot.samples.class_names)
    for row, color in enumerate(THEMES[name].classes[: box.count()]):
        ink = box.itemData(row, Qt.ItemDataRole.ForegroundRole)
        assert ink is None or contrast(QColor(ink).name(), THEMES[name].card) >= 4.5
        picture = box.itemIcon(row).pixmap(box.iconSize()).toImage()
        assert picture.pixelColor(picture.rect().center()).name() == color


def test_blame_is_the_logarithm_of_the_share_of_the_true_class(window: Any, qtbot: Any) -> None:
    window.actions_by_name["blame"].trigger()
    qtbot.waitUntil(lambda: window.data_view.blame is not None)
    samples, view = window.snapshot.samples, window.snapshot.view
    shares = window.snapshot.problem.network.predict(view.parameters, samples.X_train)
    expected = -np.log((shares * samples.y_train).sum(axis=1))
    np.testing.assert_allclose(window.data_view.blame, expected, rtol=1e-9)
    assert "−log ŷ of its class" in feature_of(window, BlameFeature).words()


def test_losses_and_outputs_are_those_of_three_classes(window: Any) -> None:
    loss, output = (window.panel.choosers[f"network.{name}"] for name in ("loss", "output"))
    possible = {loss.itemData(row): loss.model().item(row).isEnabled() for row in range(loss.count())}
    assert possible == {
        "binary_cross_entropy": False,
        "squared_error": True,
        "softmax_cross_entropy": True,
    }
    assert (loss.value, output.value) == ("softmax_cross_entropy", "softmax")
