"""When a surface is asked for, and which answers are kept: the rules, driven by hand, answer by answer."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.lab.analysis.question_queue import same_picture
from playground.lab.snapshot import PAUSED, RUNNING, Snapshot
from playground.landscape.directions import parameter_plane, random_plane
from playground.landscape.plane import Window
from playground.landscape.questions.context import Context
from playground.ui.surface import asking
from playground.ui.surface.asking import SurfaceState
from playground.ui.surface.plane_measures import size_of
from playground.ui.surface.wish import Kept, PlaneSettings

EXPERIMENT = (
    Experiment()
    .with_value("data.points", 40)
    .with_value("network.hidden_layers", (2,))
    .with_value("training.learning_rate", 0.3)
)


class Desk:
    """A run, what the surface view knows, and the helper's part of their talk."""

    def __init__(self, experiment: Experiment = EXPERIMENT) -> None:
        self.experiment, self.context = experiment, Context(experiment)
        self.trainer = Trainer(experiment)
        self.state = SurfaceState(screen_cells=51)
        self.run, self.lab_state = 1, PAUSED

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.run, self.trainer.view(), self.lab_state, 0.0, self.trainer.problem)

    def choose(self, kind: str, **needs: Any) -> None:
        self.state = asking.choose_plane(self.state, PlaneSettings(kind, **needs))

    def wish(self, **chosen: Any) -> None:
        self.state = replace(self.state, wish=replace(self.state.wish, **chosen))

    def look_at(self, window: Window | None) -> None:
        self.state = asking.look_at(self.state, window)

    def question(self) -> Any:
        self.state, question = asking.next_question(self.state, self.snapshot)
        return question

    def ask(self) -> Any:
        question = self.question()
        assert question is not None
        return question

    def answers(self, question: Any) -> Iterator[Any]:
        return (answer for answer in question.answers(self.context) if answer is not None)

    def take(self, answer: Any) -> bool:
        self.state, taken = asking.take(self.state, answer, self.snapshot)
        return taken

    def settle(self) -> None:
        """Ask and answer until nothing is open."""
        for _ in range(10):
            question = self.question()
            if question is None:
                return
            for answer in self.answers(question):
                self.take(answer)
        raise AssertionError("it goes on asking")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def plane_on_screen(desk: Desk) -> Any:
    assert desk.state.answer is not None
    assert desk.state.answer.choice is not None
    return desk.state.answer.choice.plane


@pytest.mark.parametrize("kind", ["rehearsal", "path", "random", "parameters", "gradient", "eigen"])
def test_what_is_known_is_not_asked_again(desk: Desk, kind: str) -> None:
    desk.trainer.advance(5)
    desk.choose(kind)
    desk.settle()
    assert desk.state.answer.complete
    assert desk.question() is None


@pytest.mark.parametrize("kind", ["rehearsal", "path", "random", "eigen"])
def test_a_state_without_a_question_stays_the_same_until_something_is_new(desk: Desk, kind: str) -> None:
    """Each frame looks for a question: where nothing is new that must cost nothing."""
    desk.trainer.advance(5)
    desk.choose(kind)
    snapshot = replace(desk.snapshot, state=RUNNING)
    state, question = asking.next_question(desk.state, snapshot)
    assert question is not None
    waiting, nothing = asking.next_question(state, snapshot)
    assert nothing is None
    assert waiting is state
    desk.settle()
    state, nothing = asking.next_question(desk.state, snapshot := desk.snapshot)
    assert nothing is None
    assert asking.next_question(state, snapshot)[0] is state


def test_panning_keeps_the_plane_and_the_cells_that_are_right(desk: Desk) -> None:
    """Whatever comes into view is asked for on the very plane that is there; old cells stay until the new
    are as small."""
    desk.choose("random", seed=3)
    desk.settle()
    old, plane = desk.state.answer, plane_on_screen(desk)
    window = old.window
    beside = Window(window.a_min + 0.3, window.a_max + 0.3, window.b_min, window.b_max)
    desk.look_at(beside)
    sizes = []
    for answer in desk.answers(desk.ask()):
        assert desk.take(answer)
        assert plane_on_screen(desk) is plane
        assert desk.state.answer.window == beside
        sizes.append(len(answer.surface.a))
        assert (desk.state.finer is old) == (not answer.complete)
    assert sizes[0] < sizes[-1] == 51
    assert desk.state.up_to_date


