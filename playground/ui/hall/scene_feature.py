"""Scenes in the window: a digit brings one back, 0 begins it again, a menu keeps and exchanges them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu

from playground.drawing.kit.marks import set_rate_text
from playground.engine.datasets import data_title
from playground.engine.painted_points import started_again
from playground.experiment import ExperimentFile
from playground.files.atomic import ExportError
from playground.files.foreign_names import shown_name
from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Window
from playground.ui.frame.feature import Feature
from playground.ui.frame.layout import PANELS, PLOTS
from playground.ui.frame.notice_bar import Offer
from playground.ui.frame.saving import ask_where_to_save
from playground.ui.hall.kept_scenes import KeptScenes, same_scene
from playground.ui.hall.scenes import NUMBERS, SUFFIX, Scene, SceneError, read_scenes, save_scenes

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

FILTER = "Scenes (*.json);;All files (*)"
PLACES = ("left", "centre", "right")


class SceneFeature(Feature):
    """Up to nine scenes, kept for this start and the next."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.number: int | None = None
        self._pending: Scene | None = None
        self._order = 0
        self._zoom: Window | None = None
        self.kept = KeptScenes(window.preferences)
        self.scenes, self._problem = self.kept.read()
        self.menu = QMenu("&Scenes", window.widget)
        self._make_menu()
        window.widget.menuBar().insertMenu(window.menu("help").menuAction(), self.menu)
        self._name_actions()

    def join(self) -> None:
        if self._problem:
            self.window.notices.say(self._problem, seconds=None)

    def _make_menu(self) -> None:
        actions = self.window.actions_by_name
        for number in NUMBERS:
            action = actions[f"scene_{number}"]
            action.triggered.connect(lambda _=False, number=number: self.show_scene(number))
            self.menu.addAction(action)
        self.menu.addSeparator()
        self.menu.addAction(actions["scene_again"])
        actions["scene_again"].triggered.connect(lambda _=False: self.again())
        self.menu.addSeparator()
        actions["keep_scene"].triggered.connect(lambda _=False: self.keep_next())
        keep, removal_menu = self.menu.addMenu("&Keep this as"), self.menu.addMenu("&Forget")
        keep.addAction(actions["keep_scene"])
        keep.addSeparator()
        for number in NUMBERS:
            keep.addAction(f"Scene &{number}").triggered.connect(
                lambda _=False, number=number: self.keep(number)
            )
        removal_menu.aboutToShow.connect(lambda: self._list_for_removal(removal_menu))
        self.menu.addSeparator()
        for name, act in (("open_scenes", self._ask_and_open), ("save_scenes", self._ask_and_save)):
            self.menu.addAction(actions[name])
            actions[name].triggered.connect(lambda _=False, act=act: act())

    def _list_for_removal(self, menu: QMenu) -> None:
        menu.clear()
        if problem := self._take_in_others():
            self.window.notices.say(problem, seconds=None)
        for number, scene in sorted(self.scenes.items()):
            menu.addAction(f"&{number}  {title_of(scene)}").triggered.connect(
                lambda _=False, number=number: self.remove(number)
            )
        if menu.isEmpty():
            menu.addAction("No scene is kept").setEnabled(False)

    # Keeping --------------------------------------------------------------------------------------------

    def present(self) -> Scene | None:
        """Return what is on the screen as a scene; None before the first snapshot."""
        window, snapshot = self.window, self.window.snapshot
        if snapshot is None:
            return None
        arrangement, surface = window.arrangement, window.surface_view
        # Weights that were set before the first step belong to the start.
        view = snapshot.whole
        put = [c for c in view.history.changes if c.step == 0 and c.field == "parameters"]
        # All of it is of one run: the experiment of the lab may already be that of the next.
        experiment = replace(view.experiment, training=view.settings, data=started_again(view.data))
        return Scene(
            ExperimentFile(experiment, tuple(put[-1:])),
            window.preferences.layout,
            surface.bar.settings,
            # One that waits for its plane is wanted still.
            self._zoom or surface.zoom,
            window.transport.chosen_speed,
            {place: arrangement.seen(place) for place in PLACES},
            tuple(name for name in PANELS if not arrangement.is_open(name)),
            arrangement.large,
            window.actions_by_name["surface_3d"].isChecked(),
            window.data_view.choice,
        )

    def keep(self, number: int, also: str = "") -> None:
        """Keep what is on the screen under this digit; the scene before can be restored.

        also: what is to be said with it.
        """
        scene = self.present()
        if scene is None:
            return
        also = f"{also} {self._take_in_others()}".strip()
        before = dict(self.scenes)
        problem = f"{also} {self._set_scenes({**self.scenes, number: scene})}".strip()
        after = dict(self.scenes)
        self.number = number
        self._name_actions()
        text = f"Kept as scene {number}: the key {number} brings it back, 0 begins it again."
        offers = []
        if number in before:
            text = f"Kept as scene {number}, in place of another. Key {number} brings it back."
            offers = [Offer("Take the old one back", lambda: self._take_back(before, after))]
        self.window.notices.say(f"{text} {problem}".rstrip(), offers)

    def keep_next(self) -> None:
        """Keep what is on the screen under the first free digit."""
        also = self._take_in_others()
        free = [number for number in NUMBERS if number not in self.scenes]
        if free:
            self.keep(free[0], also)
        else:
            self.window.notices.say("All nine scenes are taken: replace one with Scenes ▸ Keep this as.")

    def remove(self, number: int) -> None:
        """Remove the scene of a digit."""
        also = self._take_in_others()
        before = dict(self.scenes)
        left = {key: scene for key, scene in self.scenes.items() if key != number}
        problem = f"{also} {self._set_scenes(left)}".strip()
        after = dict(self.scenes)
        back = Offer("Take it back", lambda: self._take_back(before, after))
        self.window.notices.say(f"Scene {number} is forgotten. {problem}".rstrip(), [back])

    def _take_back(self, before: dict[int, Scene], after: dict[int, Scene]) -> None:
        """Undo an act: the digits that it changed are as before, whatever became of the others since."""
        scenes = dict(self.scenes)
        for number in NUMBERS:
            if not same_scene(before.get(number), after.get(number)):
                scenes.pop(number, None)
                if number in before:
                    scenes[number] = before[number]
        problem = self._set_scenes(scenes)
        self.window.notices.end()
        if problem:
            self.window.notices.say(problem)

    def _take_in_others(self) -> str:
        """Have what other windows have kept or forgotten meanwhile; return why that cannot be read."""
        self.scenes, problem = self.kept.with_others(self.scenes)
        self._name_actions()
        return problem

    def _set_scenes(self, scenes: dict[int, Scene]) -> str:
        """Have these scenes; return why they are not kept for the next start, else an empty text."""
        self.scenes, problem = self.kept.with_others(scenes)
        if self.number not in self.scenes:
            self.number = None
        self._name_actions()
        return f"{problem} {self.kept.write(self.scenes)}".strip()

    def _name_actions(self) -> None:
        actions = self.window.actions_by_name
        for number in NUMBERS:
            action, scene = actions[f"scene_{number}"], self.scenes.get(number)
            action.setEnabled(scene is not None)
            action.setText(f"&{number}  {title_of(scene) if scene is not None else '–'}")
        actions["scene_again"].setEnabled(self.number is not None)
        actions["save_scenes"].setEnabled(bool(self.scenes))

    # Showing --------------------------------------------------------------------------------------------

    def show_scene(self, number: int) -> None:
        """Bring a scene back, at its first step. Undo brings back the run before."""
        scene, window = self.scenes.get(number), self.window
        if scene is None:
            return
        self.number = number
        self._name_actions()
        self.arrange(scene)
        self._pending, self._zoom = scene, None
        self._order = window.lab.set_experiment(scene.file.experiment, scene.file.changes)

    def arrange(self, scene: Scene) -> None:
        """Bring back layout, speed, pages and panels of a scene."""
        window = self.window
        window.set_full(scene.layout == "full")
        window.transport.choose_speed(scene.speed)
        for page in scene.pages.values():
            if page in window.arrangement.page_names():
                window.arrangement.show_page(page)
        for name in PANELS:
            window.arrangement.set_open(name, name not in scene.closed)
            window.actions_by_name[f"panel_{name}"].setChecked(name not in scene.closed)
        window.actions_by_name["surface_3d"].setChecked(scene.surface_3d)
        if window.arrangement.presenting:
            large = scene.large or scene.pages.get("centre", "surface")
            known = (*window.arrangement.page_names(), *PLOTS)
            window.present(large if large in known else "surface")

    def look(self, scene: Scene) -> None:
        """Bring back plane, zoom and slice of a scene, whose network is that of the run on the screen."""
        plane = scene.plane
        self.window.surface_view.choose_plane(
            plane.kind, seed=plane.seed, normalization=plane.normalization, pair=plane.pair
        )
        self._zoom = scene.zoom
        self.window.data_view.restore_choice(scene.slice)

    def again(self) -> None:
        """Begin the present scene again, with the same weights."""
        if self.number is not None:
            self.show_scene(self.number)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        scene = self._pending
        if scene is None or not self.window.lab.reached(self._order):
            return
        self._pending = None
        if snapshot.view.experiment != scene.file.experiment:
            return
        window = self.window
        self.look(scene)
        text = f"Scene {self.number}: {title_of(scene)}. Key 0 begins it again."
        window.notices.say(text, [Offer("Undo", window.actions_by_name["undo"].trigger)])

    def frame(self) -> None:
        surface, snapshot = self.window.surface_view, self.window.snapshot
        if self._zoom is None or snapshot is None or surface.plane is None:
            return
        # Only after the plane is computed a part of it can be shown.
        if surface.settled or (surface.answer is not None and surface.answer.run == snapshot.run):
            surface.look_at(self._zoom)
            self._zoom = None

    # Files ----------------------------------------------------------------------------------------------

    def open_file(self, path: str | Path) -> bool:
        """Replace the present scenes by those of a file; return False, with a notice, where that fails."""
        try:
            scenes = read_scenes(path)
        except SceneError as error:
            self.window.notices.say(str(error), seconds=None)
            return False
        self.take(scenes)
        return True

    def take(self, scenes: dict[int, Scene]) -> None:
        """Take these scenes in place of those of now, which an offer brings back."""
        also = self._take_in_others()
        before = dict(self.scenes)
        problem = f"{also} {self._set_scenes(scenes)}".strip()
        after = dict(self.scenes)
        offers = [Offer("Take the old ones back", lambda: self._take_back(before, after))] if before else []
        text = f"{_count(len(scenes))} opened: keys 1 to 9 show them. {problem}"
        self.window.notices.say(text.rstrip(), offers)

    def save_file(self, path: str | Path) -> bool:
        """Write all scenes to a file; return False, with a notice, where that fails."""
        try:
            saved = save_scenes(self.scenes, path)
        except ExportError as error:
            self.window.notices.say(str(error), seconds=None)
            return False
        self.window.notices.say(f"{_count(len(self.scenes))} saved to “{shown_name(saved.name)}”.", seconds=8)
        return True

    def _ask_and_open(self) -> None:
        folder = self.window.preferences.folder
        path, _ = QFileDialog.getOpenFileName(self.window.widget, "Open scenes", folder, FILTER)
        if path:
            self.open_file(path)

    def _ask_and_save(self) -> None:
        start = Path(self.window.preferences.folder) / f"scenes{SUFFIX}"
        say = self.window.notices.say
        path = ask_where_to_save(self.window.widget, "Save all scenes", start, FILTER, SUFFIX, say=say)
        if path is not None:
            self.save_file(path)


def title_of(scene: Scene) -> str:
    """Return a scene in a few words: data and network or a formula, α."""
    experiment = scene.file.experiment
    sizes = "-".join(str(size) for size in experiment.layer_sizes)
    rate = set_rate_text(experiment.training.schedule, experiment.training.learning_rate)
    if experiment.formula is not None:
        return f"{experiment.formula.title}, {rate}"
    assert experiment.data is not None
    return f"{data_title(experiment.data)}, {sizes}, {rate}"


def _count(number: int) -> str:
    return f"{number} scene{'s' * (number != 1)}"
