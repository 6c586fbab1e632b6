"""A window does not begin what it cannot show: networks with several outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playground.experiment import DATASETS, DataSettings, Experiment, ExperimentFile
from playground.experiment_checks import ExperimentError
from playground.share_string import share_string
from playground.ui.main_window import MainWindow
from playground.ui.tables.feature import TablesFeature
from tests.support.features import feature_of

FIVE = Experiment(DataSettings("five_spirals"))
SENTENCE = "has 5 classes, and the window shows networks with one output"


def test_a_file_and_a_share_string_of_five_classes_change_nothing(
    open_window: Any, qtbot: Any, tmp_path: Path
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    run, experiment = window.snapshot.run, window.lab.experiment
    file = tmp_path / "five.json"
    file.write_text(FIVE.to_json(), encoding="utf-8")
    assert not window.commands.open_file(file)
    assert SENTENCE in window.notices.text
    window.notices.say("something else")
    assert not window.commands.open_text(share_string(ExperimentFile(FIVE)))
    assert SENTENCE in window.notices.text
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    assert (window.snapshot.run, window.lab.experiment) == (run, experiment)


def test_a_window_of_a_script_is_refused_as_well(qapp: Any) -> None:
    with pytest.raises(ExperimentError, match=SENTENCE):
        MainWindow(ExperimentFile(FIVE), use_process=False)


@pytest.mark.parametrize("name", ["wine", "digits", "iris_three"])
def test_a_table_of_more_than_two_classes_changes_nothing(open_window: Any, qtbot: Any, name: str) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    run, experiment = window.snapshot.run, window.lab.experiment
    feature_of(window, TablesFeature).take_at_hand(name)
    assert "classes, and the window shows networks with one output" in window.notices.text
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    assert (window.snapshot.run, window.lab.experiment) == (run, experiment)


def test_only_sets_that_can_be_shown_are_offered(open_window: Any) -> None:
    window = open_window()
    offered = set(window.panel.datasets.buttons)
    assert {name for name, kind in DATASETS.items() if kind.n_outputs == 1} <= offered
    assert not {name for name, kind in DATASETS.items() if kind.n_outputs > 1} & offered
    assert not any("iris_three" in name for name in offered)
