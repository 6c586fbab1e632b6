"""What the surface view shows and says: a pure function of what is wished, of the run and of the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from playground.arrays import Floats
from playground.drawing.kit.levels import Levels
from playground.drawing.shown_parts import ShownParts
from playground.drawing.surface.arrows import Arrow, arrows_of, blame_arrows, part_arrows, with_gaps
from playground.drawing.surface.captions import (
    predicted_sentence,
    short_predicted_sentence,
    window_caption,
)
from playground.drawing.surface.off_plane import off_plane_sentence
from playground.drawing.surface.picture import (
    CaptionFigures,
    Mark,
    Now,
    SurfacePicture,
    equal_units_of,
    margins_of,
    marks_of,
    minima_marks,
    rows_apart,
)
from playground.engine.recording.history import HistoryView
from playground.engine.recording.run_view import RunView
from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Plane
from playground.landscape.questions.arrows import ArrowsAnswer
from playground.landscape.questions.blame import PointGradientAnswer
from playground.landscape.questions.point import PointAnswer
from playground.landscape.questions.surface import SurfaceAnswer
from playground.numerals import count_text
from playground.theta_words import theta_of
from playground.ui.surface.path_on_plane import whole_path
from playground.ui.surface.plane_measures import same_plane
from playground.ui.surface.wish import Wish

PathPlacer = Callable[[int, Plane, HistoryView], tuple[Floats, Floats]]
"""Of a run, coordinates (n, 2) of its path on a plane and distances (n,) from it."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What has been computed and drawn so far.

    surface     the newest surface; None: none yet
    finer       an older one of the same plane with smaller cells, shown until the new one is complete
    plane_step  the step whose parameters the plane goes through; None: that of the surface's question
    point       the exact J at the newest moment for which it was asked
    arrows      where the next step leads
    blame       the gradient of one training point, while that is pointed at
    update      the parts of the next update, while that is taken apart
    levels      the limits of the colours that are on the screen
    """

    surface: SurfaceAnswer | None = None
    finer: SurfaceAnswer | None = None
    plane_step: int | None = None
    point: PointAnswer | None = None
    arrows: ArrowsAnswer | None = None
    blame: PointGradientAnswer | None = None
    update: ShownParts | None = None
    levels: Levels | None = None


def resolve(
    wish: Wish, snapshot: Snapshot, answers: Answers, place_path: PathPlacer = whole_path
) -> SurfacePicture:
    """Return what is to be on the screen.

    place_path: may keep what it placed before, as path_on_plane.PathOnPlane does; what it returns, and so the
    picture, depends on its arguments alone.
    """
    view, answer = snapshot.view, answers.surface
    if answer is None or answer.choice is None:
        return SurfacePicture(None, problem=answer.problem if answer is not None else "")
    plane, finer = answer.choice.plane, answers.finer
    ab, off = place_path(snapshot.run, plane, view.history)
    began = view.experiment.training
    marks = marks_of(view.history, ab, began.learning_rate, began.schedule)
    marks += minima_marks(view.experiment, plane)
    if wish.kept is not None:
        marks.append(Mark(*plane.project(wish.kept.parameters), "kept", "kept"))
    ab, off = with_gaps(ab, off, rows_apart(view.history))
    return SurfacePicture(
        surface=answer.surface,
        choice=answer.choice,
        path_ab=ab,
        path_off=off,
        marks=marks,
        now=_now(snapshot, plane, answers.point),
        log_scale=wish.log_scale,
        contours=wish.contours,
        levels=_levels(wish, answers),
        age=_age(wish, view, answers),
        theta=theta_of(view.experiment),
        finer=finer.surface if finer is not None else None,
        arrows=_arrows(wish, answers, plane),
        figures=caption_figures(wish, snapshot, answers),
        margins=wish.equal_units and wish.window is None and margins_of(answer),
        equal_units=wish.equal_units and wish.window is None and equal_units_of(answer),
        cells_told=wish.cells_told,
    )


def caption_figures(wish: Wish, snapshot: Snapshot, answers: Answers) -> CaptionFigures | None:
    """Return what the caption tells at this moment; None where there is no plane."""
    answer, point = answers.surface, answers.point
    if answer is None or answer.choice is None:
        return None
    plane = answer.choice.plane
    if point is not None and same_plane(point.plane, plane):
        now = Now(point.a, point.b, point.true_loss, point.plane_loss, point.distance)
    else:
        now = Now(nan, nan, answer.true_loss, answer.plane_loss, answer.distance)
    # Of the parts of an update the labels tell.
    arrows = answers.arrows if wish.full and wish.arrows and answers.update is None else None
    return CaptionFigures(plane, now, _age(wish, snapshot.view, answers), arrows, answers.blame)


def caption(
    wish: Wish,
    snapshot: Snapshot,
    answers: Answers,
    drawn: SurfacePicture,
    arrow_scale: float,
    plane: str = "",
) -> str:
    """Return what is to be said of the picture that is drawn, with the figures of this moment.

    arrow_scale: how many times as long the arrows that are compared are drawn. plane: what its plane shows,
    where that is not said elsewhere.
    """
    answer = answers.surface
    if answer is None or answer.choice is None:
        return ""
    drawn, levels = _told(snapshot, answers, drawn)
    drawn = replace(drawn, figures=caption_figures(wish, snapshot, answers))
    return window_caption(drawn, levels, wish.in_space, arrow_scale, plane)


def needed_words(snapshot: Snapshot, answers: Answers, drawn: SurfacePicture) -> tuple[str, str]:
    """Return the sentence of the caption that says that cells are predicted, long and short; else empty."""
    drawn, levels = _told(snapshot, answers, drawn)
    return predicted_sentence(drawn, levels), short_predicted_sentence(drawn.surface)


def _told(
    snapshot: Snapshot, answers: Answers, drawn: SurfacePicture
) -> tuple[SurfacePicture, Levels | None]:
    """Return the picture that a caption is about, and the limits of its colours."""
    answer = answers.surface
    if answer is None or answer.choice is None:
        return drawn, answers.levels
    if drawn.choice is None or drawn.choice.plane.size != answer.choice.plane.size:
        # Nothing of this experiment is drawn yet.
        theta = theta_of(snapshot.view.experiment)
        return SurfacePicture(answer.surface, answer.choice, theta=theta), None
    return drawn, answers.levels


def off_plane(
    wish: Wish, snapshot: Snapshot, answers: Answers, drawn: SurfacePicture, shown: bool = False
) -> str:
    """Return the sentence of the badge on the picture that is drawn, at this moment; empty for none.

    shown: whether there is a badge already.
    """
    figures = caption_figures(wish, snapshot, answers)
    if figures is None or drawn.choice is None or not same_plane(drawn.choice.plane, figures.plane):
        return ""
    return off_plane_sentence(drawn, figures.now, shown)


def moment_name(snapshot: Snapshot) -> str:
    """Return what the moment of a snapshot is called: now, or the step that is looked at."""
    return f"step {count_text(snapshot.view.step)}" if snapshot.moment else "now"


def _now(snapshot: Snapshot, plane: Plane, point: PointAnswer | None) -> Now:
    """Return the present parameters; the J of the plane only where it is that of this very step."""
    view = snapshot.view
    a, b = plane.project(view.parameters)
    known = point is not None and point.step == view.step and same_plane(point.plane, plane)
    plane_loss = point.plane_loss if point is not None and known else nan
    return Now(a, b, view.train_loss, plane_loss, plane.distance(view.parameters), moment_name(snapshot))


def _levels(wish: Wish, answers: Answers) -> Levels | None:
    """Return the limits of the colours: those that were chosen; while finer cells of an older surface are
    shown, those on the screen, if they can show the new cells too; else None: those that suit the surface.
    """
    answer, drawn = answers.surface, answers.levels
    if wish.levels is not None or answers.finer is None or drawn is None:
        return wish.levels
    if answer is None or answer.surface is None or drawn.logarithmic != wish.log_scale:
        return None
    return drawn if drawn.suit(answer.surface.values) else None


def _age(wish: Wish, view: RunView, answers: Answers) -> int:
    """Return the steps since the moment whose parameters the plane goes through; 0 where it follows none."""
    if answers.surface is None or not wish.plane_kind.follows or np.size(view.parameters) == 2:
        return 0
    since = answers.surface.step if answers.plane_step is None else answers.plane_step
    return max(view.step - since, 0)


def _arrows(wish: Wish, answers: Answers, plane: Plane) -> Sequence[Arrow]:
    """Return those of a training point that is pointed at, of an update taken apart, or of the next step."""
    blame, step = answers.blame, answers.arrows
    if blame is not None:
        rate = blame.learning_rate
        one, mean = -rate * blame.gradient, -rate * blame.mean
        return blame_arrows(plane, blame.parameters, one, mean if blame.visible else None, blame.index)
    if answers.update is not None and answers.update.start.size == plane.size:
        return part_arrows(plane, answers.update)
    if step is None or not step.visible or not wish.arrows:
        return ()
    return arrows_of(plane, step.parameters, step.update, -step.learning_rate * step.gradient)
