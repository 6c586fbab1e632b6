"""What a step of a lesson sets up: the pages it needs, the lab's expression, and an answer kept to itself."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from playground.lessons.format import STRIP
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate.side_feature import SideFeature
from playground.ui.runs.kept_runs import KeptRunsFeature
from tests.support.course_parts import COURSE_PARTS
from tests.support.features import bench_with, feature_of

open_course = bench_with(*COURSE_PARTS)


def begin(window, start: str, step: int = 0) -> LessonFeature:
    """Open a lesson by its number, at one of its steps."""
    lessons = feature_of(window, LessonFeature)
    number = next(n for n, lesson in enumerate(lessons.lessons) if lesson.name.startswith(start))
    lessons.open(number)
    for _ in range(step):
        lessons.walk(1)
    return lessons


def on_screen(window) -> set[str]:
    pages = window.arrangement
    return {name for name in pages.page_names() if pages.page_on_screen(name)}


def test_a_step_brings_the_pages_that_it_needs_to_the_front(open_window, qtbot):
    window = open_window()
    window.set_full(True)
    window.arrangement.show_page("inspector")
    window.arrangement.show_page("sharpness")
    assert not {"surface", "loss"} & on_screen(window)
    begin(window, "02")
    assert {"surface", "loss", "lessons"} <= on_screen(window)

    begin(window, "10")
    assert {"sharpness", "lessons"} <= on_screen(window)

    begin(window, "05")
    assert "chain_rule" in on_screen(window)
    assert "surface" not in on_screen(window)
    begin(window, "01")
    assert "surface" in on_screen(window)


def test_a_step_begins_with_the_runs_of_before_hidden_and_not_lost(open_course, qtbot):
    window = open_course()
    kept = feature_of(window, KeptRunsFeature)
    kept.keep_present()
    kept.keep_present()
    begin(window, "02")
    assert [run.shown for run in kept.runs] == [False, False]
    kept.show_run(1, True)
    lessons = feature_of(window, LessonFeature)
    lessons.choose(-1)
    assert [run.shown for run in kept.runs] == [False, True]


def test_the_strip_that_a_file_may_name_is_that_of_the_window(open_window):
    window = open_window()
    assert window.strip.slider.scale == STRIP


def test_a_file_that_names_a_page_the_window_does_not_have_is_told_which_there_are(open_window, tmp_path):
    step = '[[step]]\ntitle = "One"\ntext = "?"\nview = { page = "atlas" }\n'
    (tmp_path / "mine.toml").write_text(f'title = "Mine"\n{step}', encoding="utf-8")
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.load(tmp_path)
    lessons.open()
    assert lessons.lessons == []
    told = lessons.panel.problem_label.text()
    assert "view.page" in told
    assert ", ".join(window.arrangement.page_names()) in told


def test_a_step_brings_back_a_place_that_was_closed(open_window):
    window = open_window()
    window.arrangement.set_open("loss", False)
    assert "loss" not in on_screen(window)
    begin(window, "02")
    assert "loss" in on_screen(window)


def test_the_lab_begins_each_step_at_the_lessons_expression_and_values(open_course):
    window = open_course()
    lab = feature_of(window, ChainRuleFeature).lab
    lab.set_expression("a*b*b")
    lab.set_value("a", -2.0)
    lab.set_value("b", 5.0)
    lab.run_all()
    lessons = begin(window, "05")
    assert lab.sheet.expression.text == "3*(a + b*c)"
    assert lab.line.text() == "3*(a + b*c)"
    assert lab.sheet.values == {"a": 1, "b": 2, "c": 3}
    assert lab.sheet.at == 0

    lab.step(1)
    lab.set_value("c", 4.0)
    lessons.walk(1)
    assert lab.sheet.values == {"a": 1, "b": 2, "c": 3}
    assert lab.sheet.at == 0
    lessons.walk(1)
    lessons.show_how()
    lessons.read()
    assert lessons.reached
    lessons.walk(1)
    assert lab.sheet.expression.text == "a*a + a"
    assert lab.sheet.values == {"a": 2}, "parts of the gradient that differ"
    lessons.read()
    assert not lessons.reached
    lessons.walk(-1)
    assert lab.sheet.expression.text == "3*(a + b*c)"
    lessons.read()
    assert not lessons.reached


def test_a_gradient_that_is_to_be_reached_can_be_seen(open_course):
    window = open_course()
    begin(window, "05", step=2)
    sheet = feature_of(window, ChainRuleFeature).lab.sheet
    assert sheet.is_complete
    assert sheet.graph.gradients["b"] == 9


@pytest.mark.parametrize("full", [False, True])
def test_the_strip_does_not_tell_what_a_pin_is_asked_for(open_course, qtbot, full):
    window = open_course()
    limit, ahead = feature_of(window, LimitFeature), feature_of(window, LookaheadFeature)
    side = feature_of(window, SideFeature)
    if full:
        window.set_full(True)
        qtbot.waitUntil(lambda: bool(window.strip.slider.toolTip()))
    lessons = begin(window, "03")
    window.set_full(full)
    if full:
        assert limit.question(limit.slots[0]) is None
    for feature in (limit, ahead, side):
        assert feature.hidden_for_a_guess
    assert not limit.shown
    assert not ahead.shown
    assert not window.strip.slider.toolTip()
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    window.strip.slider.guessed.emit(0.5)
    for feature in (limit, ahead, side):
        assert not feature.hidden_for_a_guess
    assert (limit.shown, ahead.shown) == (full, full)
    if full:
        qtbot.waitUntil(lambda: bool(window.strip.slider.toolTip()))


def test_who_leaves_the_question_gets_limit_and_look_ahead_back(open_course):
    window = open_course()
    limit, ahead = feature_of(window, LimitFeature), feature_of(window, LookaheadFeature)
    limit.show_it(True)
    ahead.show_it(True)
    for leave in (
        lambda lessons: lessons.walk(1),
        lambda lessons: lessons.choose(-1),
        lambda lessons: begin(window, "02"),
    ):
        lessons = begin(window, "03")
        lessons.panel.guess_button.click()
        assert window.strip.slider.guessing
        assert not limit.shown
        assert not ahead.shown
        leave(lessons)
        assert not window.strip.slider.guessing
        assert limit.shown
        assert ahead.shown


def test_space_runs_after_a_click_on_next(open_window, qtbot):
    window = open_window()
    lessons = begin(window, "02")
    qtbot.mouseClick(lessons.panel.next_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(lessons.panel.next_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lessons.evidence().view is not None and window.lab.state == "paused")
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Space)
    assert lessons.index == 2
    qtbot.waitUntil(lambda: window.snapshot.view.step > 103)


def test_enter_is_a_guess(open_window, qtbot):
    window = open_window()
    lessons = begin(window, "05")
    assert lessons.panel.entry.hasFocus() or window.focusWidget() is lessons.panel.entry
    qtbot.keyClicks(lessons.panel.entry, "7")
    qtbot.keyClick(lessons.panel.entry, Qt.Key.Key_Return)
    assert "Right" in lessons.panel.answer_label.text()


def test_the_same_weights_again_give_a_missed_goal_another_chance(open_course, qtbot):
    window = open_course()
    lessons = begin(window, "02", step=2)
    window.transport.choose_speed(None)
    qtbot.waitUntil(lambda: lessons.evidence().view is not None)
    window.lab.set_learning_rate(0.001)
    window.lab.run_exactly(250)
    qtbot.waitUntil(lambda: "Missed" in lessons.panel.goal_label.text())
    assert "Hint" in lessons.panel.answer_label.text()
    window.actions_by_name["same_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    assert "Missed" not in lessons.panel.goal_label.text()
    window.lab.set_learning_rate(0.3)
    window.lab.run_exactly(150)
    qtbot.waitUntil(lambda: lessons.reached)


def test_a_step_that_goes_on_counts_in_a_run_that_was_begun_again(open_course, qtbot):
    window = open_course()
    lessons = begin(window, "02", step=2)
    window.transport.choose_speed(None)
    qtbot.waitUntil(lambda: lessons.evidence().view is not None)
    window.lab.run_exactly(500)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 600)
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.evidence().since == 160)
    window.actions_by_name["same_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    window.lab.set_learning_rate(10.0)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: lessons.reached)


def test_one_step_is_counted_as_one(open_course, qtbot):
    window = open_course()
    with qtbot.waitSignal(window.lab.experiment_replaced):
        lessons = begin(window, "06")
    run = window.lab.run_number
    qtbot.waitUntil(lambda: window.snapshot.run == run)
    lessons.index = 2
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.evidence().view is not None)
    lessons.read()
    assert not lessons.reached
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: lessons.reached)
    assert window.snapshot.view.step == 1


def test_a_folder_of_ones_own_opens_from_the_menu(open_course, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text(
        'title = "My own"\n[[step]]\ntitle = "Look"\ntext = "Look at this."\n', encoding="utf-8"
    )
    (tmp_path / "broken.toml").write_text('title = "x"\n[[step]]\ntitle = "y"\n', encoding="utf-8")
    window = open_course()
    monkeypatch.setattr(
        "playground.ui.lessons.feature.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path)
    )
    action = window.actions_by_name["lesson_folder"]
    assert action in window.menu("learn").findChild(QMenu, "lesson_menu").actions()
    action.trigger()
    lessons = feature_of(window, LessonFeature)
    assert "lessons" in on_screen(window)
    assert "My own" in lessons.panel.cards.cards[0].texts
    assert "My own" in lessons.panel.text.toPlainText()
    assert "broken.toml, line 2: text: is missing." in lessons.panel.problem_label.text()
    lessons.panel.lesson_chosen.emit(0)
    assert "Look at this." in lessons.panel.text.toPlainText()


def by_leaving_for_the_course(window, lessons):
    lessons.choose(-1)


def by_walking_past_the_last_step(window, lessons):
    for _ in range(len(lessons.lesson.steps)):
        lessons.walk(1)


def by_a_lesson_that_asks_for_none(window, lessons):
    begin(window, "05")


def by_closing_the_page(window, lessons):
    lessons.read()
    window.arrangement.hide_page("lessons")
    lessons.read()


def by_closing_the_window(window, lessons):
    window.close()


@pytest.mark.parametrize(
    "leave",
    [
        by_leaving_for_the_course,
        by_walking_past_the_last_step,
        by_a_lesson_that_asks_for_none,
        by_closing_the_page,
        by_closing_the_window,
    ],
)
def test_who_leaves_a_lesson_has_the_layout_of_before(open_window, leave):
    window = open_window()
    window.actions_by_name["full"].trigger()
    for start in ("01", "02"):
        lessons = begin(window, start)
        assert window.preferences.layout == "simple"
    leave(window, lessons)
    assert window.preferences.layout == "full"
    assert window.actions_by_name["full"].isChecked()


def test_the_layout_that_is_chosen_in_a_lesson_stays(open_course):
    window = open_course()
    window.actions_by_name["full"].trigger()
    lessons = begin(window, "01")
    window.actions_by_name["full"].trigger()
    window.actions_by_name["simple"].trigger()
    lessons.choose(-1)
    assert window.preferences.layout == "simple"

    lessons = begin(window, "08", step=3)
    assert window.preferences.layout == "full"
    lessons.choose(-1)
    assert window.preferences.layout == "simple"

    lessons = begin(window, "01")
    window.actions_by_name["full"].trigger()
    lessons.panel.begin_again.emit()
    assert window.preferences.layout == "simple"
    lessons.choose(-1)
    assert window.preferences.layout == "full"


def test_a_pinned_answer_gives_the_limit_with_the_digits_of_its_explanation(open_course):
    window = open_course()
    lessons = begin(window, "03")
    lessons.panel.guess_button.click()
    window.strip.slider.guessed.emit(0.5)
    answer = lessons.panel.answer_label.text()
    (there,) = re.findall(r"the answer: <b>([\d.]+)</b>", answer)
    assert f"= {there} on" in answer


def test_a_run_that_went_on_during_a_question_is_not_set_back(open_course, qtbot):
    window = open_course()
    lessons = begin(window, "02")
    window.transport.choose_speed(None)
    qtbot.waitUntil(lambda: lessons.evidence().view is not None)
    lessons.show_how()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 100 and lessons.reached)
    qtbot.waitUntil(lambda: window.lab.state == "paused")
    lessons.walk(1)
    run = window.lab.run_number
    lessons.panel.guessed.emit(1.0)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 130 and window.lab.state == "paused")
    lessons.walk(1)
    assert lessons.evidence().since == 130
    assert window.lab.run_number == run
