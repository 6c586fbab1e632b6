"""A question of a lesson is answered by nothing on the same screen until it is answered."""

from __future__ import annotations

import pytest

from playground.ui.curve.feature import CurveFeature
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.inspector.view import ONCE_ANSWERED
from playground.ui.lessons.feature import LessonFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate.side_feature import SideFeature
from playground.ui.sharpness.feature import HIDDEN_FOR_A_GUESS, SharpnessFeature
from tests.support.features import feature_of


@pytest.mark.slow
def test_every_question_hides_limit_look_ahead_and_side_view_until_it_is_answered(open_window) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    limit, ahead = feature_of(window, LimitFeature), feature_of(window, LookaheadFeature)
    hidden = (limit, ahead, feature_of(window, SideFeature))
    asked = 0
    for number, lesson in enumerate(lessons.lessons):
        lessons.open(number)
        for index, step in enumerate(lesson.steps):
            if index:
                lessons.walk(1)
            asks = step.prediction is not None
            assert [feature.hidden_for_a_guess for feature in hidden] == [asks] * 3, (lesson.name, index)
            if asks:
                asked += 1
                lessons.panel.guessed.emit(1.0)
                assert not any(feature.hidden_for_a_guess for feature in hidden)
    assert asked > 10
    lessons.open(9)
    lessons.choose(-1)
    assert not any(feature.hidden_for_a_guess for feature in hidden)


def test_the_next_step_is_drawn_after_the_question_about_the_limit(open_window, qtbot) -> None:
    """Whether it lands higher or lower, at the α under the pointer, would give the limit away."""
    window = open_window()
    lessons, side = feature_of(window, LessonFeature), feature_of(window, SideFeature)
    lessons.open(3)
    qtbot.waitUntil(lambda: side.answer is not None)
    window.lab.set_learning_rate(0.6)
    qtbot.waitUntil(lambda: side.answer is not None and side.answer.side.learning_rate == 0.6)
    assert side.view.picture is None
    assert side.view.accessibleDescription() == side.view.toolTip() == ""
    assert side.view.drawing.hidden, "the place of the picture says when it is filled"
    told = side.view.grab().toImage()
    side.view.set_hidden(False)
    assert side.view.grab().toImage() != told
    lessons.panel.guessed.emit(0.5)
    qtbot.waitUntil(lambda: side.view.picture is not None)
    assert not side.view.drawing.hidden


def test_the_curve_tells_no_limit_before_the_question_about_it_is_answered(open_window, qtbot) -> None:
    window = open_window()
    lessons, curve = feature_of(window, LessonFeature), feature_of(window, CurveFeature)
    lessons.open(0)
    lessons.choose(0, 5)
    assert lessons.step.prediction.question.startswith("From which λ on")
    qtbot.waitUntil(lambda: "J″ = 1." in curve.view.sentence.text())
    assert "limit" not in curve.view.sentence.text()
    lessons.panel.entry.setText("4")
    lessons.panel.guess_button.click()
    qtbot.waitUntil(lambda: "limit is 2/J″ = 2" in curve.view.sentence.text())


def test_a_run_that_will_not_move_is_told_after_the_question_about_it(open_window, qtbot) -> None:
    window = open_window()
    lessons, surface = feature_of(window, LessonFeature), window.surface_view
    lessons.open(9)
    surface.choose_plane("path")
    window.arrangement.show_page("surface")
    qtbot.waitUntil(lambda: surface.settled and surface.answer is not None and surface.answer.problem != "")
    assert "does not move" not in surface.answer.problem
    assert lessons.step.prediction.run == 1000
    lessons.panel.guessed.emit(1.0)
    qtbot.waitUntil(lambda: window.snapshot.view.step > 0)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "does not move" in surface.answer.problem)


def test_a_guess_of_ones_own_is_free_where_a_lesson_asks_for_no_pin(open_window) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(9)
    window.actions_by_name["guess_limit"].trigger()
    assert window.strip.slider.guessing
    lessons.panel.guessed.emit(1.0)
    assert window.strip.marks.concealed, "it still hides its own answer"
    window.notices.offers["Give up"].click()
    assert not window.strip.marks.concealed


@pytest.mark.slow
def test_the_sharpness_is_described_after_the_question_about_it(open_window, qtbot) -> None:
    window = open_window()
    lessons, sharpness = feature_of(window, LessonFeature), feature_of(window, SharpnessFeature)
    lessons.open(10)
    qtbot.waitUntil(lambda: sharpness.view.whole_sentence == HIDDEN_FOR_A_GUESS)
    lessons.panel.guessed.emit(2.0)
    qtbot.waitUntil(lambda: "harpness" in sharpness.view.whole_sentence and not window.strip.marks.concealed)
    qtbot.waitUntil(lambda: sharpness.view.whole_sentence not in ("", HIDDEN_FOR_A_GUESS))


def test_a_gradient_check_tells_its_cost_after_the_question_about_it(open_window, qtbot) -> None:
    window = open_window()
    lessons, inspector = feature_of(window, LessonFeature), feature_of(window, InspectorFeature)
    lessons.open(6)
    lessons.walk(1)
    lessons.show_how()
    lessons.walk(1)
    assert lessons.step.prediction.answer == 34
    qtbot.waitUntil(lambda: window.lab.reached(window.lab.newest_instruction))
    qtbot.waitUntil(lambda: lessons.place.since is not None and inspector.view.answer is not None)
    inspector.check_gradients()
    qtbot.waitUntil(lambda: "agree with central differences" in inspector.view.check_label.text())
    assert "34" not in inspector.view.check_label.text()
    lessons.panel.guessed.emit(34.0)
    assert "34 forward passes" in inspector.view.check_label.text()


@pytest.mark.parametrize(("number", "steps"), [(4, 0), (4, 2), (6, 0)])
def test_the_inspector_shows_the_network_and_no_number_until_the_question_is_answered(
    open_window, qtbot, number: int, steps: int
) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(number)
    for _ in range(steps):
        lessons.walk(1)
    window.arrangement.show_page("inspector")
    inspector = feature_of(window, InspectorFeature).view
    qtbot.waitUntil(inspector.diagram.isVisible)
    assert not inspector.area.isVisible()
    assert not inspector.transport.isVisible()
    qtbot.waitUntil(lambda: inspector.diagram.picture is not None)
    assert inspector.words.text() == ONCE_ANSWERED
    lessons.panel.guessed.emit(1.0)
    assert inspector.area.isVisible()
    assert inspector.transport.isVisible()
    assert not inspector.diagram.isVisible()
    lessons.choose(-1)
    assert inspector.area.isVisible() or not inspector.isVisible()


@pytest.mark.parametrize("number", [4, 6])
def test_a_lesson_by_hand_shows_no_surface_of_something_else(open_window, qtbot, number: int) -> None:
    window = open_window()
    feature_of(window, LessonFeature).open(number)
    assert window.arrangement.page_on_screen("inspector")
    assert not window.surface_view.isVisible()


def test_zeros_have_their_loss_and_their_layers_in_the_place_of_an_empty_surface(open_window, qtbot) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(9)
    shown = window.arrangement
    qtbot.waitUntil(lambda: shown.page_on_screen("activations") and shown.page_on_screen("loss"))
    assert not window.surface_view.isVisible()
    assert not window.data_view.isVisible()
    assert window.loss_view.height() >= 0.5 * window.height()
    lessons.choose(-1)
    qtbot.waitUntil(lambda: window.surface_view.isVisible() and window.data_view.isVisible())
