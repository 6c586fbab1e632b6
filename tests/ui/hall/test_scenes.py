"""Scenes: kept with a menu, brought back with a digit, begun again with 0, carried to another machine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.input_slice import SliceChoice
from playground.experiment import Change, DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.landscape.plane import Window
from playground.ui.experiment.feature import ExperimentFeature
from playground.ui.frame.workbench import Workbench
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.hall.scenes import Scene, SceneError, read_scenes, scenes_of, scenes_text
from playground.ui.rate.feature import RateFeature
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.surface.relief_feature import ReliefFeature
from playground.ui.surface.wish import PlaneSettings
from playground.ui.transport.feature import TransportFeature
from tests.support.features import bench_with, feature_of
from tests.support.tables import a_table
from tests.ui.experiment.test_experiment_panel import choose

SPIRALS = Experiment().with_value("data.dataset", "two_spirals").with_value("network.hidden_layers", (6,))
XOR = Experiment().with_value("data.dataset", "xor").with_value("network.seed", 3)


open_scenes = bench_with(
    TransportFeature, SurfaceFeature, ExperimentFeature, RateFeature, ReliefFeature, SceneFeature
)


def scenes_in(window: Workbench) -> SceneFeature:
    return feature_of(window, SceneFeature)


def wait_for(qtbot, window: Workbench, experiment: Experiment, step: int = 0) -> None:
    def there() -> bool:
        view = window.snapshot.view
        return view.experiment == experiment and view.step == step

    qtbot.waitUntil(there)


def test_a_digit_brings_back_experiment_layout_plane_zoom_and_speed(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SPIRALS))
    surface, scenes = window.surface_view, scenes_in(window)
    window.set_full(True)
    window.transport.choose_speed(250.0)
    surface.choose_plane("random", seed=4, normalization="layer")
    qtbot.waitUntil(lambda: surface.settled and surface.kind == "random")
    surface.look_at(Window(-0.5, 0.25, -0.125, 0.5))
    window.actions_by_name["panel_data"].setChecked(False)
    scenes.keep(2)

    window.lab.set_experiment(XOR)
    window.set_full(False)
    window.transport.choose_speed(1.0)
    window.actions_by_name["panel_data"].setChecked(True)
    wait_for(qtbot, window, XOR)
    surface.choose_plane("rehearsal")
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_2)
    wait_for(qtbot, window, SPIRALS)
    qtbot.waitUntil(lambda: surface.zoom is not None)
    assert surface.zoom == Window(-0.5, 0.25, -0.125, 0.5)
    assert surface.bar.settings == PlaneSettings("random", 4, "layer")
    assert window.preferences.layout == "full"
    assert window.transport.speed_box.currentData() == 250.0
    assert not window.arrangement.is_open("data")
    assert "Scene 2" in window.notices.text

    weights = window.snapshot.view.parameters
    window.lab.set_learning_rate(2.0)
    window.lab.run_exactly(7)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 7)
    qtbot.keyClick(window, Qt.Key.Key_0)
    wait_for(qtbot, window, SPIRALS)
    assert np.array_equal(window.snapshot.view.parameters, weights)
    assert window.lab.experiment.training.learning_rate == SPIRALS.training.learning_rate
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 7)


def test_a_digit_brings_back_which_inputs_are_shown(qtbot, open_window) -> None:
    rows = np.column_stack([np.random.default_rng(4).normal(size=(30, 4)), np.arange(30) % 2])
    table = a_table(("a", "b", "c", "d"), "kind", ("no", "yes"), rows)
    window = open_window(ExperimentFile(Experiment(DataSettings.of_table(table), NetworkSettings((3,)))))
    data = window.data_view
    qtbot.waitUntil(lambda: window.snapshot is not None and data.slice_bar.isVisibleTo(window))
    choose(data.slice_bar.first, "d")
    choose(data.slice_bar.second, "b")
    chosen = data.choice
    assert chosen == SliceChoice(3, 1)
    scenes_in(window).keep(1)
    window.lab.set_experiment(XOR)
    wait_for(qtbot, window, XOR)
    qtbot.keyClick(window, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "table")
    qtbot.waitUntil(lambda: data.choice == chosen)


def test_digits_belong_to_the_field_that_has_the_focus(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SPIRALS))
    scenes_in(window).keep(1)
    window.lab.set_experiment(XOR)
    wait_for(qtbot, window, XOR)
    window.activateWindow()
    field = window.strip.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_1)
    assert field.text() == "1"
    assert window.snapshot.view.experiment == XOR
    assert not window.actions_by_name["scene_2"].isEnabled(), "no scene is kept there"


def test_weights_that_were_set_by_hand_belong_to_the_start(qtbot, open_scenes) -> None:
    window = open_scenes(ExperimentFile(XOR))
    theta = np.linspace(-1, 1, XOR.n_parameters)
    window.lab.set_parameters(theta)
    qtbot.waitUntil(lambda: np.array_equal(window.snapshot.view.parameters, theta))
    scenes_in(window).keep_next()
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 3)
    scenes_in(window).again()
    qtbot.waitUntil(
        lambda: window.snapshot.view.step == 0 and np.array_equal(window.snapshot.view.parameters, theta),
    )


def test_scenes_are_remembered_replaced_forgotten_and_taken_back(qtbot, open_scenes) -> None:
    first = open_scenes(ExperimentFile(SPIRALS))
    scenes = scenes_in(first)
    scenes.keep(5)
    first.lab.set_experiment(XOR)
    wait_for(qtbot, first, XOR)
    scenes.keep(5)
    assert scenes.scenes[5].file.experiment == XOR
    first.notices.offers["Take the old one back"].click()
    assert scenes.scenes[5].file.experiment == SPIRALS
    first.shut()

    again = scenes_in(open_scenes())
    assert again.scenes == scenes.scenes
    again.remove(5)
    assert again.scenes == {}
    again.window.notices.offers["Take it back"].click()
    assert again.scenes == scenes.scenes


def test_what_is_taken_back_leaves_the_notice_that_stays(qtbot, open_scenes) -> None:
    window = open_scenes(ExperimentFile(SPIRALS))
    scenes = scenes_in(window)
    window.notices.keep_saying("A figure is opened.", [])
    scenes.keep(5)
    scenes.keep(5)
    window.notices.offers["Take the old one back"].click()
    assert window.notices.text == "A figure is opened."


def test_scenes_go_to_another_machine_as_a_file(qtbot, open_scenes, tmp_path: Path) -> None:
    window = open_scenes(ExperimentFile(SPIRALS))
    scenes = scenes_in(window)
    scenes.keep(1)
    scenes.keep(9)
    assert scenes.save_file(str(tmp_path / "monday"))
    kept = dict(scenes.scenes)
    scenes.remove(9)
    assert scenes.open_file(str(tmp_path / "monday.json"))
    assert scenes.scenes == kept
    assert window.notices.text.startswith("2 scenes opened")

    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    assert not scenes.open_file(str(tmp_path / "bad.json"))
    assert window.notices.text.startswith("“bad.json” was not opened: it is not JSON")
    assert not scenes.open_file(str(tmp_path / "none.json"))
    assert "could not be read" in window.notices.text
    assert scenes.scenes == kept


def test_in_a_presentation_the_scene_fills_it(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SPIRALS))
    scenes = scenes_in(window)
    window.arrangement.show_page("map")
    scenes.keep(1)
    window.arrangement.show_page("surface")
    scenes.keep(2)
    window.present("loss")
    scenes.keep(3)
    for number, large in ((1, "map"), (2, "surface"), (3, "loss")):
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{number}"))
        assert window.arrangement.large == large
    window.present(None)


def test_a_scene_survives_the_way_through_json() -> None:
    file = ExperimentFile(XOR, (Change(0, "parameters", tuple(range(XOR.n_parameters))),))
    scene = Scene(
        file,
        "full",
        PlaneSettings("parameters", pair=(2, 7)),
        Window(-1.5, 2.0, 0.0, 1e-3),
        None,
        {"centre": "map"},
        ("data",),
        "loss",
        True,
        SliceChoice(2, 5, point=7),
    )
    (back,) = scenes_of(scenes_text({4: scene})).values()
    assert back.content() == scene.content()
    assert back.zoom == scene.zoom
    assert back.slice == scene.slice


BROKEN = {
    "layout": ("half", "scene 1, layout: must be one of simple, full"),
    "zoom": ([1, 0, 0, 1], "left must be below right"),
    "speed": (0, "speed: must be steps a second above 0"),
    "plane": ({"kind": "flat"}, "plane.kind: must be one of"),
    "pages": ({"top": "loss"}, "pages: must be one of"),
    "closed": (["roof"], "closed: must be one of"),
    "large": (3, "large: must be the name of a plot"),
    "slice": ({"first": 1, "second": 1}, "slice: first and second must be two different inputs"),
    "slice of three targets": ({"output": 3}, "slice.output: must be an output, counted from 0"),
    "experiment": ({"training": {"learning_rate": -1}}, "training.learning_rate"),
    "colour": ("red", "colour: no such field"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_scene_is_said_with_its_field(name: str) -> None:
    value, words = BROKEN[name]
    content = json.loads(scenes_text({1: Scene(ExperimentFile(XOR))}))
    content["scenes"]["1"][name.partition(" ")[0]] = value
    with pytest.raises(SceneError, match=words):
        scenes_of(json.dumps(content))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"format": "other"}',
        '{"format": "loss-landscape-scenes", "version": 2}',
        '{"format": "loss-landscape-scenes", "version": 1, "scenes": []}',
        '{"format": "loss-landscape-scenes", "version": 1, "scenes": {"10": {}}}',
        '{"format": "loss-landscape-scenes", "version": 1, "scenes": {"1": {}}}',
        "[" * 100_000,
        '{"format": "loss-landscape-scenes", "version": 1, "scenes": {"1": {"speed": ' + "9" * 5000 + "}}}",
    ],
)
def test_a_file_that_holds_no_scenes_is_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "scenes.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SceneError) as raised:
        read_scenes(path)
    assert str(raised.value).startswith("“scenes.json” was not opened: ")
    assert "\n" not in str(raised.value)
