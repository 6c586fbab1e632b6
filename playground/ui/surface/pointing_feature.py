"""Hands on the surface: put the weights somewhere, keep some, and see what the network would be elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.problem_of_experiment import network_on_data
from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.plane import Plane
from playground.landscape.questions.arrows import ArrowsAnswer, ArrowsQuestion
from playground.landscape.questions.boundary import BoundaryAnswer, BoundaryThereQuestion
from playground.landscape.questions.point import HoverQuestion, PointAnswer
from playground.numerals import number_text
from playground.theta_words import theta_of
from playground.ui.frame.feature import Feature
from playground.ui.frame.notice_bar import Offer
from playground.ui.surface.pointing_card import Exact
from playground.ui.surface.wish import Kept

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

REST_SECONDS = 0.15
"""The pointer rests when it has stood still for so long: then its J is asked for exactly."""
RESOLUTION_THERE = 61
FASTEST = 120.0
"""Arrows of more steps a second than this would only flicker."""
MOST_WORK = 5_000_000
"""Samples × parameters: the gradient of a larger network would hold up the surface."""


class PointingFeature(Feature):
    """Double-click and Enter on the surface, the boundary at the place that is pointed at, and arrows."""

    slots = (HoverQuestion.slot, BoundaryThereQuestion.slot, ArrowsQuestion.slot)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._surface, self._data = window.surface_view, window.data_view
        self.place: tuple[float, float] | None = None
        """The place of the plane that is pointed at."""
        self._plane: Plane | None = None
        self._about: tuple[int, float, float] | None = None
        self._number = 0
        self._since = 0.0
        self._exact_wanted = self._there_wanted = False
        self._asked: dict[str, Any] = {}
        self._surface.put_wanted.connect(self.put_weights)
        self._surface.keep_requested.connect(self.keep_weights)
        action = window.actions_by_name["keep_weights"]
        action.triggered.connect(lambda _=False: self.keep_weights())
        window.menu("edit").addSeparator()
        window.menu("edit").addAction(action)

    # Commands ------------------------------------------------------------------------------------------

    def put_weights(self, a: float, b: float) -> None:
        """Put the network's weights to (a, b) of the plane; Undo brings the old ones back."""
        plane, snapshot = self._surface.plane, self.window.snapshot
        if plane is None or snapshot is None:
            return
        place = f"({number_text(a, 3)}, {number_text(b, 3)})"
        theta = theta_of(snapshot.view.experiment)
        stand = f"The {theta} {theta.does('stand')} at {place} of the plane."
        sentence = f"{stand} Undo brings {theta.old} back."
        self.window.lab.set_parameters(plane.at(a, b), sentence, run=snapshot.run)

    def keep_weights(self) -> None:
        """Keep the weights of now as the third point of a plane."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        view = snapshot.view
        self._surface.keep(Kept(view.parameters, view.step))
        offers = []
        if self._surface.kind != "three_points":
            offers.append(Offer("Start, now, kept", lambda: self._surface.change_plane("three_points")))
        theta = theta_of(view.experiment)
        what = "weights" if theta.plural else "point"
        kept = f"The {what} of step {number_text(view.step, 9)} {theta.are} kept"
        if np.array_equal(view.parameters, view.history.path[0]):
            # Start and kept are one point: no way from there makes them three.
            self.window.notices.say(f"{kept}. This is the start itself: keep a later one for a plane.")
            return
        self.window.notices.say(
            f"{kept}: with start and where the run goes from here this spans a plane.", offers
        )

    # Questions -----------------------------------------------------------------------------------------

    def frame(self) -> None:
        """Look where it is pointed, and whether that still holds."""
        place, plane, about = self._surface.pointed, self._surface.plane, self._what_J_depends_on()
        if about != self._about:
            # What was asked about another run may never be answered; of another penalty J is another.
            self._about = about
            self.clear_questions()
            self._surface.take_exact(None)
        if place != self.place or plane is not self._plane:
            self.place, self._plane, self._since = place, plane, time.monotonic()
            self._exact_wanted = self._there_wanted = place is not None
            self._surface.take_exact(None)
            if place is None:
                self._data.show_there(None)

    def _what_J_depends_on(self) -> tuple[int, float, float] | None:
        """The run and the penalties, beside the place that is pointed at."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return None
        settings = snapshot.view.settings
        return snapshot.run, settings.l1, settings.l2

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None or slot in self._asked:
            return None
        question = {
            HoverQuestion.slot: self._hover_question,
            BoundaryThereQuestion.slot: self._there_question,
            ArrowsQuestion.slot: self._arrows_question,
        }[slot](snapshot)
        if question is not None:
            self._asked[slot] = question
        return question

    def _hover_question(self, snapshot: Snapshot) -> HoverQuestion | None:
        place, plane = self.place, self._plane
        rests = time.monotonic() - self._since > REST_SECONDS
        if not self._exact_wanted or not rests or place is None or plane is None:
            return None
        self._exact_wanted = False
        view = snapshot.view
        penalties = view.settings.l1, view.settings.l2
        self._number += 1
        theta = plane.at(*place)
        return HoverQuestion(snapshot.run, view.step, theta, plane, *penalties, self._number)

    def _there_question(self, snapshot: Snapshot) -> BoundaryThereQuestion | None:
        place, plane = self.place, self._plane
        if not self._there_wanted or place is None or plane is None or not self._data.on_screen():
            return None
        if network_on_data(snapshot.problem) is None:
            return None
        self._there_wanted = False
        return BoundaryThereQuestion(
            snapshot.run,
            snapshot.view.step,
            plane.at(*place),
            RESOLUTION_THERE,
            choice=self._data.choice,
        )

    def _arrows_question(self, snapshot: Snapshot) -> ArrowsQuestion | None:
        view, surface = snapshot.view, self._surface
        work = view.parameters.size * snapshot.problem.n_samples
        fast = snapshot.state == RUNNING and snapshot.steps_per_second > FASTEST
        if fast or work > MOST_WORK or view.diverged or not surface.options.arrows or not surface.on_screen():
            surface.take_arrows(None)
            return None
        known = surface.arrows
        there = known is not None and np.array_equal(known.parameters, view.parameters)
        if known is not None and there and (known.step, known.settings) == (view.step, view.settings):
            return None
        return ArrowsQuestion(snapshot.run, view.step, view.checkpoint, view.settings)

    def take_answer(self, slot: str, answer: Any) -> None:
        if isinstance(answer, PointAnswer) and answer.number != self._number:
            # That of a place that is not pointed at any more; the answer that is waited for comes yet.
            return
        question = self._asked.pop(slot, None)
        if isinstance(answer, ArrowsAnswer):
            self._surface.take_arrows(answer)
        elif isinstance(answer, PointAnswer):
            known = question is not None and not self._exact_wanted
            if known and self.place is not None and self._plane is not None:
                self._surface.take_exact(Exact(self._plane, self.place, answer.true_loss))
        elif isinstance(answer, BoundaryAnswer) and self.place is not None and question is not None:
            self._data.show_there(answer.boundary)

    def clear_questions(self) -> None:
        self._asked.clear()
        self._exact_wanted = self._there_wanted = self.place is not None

    def run_replaced(self, experiment: Any) -> None:
        # The plane that was pointed at is one of the parameters of the run before.
        self.place = self._plane = None
        self.clear_questions()
        self._surface.take_exact(None)
        self._data.show_there(None)
