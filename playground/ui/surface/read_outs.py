"""Where the present parameters stand on a plane, and what is exactly known of that."""

from __future__ import annotations

import math

from playground.drawing.surface.picture import Now
from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Plane
from playground.landscape.questions.point import PointAnswer, PointQuestion
from playground.landscape.questions.surface import SurfaceAnswer
from playground.numerals import count_text
from playground.ui.surface.plane_measures import same_plane


def moment_name(snapshot: Snapshot) -> str:
    """What the moment of a snapshot is called: now, or the step that is looked at."""
    return f"step {count_text(snapshot.view.step)}" if snapshot.moment else "now"


class ReadOuts:
    """Asks for the exact J of the plane below the parameters, one moment at a time."""

    def __init__(self) -> None:
        self._point: PointAnswer | None = None
        self._asked: PointQuestion | None = None
        self._number = self._oldest = 0
        self._penalties: tuple[float, float] | None = None

    def forget(self) -> None:
        """Another run has begun."""
        self._point = self._asked = None

    def question(self, snapshot: Snapshot, plane: Plane) -> PointQuestion | None:
        """What to ask; None while that is known or on its way."""
        view = snapshot.view
        penalties = view.settings.l1, view.settings.l2
        self._number += 1
        if penalties != self._penalties:
            # Another J: what is known or on its way is none of it.
            self._penalties, self._oldest = penalties, self._number
            self.forget()
        for known in (self._point, self._asked):
            if known is not None and known.step == view.step and same_plane(known.plane, plane):
                return None
        about = snapshot.run, view.step, view.parameters, plane
        self._asked = PointQuestion(*about, *penalties, self._number)
        return self._asked

    def take(self, answer: PointAnswer) -> None:
        """Keep what is known of a moment."""
        if answer.number >= self._oldest:
            self._point = answer

    def now(self, snapshot: Snapshot, plane: Plane) -> Now:
        """The present parameters; the J of the plane only where it is that of this very step."""
        view, point = snapshot.view, self._point
        a, b = plane.project(view.parameters)
        known = point is not None and point.step == view.step and same_plane(point.plane, plane)
        plane_loss = point.plane_loss if point is not None and known else math.nan
        distance = plane.distance(view.parameters)
        return Now(a, b, view.train_loss, plane_loss, distance, moment_name(snapshot))

    def newest(self, answer: SurfaceAnswer, plane: Plane) -> Now:
        """The newest moment of which the J of the plane is known too; before that, the answer's."""
        point = self._point
        if point is not None and same_plane(point.plane, plane):
            return Now(point.a, point.b, point.true_loss, point.plane_loss, point.distance)
        return Now(math.nan, math.nan, answer.true_loss, answer.plane_loss, answer.distance)
