"""When to ask for a surface, and for which: the rules of the surface view, without its widgets.

A plane is laid once and kept: pan and zoom only ask for other parts of it. It is laid anew when another one
is chosen, and, while it follows the run, when the parameters have left it, or when the run comes to rest on a
plane whose directions are those of a moment; the plane of the path is fitted again as often as there is time.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from playground.engine.lengths import length
from playground.lab.snapshot import PAUSED, RUNNING, Snapshot
from playground.landscape.directions import PLANE_KINDS, PlaneChoice, PlaneKind, default_window, widened
from playground.landscape.plane import Window
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion
from playground.landscape.thinning import thinned
from playground.ui.surface.plane_measures import cell, overlap, plane_of, same_plane, size_of, widened_far

RESOLUTION_WHILE_RUNNING = 51
USUAL_SHARE = 0.05
TOO_WIDE = 2.0
"""A view that is wider than the present run needs by this factor is given up when another run begins."""
TOO_FAR = 4.0
"""So is a plane laid through weights this many times as far away as the present run and its weights reach."""


@dataclass(frozen=True)
class PlaneSettings:
    """What the user chose: a kind of landscape.directions.PLANE_KINDS, and what it needs."""

    kind: str = "rehearsal"
    seed: int = 0
    normalization: str = "filter"
    pair: tuple[int, int] = (0, 1)


class Kept(NamedTuple):
    """A third set of parameters (P,) that the user kept, and its step."""

    parameters: np.ndarray
    step: int


@dataclass(frozen=True)
class Wish:
    """What the surface on the screen should depend on; moment: when its plane is laid."""

    run: int
    key: Hashable
    window: Window | None
    l1: float
    l2: float
    resolution: int
    moment: tuple[int, int]
    leaps: int

    def same_picture(self, other: Wish) -> bool:
        """Whether only moment or resolution differ: then an answer on its way is worth waiting for."""
        return replace(self, moment=(0, 0), resolution=0) == replace(other, moment=(0, 0), resolution=0)


class Asked(NamedTuple):
    """A question under way; lays: whether its answer brings a new plane, through the parameters (P,)."""

    wish: Wish
    number: int
    lays: bool
    parameters: np.ndarray


@dataclass(frozen=True, eq=False)
class Laid:
    """The plane in use: for which settings, through which parameters (P,) of which moment, its whole view."""

    key: Hashable
    moment: tuple[int, int]
    choice: PlaneChoice
    home: Window
    parameters: np.ndarray


class SurfaceAsker:
    """Turns snapshots into questions, one at a time, and sorts the answers.

    window: what the user looks at; None: the whole view. follow: lay the plane anew when the parameters are
    farther off it than `share` of the picture's size. resolution: cells a side; None: as at_rest says.
    """

    def __init__(self) -> None:
        self.settings = PlaneSettings()
        self.kept: Kept | None = None
        self.window: Window | None = None
        self.follow = True
        self.share = USUAL_SHARE
        self.resolution: int | None = None
        self.resolution_at_rest = 101
        self.answer: SurfaceAnswer | None = None
        self.finer: SurfaceAnswer | None = None
        """An older picture of the same plane with smaller cells than the answer has so far."""
        self._asked: Asked | None = None
        self._granted: Wish | None = None
        self._laid: Laid | None = None
        self._number = 0
        self._taken = -1
        self._oldest = 0
        self._penalties: tuple[float, float] | None = None
        self._cap: int | None = None
        self._leaps = 0
        self._leapt_from: Window | None = None
        self._inside = False
        self._seen: tuple[int, int] | None = None
        self._ran = False
        """Whether it has run since it was last seen at rest."""

    # What is chosen ------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        return self.settings.kind

    @property
    def plane_kind(self) -> PlaneKind:
        return PLANE_KINDS[self.settings.kind]

    @property
    def key(self) -> Hashable:
        """What the plane depends on, the moment aside."""
        return (self.settings, id(self.kept) if self.plane_kind.needs == "third" else 0)

    def choose(self, settings: PlaneSettings) -> None:
        """Another plane: its own window, its own picture."""
        self.settings = settings
        self.look_at(None)

    def look_at(self, window: Window | None) -> None:
        """Another part of the plane; None: the whole view."""
        self.window = window
        self._leapt_from = self._cap = None
        self._inside = False

    def new_run(self, same_experiment: bool) -> None:
        """Another run has begun. Only of the same experiment the plane and what was computed stay right."""
        self.forget_question()
        self._granted = None
        if not same_experiment:
            self.answer = self.finer = self._laid = None
            self.look_at(None)

    def forget_question(self) -> None:
        """What was asked will not be answered."""
        self._asked = None

    def cancel(self) -> None:
        """Be content with the resolution that there is."""
        surface = self.answer.surface if self.answer is not None else None
        if self.waiting and surface is not None:
            self._cap = len(surface.a)
            self.forget_question()

    # What is known -------------------------------------------------------------------------------------

    @property
    def waiting(self) -> bool:
        return self._asked is not None

    @property
    def laid_at(self) -> int | None:
        """The step through whose parameters the plane was laid; None where none is."""
        return self._laid.moment[1] if self._laid is not None and self._laid.key == self.key else None

    @property
    def up_to_date(self) -> bool:
        """Whether the picture is of the part of the plane that is looked at."""
        answer = self.answer
        return answer is not None and (self.window is None or answer.window == self.window)

    # Asking --------------------------------------------------------------------------------------------

    def wish(self, snapshot: Snapshot) -> Wish:
        """What should be on the screen now."""
        view = snapshot.view
        moment = (snapshot.run, view.step)
        laid = self._laid if self._laid is not None and self._laid.key == self.key else None
        refitted = self.plane_kind.fitted and self.follow
        if laid is not None and not refitted:
            moment = laid.moment
        resolution = self.resolution or self.resolution_at_rest
        if refitted and snapshot.state == RUNNING:
            resolution = min(resolution, RESOLUTION_WHILE_RUNNING)
        return Wish(
            run=snapshot.run,
            key=self.key,
            window=self.window,
            l1=view.settings.l1,
            l2=view.settings.l2,
            resolution=min(resolution, self._cap or resolution),
            moment=moment,
            leaps=self._leaps,
        )

    def settled(self, snapshot: Snapshot) -> bool:
        """Whether all that is wished for is there."""
        return self._asked is None and self.wish(snapshot) == self._granted

    def question(self, snapshot: Snapshot) -> SurfaceQuestion | None:
        """The question to ask now; None where the answer is known or on its way."""
        self._come_back(snapshot)
        if self._asked is None:
            self._follow(snapshot)
        wish = self.wish(snapshot)
        if wish == self._granted:
            return None
        if self._asked is not None and wish.same_picture(self._asked.wish):
            return None
        view, laid = snapshot.view, self._laid
        stays = laid is not None and (laid.key, laid.moment) == (wish.key, wish.moment)
        self._number += 1
        if (wish.l1, wish.l2) != self._penalties:
            # Another J: what was computed before is no part of its picture.
            self._penalties = wish.l1, wish.l2
            self._oldest = self._number
        self._asked = Asked(wish, self._number, not stays, view.parameters)
        settings = self.settings
        return SurfaceQuestion(
            run=snapshot.run,
            step=view.step,
            parameters=view.parameters,
            # A plane that is laid, with a window, needs no path.
            path=view.parameters[np.newaxis] if stays else thinned(view.history.path),
            l1=wish.l1,
            l2=wish.l2,
            kind=settings.kind,
            seed=settings.seed,
            window=self.window or (laid.home if laid is not None and stays else None),
            resolution=wish.resolution,
            previous=laid.choice.plane if laid is not None and PLANE_KINDS[laid.choice.kind].fitted else None,
            fixed=laid.choice if laid is not None and stays else None,
            normalization=settings.normalization,
            pair=settings.pair,
            third=self.kept.parameters
            if self.kept is not None and self.plane_kind.needs == "third"
            else None,
            number=self._number,
            path_points=0 if stays else len(view.history.path),
        )

    def _come_back(self, snapshot: Snapshot) -> None:
        """Where another run or an earlier moment is shown, give up a view that only what was left needed.

        Also keep in mind whether it runs.
        """
        before, self._seen = self._seen, (snapshot.run, snapshot.view.step)
        laid = self._laid
        back = before is not None and (before[0] != self._seen[0] or before[1] > self._seen[1])
        # A few steps may be over between two looks at it.
        strode = before is not None and not back and self._seen[1] > before[1] + 1
        self._ran = self._ran or strode or snapshot.state == RUNNING
        if not back or not self.follow or laid is None or laid.key != self.key:
            return
        theta, plane = snapshot.view.parameters, laid.choice.plane
        visited = np.vstack([thinned(snapshot.view.history.path), theta])
        with np.errstate(over="ignore"):
            reach = length(np.ptp(visited, axis=0)) + length(theta)
            away = length(laid.parameters - theta)
        if self.plane_kind.fitted:
            # Fitted again in any case; only a part of it that was looked at would stay.
            if size_of(plane, laid.home) > TOO_WIDE * TOO_FAR * reach:
                self.look_at(None)
            return
        if self.plane_kind.follows and away > TOO_FAR * reach:
            self._laid = None
            self.look_at(None)
            return
        home = self._home(laid, visited)
        if size_of(plane, laid.home) > TOO_WIDE * size_of(plane, home):
            self._laid = replace(laid, home=home)
            self._leaps += 1
            self.look_at(None)

    def _home(self, laid: Laid, visited: np.ndarray) -> Window:
        """The whole view of a plane for a run that has visited these points (n, P), the last one now."""
        shown, kept = visited, self.kept
        if self.plane_kind.of_the_moment:
            shown = visited = visited[-1:]
        elif self.plane_kind.needs == "third" and kept is not None:
            shown = np.stack([visited[0], laid.parameters, kept.parameters])
        return widened(default_window(laid.choice, shown), *laid.choice.plane.project(visited))

    def _comes_to_rest(self, snapshot: Snapshot) -> bool:
        """Whether a run that is followed pauses. Single steps are seen on the plane they are taken from."""
        comes = self._ran and self.follow and snapshot.state == PAUSED and not snapshot.moment
        self._ran = self._ran and not comes
        return comes

    def _follow(self, snapshot: Snapshot) -> None:
        """Lay the plane anew, widen the view or move it, once the parameters have left it."""
        laid, answer, rests = self._laid, self.answer, self._comes_to_rest(snapshot)
        if not self.follow or laid is None or laid.key != self.key or answer is None:
            return
        window, theta, plane = self.window or answer.window, snapshot.view.parameters, laid.choice.plane
        if window is None or answer.choice is None:
            return
        a, b = plane.project(theta)
        inside = window.a_min <= a <= window.a_max and window.b_min <= b <= window.b_max
        left = self._inside and not inside
        self._inside = inside
        astray = plane.distance(theta) > self.share * size_of(plane, window)
        moved = laid.moment != (snapshot.run, snapshot.view.step)
        old = rests and self.plane_kind.of_the_moment
        if self.plane_kind.follows and not self.plane_kind.fitted and moved and (astray or left or old):
            self._laid = None
        if left and self.window is not None:
            # The axes of these two carry what does not move with the plane.
            across, up = a - (window.a_min + window.a_max) / 2, b - (window.b_min + window.b_max) / 2
            self.window = Window(
                window.a_min + across, window.a_max + across, window.b_min + up, window.b_max + up
            )
        elif not inside and self.window is None and self._laid is laid and window != self._leapt_from:
            path = np.vstack([thinned(snapshot.view.history.path), theta])
            wider = widened_far(laid.home, *plane.project(path))
            self._leapt_from = window
            if wider != laid.home:
                self._laid = replace(laid, home=wider)
                self._leaps += 1

    # Taking --------------------------------------------------------------------------------------------

    def take(self, answer: SurfaceAnswer, snapshot: Snapshot) -> bool:
        """Keep an answer if it belongs to what is on the screen; False where it does not."""
        asked = self._asked
        if answer.run != snapshot.run or answer.number < max(self._taken, self._oldest):
            return False
        if answer.choice is not None and not self._belongs(answer):
            return False
        if answer.choice is None and (asked is None or answer.number != asked.number):
            return False
        self._taken = answer.number
        mine = asked is not None and answer.number == asked.number
        if asked is not None and mine and asked.lays:
            self._lay(asked, answer, snapshot)
        answer = self._on_known_plane(answer)
        self._keep_finer(answer)
        self.answer = answer
        if asked is not None and mine and answer.complete:
            self._granted = asked.wish
            self._asked = None
            self.finer = None
        return True

    def _belongs(self, answer: SurfaceAnswer) -> bool:
        """Whether an answer is of a plane that is wanted, be it of a part that was looked at before."""
        if self._asked is not None and answer.number == self._asked.number:
            return self._asked.wish.key == self.key
        laid = self._laid
        return laid is not None and laid.key == self.key and same_plane(laid.choice.plane, plane_of(answer))

    def _lay(self, asked: Asked, answer: SurfaceAnswer, snapshot: Snapshot) -> None:
        choice, window = answer.choice, answer.window
        if choice is None or window is None:
            self._laid = None
            return
        laid = self._laid
        if laid is not None and same_plane(laid.choice.plane, choice.plane):
            return
        if asked.wish.window is not None:
            path = thinned(snapshot.view.history.path)
            window = widened(default_window(choice, path), *choice.plane.project(path))
        self._laid = Laid(asked.wish.key, asked.wish.moment, choice, window, asked.parameters)

    def _on_known_plane(self, answer: SurfaceAnswer) -> SurfaceAnswer:
        """The answer on the very plane that is laid: one that comes from the helper brings a copy."""
        laid = self._laid
        if laid is None or answer.surface is None or not same_plane(laid.choice.plane, plane_of(answer)):
            return answer
        surface = replace(answer.surface, plane=laid.choice.plane)
        return replace(answer, choice=laid.choice, surface=surface)

    def _keep_finer(self, answer: SurfaceAnswer) -> None:
        """Keep the finer cells of an older picture, where they are right, until the new one is as fine."""
        candidates = [
            old for old in (self.finer, self.answer) if old is not None and old.number >= self._oldest
        ]
        self.finer = None
        if answer.surface is None or answer.complete:
            return
        for old in candidates:
            same = old.surface is not None and plane_of(old) is plane_of(answer)
            if same and cell(old) < 0.99 * cell(answer) and overlap(old.window, answer.window):
                self.finer = old
                return