def test_far_away_nothing_old_is_right(desk: Desk) -> None:
    desk.choose("random")
    desk.settle()
    desk.look_at(Window(50.0, 52.0, 50.0, 52.0))
    desk.take(next(desk.answers(desk.ask())))
    assert desk.state.finer is None


def test_cells_of_another_penalty_are_not_right(desk: Desk) -> None:
    desk.choose("random")
    desk.settle()
    desk.look_at(Window(-0.5, 0.5, -0.5, 0.5))
    before = list(desk.answers(desk.ask()))
    desk.trainer.change("training.l2", 1.0)
    desk.state = asking.ask_again(desk.state)
    question = desk.ask()
    assert question.l2 == 1.0
    assert not desk.take(before[0])
    desk.take(next(desk.answers(question)))
    assert desk.state.finer is None


def test_an_answer_to_an_older_question_is_kept_only_where_it_is_of_the_plane_that_is_wanted(
    desk: Desk,
) -> None:
    desk.choose("random", seed=1)
    first = desk.ask()
    desk.choose("random", seed=2)
    second = desk.ask()
    for answer in desk.answers(first):
        assert not desk.take(answer)
    for answer in desk.answers(second):
        assert desk.take(answer)
    network, theta = desk.trainer.network, desk.trainer.parameters
    np.testing.assert_array_equal(plane_on_screen(desk).u, random_plane(network, theta, 2).plane.u)
    # A part of the same plane that was looked at before is right, where it is.
    desk.look_at(Window(-0.5, 0.5, -0.5, 0.5))
    third = desk.ask()
    desk.look_at(Window(-0.4, 0.4, -0.4, 0.4))
    fourth = desk.ask()
    assert desk.take(next(desk.answers(third)))
    assert desk.state.asked is not None
    assert not desk.state.up_to_date
    for answer in desk.answers(fourth):
        desk.take(answer)
    assert desk.state.up_to_date
    assert not desk.take(next(desk.answers(third)))


def test_an_answer_is_refused_as_soon_as_another_plane_is_chosen(desk: Desk) -> None:
    """Though nothing was asked about that one yet."""
    desk.choose("random", seed=1)
    answer = next(desk.answers(desk.ask()))
    desk.choose("random", seed=2)
    assert not desk.take(answer)
    desk.choose("random", seed=1)
    assert desk.take(answer)


def test_an_answer_of_the_helper_is_on_the_very_plane_in_use(desk: Desk) -> None:
    desk.choose("random")
    desk.settle()
    plane = plane_on_screen(desk)
    desk.look_at(Window(-0.5, 0.5, -0.5, 0.5))
    for answer in desk.answers(desk.ask()):
        assert desk.take(pickle.loads(pickle.dumps(answer)))
        assert plane_on_screen(desk) is desk.state.answer.surface.plane is plane


def test_a_plane_that_was_given_up_does_not_come_back_with_a_late_answer(desk: Desk) -> None:
    """It lies a million times as far away as the run reaches that is looked at again."""
    good = desk.trainer.snapshot()
    desk.choose("random")
    desk.trainer.set_parameters(1e6 * desk.trainer.parameters)
    desk.trainer.advance(1)
    desk.settle()
    desk.trainer.change("training.l2", 0.1)
    answers = desk.answers(desk.ask())
    desk.trainer.restore(good)
    desk.trainer.change("training.l2", 0.1)
    assert desk.question() is None
    for answer in answers:
        assert desk.take(answer)
    assert desk.state.plane_in_use is None
    desk.settle()
    assert plane_on_screen(desk).distance(desk.trainer.parameters) < 1e-9


