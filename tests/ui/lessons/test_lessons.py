"""Lessons in the window, taken as a student would."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.lessons.card_picture import CardPicture, picture_of
from playground.ui.lessons.feature import LessonFeature
from playground.ui.rate.guess_feature import LESSON_ASKS, GuessFeature
from playground.ui.rate.limit_feature import LimitFeature
from tests.support.course_parts import COURSE_PARTS
from tests.support.features import bench_with, feature_of

open_course = bench_with(*COURSE_PARTS)


def lessons_of(window) -> LessonFeature:
    return feature_of(window, LessonFeature)


def lesson_called(lessons: LessonFeature, start: str) -> int:
    return next(number for number, lesson in enumerate(lessons.lessons) if lesson.name.startswith(start))


def test_the_first_start_offers_the_first_lesson_and_takes_no_for_an_answer(open_window, qtbot):
    window = open_window()
    assert "First lesson" in window.notices.offers
    qtbot.mouseClick(window.notices.offers["No lessons"], Qt.MouseButton.LeftButton)
    assert lessons_of(window).first_offers() == []


def test_the_course_shows_the_lecture_and_leads_to_its_lessons(open_course):
    window = open_course()
    lessons = lessons_of(window)
    window.actions_by_name["lessons"].trigger()
    assert window.arrangement.page_on_screen("lessons")
    text = lessons.panel.text.toPlainText()
    for word in ("Forward propagation", "Backward propagation", "Chain rule", "The edge of stability"):
        assert word in text
    lessons.panel.lesson_chosen.emit(2)
    assert lessons.panel.title_label.text() == "Too small, right, too large"


def test_shown_how_the_line_is_thrown_above_a_million(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "03"))
    lessons.walk(1)
    lessons.walk(1)
    qtbot.waitUntil(
        lambda: window.snapshot is not None and window.snapshot.view.experiment.data.dataset == "noisy_line",
    )
    assert not lessons.reached
    window.transport.choose_speed(None)
    lessons.show_how()
    qtbot.waitUntil(lambda: lessons.reached)
    assert "Reached" in lessons.panel.goal_label.text()
    assert window.snapshot.view.train_loss > 1e6


def test_sliders_of_w_and_b_bring_the_loss_down_by_hand(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "01"))
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.view.parameters.size == 2)
    assert lessons.sliders.isVisible()
    lessons.sliders.moved.emit(np.array([1.5, -4.5]), False)
    qtbot.waitUntil(lambda: lessons.reached)
    np.testing.assert_array_equal(window.snapshot.view.parameters, [1.5, -4.5])


def test_the_chain_rule_goal_watches_the_lab(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "05"))
    lessons.walk(1)
    lessons.panel.entry.setText("9")
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    assert "Right" in lessons.panel.answer_label.text()
    lessons.walk(1)
    lab = feature_of(window, ChainRuleFeature).lab
    lab.set_value("c", 3.5)
    lessons.read()
    assert not lessons.reached
    lab.set_value("c", 4.0)
    lessons.read()
    assert lessons.reached


def test_a_wrong_guess_is_answered_beside_the_answer(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "06"))
    lessons.panel.entry.setText("much")
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    assert "number" in lessons.panel.answer_label.text()
    lessons.panel.entry.setText("0.2")
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    assert "Not quite" in lessons.panel.answer_label.text()
    assert "−0.2" in lessons.panel.answer_label.text() or "-0.2" in lessons.panel.answer_label.text()


def test_a_pin_on_the_strip_answers_where_it_breaks(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "03"))
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    assert window.strip.slider.guessing
    window.strip.slider.guessed.emit(0.5)
    assert not window.strip.slider.guessing
    assert "Right" in lessons.panel.answer_label.text()


def test_the_course_says_where_to_begin_and_where_to_go_on(open_course):
    window = open_course()
    lessons = lessons_of(window)
    window.actions_by_name["lessons"].trigger()
    cards = lessons.panel.cards
    assert [card.texts[0] for card in cards.cards] == [str(number) for number in range(12)]
    assert cards.cards[0].texts[1:] == ["The parabola", lessons.lessons[0].summary, "Begin here."]
    assert cards.coming is cards.cards[0] is window.focusWidget()
    lessons.open(1)
    lessons.walk(1)
    lessons.choose(-1)
    assert cards.coming is cards.cards[1]
    assert "1 of 3 steps gone through" in cards.cards[1].texts
    assert cards.cards[1].texts[-1] == "Go on here, at step 2."
    lessons.choose(11)
    for _ in lessons.lessons[11].steps:
        lessons.walk(1)
    assert cards.coming is cards.cards[0]


def test_a_card_goes_on_where_its_lesson_was_left(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(9)
    lessons.walk(1)
    lessons.walk(1)
    lessons.choose(-1)
    card = lessons.panel.cards.cards[9]
    assert card.texts[-1] == "Go on here, at step 3."
    qtbot.waitUntil(lambda: card.isVisible() and card.hitButton(card.rect().center()))
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert lessons.lesson is lessons.lessons[9]
    assert lessons.index == 2
    qtbot.mouseClick(lessons.panel.back_button, Qt.MouseButton.LeftButton)
    assert lessons.index == 1
    for _ in lessons.lessons[9].steps:
        lessons.walk(1)
    lessons.take_up(9)
    assert lessons.index == 0, "a lesson that was gone through begins again"
    lessons.open(10)
    lessons.walk(1)
    lessons.choose(-1)
    lessons.take_up(10)
    assert lessons.index == 1, "the run that step 2 goes on with is made at once"


def test_keys_take_a_lesson_and_then_answer_its_question_first(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    window.actions_by_name["lessons"].trigger()
    lessons.panel.cards.cards[9].setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert lessons.lesson is lessons.lessons[9]
    panel = lessons.panel
    assert window.focusWidget() is panel.choice_buttons[0]
    assert panel.choice_buttons[-1].nextInFocusChain() in (panel.entry, panel.guess_button)
    window.transport.run_button.setFocus()
    window.actions_by_name["lessons"].trigger()
    assert window.focusWidget() is panel.choice_buttons[0]
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    qtbot.keyClick(panel.guess_button, Qt.Key.Key_Space)
    assert "the answer" in panel.answer_label.text()
    assert window.focusWidget() is panel.text


def test_hands_are_counted_in_a_presentation_alone(open_course):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(9)
    assert lessons.panel.guess_button.isVisible()
    assert not lessons.panel.hands_button.isVisible()


def test_a_goal_that_was_skipped_or_shown_is_not_ticked(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)

    def begin() -> None:
        run = window.snapshot.run
        lessons.open(1)
        qtbot.waitUntil(lambda: window.snapshot.run > run and window.lab.run_number == window.snapshot.run)

    def course() -> list[str]:
        while lessons.lesson is not None:
            lessons.walk(1)
        return lessons.panel.cards.cards[1].texts

    begin()
    assert "gone through, 0 of 3 steps done" in course()
    assert lessons.panel.cards.coming is lessons.panel.cards.cards[2]
    begin()
    lessons.show_how()
    qtbot.waitUntil(lambda: lessons.reached)
    assert "It was shown" in lessons.panel.goal_label.text()
    assert "gone through, 0 of 3 steps done" in course()
    begin()
    lessons.sliders.moved.emit(np.array([1.5, -4.5]), False)
    qtbot.waitUntil(lambda: lessons.reached)
    assert "It was shown" not in lessons.panel.goal_label.text()
    lessons.walk(1)
    lessons.panel.guessed.emit(2.0)
    run = window.snapshot.run
    lessons.walk(1)
    qtbot.waitUntil(lambda: window.snapshot.run > run)
    window.lab.set_speed(None)
    window.lab.set_learning_rate(1.0)
    window.lab.run_exactly(300)
    qtbot.waitUntil(lambda: lessons.reached)
    assert "✓ done" in course()


def test_a_broken_lesson_of_ones_own_is_named_in_the_course(open_course, tmp_path):
    (tmp_path / "mine.toml").write_text('title = "x"\n[[step]]\ntitle = "y"\n', encoding="utf-8")
    window = open_course()
    lessons = lessons_of(window)
    lessons.load(tmp_path)
    assert "mine.toml, line 2: text: is missing." in lessons.panel.problem_label.text()


@pytest.mark.parametrize("start", ["07"])
def test_dead_relus_are_counted_by_the_helper(open_course, qtbot, start):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, start))
    for _ in range(3):
        lessons.walk(1)
    qtbot.waitUntil(
        lambda: window.snapshot is not None and window.snapshot.view.experiment.network.activation == "relu",
    )
    window.transport.choose_speed(None)
    lessons.show_how()
    qtbot.waitUntil(lambda: lessons.reached)
    assert lessons.evidence().dead_relus >= 3


def test_under_a_schedule_a_goal_on_the_learning_rate_names_the_sliders(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "02"))
    goal = lessons.panel.goal_label
    assert "steps with α between" in goal.text()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    window.lab.change("training.schedule", "warm_up")
    qtbot.waitUntil(lambda: "steps with the slider’s α between" in goal.text())
    window.lab.change("training.schedule", "constant")
    qtbot.waitUntil(lambda: "steps with α between" in goal.text())


def test_the_network_by_hand_has_the_parameters_that_are_announced(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    number = lesson_called(lessons, "04")
    for _ in range(2):
        lessons.open(number)
        qtbot.waitUntil(lambda: window.lab.reached(window.lab.newest_instruction))
        qtbot.waitUntil(lambda: window.snapshot.run == window.lab.run_number)
        np.testing.assert_array_equal(window.snapshot.view.parameters, [2.0, -3.0, 1.0, -1.0])
        window.lab.run_exactly(5)
        qtbot.waitUntil(lambda: window.snapshot.view.step == 5)


def test_every_step_of_every_lesson_stands_at_the_parameters_that_it_announces(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    for number, lesson in enumerate(lessons.lessons):
        for index, step in enumerate(lesson.steps):
            if "parameters" not in step.view:
                continue
            lessons.open(number)
            for _ in range(index):
                lessons.walk(1)
            qtbot.waitUntil(lambda: window.lab.reached(window.lab.newest_instruction))
            qtbot.waitUntil(lambda: window.snapshot.run == window.lab.run_number)
            np.testing.assert_array_equal(window.snapshot.view.parameters, step.view["parameters"])


def test_a_guess_of_ones_own_does_not_take_the_pin_of_the_lesson(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "03"))
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    window.actions_by_name["guess_limit"].trigger()
    assert window.notices.text == LESSON_ASKS
    assert "Give up" not in window.notices.offers
    assert feature_of(window, LimitFeature).hidden_for_a_guess
    assert window.strip.slider.guessing
    window.strip.slider.guessed.emit(0.5)
    assert "Right" in lessons.panel.answer_label.text()
    assert not feature_of(window, LimitFeature).hidden_for_a_guess
    assert window.notices.text != LESSON_ASKS, "it was given"


def test_giving_up_a_guess_that_is_over_leaves_the_pin_of_the_lesson(open_course, qtbot):
    window = open_course()
    window.actions_by_name["guess_limit"].trigger()
    give_up = window.notices.offers["Give up"].click
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "03"))
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    give_up()
    feature_of(window, GuessFeature).give_up()
    assert window.strip.slider.guessing
    assert window.strip.pins.hiding
    assert not feature_of(window, LimitFeature).shown
    window.strip.slider.guessed.emit(0.5)
    assert "Right" in lessons.panel.answer_label.text()
    assert not window.strip.pins.hiding


def test_the_pin_of_a_lesson_ends_a_guess_of_ones_own(open_course, qtbot):
    window = open_course()
    window.actions_by_name["guess_limit"].trigger()
    assert window.strip.slider.guessing
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "03"))
    assert not window.strip.slider.guessing
    assert feature_of(window, LimitFeature).hidden_for_a_guess
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    window.strip.slider.guessed.emit(0.5)
    assert "Right" in lessons.panel.answer_label.text()
    window.actions_by_name["guess_limit"].trigger()
    assert "Give up" in window.notices.offers


def test_every_card_of_the_course_has_a_picture_that_shows_something(open_course, tmp_path):
    window = open_course()
    lessons = lessons_of(window)
    window.actions_by_name["lessons"].trigger()
    for card in lessons.panel.cards.cards:
        picture = card.findChild(CardPicture)
        drawn = picture.grab().toImage()
        colors = {drawn.pixel(x, y) for x in range(drawn.width()) for y in range(drawn.height())}
        assert len(colors) > 2, card.words.title
    own = dataclasses.replace(lessons.lessons[0], folder=tmp_path)
    assert picture_of(own) is None, "an SVG of another folder is not read"


def test_a_lesson_all_of_whose_steps_are_done_is_not_the_one_to_go_on_with(open_course):
    lessons = lessons_of(open_course())
    number = lesson_called(lessons, "06")
    lesson = lessons.lessons[number]
    for index in range(len(lesson.steps)):
        lessons.progress.do(lesson, index)
    # The last Next was never pressed.
    lessons.progress.leave_behind(lesson, 1)
    lessons.open(number)
    lessons.panel.course_button.click()
    texts = lessons.panel.cards.cards[number].texts
    assert "✓ done" in texts
    assert not any(text.startswith(("Go on here", "Begin here")) for text in texts)
    assert lessons.panel.cards.coming is lessons.panel.cards.cards[number + 1]
    lessons.take_up(number)
    assert lessons.index == 0


def test_back_shows_a_question_with_the_answer_that_was_given(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    panel = lessons.panel
    lessons.open(lesson_called(lessons, "06"))
    lessons.walk(1)
    lessons.walk(1)
    panel.entry.setText("17")
    qtbot.mouseClick(panel.guess_button, Qt.MouseButton.LeftButton)
    answer = panel.answer_label.text()
    assert "the answer: <b>34</b>" in answer
    qtbot.mouseClick(panel.next_button, Qt.MouseButton.LeftButton)
    assert panel.answer_label.isHidden()
    qtbot.mouseClick(panel.back_button, Qt.MouseButton.LeftButton)
    assert (panel.entry.text(), panel.answer_label.text()) == ("17", answer)
    assert not panel.answer_label.isHidden()
    assert not panel.guess_button.isEnabled()
    assert window.transport.may_run(), "an answered question holds no run back"
    # A choice is there again, too; a lesson that begins anew asks anew.
    lessons.open(lesson_called(lessons, "07"))
    panel.choice_buttons[1].click()
    qtbot.mouseClick(panel.guess_button, Qt.MouseButton.LeftButton)
    lessons.walk(1)
    lessons.walk(-1)
    assert [button.isChecked() for button in panel.choice_buttons] == [False, True, False]
    lessons.choose(-1)
    lessons.choose(lesson_called(lessons, "07"))
    assert panel.guess_button.isEnabled()


def test_a_run_of_ones_own_that_a_lesson_replaces_comes_back_by_undo(open_window, qtbot):
    window = open_window()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "08"))
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.place.since is not None)
    window.lab.run_exactly(13)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 13 and window.snapshot.state != "running")
    theta = window.snapshot.view.parameters
    lessons.walk(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40 and "Undo" in window.notices.offers)
    assert "where the earlier steps leave it" in window.notices.text.replace(" of this lesson", "")
    assert window.notices.text.endswith("Undo brings the old run back.")
    window.lab.undo()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 13)
    np.testing.assert_array_equal(window.snapshot.view.parameters, theta)


def test_a_goal_does_not_count_on_points_of_another_kind(open_course, qtbot):
    window = open_course()
    lessons = lessons_of(window)
    lessons.open(lesson_called(lessons, "07"))
    lessons.walk(1)
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.place.since is not None)
    blobs = dataclasses.replace(window.lab.experiment.data, dataset="separable_blobs")
    window.lab.set_data(blobs, "Blobs")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data == blobs)
    window.lab.set_learning_rate(1.0)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60 and window.snapshot.state != "running")
    lessons.read()
    assert lessons.step.goal.met(lessons.evidence()), "in numbers alone it would be"
    assert not lessons.reached
    assert "other points than the lesson" in lessons.panel.goal_label.text()
    lessons.panel.again_button.click()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")
    lessons.read()
    assert "other points" not in lessons.panel.goal_label.text()
