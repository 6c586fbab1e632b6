"""Networks with several outputs in a window: they are opened from every file, and all sets are offered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.drawing.kit.class_marks import CLASS_SIGNS
from playground.drawing.kit.theme import LIGHT
from playground.experiment import DATASETS, DataSettings, Experiment, ExperimentFile
from playground.share_string import share_string
from playground.ui.experiment.dataset_chooser import picture_of
from playground.ui.tables.feature import TablesFeature
from tests.support.features import feature_of
from tests.support.tables import a_table

FIVE = Experiment(DataSettings("five_spirals"))
PAIR = Experiment(
    DataSettings.of_table(
        a_table(("x",), ("u", "v"), (), [[x, x * x, 2.0 - x] for x in np.linspace(0.0, 1.0, 30)])
    )
)


@pytest.mark.parametrize("name", ["wine", "digits", "iris_three"])
def test_a_table_of_more_than_two_classes_is_taken(open_window: Any, qtbot: Any, name: str) -> None:
    window = open_window()
    feature_of(window, TablesFeature).take_at_hand(name)
    qtbot.waitUntil(
        lambda: window.snapshot is not None and window.snapshot.samples.has_several, timeout=20_000
    )
    classes = window.snapshot.samples.class_names
    qtbot.waitUntil(lambda: window.data_view.legend.text().count("</span> ") == len(classes))


@pytest.mark.parametrize("experiment", [FIVE, PAIR], ids=["five classes", "two values"])
def test_a_file_and_a_share_string_of_several_outputs_are_opened(
    open_window: Any, qtbot: Any, tmp_path: Path, experiment: Experiment
) -> None:
    window = open_window()
    file = tmp_path / "several.json"
    file.write_text(experiment.to_json(), encoding="utf-8")
    assert window.commands.open_file(file)
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.view.experiment == experiment)
    other = experiment.with_value("network.seed", 3)
    assert window.commands.open_text(share_string(ExperimentFile(other)))
    qtbot.waitUntil(lambda: window.snapshot.view.experiment == other)


def test_all_sets_are_offered(open_window: Any) -> None:
    offered = set(open_window().panel.datasets.buttons)
    assert set(DATASETS) - {"table"} <= offered
    assert any("iris_three" in name for name in offered)


def test_a_legend_of_ten_classes_is_there_in_a_narrow_window(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    window.resize(1280, 720)
    feature_of(window, TablesFeature).take_at_hand("digits")
    legend = window.data_view.legend
    qtbot.waitUntil(lambda: legend.text().count("</span> ") == 10, timeout=20_000)
    qtbot.waitUntil(lambda: all(sign in legend.shown_text for sign in CLASS_SIGNS))
    assert legend.isVisibleTo(window)
    window.lab.set_experiment(Experiment(), (), 0)
    qtbot.waitUntil(lambda: "▲" not in legend.text())
    assert window.data_view.header.indexOf(legend) >= 0


@pytest.mark.parametrize(
    ("key", "names"),
    [("iris_three", ("setosa", "versicolor", "virginica")), ("breast_cancer", ("malignant", "benign"))],
)
def test_long_names_of_classes_are_whole_in_a_narrow_window(
    open_window: Any, qtbot: Any, key: str, names: tuple[str, ...]
) -> None:
    window = open_window()
    window.resize(1280, 720)
    feature_of(window, TablesFeature).take_at_hand(key)
    legend = window.data_view.legend
    qtbot.waitUntil(lambda: all(name in legend.shown_text for name in names), timeout=20_000)


@pytest.mark.parametrize("side", [22, 28, 36])
def test_the_tile_of_each_set_shows_something(qapp: Any, open_window: Any, side: int) -> None:
    for name in open_window().panel.datasets.buttons:
        image = picture_of(name, LIGHT, side)
        colors = {image.pixelColor(x, y).rgba() for x in range(side) for y in range(side)}
        assert len(colors) > 5, name
