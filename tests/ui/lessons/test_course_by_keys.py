"""The course without a mouse: what a text asks for is reached by keys, and is seen when it has the focus."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QSlider

from playground.lessons.parts import parts_in
from playground.ui.lessons.feature import ANSWER_FIRST, LessonFeature
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of
from tests.ui.lessons.test_named_parts import frame_of
from tests.ui.lessons.test_page_of_a_lesson import settle

ASKS_FOR_ALPHA = re.compile(
    r"\b(drag|set|choose|lower|halve|find an?)\b[^.:]{0,30}(α|learning rate)", re.IGNORECASE
)


@pytest.fixture
def small(open_window: Any) -> MainWindow:
    """A window as large as a screen of 1280×720."""
    window = open_window()
    window.resize(1280, 690)
    return window


def press(window: MainWindow, qtbot: Any, key: Qt.Key) -> None:
    qtbot.keyClick(window.focusWidget(), key)
    settle(window)


def seen_whole(widget: Any) -> bool:
    shown = widget.visibleRegion().boundingRect()
    content = feature_of(widget.window(), LessonFeature).panel.step_scroll.widget()
    mask = content.mask().boundingRect()
    whole = QRect(widget.mapTo(content, widget.rect().topLeft()), widget.size())
    return bool(mask.contains(whole)) and shown.height() == widget.height() > 0


def test_enter_presses_what_has_the_focus_as_space_does(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    small.actions_by_name["lessons"].trigger()
    settle(small)
    assert small.focusWidget() is lessons.panel.cards.coming
    press(small, qtbot, Qt.Key.Key_Return)
    assert lessons.lesson is lessons.lessons[0]
    lessons.panel.next_button.setFocus()
    press(small, qtbot, Qt.Key.Key_Return)
    assert lessons.step is lessons.lessons[0].steps[1]
    assert small.snapshot.view.step == 0


def test_enter_on_the_name_of_the_slider_sets_the_focus_there(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(2)
    settle(small)
    lessons.panel.text.setFocus()
    press(small, qtbot, Qt.Key.Key_Tab)
    assert small.focusWidget() is lessons.panel.text
    press(small, qtbot, Qt.Key.Key_Return)
    assert small.focusWidget() is small.strip.slider
    assert lessons.light.lit == "slider"


def test_a_part_that_is_scrolled_away_is_not_framed_and_comes_into_view_by_enter(
    small: MainWindow, qtbot: Any
) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(1)
    settle(small)
    slider = lessons.sliders.findChildren(QSlider)[0]
    assert not seen_whole(slider), "the sliders are below the text"
    lessons.panel.text.setFocus()
    press(small, qtbot, Qt.Key.Key_Tab)
    assert frame_of(small) is None, "what is not seen has no frame, which would be around something else"
    press(small, qtbot, Qt.Key.Key_Return)
    assert small.focusWidget() is slider
    assert seen_whole(slider)
    frame = frame_of(small)
    assert frame is not None
    assert frame.geometry().contains(slider.mapTo(small, slider.rect().center()))


def test_tab_goes_from_the_text_to_the_sliders_below_it_and_then_to_the_buttons(
    small: MainWindow, qtbot: Any
) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(0)
    lessons.walk(5)
    settle(small)
    qtbot.waitUntil(lambda: bool(lessons.constants.rows))
    row = lessons.constants.rows["λ"]
    # The first Tab on entering leads to the question, which lies below the text.
    press(small, qtbot, Qt.Key.Key_Tab)
    assert small.focusWidget() is lessons.panel.entry
    lessons.panel.text.setFocus()
    press(small, qtbot, Qt.Key.Key_Tab)
    assert row.isAncestorOf(small.focusWidget())
    while row.isAncestorOf(small.focusWidget()):
        press(small, qtbot, Qt.Key.Key_Tab)
    assert small.focusWidget() is lessons.panel.again_button


def test_a_pin_is_set_by_keys_and_leaves_alpha_alone(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(3)
    settle(small)
    assert small.focusWidget() is lessons.panel.guess_button
    press(small, qtbot, Qt.Key.Key_Return)
    slider = small.strip.slider
    assert small.focusWidget() is slider
    for _ in range(33):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.picture().guess == pytest.approx(0.1 * 1.05**33, rel=0.02)
    assert small.strip.learning_rate == 0.1
    press(small, qtbot, Qt.Key.Key_Return)
    assert "Right" in lessons.panel.answer_label.text()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert small.strip.learning_rate == pytest.approx(0.105)


@pytest.mark.slow
def test_an_answer_stays_in_view_when_tab_goes_on_to_the_buttons(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(1)
    lessons.walk(1)
    settle(small)
    panel = lessons.panel
    panel.choice_buttons[2].click()
    panel.guess_button.setFocus()
    press(small, qtbot, Qt.Key.Key_Return)
    place = panel.step_scroll.verticalScrollBar().value()
    assert place > 0
    assert small.focusWidget() is panel.text
    press(small, qtbot, Qt.Key.Key_Tab)
    assert small.focusWidget() is panel.next_button
    assert panel.step_scroll.verticalScrollBar().value() == place


@pytest.mark.slow
def test_f2_shows_the_field_that_it_sets_the_focus_to(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    small.resize(1280, 620)
    lessons.open(6)
    settle(small)
    lessons.panel.step_scroll.verticalScrollBar().setValue(0)
    settle(small)
    assert not seen_whole(lessons.panel.entry)
    small.actions_by_name["lessons"].trigger()
    settle(small)
    assert small.focusWidget() is lessons.panel.entry
    assert seen_whole(lessons.panel.entry)


@pytest.mark.slow
def test_a_link_that_tab_reaches_is_scrolled_to(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    small.actions_by_name["lessons"].trigger()
    panel = lessons.panel
    panel.text.setFocus()
    settle(small)
    for _ in range(4):
        press(small, qtbot, Qt.Key.Key_Tab)
    assert small.focusWidget() is panel.text
    line = panel.text.cursorRect()
    top = panel.text.viewport().mapTo(panel.step_scroll.widget(), line.topLeft()).y()
    seen = panel.step_scroll.seen
    assert seen.top <= top
    assert top + line.height() <= seen.bottom


@pytest.mark.slow
def test_no_part_of_a_card_is_seen_whose_text_is_not(small: MainWindow) -> None:
    lessons = feature_of(small, LessonFeature)
    small.actions_by_name["lessons"].trigger()
    settle(small)
    panel = lessons.panel
    for value in range(0, panel.step_scroll.verticalScrollBar().maximum(), 50):
        panel.step_scroll.verticalScrollBar().setValue(value)
        top, bottom = panel.step_scroll.seen
        for card in panel.cards.cards:
            start = card.mapTo(panel.step_scroll.widget(), card.rect().topLeft()).y()
            end = start + card.height()
            assert not start < top < end
            assert not start < bottom < end


@pytest.mark.slow
def test_a_slider_shows_that_it_has_the_focus(small: MainWindow) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(1)
    settle(small)
    slider = lessons.sliders.findChildren(QSlider)[0]
    lessons.panel.text.setFocus()
    settle(small)
    without = slider.grab().toImage()
    slider.setFocus()
    settle(small)
    assert slider.grab().toImage() != without
    assert slider.grab().size() == without.size()


def test_a_text_that_asks_for_an_alpha_names_the_slider(small: MainWindow) -> None:
    asking = [
        (f"{lesson.name} {index + 1}", step)
        for lesson in feature_of(small, LessonFeature).lessons
        for index, step in enumerate(lesson.steps)
        if ASKS_FOR_ALPHA.search(re.sub(r"\[\[\w+\|([^\]]*)\]\]", r"\1", step.text))
    ]
    assert len(asking) >= 10
    assert [place for place, step in asking if "slider" not in parts_in(step.text)] == []


def test_arrow_keys_choose_an_answer_from_the_first_press_on(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(9)
    settle(small)
    buttons = lessons.panel.choice_buttons
    assert small.focusWidget() is buttons[0]
    press(small, qtbot, Qt.Key.Key_Down)
    assert [button.isChecked() for button in buttons] == [False, True, False]
    press(small, qtbot, Qt.Key.Key_Up)
    assert [button.isChecked() for button in buttons] == [True, False, False]


def test_arrow_keys_go_from_card_to_card_and_stay_among_them(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    small.actions_by_name["lessons"].trigger()
    settle(small)
    cards = lessons.panel.cards.cards
    assert small.focusWidget() is cards[0]
    for key, place in ((Qt.Key.Key_Up, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, 0)):
        press(small, qtbot, key)
        assert small.focusWidget() is cards[place]
    cards[-1].setFocus()
    press(small, qtbot, Qt.Key.Key_Down)
    assert small.focusWidget() is cards[-1]


@pytest.mark.parametrize("name", ["run", "step", "run_exactly"])
def test_a_run_that_would_answer_a_question_waits_for_the_answer(
    small: MainWindow, qtbot: Any, name: str
) -> None:
    small.set_full(True)
    lessons = feature_of(small, LessonFeature)
    lessons.open(0)
    settle(small)
    small.transport.exact_box.setValue(3)
    small.transport.exact_box.setVisible(True)
    small.actions_by_name[name].trigger()
    settle(small)
    assert small.snapshot.view.step == 0
    assert small.notices.text == ANSWER_FIRST
    lessons.panel.guessed.emit(2.0)
    assert small.notices.text != ANSWER_FIRST
    small.actions_by_name[name].trigger()
    qtbot.waitUntil(lambda: small.snapshot.view.step > 0)


def test_a_question_can_be_left_without_an_answer(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(0)
    small.actions_by_name["step"].trigger()
    small.notices.offers["Run all the same"].click()
    qtbot.waitUntil(lambda: small.snapshot.view.step > 0)


def test_a_key_leads_to_the_box_of_alpha_and_opens_the_strip_for_it(small: MainWindow, qtbot: Any) -> None:
    small.actions_by_name["panel_strip"].setChecked(False)
    assert not small.strip.isVisible()
    key = next(action for action in small.strip.rate_actions if action.objectName() == "rate_type")
    assert key.shortcut().toString() == "Ctrl+T"
    key.trigger()
    qtbot.waitUntil(small.strip.field.hasFocus)
    assert small.actions_by_name["panel_strip"].isChecked()
    qtbot.keyClicks(small.strip.field, "0.5")
    qtbot.keyClick(small.strip.field, Qt.Key.Key_Return)
    assert small.strip.learning_rate == 0.5


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Tab])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), pytest.param(1000, 620, marks=pytest.mark.slow)])
def test_every_card_down_to_the_last_comes_into_view_by_keys(
    small: MainWindow, qtbot: Any, width: int, height: int, key: Qt.Key
) -> None:
    small.resize(width, height)
    lessons = feature_of(small, LessonFeature)
    small.actions_by_name["lessons"].trigger()
    settle(small)
    cards = lessons.panel.cards.cards
    for place, card in enumerate(cards):
        if place:
            press(small, qtbot, key)
            settle(small)
        assert small.focusWidget() is card
        assert seen_whole(card), place
    press(small, qtbot, Qt.Key.Key_Return)
    assert lessons.lesson is lessons.lessons[-1]


@pytest.mark.slow
def test_each_question_of_the_course_is_answered_by_keys_alone(small: MainWindow, qtbot: Any) -> None:
    """F2 takes the focus to the question; Space, arrows or digits and Enter answer it."""
    lessons = feature_of(small, LessonFeature)
    for number, lesson in enumerate(lessons.lessons):
        for index, step in enumerate(lesson.steps):
            if step.prediction is None or step.prediction.kind == "pin":
                continue
            lessons.choose(number, index)
            settle(small)
            small.transport.run_button.setFocus()
            press(small, qtbot, Qt.Key.Key_F2)
            settle(small)
            if step.prediction.kind == "number":
                qtbot.keyClicks(small.focusWidget(), f"{step.prediction.answer:g}")
                press(small, qtbot, Qt.Key.Key_Return)
            else:
                chosen = lessons.panel.choice_buttons[int(step.prediction.answer)]
                press(small, qtbot, Qt.Key.Key_Space)
                for _ in lessons.panel.choice_buttons:
                    if not chosen.isChecked():
                        press(small, qtbot, Qt.Key.Key_Down)
                assert chosen.isChecked(), (number, index)
                for _ in range(4):
                    if small.focusWidget() is lessons.panel.guess_button:
                        break
                    press(small, qtbot, Qt.Key.Key_Tab)
                press(small, qtbot, Qt.Key.Key_Return)
            assert "Right" in lessons.panel.answer_label.text(), (number, index)
            small.lab.pause()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_on_a_chosen_answer_answers_and_tab_then_goes_to_next(
    small: MainWindow, qtbot: Any, key: Qt.Key
) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(9)
    settle(small)
    press(small, qtbot, Qt.Key.Key_Down)
    press(small, qtbot, key)
    assert "answer:" in lessons.panel.answer_label.text()
    press(small, qtbot, Qt.Key.Key_Tab)
    assert small.focusWidget() is lessons.panel.next_button


def test_tab_goes_to_next_once_the_goal_is_reached_and_space_still_runs(
    small: MainWindow, qtbot: Any
) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(8)
    settle(small)
    small.transport.choose_speed(None)
    press(small, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: lessons.reached)
    qtbot.waitUntil(lambda: small.lab.state == "paused")
    assert small.snapshot.view.step == 20, "it stops where the text says"
    assert small.focusWidget() is lessons.panel.text
    press(small, qtbot, Qt.Key.Key_Tab)
    assert small.focusWidget() is lessons.panel.next_button


def test_home_and_end_go_to_the_first_and_the_last_card(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    small.actions_by_name["lessons"].trigger()
    settle(small)
    press(small, qtbot, Qt.Key.Key_End)
    assert small.focusWidget() is lessons.panel.cards.cards[-1]
    press(small, qtbot, Qt.Key.Key_Home)
    assert small.focusWidget() is lessons.panel.cards.cards[0]


def test_enter_on_the_name_of_another_page_sets_the_focus_in_it(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.choose(8, 1)
    lessons.show_page()
    lessons.panel.text.setFocus()
    settle(small)
    press(small, qtbot, Qt.Key.Key_Tab)
    press(small, qtbot, Qt.Key.Key_Return)
    assert small.arrangement.page_on_screen("experiment")
    page, _ = small.arrangement.place_on_screen("experiment", tab=False)
    assert page.isAncestorOf(small.focusWidget())


def test_keys_walk_through_a_lesson_from_anywhere(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    lessons.open(0)
    settle(small)
    small.strip.take_focus()
    for index in (1, 2):
        qtbot.keyClick(small.focusWidget(), Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        settle(small)
        assert lessons.index == index
        small.strip.take_focus()
    qtbot.keyClick(small.focusWidget(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    settle(small)
    assert lessons.index == 1
    actions = small.actions_by_name
    assert actions["lesson_hint"].isEnabled()
    actions["lesson_hint"].trigger()
    assert "F5" in lessons.panel.answer_label.text()
    qtbot.keyClick(small.focusWidget(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    settle(small)
    assert (lessons.index, actions["lesson_back"].isEnabled()) == (0, False)
    lessons.choose(-1)
    assert not actions["lesson_next"].isEnabled()


def test_what_lies_below_the_page_is_announced_and_one_press_away(small: MainWindow, qtbot: Any) -> None:
    lessons = feature_of(small, LessonFeature)
    scroll = lessons.panel.step_scroll
    # Its question has four answers, of which not all have room.
    lessons.open(1)
    lessons.walk(1)
    settle(small)
    last = lessons.panel.choice_buttons[-1]
    assert not seen_whole(last)
    assert scroll.more.isVisible()
    assert not scroll.more.geometry().intersects(scroll.viewport().geometry())
    while scroll.more.isVisible():
        qtbot.mouseClick(scroll.more, Qt.MouseButton.LeftButton)
        settle(small)
    assert seen_whole(last)
    small.resize(1280, 1100)
    settle(small)
    assert not scroll.more.isVisible()
    assert scroll.viewportMargins().bottom() == 0


def test_a_cross_moved_by_keys_stays_for_a_menu_and_goes_with_the_focus(
    small: MainWindow, qtbot: Any
) -> None:
    lessons = feature_of(small, LessonFeature)
    surface, data = small.surface_view, small.data_view
    lessons.open(1)
    qtbot.waitUntil(lambda: surface.settled and small.snapshot.view.experiment.n_parameters == 2)
    surface.canvas.setFocus()
    for _ in range(3):
        qtbot.keyClick(surface.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not data.there_label.isHidden())
    QApplication.sendEvent(
        surface.canvas, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.MenuBarFocusReason)
    )
    assert surface.pointed is not None
    lessons.panel.take_focus()
    assert surface.pointed is None
    assert not surface.readout.isVisible()
    qtbot.waitUntil(lambda: data.there_label.isHidden())


def test_the_focus_is_seen_on_entering_a_step_and_tab_and_f2_lead_to_its_question(
    small: MainWindow, qtbot: Any
) -> None:
    lessons = feature_of(small, LessonFeature)
    panel = lessons.panel
    below = 0
    for number, lesson in enumerate(lessons.lessons):
        lessons.open(number)
        for index, step in enumerate(lesson.steps):
            if index:
                small.actions_by_name["lesson_next"].trigger()
            if step.prediction is None or step.prediction.kind == "pin":
                continue
            settle(small)
            assert lessons.index == index
            first = [*panel.choice_buttons, panel.entry][0]
            assert panel.step_scroll.verticalScrollBar().value() == 0
            if small.focusWidget() is first:
                assert seen_whole(first)
                continue
            assert small.focusWidget() is panel.text
            assert not seen_whole(first)
            below += 1
            if below % 2:
                press(small, qtbot, Qt.Key.Key_Tab)
            else:
                small.actions_by_name["lessons"].trigger()
                settle(small)
            assert small.focusWidget() is first
            assert seen_whole(first)
    assert below > 1
