"""A long run with every view live: what is shown keeps up; at its end it is saved, exported and opened."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage

from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.export.history_csv import read_history
from playground.ui.main_window import MainWindow
from tests.monkey.listening import listening

STEPS = 100_000
BETWEEN_DRAGS = 2_000
LONG = 250_000
"""Milliseconds: on a busy machine so many steps with all that is drawn take minutes."""
PAGES = (("surface", "sharpness"), ("inspector", "loss"), ("activations", "loss"), ("surface", "loss"))


@pytest.mark.slow
def test_after_a_long_run_with_every_view_live_nothing_is_lost(qtbot, open_window, tmp_path: Path) -> None:
    experiment = Experiment(
        DataSettings("hours_of_study"), NetworkSettings(()), TrainingSettings(learning_rate=2.0)
    )
    with listening() as heard:
        window: MainWindow = open_window(ExperimentFile(experiment), use_process=True)
        window.lab.failed.connect(heard.append)
        window.set_full(True)
        for name in ("show_limit", "show_lookahead", "show_sharpness"):
            if not window.actions_by_name[name].isChecked():
                window.actions_by_name[name].trigger()
        window.transport.choose_speed(None)
        window.actions_by_name["run"].trigger()
        run_and_drag(qtbot, window)
        window.actions_by_name["run"].trigger()
        qtbot.waitUntil(lambda: window.snapshot.state == "paused")
        view = window.snapshot.view
        assert len(view.history.changes) >= 20
        for page in PAGES[-1]:
            window.arrangement.show_page(page)
        path, drawn = view.history.path, window.surface_view.drawing
        assert len(path) <= 2002
        qtbot.waitUntil(lambda: drawn.picture is not None and len(drawn.picture.path_ab) == len(path))
        assert np.ptp(path[:-1], axis=0).max() > 1.0
        assert view.history.path_steps[-1] == view.step

        saved, table = tmp_path / "long.json", tmp_path / "long.csv"
        assert window.commands.save_to(saved)
        window.exporter.save_history(table)
        window.exporter.save_png("surface", tmp_path / "surface.png", 900, 700, 96)
        window.exporter.save_svg("loss", tmp_path / "loss.svg", 900, 700)
        assert QImage(str(tmp_path / "surface.png")).width() == 900
        assert ElementTree.parse(tmp_path / "loss.svg").getroot().tag.endswith("svg")
        again = reopened(qtbot, open_window, saved, view.step)
        assert again.history.changes == view.history.changes
        assert again.parameters.tobytes() == view.parameters.tobytes()
        for name, curve in read_history(table).items():
            if name in again.history.curves and name != "learning_rate":
                np.testing.assert_array_equal(curve.values, again.history.curves[name].values)
        assert not heard, "\n".join(heard)


def run_and_drag(qtbot, window: MainWindow) -> None:
    """Until it has made the steps: pages are turned, and α is dragged now and then."""
    random = np.random.default_rng(3)
    slider = window.strip.slider
    for number in range(STEPS // BETWEEN_DRAGS):
        goal = (number + 1) * BETWEEN_DRAGS
        # Below and above the limit, which is near 1.7: both walls of the valley are stepped on.
        slider.setValue(round(1000 * math.log10(random.uniform(0.02, 2.5))))
        for page in PAGES[number % len(PAGES)]:
            window.arrangement.show_page(page)
        qtbot.waitUntil(lambda goal=goal: window.snapshot.view.step >= goal, timeout=LONG)


def reopened(qtbot, open_window, saved: Path, steps: int):
    """The run of a file in a window of its own."""
    window = open_window()
    before = window.snapshot.run
    assert window.commands.open_file(saved)
    qtbot.waitUntil(
        lambda: window.snapshot.run != before and window.snapshot.view.step >= steps, timeout=LONG
    )
    qtbot.waitUntil(lambda: window.snapshot.state != "running")
    return window.snapshot.view
