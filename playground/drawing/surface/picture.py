"""The content of a drawing of a surface, as plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from playground.drawing.kit.levels import Levels, levels_of
from playground.drawing.kit.marks import RATE, SCHEDULE, set_rate_text
from playground.drawing.surface.arrows import Arrow, with_gaps
from playground.engine.recording.gaps import rows_after
from playground.engine.recording.history import HistoryView
from playground.engine.recording.run_view import RunView
from playground.engine.usual_scale import is_usually_log
from playground.experiment import Change, Experiment
from playground.landscape.directions import PlaneChoice, has_margins, wants_equal_units
from playground.landscape.plane import Plane, Window
from playground.landscape.questions.arrows import ArrowsAnswer
from playground.landscape.questions.blame import PointGradientAnswer
from playground.landscape.questions.surface import SurfaceAnswer
from playground.landscape.surface import Surface
from playground.numerals import loss_text, number_text
from playground.theta_words import WEIGHTS, ThetaName, theta_of

MOST_MARKS = 200
"""Maximum number of changes that are marked, the newest."""
ON_PLANE = 1e-9
"""A point counts as on a plane up to this distance, as a share of its size."""


class Mark(NamedTuple):
    """A marked place.

    kind: the start of the path ("start"), a change of α ("learning_rate"), parameters that were set by hand
    ("set"), kept parameters ("kept"), or a known minimum of a formula ("minimum").
    """

    a: float
    b: float
    label: str
    kind: str


class Now(NamedTuple):
    """The present parameters: their projection, both losses, and their distance from the plane."""

    a: float
    b: float
    true_loss: float
    plane_loss: float
    distance: float
    label: str = "now"


@dataclass(frozen=True, eq=False)
class CaptionFigures:
    """Figures of the caption in the window besides those of the picture.

    now: the newest parameters for which both losses were computed. age: as in SurfacePicture. next_step: None
    where the caption does not mention it. blame: the gradient of the training point under the pointer.
    """

    plane: Plane
    now: Now
    age: int
    next_step: ArrowsAnswer | None = None
    blame: PointGradientAnswer | None = None


@dataclass(frozen=True, eq=False)
class SurfacePicture:
    """A surface with the path on it.

    path_ab (n, 2): the path projected onto the plane; path_off (n,): how far each point lies off it.
    levels None: found from the surface. problem: a sentence shown in place of a surface. age: how many
    steps the surface is older than the present parameters. theta: what these are called. finer: cells of an
    older surface of the same plane, smaller than those of this one, to be drawn over it where they are.
    arrows: from the present parameters. figures: those of the caption in the window. margins: whether empty
    margins beside the surface give it equal units. equal_units: whether it is to be seen in equal units: a
    picture of another shape than the one that it was computed for needs margins. cells_told: whether it shows
    which cells are computed, where others are predicted.
    """

    surface: Surface | None
    choice: PlaneChoice | None = None
    path_ab: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    path_off: np.ndarray = field(default_factory=lambda: np.empty(0))
    marks: Sequence[Mark] = ()
    now: Now | None = None
    log_scale: bool = True
    contours: bool = True
    levels: Levels | tuple[float, float] | None = None
    problem: str = ""
    age: int = 0
    theta: ThetaName = WEIGHTS
    finer: Surface | None = None
    arrows: Sequence[Arrow] = ()
    figures: CaptionFigures | None = None
    margins: bool = False
    equal_units: bool = False
    cells_told: bool = False

    def color_levels(self, surface: Surface) -> Levels:
        """Return the levels of the colours of its surface."""
        if self.levels is None:
            return levels_of(surface.values, self.log_scale)
        if isinstance(self.levels, Levels):
            return self.levels
        return Levels(*self.levels, self.log_scale)

    @property
    def axis_names(self) -> tuple[str, str]:
        """The names of the axes of a and b."""
        choice = self.choice
        return (choice.a_label, choice.b_label) if choice else ("along direction 1", "along direction 2")

    @property
    def place_words(self) -> str:
        """The place of the parameters and their loss, to follow a sentence; empty where there are none."""
        if self.now is None:
            return ""
        at = f"({number_text(self.now.a)}, {number_text(self.now.b)})"
        return f"; the {self.theta} {self.theta.are} at {at}, true J {loss_text(self.now.true_loss)}"


def picture_of(
    answer: SurfaceAnswer, view: RunView | None = None, log_scale: bool | None = None, contours: bool = True
) -> SurfacePicture:
    """Return the picture of an answer, with the path, the marks and the present parameters of a run.

    log_scale: whether the colours are logarithmic; None: as it suits the formula, where there is one.
    """
    if answer.surface is None:
        return SurfacePicture(None, problem=answer.problem)
    if log_scale is None:
        log_scale = view is None or is_usually_log(view.experiment, answer.surface.values)
    plane = answer.surface.plane
    if view is None:
        return SurfacePicture(answer.surface, answer.choice, log_scale=log_scale, contours=contours)
    path_ab, path_off = project_path(plane, view.history)
    a, b = plane.project(view.parameters)
    plane_loss = answer.plane_loss if answer.step == view.step else loss_at(answer.surface, a, b)
    now = Now(a, b, view.train_loss, plane_loss, plane.distance(view.parameters))
    began = view.experiment.training
    marks = marks_of(view.history, path_ab, began.learning_rate, began.schedule)
    marks += minima_marks(view.experiment, plane)
    path_ab, path_off = with_gaps(path_ab, path_off, rows_apart(view.history))
    return SurfacePicture(
        answer.surface,
        answer.choice,
        path_ab,
        path_off,
        marks,
        now,
        log_scale,
        contours,
        age=max(view.step - answer.step, 0),
        theta=theta_of(view.experiment),
        margins=margins_of(answer),
        equal_units=equal_units_of(answer),
    )


def margins_of(answer: SurfaceAnswer) -> bool:
    """Return whether the surface of an answer, as a whole view, has margins that give it equal units."""
    choice, surface = answer.choice, answer.surface
    if choice is None or surface is None:
        return False
    return has_margins(choice, window_of(surface))


def equal_units_of(answer: SurfaceAnswer) -> bool:
    """Return whether the surface of an answer, as a whole view, is to be seen in equal units."""
    choice, surface = answer.choice, answer.surface
    return choice is not None and surface is not None and wants_equal_units(choice, window_of(surface))


def window_of(surface: Surface) -> Window:
    """Return the window that a surface covers."""
    return Window(*(float(edge) for edge in (*surface.a[[0, -1]], *surface.b[[0, -1]])))


def loss_at(surface: Surface, a: float, b: float) -> float:
    """Return J at (a, b) between the cells of a surface (bilinear); NaN outside it."""
    (left, right), (bottom, top) = surface.a[[0, -1]], surface.b[[0, -1]]
    if not (left <= a <= right and bottom <= b <= top):
        return math.nan
    x = (a - left) / (right - left) * (len(surface.a) - 1)
    y = (b - bottom) / (top - bottom) * (len(surface.b) - 1)
    column, row = min(int(x), len(surface.a) - 2), min(int(y), len(surface.b) - 2)
    x, y = x - column, y - row
    corners = surface.values[row : row + 2, column : column + 2]
    with np.errstate(invalid="ignore"):
        return float(np.array([1 - y, y]) @ corners @ np.array([1 - x, x]))


def project_path(plane: Plane, history: HistoryView) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates (n, 2) of the recorded path on a plane, and its distances (n,) from it."""
    if not len(history.path):
        return np.empty((0, 2)), np.empty(0)
    return np.column_stack(plane.project(history.path)), np.asarray(plane.distance(history.path))