@pytest.mark.parametrize("kind", ["random", "parameters", "gradient", "eigen"])
def test_a_plane_that_follows_is_replaced_when_the_weights_have_left_it(desk: Desk, kind: str) -> None:
    desk.trainer.advance(2)
    desk.choose(kind)
    desk.settle()
    before = plane_on_screen(desk)
    share = 0.0
    for _ in range(400):
        desk.trainer.advance(1)
        desk.settle()
        theta, plane = desk.trainer.parameters, plane_on_screen(desk)
        share = before.distance(theta) / size_of(before, desk.state.answer.window)
        if plane is not before:
            break
        assert share <= desk.state.wish.share
    assert plane is not before
    assert plane.distance(theta) < 1e-9
    assert desk.state.plane_step == desk.trainer.step


def test_a_plane_that_was_left_stays_until_its_surface_is_complete(desk: Desk) -> None:
    desk.wish(share=0.0)
    desk.choose("random")
    answers = desk.answers(desk.ask())
    desk.take(next(answers))
    desk.trainer.advance(20)
    assert desk.question() is None
    assert desk.state.plane_step == 0
    for answer in answers:
        assert desk.take(answer)
    desk.settle()
    assert desk.state.plane_step == 20


@pytest.mark.parametrize("kind", ["gradient", "eigen"])
def test_where_a_run_pauses_its_downhill_and_sharpest_directions_are_those_of_now(
    desk: Desk, kind: str
) -> None:
    """The weights need not have left the plane for its directions to be old."""
    desk.choose(kind)
    desk.wish(share=10.0)
    desk.settle()
    before, desk.lab_state = plane_on_screen(desk), RUNNING
    for _ in range(3):
        desk.trainer.advance(4)
        desk.settle()
    assert plane_on_screen(desk) is before
    desk.lab_state = PAUSED
    desk.settle()
    paused = plane_on_screen(desk)
    assert paused.distance(desk.trainer.parameters) < 1e-9
    assert desk.state.plane_step == desk.trainer.step == 12
    # A step by hand is seen on the plane on which it is taken; the steps of a stride too short to be seen
    # running are a run.
    desk.trainer.advance(1)
    desk.settle()
    assert plane_on_screen(desk) is paused
    desk.trainer.advance(5)
    desk.settle()
    assert desk.state.plane_step == desk.trainer.step == 18
    # One that is held comes along as soon as it is to follow.
    desk.wish(follow=False)
    desk.trainer.advance(5)
    desk.settle()
    assert desk.state.plane_step == 18
    desk.wish(follow=True)
    desk.settle()
    assert desk.state.plane_step == 23


def test_a_plane_that_is_held_keeps_its_place(desk: Desk) -> None:
    desk.wish(follow=False)
    desk.choose("random")
    desk.settle()
    before, window = plane_on_screen(desk), desk.state.answer.window
    desk.trainer.advance(300)
    desk.settle()
    assert plane_on_screen(desk) is before
    assert desk.state.answer.window == window
    assert desk.state.plane_step == 0
    assert before.distance(desk.trainer.parameters) > 0.1
    # Another run of the same experiment is compared on the same plane; another experiment has none.
    desk.run, desk.trainer = 2, Trainer(EXPERIMENT)
    desk.state = asking.begin_run(desk.state, same_experiment=True)
    desk.settle()
    assert plane_on_screen(desk) is before
    desk.state = asking.begin_run(desk.state, same_experiment=False)
    assert desk.state.answer is None


def test_the_plane_of_the_path_is_fitted_again_and_its_axes_stay(desk: Desk) -> None:
    desk.choose("path")
    desk.settle()
    assert "no path yet" in desk.state.answer.problem
    desk.trainer.advance(30)
    desk.settle()
    before = plane_on_screen(desk)
    desk.trainer.advance(3)
    desk.settle()
    after = plane_on_screen(desk)
    assert after is not before
    assert before.u @ after.u > 0.99
    desk.lab_state, desk.state = RUNNING, replace(desk.state, screen_cells=101)
    desk.trainer.advance(1)
    question = desk.ask()
    assert question.resolution == 51
    # The next moment waits until this one is drawn.
    desk.trainer.advance(1)
    assert desk.question() is None


