"""Sentences that say no more than was computed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import PRINT
from playground.drawing.surface.captions import (
    picture_caption,
    plane_sentence,
    variance_sentence,
    window_caption,
)
from playground.drawing.surface.picture import CaptionFigures, Now, SurfacePicture, picture_of
from playground.engine.network import network_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.export.figure import Figure
from playground.export.figures import surface_figure
from playground.landscape.colour_scale import ColourStep
from playground.landscape.directions import PlaneChoice, path_plane, rehearsal_plane, rehearsal_sentence
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion
from tests.support.plain_data import choice_of, surface_of

VALUES = np.linspace(0.1, 2.0, 30).reshape(5, 6)


def caption(now: Now | None = None, levels: Levels | None = None, **changes: Any) -> str:
    return picture_caption(SurfacePicture(surface_of(VALUES), choice_of(), now=now, **changes), levels)


def test_the_variance_stands_beside_that_of_a_random_walk() -> None:
    assert caption() == "These two directions hold 97 % of the path's variance."
    for share, told in ((0.92, "92 %"), (0.76, "76 %"), (1.0, "100 %")):
        text = picture_caption(SurfacePicture(surface_of(VALUES), replace(choice_of(), walk_share=share)))
        assert text.endswith(f"of the path's variance (a random walk: {told}).")


def test_the_figure_of_a_random_walk_is_the_one_of_a_path_as_short(rehearsed: PlaneChoice) -> None:
    """21 points of 17 numbers; of the first three a plane holds all, as of any three."""
    assert "(a random walk: 79 %)" in variance_sentence(rehearsed)
    trainer = Trainer(Experiment())
    trainer.advance(2)
    three = path_plane(trainer.history.path)
    assert variance_sentence(three) == (
        "These two directions hold 100 % of the path's variance (a random walk: 100 %)."
    )


def test_almost_all_is_not_all() -> None:
    text = picture_caption(SurfacePicture(surface_of(VALUES), choice_of((0.9, 0.0999))))
    assert "hold 99.99 % of" in text


def test_a_rehearsed_path_is_called_so() -> None:
    text = picture_caption(
        SurfacePicture(surface_of(VALUES), replace(choice_of(kind="rehearsal"), steps=600))
    )
    assert "the rehearsed path's variance" in text


def test_weights_in_the_plane_have_one_loss() -> None:
    assert "The weights lie in this plane: true J 0.3712." in caption(Now(0, 0, 0.3712, 0.3712, 1e-9))


def test_weights_off_the_plane_have_two_where_they_differ_visibly() -> None:
    far = caption(Now(0, 0, 0.0099, 0.066, 1.0))
    assert "The weights lie 1.0 off this plane: true J 0.0099" in far
    assert "at their place in the plane 0.066" in far
    near = caption(Now(0, 0, 0.3712, 0.3713, 0.4))
    assert near.endswith("The weights lie 0.40 off this plane: true J 0.3712.")


@pytest.mark.parametrize(("distance", "text"), [(99.4, "99"), (99.6, "100"), (150.0, "150"), (2e7, "2·10⁷")])
def test_a_distance_is_written_as_every_number_is(distance: float, text: str) -> None:
    assert f"The weights lie {text} off this plane" in caption(Now(0, 0, 0.3712, 0.3713, distance))


def test_an_old_surface_says_how_old() -> None:
    assert "The surface is 40 steps old." in caption(age=40)
    assert "The surface is 1 step old." in caption(age=1)
    assert "steps old" not in caption(age=0)


def test_hatched_cells_are_counted_by_their_reason() -> None:
    values = VALUES.copy()
    values[0, :3] = np.nan
    values[1, 0] = np.inf
    values[2, 0] = 1e-9
    picture = SurfacePicture(surface_of(values), choice_of())
    text = picture_caption(picture, Levels(0.05, 1.9, True))
    above = int(np.sum(values[np.isfinite(values)] > 1.9))
    assert f"Hatched: {above} cells above 1.9, 1 cell below 0.05, " in text
    assert text.endswith("1 cell infinite, 3 cells not a number.")


@pytest.fixture(scope="module")
def rehearsed() -> PlaneChoice:
    """The plane of 20 steps of a run, computed ahead."""
    trainer = Trainer(Experiment())
    trainer.advance(20)
    return rehearsal_plane(trainer.history.path)


def test_a_rehearsed_plane_says_when_the_run_went_elsewhere(qtbot, rehearsed: PlaneChoice) -> None:
    trainer = Trainer(Experiment())
    trainer.advance(12)
    travels = "where this run travels in its first 20 steps, computed ahead."
    assert plane_sentence(rehearsed, trainer.view()).endswith(travels)
    trainer.learning_rate = 5.0
    trainer.advance(3)
    assert plane_sentence(rehearsed, trainer.view()).endswith(
        "where this run would have travelled in its first 20 steps at α = 0.3, computed ahead."
    )
    trainer.change("training.optimizer", "adam")
    text = plane_sentence(rehearsed, trainer.view())
    assert text.endswith("in its first 20 steps without what was changed by hand, computed ahead.")
    figure = surface_figure(SurfacePicture(surface_of(VALUES), rehearsed), trainer.view())(PRINT)
    assert isinstance(figure, Figure)
    assert figure.caption.startswith(text)


def test_what_was_changed_after_the_rehearsed_steps_leaves_them_true(rehearsed: PlaneChoice) -> None:
    trainer = Trainer(Experiment())
    trainer.advance(20)
    trainer.learning_rate = 5.0
    trainer.advance(3)
    assert plane_sentence(rehearsed, trainer.view()) == rehearsed.sentence


def test_one_rehearsed_step_is_one() -> None:
    assert "travels in its first step, computed ahead." in rehearsal_sentence(13, 1)


def test_a_problem_is_told_as_it_is() -> None:
    nan = float("nan")
    answer = SurfaceAnswer(1, 0, None, None, None, nan, 0.7, nan, "There is no path yet.")
    assert picture_caption(picture_of(answer)) == "There is no path yet."
    assert picture_caption(SurfacePicture(None)) == "The surface is being computed."


@pytest.fixture(scope="module")
def real() -> tuple[Trainer, SurfaceAnswer]:
    trainer = Trainer(Experiment())
    trainer.advance(60)
    view = trainer.view()
    question = SurfaceQuestion(1, view.step, view.parameters, view.history.path, kind="path", resolution=25)
    answers = [answer for answer in question.answers(Context(trainer.experiment)) if answer is not None]
    trainer.advance(15)
    return trainer, answers[-1]


def test_the_picture_of_a_real_run_agrees_with_its_network(real: tuple[Trainer, SurfaceAnswer]) -> None:
    trainer, answer = real
    view = trainer.view()
    picture = picture_of(answer, view)
    assert picture.now is not None
    assert answer.choice is not None
    assert picture.age == 15
    samples, network = trainer.samples, network_of(trainer.experiment)
    plane = answer.choice.plane
    inside = plane.at(picture.now.a, picture.now.b)
    assert picture.now.true_loss == network.loss(view.parameters, samples.X_train, samples.y_train)
    assert picture.now.plane_loss == pytest.approx(
        network.loss(inside, samples.X_train, samples.y_train), rel=0.02
    )
    assert picture.now.distance == pytest.approx(float(np.linalg.norm(view.parameters - inside)))
    assert len(picture.path_ab) == len(view.history.path)
    text = picture_caption(picture)
    assert "15 steps old" in text
    assert "variance" in text


STEP = ColourStep(True, math.log(10) / 256)
"""That of a logarithmic scale of one decade."""


def with_cells(computed: int, checked: int = 0, complete: bool = True) -> SurfacePicture:
    """A picture of 30 cells, of which so many are computed, and the others predicted for STEP."""
    mask = np.arange(30).reshape(5, 6) < computed
    surface = replace(
        surface_of(VALUES), computed=mask, checked=checked, complete=complete, predicted_for=STEP
    )
    return SurfacePicture(surface, choice_of())


def test_predicted_cells_are_told_before_all_else() -> None:
    decade = Levels(0.1, 1.0, True)
    text = picture_caption(with_cells(12, 7), decade, plane="4 numbers, 2 directions shown.")
    assert text.startswith(
        "12 of 30 cells computed, the others within a quarter of a colour step; 7 checked. 4 numbers"
    )
    assert "checked" not in picture_caption(with_cells(12), decade)


@pytest.mark.parametrize(
    ("levels", "near"),
    [
        (Levels(0.1, 1.0, True), True),
        (Levels(0.01, 10.0, True), True),
        (Levels(0.2, 1.0, True), False),
        (Levels(0.1, 1.0, False), False),
        (Levels(0.1, 1000.0, False), False),
    ],
    ids=["the same", "coarser", "finer", "linear", "linear and wide"],
)
def test_how_near_predicted_cells_are_is_said_on_no_finer_scale_than_theirs(
    levels: Levels, near: bool
) -> None:
    text = picture_caption(with_cells(12, 7), levels)
    assert text.startswith("12 of 30 cells computed, ")
    assert ("within a quarter of a colour step; 7 checked" in text) == near
    unknown = with_cells(12, 7)
    unknown = replace(unknown, surface=replace(unknown.surface, predicted_for=None))
    assert "quarter" not in picture_caption(unknown, levels)


def test_all_cells_computed_is_said_once_they_are() -> None:
    assert "cells" not in picture_caption(with_cells(30)), "an export always has them all"
    picture = with_cells(30)
    figures = CaptionFigures(picture.surface.plane, Now(0, 0, 0.37, 0.37, 0.0), 0)
    assert window_caption(replace(picture, figures=figures), None, False, 1.0).startswith(
        "All 30 cells computed."
    )
    never = replace(picture, surface=surface_of(VALUES), figures=figures)
    assert "computed" not in window_caption(never, None, False, 1.0), "none was ever predicted"


def test_coarse_cells_tell_how_many_of_them_are_computed() -> None:
    coarse = picture_caption(with_cells(12, complete=False))
    assert coarse.startswith("Coarse for now: 6 × 5 cells, 12 of them computed.")
    assert picture_caption(with_cells(30, complete=False)).endswith("Coarse for now: 6 × 5 cells.")
