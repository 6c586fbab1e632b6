"""A show of hands: counted by key, click and typing, and revealed beside a lesson's question."""

from __future__ import annotations

from PySide6.QtCore import Qt

from playground.ui.frame.workbench import Workbench
from playground.ui.hall.tally import Tally
from playground.ui.hall.tally_feature import TallyFeature
from playground.ui.lessons.feature import LessonFeature
from tests.support.course_parts import COURSE_PARTS
from tests.support.features import bench_with, feature_of

open_course = bench_with(*COURSE_PARTS, TallyFeature)


def tally_of(window: Workbench) -> Tally:
    feature = feature_of(window, TallyFeature)
    assert isinstance(feature, TallyFeature)
    return feature.tally


def open_question(window: Workbench) -> LessonFeature:
    """Go to the first step of the course that asks to choose."""
    lessons = feature_of(window, LessonFeature)
    assert isinstance(lessons, LessonFeature)
    for number, lesson in enumerate(lessons.lessons):
        for index, step in enumerate(lesson.steps):
            if step.prediction is not None and step.prediction.kind == "choice":
                lessons.open(number)
                lessons.walk(index)
                return lessons
    raise AssertionError("no lesson asks to choose")


def test_hands_are_counted_by_key_click_and_typing(qtbot, open_window) -> None:
    window = open_window()
    window.activateWindow()
    window.actions_by_name["tally"].trigger()
    tally = tally_of(window)
    assert tally.isVisible()
    assert tally.reveal_button.isHidden(), "nobody knows the answer to a question that was only said"
    window.setFocus()
    for key in (Qt.Key.Key_A, Qt.Key.Key_B, Qt.Key.Key_B, Qt.Key.Key_D):
        qtbot.keyClick(window, key)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    qtbot.mouseClick(tally.rows[2].bar, Qt.MouseButton.LeftButton)
    assert list(tally.counts) == [1, 1, 1]
    tally.rows[1].box.setFocus()
    tally.rows[1].box.selectAll()
    qtbot.keyClicks(tally.rows[1].box, "40")
    window.transport.run_button.setFocus()
    tally.more_button.click()
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert list(tally.counts) == [1, 40, 1, 1]
    tally.clear_button.click()
    assert tally.counts == (0, 0, 0, 0)
    window.actions_by_name["tally"].trigger()
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert tally.counts == (0, 0, 0, 0), "closed, it counts nothing"


def test_it_stands_beside_the_question_of_a_lesson_and_reveals_its_answer(qtbot, open_course) -> None:
    window = open_course()
    window.activateWindow()
    prediction = open_question(window).step.prediction
    window.actions_by_name["tally"].trigger()
    tally = tally_of(window)
    assert tally.question.text() == prediction.question
    assert [row.name.text()[1:].strip() for row in tally.rows] == list(prediction.choices)
    answer = int(prediction.answer)
    tally.add(answer, 3)
    tally.add(1 - min(answer, 1), 2)
    assert not tally.is_revealed
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert tally.is_revealed
    assert f"{'ABCDEFGH'[answer]} is right." in tally.answer_label.text()
    assert "3 of 5 said so" in tally.answer_label.text()
    assert prediction.explanation in tally.answer_label.text()


def test_a_lesson_asks_for_it_in_a_presentation_alone(qtbot, open_course) -> None:
    window = open_course()
    panel = open_question(window).panel
    assert not panel.hands_button.isVisible(), "one student has one hand"
    panel.hands_requested.emit()
    qtbot.waitUntil(tally_of(window).isVisible)


def test_another_question_begins_another_count(qtbot, open_course) -> None:
    window = open_course()
    lessons = open_question(window)
    window.actions_by_name["tally"].trigger()
    tally = tally_of(window)
    tally.add(0, 5)
    lessons.choose(-1)
    qtbot.waitUntil(lambda: tally.counts == (0, 0, 0))


def test_it_stays_in_a_presentation_where_it_can_be_read(qtbot, open_window) -> None:
    window = open_window()
    open_question(window)
    window.actions_by_name["tally"].trigger()
    window.present("surface")
    tally = tally_of(window)
    assert tally.isVisible()
    assert window.surface_view.isVisible()
    qtbot.waitUntil(lambda: tally.question.fontInfo().pixelSize() >= 24)
    assert tally.rows[0].name.fontInfo().pixelSize() >= 24
    window.present(None)
