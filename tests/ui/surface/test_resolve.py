"""What the surface view shows and says, from plain values: no window, no network, nothing computed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.drawing.kit.levels import Levels
from playground.drawing.surface.captions import NO_VISIBLE_STEP
from playground.drawing.surface.picture import Now, SurfacePicture
from playground.engine.recording.history import HistoryView
from playground.experiment import Change, Experiment
from playground.landscape.plane import Plane, Window
from playground.landscape.questions.arrows import ArrowsAnswer
from playground.landscape.questions.blame import PointGradientAnswer
from playground.landscape.questions.point import PointAnswer
from playground.landscape.questions.surface import SurfaceAnswer
from playground.ui.surface.path_on_plane import whole_path
from playground.ui.surface.resolve import Answers, caption, caption_figures, resolve
from playground.ui.surface.wish import Kept, PlaneSettings, Wish
from tests.support.plain_data import PLANE, choice_of, surface_of
from tests.support.plain_snapshots import OFF, snapshot_of

VALUES = np.linspace(0.1, 2.0, 30).reshape(5, 6)
WINDOW = Window(-1.0, 1.0, -1.0, 1.0)
RANDOM = Wish(PlaneSettings("random"))
OTHER_PLANE = Plane(np.ones(4), np.eye(4)[2], np.eye(4)[3])
HELD = Levels(0.2, 0.4, True)
DRAWN = Levels(0.05, 3.0, True)
"""Levels that suit VALUES."""


def answer_of(step: int = 0, values: np.ndarray = VALUES, number: int = 1) -> SurfaceAnswer:
    return SurfaceAnswer(1, step, choice_of(None), WINDOW, surface_of(values), 0.7, 0.6, 0.1, number=number)


def without_plane(problem: str) -> SurfaceAnswer:
    nan = math.nan
    return SurfaceAnswer(1, 0, None, None, None, nan, 0.6, nan, problem)


def point_of(step: int, plane: Plane = PLANE) -> PointAnswer:
    return PointAnswer(1, step, plane, 3.0, -1.5, plane_loss=0.9, true_loss=0.8, distance=0.3)


def arrows_of(visible: bool = True) -> ArrowsAnswer:
    update, gradient = np.array([3.0, 0.0, 4.0, 0.0]), np.array([0.0, -1.0, 0.0, 0.0])
    settings = Experiment().training
    return ArrowsAnswer(1, 2, np.zeros(4), update, gradient, gradient, settings, 0.5, visible)


def blame_of(visible: bool = True) -> PointGradientAnswer:
    return PointGradientAnswer(1, 2, 6, np.zeros(4), np.eye(4)[0], np.eye(4)[1], 0.5, visible)


def words(wish: Wish, answers: Answers, step: int = 2, scale: float = 1.0) -> str:
    """The caption of the picture of this very moment."""
    snapshot = snapshot_of(step)
    return caption(wish, snapshot, answers, resolve(wish, snapshot, answers), scale)


# The surface and the options ------------------------------------------------------------------------------


def test_before_the_first_answer_there_is_nothing_to_show() -> None:
    picture = resolve(Wish(), snapshot_of(2), Answers())
    assert (picture.surface, picture.problem, picture.now, picture.figures) == (None, "", None, None)


def test_where_there_is_no_plane_its_problem_is_shown_and_said_once() -> None:
    answers = Answers(without_plane("There is no path yet."))
    picture = resolve(Wish(), snapshot_of(2), answers)
    assert (picture.surface, picture.problem) == (None, "There is no path yet.")
    assert words(Wish(), answers) == ""


def test_the_picture_is_the_answer_drawn_as_was_chosen() -> None:
    answer, finer = answer_of(), answer_of(number=0)
    chosen = replace(RANDOM, log_scale=False, contours=False)
    picture = resolve(chosen, snapshot_of(2), Answers(answer, finer))
    assert (picture.surface, picture.choice, picture.finer) == (answer.surface, answer.choice, finer.surface)
    assert (picture.log_scale, picture.contours) == (False, False)
    other = resolve(RANDOM, snapshot_of(2), Answers(answer))
    assert (other.log_scale, other.contours, other.finer) == (True, True, None)


# Limits of the colours ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "finer", "drawn", "log_scale", "expected"),
    [
        pytest.param(None, False, DRAWN, True, None, id="those that suit the surface"),
        pytest.param(HELD, False, DRAWN, True, HELD, id="those that were chosen"),
        pytest.param(HELD, True, DRAWN, True, HELD, id="those that were chosen, cells of two sizes or not"),
        pytest.param(None, True, DRAWN, True, DRAWN, id="still until the new cells are all there"),
        pytest.param(None, True, None, True, None, id="nothing was drawn yet"),
        pytest.param(None, True, DRAWN, False, None, id="those on the screen are of another scale"),
        pytest.param(None, True, HELD, True, None, id="those on the screen cannot show the new cells"),
    ],
)
def test_limits(
    chosen: Levels | None, finer: bool, drawn: Levels | None, log_scale: bool, expected: Levels | None
) -> None:
    wish = replace(RANDOM, levels=chosen, log_scale=log_scale)
    answers = Answers(answer_of(), answer_of(number=0) if finer else None, levels=drawn)
    assert resolve(wish, snapshot_of(2), answers).levels == expected


# The path and its marks -----------------------------------------------------------------------------------


def test_the_path_is_placed_once_on_the_plane_of_the_answer() -> None:
    placed: list[tuple[int, Plane]] = []

    def place(run: int, plane: Plane, history: HistoryView) -> tuple[Any, Any]:
        placed.append((run, plane))
        return whole_path(run, plane, history)

    picture = resolve(RANDOM, snapshot_of(3, run=7), Answers(answer_of()), place)
    assert placed == [(7, PLANE)]
    np.testing.assert_array_equal(picture.path_ab, [[0, 0], [1, -0.5], [2, -1], [3, -1.5]])
    np.testing.assert_array_equal(picture.path_off, np.zeros(4))
    assert [mark.kind for mark in picture.marks] == ["start"]


def test_no_line_runs_to_where_the_weights_were_put() -> None:
    put = Change(2, "parameters", (2.0, -2.0, 0.0, 0.0))
    picture = resolve(RANDOM, snapshot_of(3, others=(put,)), Answers(answer_of()))
    np.testing.assert_array_equal(np.isnan(picture.path_ab[:, 0]), [False, False, True, False, False])
    # The mark stands at the point itself, not in the gap.
    assert [(mark.kind, mark.a, mark.b) for mark in picture.marks] == [("start", 0, 0), ("set", 2, -1)]


def test_what_was_kept_is_marked_whatever_plane_is_shown() -> None:
    kept = Kept(np.array([4.0, 6.0, 9.0, 0.0]), 1)
    picture = resolve(replace(RANDOM, kept=kept), snapshot_of(2), Answers(answer_of()))
    assert [(mark.kind, mark.a, mark.b) for mark in picture.marks][1:] == [("kept", 4.0, 3.0)]


# The present parameters and their losses ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "plane_loss"),
    [(point_of(2), 0.9), (point_of(1), math.nan), (point_of(2, OTHER_PLANE), math.nan), (None, math.nan)],
)
def test_the_loss_of_the_plane_is_told_of_its_own_step_and_plane_only(
    point: PointAnswer | None, plane_loss: float
) -> None:
    now = resolve(RANDOM, snapshot_of(2), Answers(answer_of(), point=point)).now
    assert now is not None
    assert now[:3] == (2.0, -1.0, 0.25)
    assert now.plane_loss == pytest.approx(plane_loss, nan_ok=True)
    assert now.distance == pytest.approx(OFF)


@pytest.mark.parametrize(("earlier", "label"), [(False, "now"), (True, "step 2")])
def test_the_parameters_are_named_by_their_moment(earlier: bool, label: str) -> None:
    now = resolve(RANDOM, snapshot_of(2, earlier=earlier), Answers(answer_of())).now
    assert now is not None
    assert now.label == label


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (point_of(1), Now(3.0, -1.5, 0.8, 0.9, 0.3)),
        (point_of(2, OTHER_PLANE), Now(math.nan, math.nan, 0.6, 0.7, 0.1)),
        (None, Now(math.nan, math.nan, 0.6, 0.7, 0.1)),
    ],
)
def test_the_caption_tells_two_losses_of_one_moment_though_it_be_an_earlier_one(
    point: PointAnswer | None, expected: Now
) -> None:
    figures = resolve(RANDOM, snapshot_of(2), Answers(answer_of(), point=point)).figures
    assert figures is not None
    assert figures.now == pytest.approx(expected, nan_ok=True)


# Age ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "plane_step", "age"),
    [("random", None, 5), ("random", 2, 7), ("gradient", 9, 0), ("random", 12, 0), ("rehearsal", 2, 0)],
)
def test_age_counts_from_the_step_that_the_plane_goes_through(
    kind: str, plane_step: int | None, age: int
) -> None:
    answers = Answers(answer_of(step=4), plane_step=plane_step)
    picture = resolve(Wish(PlaneSettings(kind)), snapshot_of(9), answers)
    assert picture.figures is not None
    assert (picture.age, picture.figures.age) == (age, age)


def test_of_two_parameters_the_whole_landscape_is_shown_and_never_old() -> None:
    plane = Plane(np.zeros(2), *np.eye(2))
    answer = answer_of()
    assert answer.choice is not None
    answer = replace(answer, choice=replace(answer.choice, plane=plane))
    snapshot = snapshot_of(9)
    history = replace(snapshot.view.history, path=snapshot.view.history.path[:, :2])
    view = replace(snapshot.view, parameters=snapshot.view.parameters[:2], history=history)
    assert resolve(RANDOM, replace(snapshot, view=view), Answers(answer)).age == 0


# Arrows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "arrows", "blame", "kinds"),
    [
        (True, arrows_of(), None, ["gradient", "step"]),
        (False, arrows_of(), None, []),
        (True, arrows_of(visible=False), None, []),
        (True, None, None, []),
        (True, arrows_of(), blame_of(), ["mean", "point"]),
        (False, None, blame_of(), ["mean", "point"]),
        (True, arrows_of(), blame_of(visible=False), ["point"]),
    ],
)
def test_arrows(
    wanted: bool, arrows: ArrowsAnswer | None, blame: PointGradientAnswer | None, kinds: list[str]
) -> None:
    answers = Answers(answer_of(), arrows=arrows, blame=blame)
    picture = resolve(replace(RANDOM, arrows=wanted), snapshot_of(2), answers)
    assert [arrow.kind for arrow in picture.arrows] == kinds


def test_arrows_show_what_of_the_steps_lies_in_the_plane() -> None:
    gradient, step = resolve(RANDOM, snapshot_of(2), Answers(answer_of(), arrows=arrows_of())).arrows
    assert (gradient.da, gradient.db) == pytest.approx((0.0, 0.25))
    assert (step.da, step.db) == pytest.approx((3.0, 0.0))


# The caption ----------------------------------------------------------------------------------------------


def test_the_caption_tells_of_the_arrows_in_the_full_layout_only() -> None:
    answers = Answers(answer_of(), arrows=arrows_of())
    told = "In this plane lie 60 % of the length of the next step and 100 % of the gradient's."
    assert told in words(replace(RANDOM, full=True), answers)
    assert "In this plane" not in words(RANDOM, answers)
    assert "In this plane" not in words(replace(RANDOM, full=True, arrows=False), answers)
    unseen = replace(answers, arrows=arrows_of(visible=False))
    assert words(replace(RANDOM, full=True), unseen).endswith(NO_VISIBLE_STEP)
    assert NO_VISIBLE_STEP not in words(replace(RANDOM, full=True, arrows=False), unseen)


def test_the_caption_tells_of_a_training_point_in_place_of_the_next_step() -> None:
    answers = Answers(answer_of(), arrows=arrows_of(), blame=blame_of())
    text = words(replace(RANDOM, full=True), answers, scale=20.0)
    assert text.endswith("Both arrows are drawn ×20.")
    assert "In this plane" not in text


def test_the_caption_is_of_the_picture_that_is_drawn_with_the_figures_of_this_moment() -> None:
    before = Answers(answer_of(values=VALUES[:3, :3]), plane_step=0)
    drawn = resolve(RANDOM, snapshot_of(2), before)
    assert drawn.surface is not None
    drawn = replace(drawn, surface=replace(drawn.surface, complete=False))
    after = replace(before, surface=answer_of(), point=point_of(4))
    text = caption(RANDOM, snapshot_of(5), after, drawn, 1.0)
    assert "The surface is 5 steps old." in text
    assert "true J 0.8000, at their place in the plane 0.9000" in text
    assert "Coarse for now: 3 × 3 cells." in text


def test_before_anything_of_this_network_is_drawn_the_caption_is_of_the_answer() -> None:
    answers = Answers(answer_of(), levels=HELD)
    snapshot = snapshot_of(2)
    small = Plane(np.zeros(2), *np.eye(2))
    other = SurfacePicture(answer_of().surface, replace(choice_of(None), plane=small))
    texts = {caption(RANDOM, snapshot, answers, drawn, 1.0) for drawn in (SurfacePicture(None), other)}
    assert len(texts) == 1
    # The levels on the screen are those of something else.
    assert "Hatched" not in texts.pop()
    drawn = resolve(RANDOM, snapshot, answers)
    assert "Hatched" in caption(RANDOM, snapshot, answers, drawn, 1.0)
    assert "Cut off" in caption(replace(RANDOM, in_space=True), snapshot, answers, drawn, 1.0)


def test_the_figures_of_a_picture_are_those_of_its_moment() -> None:
    answers, snapshot = Answers(answer_of(), arrows=arrows_of(), blame=blame_of()), snapshot_of(2)
    wish = replace(RANDOM, full=True)
    figures, own = caption_figures(wish, snapshot, answers), resolve(wish, snapshot, answers).figures
    assert figures is not None
    assert own is not None
    assert (own.plane, own.age) == (PLANE, 2) == (figures.plane, figures.age)
    assert (own.next_step, own.blame) == (answers.arrows, answers.blame)
