"""Scenes from one start to the next: in a file beside the settings, which no scene can harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu

from playground.experiment import Change, DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.ui.frame.preferences import Preferences
from playground.ui.hall import kept_scenes
from playground.ui.hall.kept_scenes import KeptScenes, same_scene
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.hall.scenes import Scene, compact_scenes_text, scenes_of, scenes_text
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.transport.feature import TransportFeature
from tests.support.features import bench_with, feature_of
from tests.support.tables import a_table

open_scenes = bench_with(TransportFeature, SurfaceFeature, SceneFeature)
XOR = Experiment().with_value("data.dataset", "xor")
SPIRALS = ExperimentFile(Experiment().with_value("data.dataset", "two_spirals"))


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))


def many_points() -> ExperimentFile:
    rng = np.random.default_rng(2)
    rows = np.column_stack([rng.normal(size=(5000, 4)), rng.integers(0, 2, 5000)])
    table = a_table(("a", "b", "c", "d"), "kind", ("no", "yes"), rows)
    return ExperimentFile(Experiment(DataSettings.of_table(table), NetworkSettings((3,))))


def test_many_points_in_a_scene_do_not_swell_the_settings(qtbot: Any, open_scenes: Any) -> None:
    window = open_scenes(many_points())
    scenes = feature_of(window, SceneFeature)
    qtbot.waitUntil(lambda: window.snapshot is not None)
    scenes.keep(3)
    window.preferences.theme = "dark"
    settings = Path(window.preferences.settings.fileName())
    assert settings.stat().st_size < 10_000
    assert scenes.kept.path.stat().st_size > 200_000
    assert scenes.kept.path.stat().st_mode & 0o777 == 0o600
    window.shut()
    again = feature_of(open_scenes(), SceneFeature)
    assert again.scenes[3].file == scenes.scenes[3].file


def test_scenes_among_older_settings_move_into_the_file(preferences: Preferences) -> None:
    preferences.set_text("scenes", scenes_text({1: Scene(SPIRALS), 4: Scene(SPIRALS)}))
    kept = KeptScenes(preferences)
    assert kept.read() == ({1: Scene(SPIRALS), 4: Scene(SPIRALS)}, "")
    assert preferences.text("scenes", "") == ""
    newer = Scene(SPIRALS, layout="full")
    assert kept.write({1: newer}) == ""
    # An older version that ran meanwhile: its scene has a place, and that of the file is not lost.
    preferences.set_text("scenes", scenes_text({1: Scene(SPIRALS), 2: Scene(SPIRALS)}))
    assert KeptScenes(preferences).read()[0] == {1: newer, 2: Scene(SPIRALS)}
    assert KeptScenes(preferences).read()[0] == {1: newer, 2: Scene(SPIRALS)}


def test_older_scenes_that_make_no_sense_are_set_aside_and_said_once(preferences: Preferences) -> None:
    preferences.set_text("scenes", '{"format": "something"}')
    scenes, problem = KeptScenes(preferences).read()
    assert scenes == {}
    assert "older version were not read" in problem
    kept = KeptScenes(preferences)
    assert kept.read() == ({}, "")
    aside = kept.path.with_name(kept.path.name + ".unreadable")
    assert aside.read_text(encoding="utf-8") == '{"format": "something"}'


def test_two_windows_keep_each_others_scenes(preferences: Preferences) -> None:
    full, planes = Scene(SPIRALS, layout="full"), Scene(SPIRALS, surface_3d=True)
    first, second = KeptScenes(preferences), KeptScenes(preferences)
    assert first.write({1: Scene(SPIRALS), 2: full}) == ""
    # The second window was opened before; it keeps a scene under a digit that the first has used too.
    both, _ = second.with_others({1: planes})
    assert both == {1: planes, 2: full, 3: Scene(SPIRALS)}
    assert second.write(both) == ""
    # The first forgets one, and the second sees that with its next change.
    assert first.write(first.with_others({1: Scene(SPIRALS)})[0]) == ""
    assert first.with_others({}) == ({}, "")
    assert second.with_others({**both, 7: full}) == ({1: planes, 3: Scene(SPIRALS), 7: full}, "")


def test_a_scene_taken_back_leaves_those_of_the_other_window_and_comes_once(
    qtbot: Any, open_scenes: Any
) -> None:
    by_hand = ExperimentFile(XOR, (Change(0, "parameters", tuple(np.linspace(-1, 1, XOR.n_parameters))),))
    one, other = open_scenes(by_hand), open_scenes()
    for window in (one, other):
        qtbot.waitUntil(lambda window=window: window.snapshot is not None)
    scenes, others = feature_of(one, SceneFeature), feature_of(other, SceneFeature)
    scenes.keep(1)
    first = scenes.scenes[1]
    one.preferences.layout = "full"
    scenes.keep(1)
    others.keep(3)
    # Opening the menu takes the scene of the other window in.
    forget = next(menu for menu in scenes.menu.findChildren(QMenu) if menu.title() == "&Forget")
    forget.aboutToShow.emit()
    one.notices.offers["Take the old one back"].click()
    assert set(scenes.scenes) == set(scenes.kept.read()[0]) == {1, 3}
    assert same_scene(scenes.scenes[1], first)


@pytest.mark.parametrize(("content", "aside"), [('{"version": 2', False), ("garbage", True)])
def test_a_file_that_another_program_wrote_meanwhile_is_not_written_over(
    preferences: Preferences, content: str, aside: bool
) -> None:
    kept = KeptScenes(preferences)
    assert kept.write({1: Scene(SPIRALS)}) == ""
    path = kept.path
    if not aside:
        content = path.read_text(encoding="utf-8").replace('"version":1,"scenes"', '"version":2,"scenes"')
    path.write_text(content, encoding="utf-8")
    scenes, problem = kept.with_others({1: Scene(SPIRALS), 2: Scene(SPIRALS)})
    assert set(scenes) == {1, 2}
    assert "were not read" in problem
    kept.write(scenes)
    left = path.with_name(path.name + ".unreadable") if aside else path
    assert left.read_text(encoding="utf-8") == content


def test_what_this_window_has_stays_where_another_found_the_file_damaged(preferences: Preferences) -> None:
    first, mine = KeptScenes(preferences), {1: Scene(SPIRALS), 2: Scene(SPIRALS, layout="full")}
    assert first.write(mine) == ""
    damaged = first.path.read_bytes()[:-20]
    first.path.write_bytes(damaged)
    second = KeptScenes(preferences)
    assert second.read()[0] == {}
    assert not first.path.exists(), "set aside"
    assert first.with_others(mine) == (mine, "")
    # Once the second has begun another file, its scene stands beside those of the first.
    planes = Scene(SPIRALS, surface_3d=True)
    assert second.write({1: planes}) == ""
    assert first.with_others(mine) == ({**mine, 3: planes}, "")


def test_a_file_that_is_damaged_meanwhile_is_not_written_over(preferences: Preferences) -> None:
    kept, mine = KeptScenes(preferences), {1: Scene(SPIRALS)}
    assert kept.write(mine) == ""
    damaged = kept.path.read_bytes()[:-20]
    kept.path.write_bytes(damaged)
    assert kept.with_others(mine)[0] == mine
    assert kept.write(mine) == ""
    assert kept.path.with_name(kept.path.name + ".unreadable").read_bytes() == damaged
    assert KeptScenes(preferences).read() == (mine, "")


def test_a_scene_of_another_window_is_in_the_menu_once_one_is_kept_here(qtbot: Any, open_scenes: Any) -> None:
    one, other = open_scenes(), open_scenes()
    for window in (one, other):
        qtbot.waitUntil(lambda window=window: window.snapshot is not None)
        feature_of(window, SceneFeature).keep_next()
    for window in (one, other):
        scenes = feature_of(window, SceneFeature)
        scenes.keep_next()
        assert window.actions_by_name["scene_1"].isEnabled()
        assert window.actions_by_name["scene_2"].isEnabled()
    assert set(feature_of(other, SceneFeature).scenes) == {1, 2, 3, 4}


def test_older_scenes_stay_in_the_settings_where_the_file_cannot_be_written(preferences: Preferences) -> None:
    kept = KeptScenes(preferences)
    kept.path = Path(preferences.settings.fileName()) / "below a file" / "scenes.json"
    preferences.set_text("scenes", scenes_text({1: Scene(SPIRALS)}))
    assert kept.read()[0] == {1: Scene(SPIRALS)}
    assert preferences.text("scenes", "") != ""


def test_a_damaged_file_is_set_aside_and_said(qtbot: Any, open_scenes: Any) -> None:
    first = open_scenes()
    scenes = feature_of(first, SceneFeature)
    qtbot.waitUntil(lambda: first.snapshot is not None)
    scenes.keep(1)
    path = scenes.kept.path
    first.shut()
    damaged = path.read_bytes()[:-20]
    path.write_bytes(damaged)
    again = open_scenes()
    assert "were not read" in again.notices.text
    assert feature_of(again, SceneFeature).scenes == {}
    qtbot.waitUntil(lambda: again.snapshot is not None)
    feature_of(again, SceneFeature).keep(2)
    aside = path.with_name(path.name + ".unreadable")
    assert aside.read_bytes() == damaged
    # A second one does not take the place of the first.
    again.shut()
    path.write_text("nothing")
    open_scenes()
    assert aside.read_bytes() == damaged
    assert path.with_name(aside.name + "1").read_text() == "nothing"


def test_the_file_of_another_version_stays_as_it_is(preferences: Preferences) -> None:
    kept = KeptScenes(preferences)
    assert kept.write({1: Scene(SPIRALS)}) == ""
    path = kept.path
    newer = path.read_text(encoding="utf-8").replace('"version":1,"scenes"', '"version":2,"scenes"')
    path.write_text(newer, encoding="utf-8")
    other = KeptScenes(preferences)
    scenes, problem = other.read()
    assert scenes == {}
    assert "its version is 2" in problem
    other.write({1: Scene(SPIRALS, layout="full")})
    assert path.read_text(encoding="utf-8") == newer


def test_a_compact_file_holds_what_an_exported_one_does() -> None:
    scenes = {2: Scene(SPIRALS), 7: Scene(many_points(), layout="full")}
    assert scenes_of(compact_scenes_text(scenes)) == scenes_of(scenes_text(scenes)) == scenes
    assert scenes_of(compact_scenes_text({})) == {}


def test_more_than_can_be_read_again_is_not_written(
    qtbot: Any, open_scenes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_scenes()
    scenes = feature_of(window, SceneFeature)
    qtbot.waitUntil(lambda: window.snapshot is not None)
    scenes.keep(1)
    before = scenes.kept.path.read_bytes()
    monkeypatch.setattr(kept_scenes, "MAX_BYTES", len(before) + 10)
    scenes.keep(2)
    assert "Kept for this start only" in window.notices.text
    assert set(scenes.scenes) == {1, 2}
    assert scenes.kept.path.read_bytes() == before


def test_without_a_file_of_settings_scenes_last_for_this_start() -> None:
    preferences = Preferences(QSettings("", QSettings.Format.IniFormat))
    kept = KeptScenes(preferences)
    assert kept.path is None
    assert kept.write({1: Scene(SPIRALS)}) == ""
    assert kept.read() == ({}, "")