def marks_of(
    history: HistoryView, path_ab: np.ndarray, first_rate: float, schedule: str = "constant"
) -> list[Mark]:
    """Return the start of a path, the changes of the learning rate along it, and where parameters were set.

    A drag of the slider changes α many times and is one mark, at its end; marks that would lie on each other
    are drawn as one.
    first_rate: the slider's α at the start of the run; schedule: its schedule then.
    """
    if not len(path_ab):
        return []
    marks = [Mark(float(path_ab[0, 0]), float(path_ab[0, 1]), "start", "start")]
    first_rates = [c.value for c in takewhile(lambda c: c.step == 0, history.changes) if c.field == RATE]
    # The values that were set before the first step are those that the run began with.
    first_rate = float([first_rate, *first_rates][-1])
    marks += reversed(_rate_marks(history, path_ab, first_rate, schedule))
    put, recorded = _rows_of(history, _steps_put(history))
    for row in put[recorded][-MOST_MARKS:].tolist():
        a, b = path_ab[min(row, len(path_ab) - 1)]
        marks.append(Mark(float(a), float(b), "put here", "set"))
    return marks


def minima_marks(experiment: Experiment, plane: Plane) -> list[Mark]:
    """Return marks of the known minima of a formula that lie on a plane; none without a formula."""
    marks = []
    for minimum in () if experiment.formula is None else experiment.formula.minima:
        theta = np.array(minimum)
        if plane.distance(theta) <= ON_PLANE * max(1.0, float(np.abs(theta).max())):
            a, b = plane.project(theta)
            marks.append(Mark(float(a), float(b), "known minimum", "minimum"))
    return marks


def _rate_marks(history: HistoryView, path_ab: np.ndarray, first_rate: float, schedule: str) -> list[Mark]:
    """Return the newest changes of the learning rate that the path has points of, the newest first.

    The search begins at the end: a dragged slider leaves thousands, and a frame has no time for them.
    """
    set_at = [(change.step, change.value) for change in history.changes if change.field == SCHEDULE]
    recorded = {int(step): row for row, step in enumerate(history.path_steps)}
    marks: list[Mark] = []
    later: Change | None = None

    def mark(change: Change, before: float) -> None:
        row = recorded.get(change.step)
        if row is not None and before != change.value:
            a, b = path_ab[min(row, len(path_ab) - 1)]
            scheduled = [schedule, *(kind for since, kind in set_at if since <= change.step)][-1]
            text = set_rate_text(scheduled, before, float(change.value))
            marks.append(Mark(float(a), float(b), text, "learning_rate"))

    for change in reversed(history.changes):
        if change.field == RATE and change.step > 0:
            if later is not None and change.drag is not None and change.drag == later.drag:
                continue
            if later is not None:
                mark(later, float(change.value))
            if len(marks) == MOST_MARKS:
                return marks
            later = change
    if later is not None:
        mark(later, first_rate)
    return marks


def _rows_of(history: HistoryView, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the path (k,) at these steps or next after, and whether they are of those steps.

    A path does not keep every point of a large number of changes.
    """
    rows = np.searchsorted(history.path_steps, steps)
    return rows, history.path_steps[np.minimum(rows, len(history.path_steps) - 1)] == steps


def _steps_put(history: HistoryView) -> np.ndarray:
    return np.array([c.step for c in history.changes if c.field == "parameters"], dtype=np.int64)


def rows_put(history: HistoryView) -> np.ndarray:
    """Return the rows (k,) of a path at which parameters were set by hand, or the first after that."""
    return _rows_of(history, _steps_put(history))[0]


def rows_apart(history: HistoryView) -> np.ndarray:
    """Return the rows (k,) of a path to which no line leads: after a gap, or where parameters were set."""
    return np.union1d(rows_put(history), rows_after(history.gaps, history.path_steps))
