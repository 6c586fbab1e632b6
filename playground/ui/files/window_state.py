"""What the window on the screen holds besides its lab: taken for a session, and brought back from one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from playground.ui.files.saved_window import NamedFile, SavedWindow
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.rate.guess_feature import GuessFeature
from playground.ui.runs.kept_runs import KeptRunsFeature

if TYPE_CHECKING:
    from playground.ui.frame.feature import View
    from playground.ui.frame.workbench import Workbench

Kind = TypeVar("Kind")


class WindowState:
    """Reads and writes what the features of a window hold."""

    def __init__(self, window: Workbench, features: Iterable[View]):
        features = tuple(features)
        self._window = window
        self._scenes = _of(features, SceneFeature)
        self.kept_runs = _of(features, KeptRunsFeature)
        self._guess, self._lessons = _of(features, GuessFeature), _of(features, LessonFeature)
        self._guesses = self._guess.scores

    def taken(self, file: NamedFile | None = None) -> SavedWindow | None:
        """Return what the window holds now; None before the first snapshot."""
        view = self._scenes.present()
        if view is None:
            return None
        surface = self._window.surface_view
        wish, options = surface.wish, surface.options
        return SavedWindow(
            view,
            wish.follow,
            wish.log_scale,
            options.contours,
            options.arrows,
            wish.kept,
            tuple(self.kept_runs.runs),
            self._guesses.all,
            file,
            options.choice,
            self._lessons.place,
            self._guess.pending,
            wish.equal_units,
            self._window.data_view.choice,
            options.cells_told,
        )

    @property
    def signature(self) -> tuple[object, ...]:
        """Something that is another one once the user has changed what is worth keeping."""
        surface, arrangement = self._window.surface_view, self._window.arrangement
        wish = surface.wish
        runs = tuple((run.number, run.name, run.shown) for run in self.kept_runs.runs)
        places = tuple(arrangement.seen(place) for place in ("left", "centre", "right"))
        look = wish.plane, wish.follow, wish.log_scale, wish.equal_units, id(wish.kept)
        steps = surface.options.choice, self._lessons.place, self._guess.pending
        return runs, look, places, self._window.preferences.layout, steps, self._window.data_view.choice

    @property
    def worth_asking(self) -> tuple[object, ...]:
        """The same for what a session is saved for: kept runs, plane and third weights, no mere view."""
        wish = self._window.surface_view.wish
        runs = tuple((run.number, run.name, run.shown) for run in self.kept_runs.runs)
        return runs, wish.plane, None if wish.kept is None else wish.kept.step

    def arrange(self, saved: SavedWindow) -> None:
        """Bring back what does not wait for the run: layout, pages, speed, kept runs, guesses."""
        self._scenes.arrange(saved.view)
        self.kept_runs.replace_all(saved.kept)
        self._guesses.go_on_with(saved.guesses)

    def look(self, saved: SavedWindow) -> None:
        """Bring back plane, third weights, zoom, colours, slice and lesson; the run is on the screen."""
        surface = self._window.surface_view
        surface.scale_box.setCurrentIndex(0 if saved.log_scale else 1)
        surface.bar.follow_box.setChecked(saved.follow)
        surface.options.contour_box.setChecked(saved.contours)
        surface.options.arrow_box.setChecked(saved.arrows)
        surface.options.told_box.setChecked(saved.cells_told)
        surface.options.choose(saved.picture)
        if surface.wish.equal_units != saved.equal_units:
            surface.set_equal_units(saved.equal_units)
        surface.keep(saved.third)
        self._scenes.look(saved.view)
        self._window.data_view.restore_choice(saved.slice)
        if saved.lesson is not None:
            self._lessons.return_to(saved.lesson)

    def ask_again(self, saved: SavedWindow) -> None:
        """Ask for a guess again that had no answer; its words take the place of any other notice."""
        if saved.guess is not None:
            self._guess.go_on_with(saved.guess)


def _of(features: Iterable[View], kind: type[Kind]) -> Kind:
    return next(feature for feature in features if isinstance(feature, kind))
