"""Names of parts of the window in a lesson's text: each part is there, and lights up with its name."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTabBar, QWidget

from playground.lessons.format import LessonError, parse_lesson
from playground.lessons.parts import PARTS, parts_in, with_links
from playground.ui.lessons.feature import LessonFeature
from playground.ui.lessons.part_light import place_of
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of


def lesson_with(text: str) -> str:
    return f'title = "t"\nsummary = "s"\ntopic = "loss"\n[[step]]\ntitle = "t"\ntext = """\n{text}\n"""\n'


def test_a_mark_becomes_a_link_in_its_own_words_or_those_of_the_part() -> None:
    assert with_links("see [[strip]] and [[loss_plot|the plot of J]]") == (
        "see [the strip](part:strip) and [the plot of J](part:loss_plot)"
    )
    assert with_links("[[1, 2], [3, 4]] and [[atlas]]") == "[[1, 2], [3, 4]] and [[atlas]]"
    assert parts_in("[[strip]] [[run|it]] [[1]]") == ["strip", "run"]
    assert parse_lesson(lesson_with("drag [[slider]]"), "mine.toml").steps[0].text == "drag [[slider]]"
    with pytest.raises(LessonError, match=r"line 6.*text.*\[\[atlas\]\] names no part of the window"):
        parse_lesson(lesson_with("open [[atlas]]"), "mine.toml")


def middle_is_seen(window: MainWindow, name: str) -> bool:
    """Whether a part has a place whose middle is in the window."""
    place = place_of(window, name)
    if place is None:
        return False
    widget, rect = place
    corner = widget.mapTo(window, rect.topLeft())
    return bool(window.rect().contains(corner + QPoint(rect.width() // 2, rect.height() // 2)))


def seen_parts(window: MainWindow, qtbot: Any) -> int:
    """Return how many parts the texts of the course name; each must be on the screen with its step."""
    lessons, count = feature_of(window, LessonFeature), 0
    for number, lesson in enumerate(lessons.lessons):
        lessons.open(number)
        for index, step in enumerate(lesson.steps):
            if index:
                lessons.walk(1)
            for name in parts_in(step.text):
                count += 1
                place = f"{lesson.name} {index + 1}: {name}"
                # The panels find their places after the step has begun.
                qtbot.waitUntil(lambda name=name: middle_is_seen(window, name))
                _, rect = place_of(window, name)
                assert min(rect.width(), rect.height()) >= 12, place
                assert f"](part:{name})" in with_links(step.text), place
    return count


def test_each_part_that_a_text_names_is_on_the_screen_with_its_step(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    named = seen_parts(window, qtbot)
    assert named >= 25
    lessons = feature_of(window, LessonFeature).lessons
    without = {lesson.name for lesson in lessons if not any(parts_in(step.text) for step in lesson.steps)}
    assert without == set(), "every lesson marks the parts that it speaks of"


@pytest.mark.parametrize("width", [1366, 1920])
def test_a_page_has_the_name_that_a_text_calls_it_by_at_every_width(
    open_window: Any, qtbot: Any, width: int
) -> None:
    window = open_window()
    window.resize(width, 900)
    lessons = feature_of(window, LessonFeature)
    lessons.open(7)
    lessons.walk(1)
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.panel.isVisible() and window.panel.isVisible() == (width == 1920))
    assert "The page Experiment" in lessons.panel.text.toPlainText()

    def named() -> bool:
        lessons.light.choose("experiment")
        place = place_of(window, "experiment")
        assert place is not None
        tabs, rect = place
        if not isinstance(tabs, QTabBar):
            return False
        index = tabs.tabAt(rect.center())
        return tabs.tabText(index) == "Experiment" and lessons.light.lit == "experiment"

    qtbot.waitUntil(named)
    window.arrangement.show_page("experiment")
    window.arrangement.hide_page("lessons")
    qtbot.waitUntil(lambda: window.panel.isVisible() and not lessons.panel.isVisible())
    tabs = [bar for bar in window.arrangement.findChildren(QTabBar) if bar.isVisible()]
    assert "Experiment" not in [bar.tabText(0) for bar in tabs], "one page alone needs no tab"


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1000, 620)])
def test_each_part_is_on_the_screen_in_the_full_layout_too(
    open_window: Any, qtbot: Any, size: tuple[int, int]
) -> None:
    window = open_window()
    window.resize(*size)
    window.set_full(True)
    assert seen_parts(window, qtbot) >= 25


def frame_of(window: MainWindow) -> QWidget | None:
    frames = [child for child in window.findChildren(QWidget) if type(child).__name__ == "_Frame"]
    return next((frame for frame in frames if frame.isVisible()), None)


def link_place(lessons: LessonFeature, name: str) -> QPoint:
    """Return the place of a link in the text, in the coordinates of its viewport."""
    text = lessons.panel.text
    block = text.document().begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            if fragment.charFormat().anchorHref() == f"part:{name}":
                cursor = QTextCursor(text.document())
                cursor.setPosition(fragment.position())
                first = text.cursorRect(cursor).center()
                cursor.setPosition(fragment.position() + 1)
                return (first + text.cursorRect(cursor).center()) / 2
            iterator += 1
        block = block.next()
    raise AssertionError(f"no link to {name}")


def test_a_name_lights_its_part_under_the_pointer_by_a_click_and_by_keys(
    open_window: Any, qtbot: Any
) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(2)
    text, light = lessons.panel.text, lessons.light

    def pointed_at() -> bool:
        window.frame()
        place = link_place(lessons, "slider")
        qtbot.mouseMove(text.viewport(), place)
        qtbot.mouseMove(text.viewport(), place + QPoint(0, 1))
        return light.lit == "slider"

    qtbot.waitUntil(pointed_at)
    place = link_place(lessons, "slider")
    slider = window.strip.slider
    frame = frame_of(window)
    assert frame.geometry().contains(slider.mapTo(window, slider.rect().center()))
    assert frame.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    text.highlighted.emit(QUrl())
    assert light.lit is None
    assert frame_of(window) is None
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert light.lit == "slider"
    lessons.walk(1)
    assert light.lit is None, "another step puts it out"
    lessons.walk(-1)
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    assert light.lit == "slider", "Tab goes to the names, too"
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert light.lit == "slider"
    lessons.choose(-1)
    assert light.lit is None


def test_a_click_on_the_name_of_a_page_brings_it_to_the_front(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(6)
    lessons.walk(1)
    window.arrangement.show_page("surface")
    assert place_of(window, "inspector") is None
    assert lessons.light.choose("inspector")
    assert window.arrangement.page_on_screen("inspector")
    assert not lessons.light.choose("atlas")
    assert all(part.words and part.places for part in PARTS.values())


def test_a_part_that_is_scrolled_away_lights_nothing_else_and_a_click_brings_it_into_sight(
    open_window: Any, qtbot: Any
) -> None:
    window = open_window()
    window.resize(1366, 620)
    lessons = feature_of(window, LessonFeature)
    lessons.open(1)
    scroll, light = lessons.panel.step_scroll, lessons.light
    qtbot.waitUntil(lambda: place_of(window, "sliders") is not None)
    sliders, _rect = place_of(window, "sliders")
    port = scroll.viewport()

    def in_sight() -> bool:
        top = sliders.mapTo(port, QPoint()).y()
        return top >= 0 and top + sliders.height() <= port.height()

    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > sliders.height())
    assert not in_sight()
    light.point_at("sliders")
    assert (light.lit, frame_of(window)) == (None, None), "not a frame around what stands below the page"
    assert light.choose("sliders")
    assert in_sight()
    frame = frame_of(window)
    assert frame.geometry().contains(sliders.mapTo(window, sliders.rect().center()))


@pytest.mark.parametrize(("name", "panel"), [("strip", "strip"), ("slider", "strip"), ("points", "data")])
def test_a_click_on_the_name_of_a_closed_panel_opens_it(
    open_window: Any, qtbot: Any, name: str, panel: str
) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(2)
    window.actions_by_name[f"panel_{panel}"].setChecked(False)
    assert place_of(window, name) is None
    assert lessons.light.choose(name)
    assert window.actions_by_name[f"panel_{panel}"].isChecked()
    widget, _ = place_of(window, name)
    qtbot.waitUntil(
        lambda: frame_of(window).geometry().contains(widget.mapTo(window, widget.rect().center()))
    )


def test_the_frame_follows_its_part_when_the_window_changes_its_size(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(2)
    lessons.light.point_at("slider")
    slider = window.strip.slider
    window.resize(1500, 900)

    def around() -> bool:
        corners = (slider.mapTo(window, QPoint()), slider.mapTo(window, slider.rect().bottomRight()))
        frame = frame_of(window).geometry()
        near = frame.width() - slider.width() <= 8 and frame.height() - slider.height() <= 8
        return near and all(frame.contains(corner) for corner in corners)

    qtbot.waitUntil(lambda: slider.width() > 900 and around())
    window.actions_by_name["panel_strip"].setChecked(False)
    qtbot.waitUntil(lambda: lessons.light.lit is None)


@pytest.mark.parametrize(
    "place", ["hint", "prediction.question", "prediction.explanation", "prediction.choices"]
)
def test_a_mark_outside_of_the_text_is_refused_with_its_place(place: str) -> None:
    words = dict.fromkeys(("hint", "question", "explanation", "choices"), "words")
    words[place.rpartition(".")[2]] = "see [[strip]]"
    content = lesson_with("text") + (
        f'hint = "{words["hint"]}"\n'
        f'prediction = {{ kind = "choice", question = "{words["question"]}", answer = 0, '
        f'choices = ["{words["choices"]}", "b"], explanation = "{words["explanation"]}" }}\n'
    )
    with pytest.raises(LessonError, match=rf"{place}: \[\[strip\]\] stays as it is here"):
        parse_lesson(content, "mine.toml")


@pytest.mark.parametrize(("start", "step", "name"), [("08", 2, "optimiser"), ("07", 3, "activation")])
@pytest.mark.parametrize("by_key", [False, True])
def test_the_name_of_a_field_of_the_experiment_brings_it_into_sight(
    open_window: Any, qtbot: Any, start: str, step: int, name: str, by_key: bool
) -> None:
    window = open_window()
    window.resize(1280, 720)
    lessons = feature_of(window, LessonFeature)
    names = [lesson.name[:2] for lesson in lessons.lessons]
    lessons.open(names.index(start))
    for _ in range(step - 1):
        lessons.walk(1)
    assert name in parts_in(lessons.step.text)
    window.frame()
    if by_key:
        lessons.panel.part_entered.emit(name)
    else:
        lessons.panel.text.anchorClicked.emit(QUrl(f"part:{name}"))
    field = window.panel.choosers["training.optimizer" if name == "optimiser" else "network.activation"]

    def marked() -> bool:
        frame = frame_of(window)
        whole = field.visibleRegion().boundingRect() == field.rect()
        return whole and frame.geometry().contains(field.mapTo(window, field.rect().center()))

    qtbot.waitUntil(lambda: lessons.light.lit == name)
    qtbot.waitUntil(marked, timeout=1500)
    assert not by_key or field.hasFocus() or field.isAncestorOf(window.focusWidget())