@pytest.mark.parametrize("kind", ["path", "random", "gradient"])
def test_the_next_moment_is_the_same_picture_for_the_helper(desk: Desk, kind: str) -> None:
    """It then keeps back coarse beginnings: the complete picture of the moment before stays instead."""
    desk.choose(kind)
    desk.trainer.advance(30)
    desk.lab_state = RUNNING
    first = desk.ask()
    for answer in desk.answers(first):
        desk.take(answer)
    desk.trainer.advance(7)
    again = replace(desk.state, plane_in_use=None, completed=None)
    _, second = asking.next_question(again, desk.snapshot)
    assert second is not None
    assert (second.step, second.path_points) != (first.step, first.path_points)
    assert same_picture(first, second)
    assert not same_picture(first, replace(second, resolution=21))


def test_a_view_that_was_zoomed_moves_after_the_weights(desk: Desk) -> None:
    """Two parameters carry values: the weights walk through the picture, and out of a small one."""
    desk.choose("parameters", pair=(0, 6))
    desk.settle()
    a, b = plane_on_screen(desk).project(desk.trainer.parameters)
    desk.look_at(Window(a - 0.02, a + 0.02, b - 0.02, b + 0.02))
    desk.settle()
    desk.trainer.advance(40)
    desk.settle()
    a, b = plane_on_screen(desk).project(desk.trainer.parameters)
    window = desk.state.wish.window
    assert window.a_min < a < window.a_max
    assert window.b_min < b < window.b_max
    assert window.a_max - window.a_min == pytest.approx(0.04)
    # A plane that was replaced meanwhile has a whole view of its own.
    assert desk.state.plane_step == 40
    zoomed = desk.state.wish.window
    desk.look_at(None)
    desk.settle()
    assert desk.state.answer.window.a_max - desk.state.answer.window.a_min >= 8
    desk.look_at(zoomed)
    desk.settle()
    # Where the user looks elsewhere, nothing moves.
    elsewhere = Window(a + 5, a + 6, b, b + 1)
    desk.look_at(elsewhere)
    desk.settle()
    desk.trainer.advance(40)
    desk.settle()
    assert desk.state.wish.window == elsewhere


def test_a_surface_can_be_stopped_at_the_cells_that_there_are(desk: Desk) -> None:
    desk.wish(resolution=401)
    desk.choose("random")
    answers = desk.answers(desk.ask())
    desk.take(next(answers))
    desk.take(next(answers))
    size = len(desk.state.answer.surface.a)
    desk.state = asking.stop_refining(desk.state)
    assert desk.ask().resolution == size < 401
    desk.look_at(Window(-0.5, 0.5, -0.5, 0.5))
    assert desk.ask().resolution == 401


def test_three_points_need_a_third_one_off_the_line(desk: Desk) -> None:
    desk.trainer.advance(10)
    desk.choose("three_points")
    desk.settle()
    assert "Keep a third" in desk.state.answer.problem
    view = desk.trainer.view()
    desk.wish(kept=Kept(0.5 * (view.history.path[0] + view.parameters), 5))
    desk.settle()
    assert "lie on a line" in desk.state.answer.problem
    kept = Kept(view.parameters[::-1].copy(), 5)
    desk.wish(kept=kept)
    desk.settle()
    plane = plane_on_screen(desk)
    for theta in (view.history.path[0], view.parameters, kept.parameters):
        assert plane.distance(theta) < 1e-9


def test_two_parameters_are_those_that_were_chosen(desk: Desk) -> None:
    desk.choose("parameters", pair=(5, 1))
    desk.settle()
    expected = parameter_plane(desk.trainer.network, desk.trainer.parameters, 5, 1)
    np.testing.assert_array_equal(plane_on_screen(desk).v, expected.plane.v)
    assert desk.state.answer.choice.a_label == expected.a_label


