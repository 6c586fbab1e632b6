"""A figure that was opened has its start and its own step: no line claims to know the steps between."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from playground.engine.recording.gaps import Gap
from playground.export.history_csv import read_history
from playground.ui.files.feature import FilesFeature
from playground.ui.main_window import MainWindow
from playground.ui.runs.kept_runs import KeptRunsFeature
from tests.support.carried_runs import figure_file, steered
from tests.support.features import feature_of

STEPS = 150


def assert_parted(window: MainWindow) -> None:
    """No curve and no path on the screen leads from the start to the step of the figure."""
    drawing = window.loss_view.drawing
    for curve in (drawing.train_curve, drawing.test_curve):
        assert curve.x[0] == 0
        assert curve.x[-1] >= STEPS
        assert np.isnan(curve.y).tolist()[:3] == [False, True, False]
    assert drawing.shown["test"].steps.tolist() == sorted({0, STEPS, window.snapshot.view.step})
    assert window.snapshot.view.history.path_steps.tolist() == sorted({0, STEPS, window.snapshot.view.step})
    path = window.surface_view.picture().path_ab
    assert np.flatnonzero(np.isnan(path[:, 0])).tolist() == [1]


def test_no_line_leads_from_the_start_of_a_figure_to_its_step(
    qtbot: Any, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = open_window()
    files = feature_of(window, FilesFeature)
    figure, session = tmp_path / "a.png", tmp_path / "b.landscape"
    figure.write_bytes(figure_file(steered(STEPS).view()))

    def at(step: int) -> None:
        qtbot.waitUntil(lambda: window.snapshot.view.step == step and window.surface_view.answer is not None)
        qtbot.waitUntil(lambda: window.loss_view.drawing.shown["train"].steps[-1] == step)

    assert files.open_file(figure)
    at(STEPS)
    assert "the steps before are not in the figure" in window.notices.text
    assert_parted(window)
    window.lab.step()
    at(STEPS + 1)
    assert_parted(window)
    assert window.loss_view.drawing.hover(80).startswith(f"step {STEPS}")
    assert files.save_to(session)
    window.actions_by_name["same_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    assert not window.snapshot.view.history.gaps
    window.actions_by_name["undo"].trigger()
    at(STEPS + 1)
    assert_parted(window)
    assert files.open_file(session)
    qtbot.waitUntil(lambda: str(files.path) == str(session))
    at(STEPS + 1)
    assert_parted(window)

    kept = feature_of(window, KeptRunsFeature)
    kept.keep_present()
    beside = kept.runs[-1].beside()
    assert np.isnan(beside.losses[1])
    assert np.isnan(beside.path[1]).all()
    assert beside.path.shape == (4, window.snapshot.view.parameters.size)

    table = tmp_path / "h.csv"
    window.exporter.save_history(table)
    assert read_history(table)["test_loss"].steps.tolist() == [0, STEPS, STEPS + 1]
    notes = json.loads((tmp_path / "h.notes.json").read_text(encoding="utf-8"))
    assert notes["rows"]["not recorded"] == [{"after step": 0, "before step": STEPS}]
    assert window.snapshot.view.history.gaps == (Gap(0, STEPS),)
