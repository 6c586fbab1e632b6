"""Of many cells some are predicted first; the others are asked for while nothing trains."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from playground.drawing.kit.levels import Levels
from playground.lab.analysis.question_queue import same_picture
from playground.lab.snapshot import PAUSED, RUNNING
from playground.landscape.colour_scale import ColourScale
from playground.ui.surface import asking
from tests.ui.surface.test_asking import Desk


@pytest.fixture
def desk() -> Desk:
    """A run of a few steps, with a screen of 97 cells a side and a plane that stays."""
    desk = Desk()
    desk.trainer.advance(5)
    desk.state = replace(desk.state, screen_cells=97)
    desk.choose("random", seed=1)
    return desk


def answer_all(desk: Desk) -> None:
    for answer in desk.answers(desk.ask()):
        desk.take(answer)


def test_predicted_cells_are_computed_at_rest(desk: Desk) -> None:
    first = desk.ask()
    assert first.scale == ColourScale(True)
    assert first.known is None
    assert not first.patient
    for answer in desk.answers(first):
        desk.take(answer)
    shown = desk.state.answer
    assert shown.complete
    assert not shown.exact
    second = desk.ask()
    assert second.scale is None
    assert second.known is shown.surface
    assert second.patient, "whatever else is asked goes first"
    assert not same_picture(first, pickle.loads(pickle.dumps(second)))
    for answer in desk.answers(second):
        desk.take(answer)
    assert desk.state.answer.exact
    np.testing.assert_array_equal(
        desk.state.answer.surface.values[shown.surface.computed],
        shown.surface.values[shown.surface.computed],
    )
    assert asking.is_settled(desk.state, desk.snapshot)
    assert desk.question() is None


def test_while_it_trains_they_stay_predicted(desk: Desk) -> None:
    desk.lab_state = RUNNING
    answer_all(desk)
    desk.trainer.advance(3)
    assert desk.question() is None
    desk.lab_state = PAUSED
    assert desk.ask().patient


def test_a_start_of_the_run_ends_the_filling_up(desk: Desk) -> None:
    answer_all(desk)
    filling = desk.ask()
    desk.lab_state = RUNNING
    ending = desk.ask()
    assert not same_picture(filling, ending), "it takes the place of the other in the helper"
    assert not ending.patient
    before = desk.state.answer.surface
    answers = list(desk.answers(ending))
    assert len(answers) == 1
    np.testing.assert_array_equal(answers[0].surface.computed, before.computed)
    np.testing.assert_array_equal(answers[0].surface.values, before.values)
    assert desk.take(answers[0])
    assert desk.question() is None


def test_a_question_for_another_part_goes_before_the_filling_up(desk: Desk) -> None:
    answer_all(desk)
    desk.ask()
    view = desk.state.answer.window
    desk.look_at(view._replace(a_max=(view.a_min + view.a_max) / 2))
    question = desk.ask()
    assert question.scale is not None
    assert question.known is None


@pytest.mark.parametrize("chosen", [{"log_scale": False}, {"levels": Levels(0.5, 0.6, True)}])
def test_another_scale_takes_the_computed_cells_over(desk: Desk, chosen: dict[str, object]) -> None:
    desk.lab_state = RUNNING
    answer_all(desk)
    before = desk.state.answer.surface
    desk.wish(**chosen)
    question = desk.ask()
    assert question.known is before
    assert question.scale == desk.state.wish.colour_scale
    for answer in desk.answers(question):
        desk.take(answer)
    after = desk.state.answer.surface
    assert (after.computed >= before.computed).all()
    assert desk.question() is None


def test_an_exact_surface_is_right_on_every_scale(desk: Desk) -> None:
    desk.settle()
    desk.wish(log_scale=False)
    assert desk.question() is None
    desk.wish(levels=Levels(0.5, 0.6, False))
    assert desk.question() is None


def test_cells_of_another_penalty_are_not_taken_over(desk: Desk) -> None:
    desk.lab_state = RUNNING
    answer_all(desk)
    settings = replace(desk.snapshot.view.settings, l2=0.1)
    snapshot = replace(desk.snapshot, view=replace(desk.snapshot.view, settings=settings))
    _, question = asking.next_question(desk.state, snapshot)
    assert question.l2 == 0.1
    assert question.known is None


@pytest.mark.parametrize("cells", [13, 49, 97])
def test_who_stops_the_computation_is_content_with_the_cells_there_are(desk: Desk, cells: int) -> None:
    desk.state = replace(desk.state, screen_cells=193)
    question = desk.ask()
    for answer in desk.answers(question):
        if len(answer.surface.a) == cells:
            desk.take(answer)
            break
    desk.state = asking.stop_refining(desk.state)
    answer_all(desk)
    assert len(desk.state.answer.surface.a) == cells
    assert desk.state.answer.complete
    assert asking.is_settled(desk.state, desk.snapshot)
    assert desk.question() is None


def test_a_live_surface_is_computed_whole(desk: Desk) -> None:
    desk.choose("path")
    desk.lab_state = RUNNING
    question = desk.ask()
    assert question.resolution == 51
    assert question.scale is None
    for answer in desk.answers(question):
        desk.take(answer)
    assert desk.state.answer.surface.computed is None
    assert desk.question() is None


def test_an_export_that_was_sooner_is_not_undone_by_the_helper(desk: Desk) -> None:
    """All cells are computed in the window while the helper is on its way with the same."""
    answer_all(desk)
    filling = desk.ask()
    less = desk.state.answer
    answers = list(filling.answers(desk.context))
    desk.state = asking.with_surface(desk.state, less.number, answers[-1].surface)
    assert desk.state.answer.exact
    late = replace(less, number=filling.number)
    desk.take(late)
    assert desk.state.answer.exact
    assert desk.question() is None