THROWN = ["rehearsal", "path", "random", "parameters", "gradient", "eigen", "three_points"]


@pytest.mark.parametrize("kind", THROWN)
@pytest.mark.parametrize("zoomed", [False, True])
def test_after_a_run_that_was_thrown_out_the_view_is_as_wide_as_the_present_run_needs(
    kind: str, zoomed: bool
) -> None:
    """Half squared error above the limit; then an earlier moment is looked at, and a branch goes on there."""
    raw = EXPERIMENT.with_value("data.dataset", "noisy_line").with_value("network.loss", "squared_error")
    desk = Desk(raw.with_value("training.learning_rate", 0.1))
    desk.trainer.advance(20)
    desk.wish(kept=Kept(desk.trainer.parameters[::-1].copy(), 20))
    desk.choose(kind)
    desk.settle()
    theta, size = desk.trainer.parameters.copy(), size_of(plane_on_screen(desk), desk.state.answer.window)
    good = desk.trainer.snapshot()
    desk.trainer.change("training.learning_rate", 5.0)
    for _ in range(6):
        desk.trainer.advance(5)
        desk.settle()
    assert np.linalg.norm(desk.trainer.parameters) > 1e3 * np.linalg.norm(theta)
    window = desk.state.answer.window
    if zoomed and window is not None:
        desk.look_at(Window(*(0.9 * edge for edge in window)))
        desk.settle()
    desk.trainer.restore(good)
    for branch in (False, True):
        if branch:
            desk.run = 2
            desk.state = asking.begin_run(desk.state, same_experiment=True)
            desk.trainer.advance(1)
        desk.settle()
        plane, window = plane_on_screen(desk), desk.state.answer.window
        assert size_of(plane, window) < 3 * size
        a, b = plane.project(desk.trainer.parameters)
        assert window.a_min <= a <= window.a_max
        assert window.b_min <= b <= window.b_max


def test_the_whole_view_of_three_points_holds_all_three_when_it_is_narrowed_again(desk: Desk) -> None:
    desk.trainer.advance(10)
    start, good = desk.trainer.parameters.copy(), desk.trainer.snapshot()
    kept = Kept(start + 5.0 * np.eye(start.size)[3], 10)
    desk.wish(kept=kept)
    desk.choose("three_points")
    desk.settle()
    plane, size = plane_on_screen(desk), size_of(plane_on_screen(desk), desk.state.answer.window)
    desk.trainer.set_parameters(plane.at(1e3, 0.0))
    desk.settle()
    assert size_of(plane, desk.state.answer.window) > 100 * size
    desk.trainer.restore(good)
    desk.run = 2
    desk.state = asking.begin_run(desk.state, same_experiment=True)
    desk.settle()
    window = desk.state.answer.window
    assert plane_on_screen(desk) is plane
    assert size_of(plane, window) < 2 * size
    for a, b in (plane.project(start), plane.project(kept.parameters)):
        assert window.a_min <= a <= window.a_max
        assert window.b_min <= b <= window.b_max


def test_a_run_that_was_thrown_far_is_followed_there_at_once(desk: Desk) -> None:
    desk.choose("rehearsal")
    desk.settle()
    plane = plane_on_screen(desk)
    desk.trainer.set_parameters(1e30 * desk.trainer.parameters)
    desk.settle()
    assert plane_on_screen(desk) is plane
    a, b = plane.project(desk.trainer.parameters)
    window = desk.state.answer.window
    assert window.a_min <= a <= window.a_max
    assert window.b_min <= b <= window.b_max


def test_a_view_that_is_not_much_too_wide_stays(desk: Desk) -> None:
    """Looking back a few steps does not make the picture jump."""
    desk.trainer.advance(30)
    desk.choose("rehearsal")
    desk.settle()
    before, good = desk.state.answer, desk.trainer.snapshot()
    desk.trainer.advance(30)
    desk.settle()
    desk.trainer.restore(good)
    desk.settle()
    assert desk.state.answer is before
