"""Numbers at the ends of float64 reach no plot: what cannot be drawn is refused, or drawn at its border."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from playground.drawable import can_be_drawn
from playground.experiment import Change, Experiment, ExperimentFile
from playground.landscape.plane import Window
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.hall.scenes import Scene, SceneError, scenes_of, scenes_text
from playground.ui.main_window import MainWindow
from playground.ui.surface.feature import SurfaceFeature
from tests.support.features import feature_of
from tests.support.variants import slow


def with_zoom(zoom: list[float]) -> str:
    content = json.loads(scenes_text({1: Scene(ExperimentFile(Experiment()))}))
    content["scenes"]["1"]["zoom"] = zoom
    return json.dumps(content)


@pytest.mark.parametrize(
    "zoom",
    [
        [-1e308, 1e308, -1e308, 1e308],
        [0, 5e-324, 0, 5e-324],
        [-1, 1, -1e200, 1e200],
        [1.0, 1.0000000000000002, 0, 1],
        [1e300, 1.1e300, 0, 1],
    ],
)
def test_a_scene_whose_part_cannot_be_drawn_is_refused(zoom: list[float]) -> None:
    with pytest.raises(SceneError, match="too large or too small to be drawn"):
        scenes_of(with_zoom(zoom))


@pytest.mark.parametrize("edge", [1e150, slow(1e-140)])
def test_the_largest_and_the_smallest_part_are_drawn(qtbot, open_window, tmp_path: Any, edge: float) -> None:
    window: MainWindow = open_window()
    path = tmp_path / "scenes.json"
    path.write_text(with_zoom([-edge, edge, -edge, edge]))
    scenes = feature_of(window, SceneFeature)
    assert scenes.open_file(str(path))
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: window.surface_view.zoom == Window(-edge, edge, -edge, edge))
    qtbot.waitUntil(lambda: window.surface_view.settled)
    window.grab()


def test_nobody_can_zoom_further_than_can_be_drawn(qtbot, open_bench) -> None:
    window = open_bench(SurfaceFeature)
    box = window.surface_view.drawing.box
    qtbot.waitUntil(lambda: window.surface_view.settled)
    for factor in (1e-30, 1e60):
        for _ in range(12):
            box.scaleBy((factor, factor), center=QPointF(0.0, 0.0))
        assert all(can_be_drawn(*edges) for edges in box.viewRange())
        window.grab()


def some_frames(qtbot, window: MainWindow) -> None:
    """Let a few frames pass: while steps come fast the views take turns."""
    for _ in range(4):
        with qtbot.waitSignal(window.clock.timer.timeout):
            pass


@pytest.mark.parametrize(("size", "activation"), [(1e308, "tanh"), slow(1e160, "relu")])
def test_huge_weights_are_drawn_without_a_warning(
    qtbot, qtlog, open_window, size: float, activation: str
) -> None:
    experiment = Experiment().with_value("network.activation", activation)
    rng = np.random.default_rng(0)
    theta = size * rng.uniform(0.1, 1.0, experiment.n_parameters)
    theta *= rng.choice([-1.0, 1.0], experiment.n_parameters)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        window: MainWindow = open_window(
            ExperimentFile(experiment, (Change(0, "parameters", theta.tolist()),))
        )
        window.set_full(True)
        for page in window.arrangement.page_names():
            window.arrangement.show_page(page)
            some_frames(qtbot, window)
            window.grab()
        for kind in ("random", "gradient", "parameters"):
            window.surface_view.choose_plane(kind)
            some_frames(qtbot, window)
            window.grab()
    assert [str(entry.message) for entry in seen] == []
    assert [record.message for record in qtlog.records if "propagateSizeHints" not in record.message] == []
