"""A lesson in the lecture hall: the plot, α and the lesson's text on one screen, in large type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QSlider

from playground.ui.frame.notice_bar import Offer
from playground.ui.hall.lesson_hall import LessonHallFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.main_window import MainWindow
from tests.support.variants import slow


def parts(window: MainWindow) -> tuple[LessonFeature, LessonHallFeature]:
    found: dict[type, Any] = {type(feature): feature for feature in window.features}
    return found[LessonFeature], found[LessonHallFeature]


@pytest.mark.parametrize(("width", "height"), [slow(1920, 1080), (1280, 720)])
def test_the_lesson_stands_beside_the_plot_in_type_of_24_pixels(qtbot, open_window, width, height) -> None:
    window = open_window()
    lessons, hall = parts(window)
    lessons.open(3)
    lessons.walk(2)
    window.present("surface")
    window.resize(width, height)
    qtbot.waitUntil(lambda: hall.panel.isVisible())
    assert window.surface_view.canvas.isVisible()
    assert window.strip.slider.isVisible()
    assert "Just above" in hall.panel.text.toPlainText()
    assert hall.panel.text.fontInfo().pixelSize() >= 24
    qtbot.waitUntil(lambda: window.width() == width)
    for kind in (QLabel, QAbstractButton):
        for widget in hall.panel.findChildren(kind):
            if widget.isVisible():
                assert widget.fontInfo().pixelSize() >= 24
                right = widget.mapTo(window, widget.rect().topRight()).x()
                assert right <= window.width()
    buttons = [button for button in hall.panel.findChildren(QAbstractButton) if button.isVisible()]

    def fits() -> bool:
        # Full screen comes when the screen likes.
        window.resize(width, height)
        whole = all(button.width() >= button.minimumSizeHint().width() for button in buttons)
        return window.width() == width and whole and window.surface_view.canvas.width() > 0.5 * width

    qtbot.waitUntil(fits)
    window.present(None)
    qtbot.waitUntil(lambda: not hall.panel.isVisible())


def test_a_notice_leaves_the_lesson_and_the_title_of_the_plot_to_be_read(qtbot, open_window) -> None:
    window = open_window()
    lessons, hall = parts(window)
    lessons.open(3)
    window.present("surface")
    qtbot.waitUntil(lambda: hall.panel.isVisible())
    window.notices.say("A word.")
    notices, title = window.notices, window.surface_view.title_label

    def left_and_right() -> tuple[int, int]:
        left = notices.mapTo(window, notices.rect().topLeft()).x()
        return left, left + notices.width()

    def apart_from_lesson() -> bool:
        return left_and_right()[1] <= hall.panel.mapTo(window, hall.panel.rect().topLeft()).x()

    def apart() -> bool:
        # Full screen comes when the screen likes.
        window.resize(1920, 1080)
        words = title.mapTo(window, title.rect().topLeft()).x() + title.sizeHint().width()
        return window.width() == 1920 and words < left_and_right()[0] and apart_from_lesson()

    qtbot.waitUntil(apart)
    notices.say("Many words, of which a sentence is made that is long. " * 6)
    qtbot.waitUntil(lambda: notices.width() > 900 and apart_from_lesson())
    many = [Offer(f"{word} to the step of before, with another α", lambda: None) for word in ("Back", "On")]
    notices.say("Two long ways.", [*many, Offer("Watch it", lambda: None)], seconds=None)

    def whole() -> bool:
        buttons = notices.offers.values()
        return len(buttons) == 4 and all(button.width() >= button.sizeHint().width() for button in buttons)

    qtbot.waitUntil(whole)


def test_what_is_pressed_beside_the_plot_is_done(qtbot, open_window) -> None:
    window = open_window()
    lessons, hall = parts(window)
    window.present("surface")
    window.actions_by_name["lessons"].trigger()
    assert window.arrangement.large == "lessons"
    lessons.panel.lesson_chosen.emit(3)
    assert window.arrangement.large == "surface"
    qtbot.waitUntil(lambda: hall.panel.isVisible())
    qtbot.mouseClick(hall.panel.guess_button, Qt.MouseButton.LeftButton)
    assert window.strip.slider.guessing
    window.strip.slider.guessed.emit(0.5)
    qtbot.waitUntil(lambda: "Right" in hall.panel.answer_label.text())
    qtbot.mouseClick(hall.panel.next_button, Qt.MouseButton.LeftButton)
    assert lessons.index == 1
    qtbot.waitUntil(lambda: "Just below" in hall.panel.text.toPlainText())
    window.transport.choose_speed(None)
    qtbot.mouseClick(hall.panel.show_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Reached" in hall.panel.goal_label.text())
    window.actions_by_name["lessons"].trigger()
    assert not hall.panel.isVisible()
    window.actions_by_name["lessons"].trigger()
    assert hall.panel.isVisible()


def test_what_is_set_by_hand_has_its_sliders_in_the_hall_too(qtbot, open_window) -> None:
    window = open_window()
    lessons, hall = parts(window)
    window.present("surface")
    lessons.panel.lesson_chosen.emit(1)
    qtbot.waitUntil(lambda: hall.sliders.isVisible())
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 2)
    assert "Alt+2" in next(
        label.text() for label in hall.panel.findChildren(QLabel) if "Alt+1" in label.text()
    )
    slider = hall.sliders.findChild(QSlider)
    slider.setFocus()
    before = window.snapshot.view.parameters[0]
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters[0] > before)
    hall.sliders.moved.emit(np.array([1.5, -4.5]), False)
    qtbot.waitUntil(lambda: "Reached" in hall.panel.goal_label.text())
    lessons.walk(1)
    qtbot.waitUntil(lambda: not hall.sliders.isVisible())


def test_a_step_is_set_up_without_a_word_over_the_picture_and_can_be_undone(qtbot, open_window) -> None:
    window = open_window()
    lessons, _ = parts(window)
    assert window.notices.offers, "the welcome"
    first = window.lab.experiment
    window.present("surface")
    lessons.panel.lesson_chosen.emit(1)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 2)
    window.frame()
    assert not window.notices.isVisible()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.lab.experiment == first)


def test_hands_take_the_place_of_the_lesson_while_they_are_counted(qtbot, open_window) -> None:
    window = open_window()
    lessons, hall = parts(window)
    lessons.open(2)
    lessons.walk(1)
    window.present("loss")
    qtbot.waitUntil(lambda: hall.panel.isVisible())
    qtbot.mouseClick(hall.panel.hands_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not hall.panel.isVisible())
    assert window.actions_by_name["tally"].isChecked()
    window.actions_by_name["tally"].setChecked(False)
    qtbot.waitUntil(lambda: hall.panel.isVisible())


def test_the_lab_of_a_lesson_fills_the_hall(qtbot, open_window) -> None:
    window = open_window()
    lessons, hall = parts(window)
    window.present("surface")
    lessons.panel.lesson_chosen.emit(5)
    assert window.arrangement.large == "chain_rule"
    qtbot.waitUntil(lambda: hall.panel.isVisible())


def test_a_click_on_the_words_of_a_choice_chooses_it(qtbot, open_window) -> None:
    window = open_window()
    lessons, _ = parts(window)
    lessons.open(2)
    lessons.walk(1)
    words = next(label for label in lessons.panel.findChildren(QLabel) if "below 0.02" in label.text())
    qtbot.mouseClick(words, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(lessons.panel.guess_button, Qt.MouseButton.LeftButton)
    assert "Right" in lessons.panel.answer_label.text()


def test_in_a_hall_it_is_read_which_step_of_the_lesson_this_is(qtbot, open_window) -> None:
    window = open_window()
    lessons, hall = parts(window)
    window.present("surface")
    for number, lesson in enumerate(lessons.lessons):
        lessons.panel.lesson_chosen.emit(number)
        qtbot.waitUntil(lambda: hall.panel.isVisible())
        step, title = hall.panel.subtitle_label, hall.panel.title_label
        qtbot.waitUntil(lambda lesson=lesson, title=title: title.text() == lesson.title)
        assert step.text() == f"step 1 of {len(lesson.steps)}"

        def is_read(step=step, title=title) -> bool:
            window.resize(1440, 900)
            words = title.fontMetrics().size(0, title.shown_text).width()
            return step.width() >= step.sizeHint().width() and words <= title.width()

        qtbot.waitUntil(is_read)
