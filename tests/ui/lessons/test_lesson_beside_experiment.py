"""A lesson and the experiment that it is about: side by side where there is room, one sentence where not."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt

from playground.drawing.network.layout import lay_out
from playground.lessons.format import parse_lesson
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.lessons.reminder import sentence_of
from tests.support.features import feature_of


def wide(window: Any, qtbot: Any, width: int = 1920, height: int = 1080) -> LessonFeature:
    """Make the window this large, and return its lessons."""
    window.resize(width, height)
    qtbot.waitUntil(lambda: window.arrangement.width() == width)
    qtbot.waitUntil(
        lambda: window.panel.isHidden() or window.panel.width() >= window.panel.minimumSizeHint().width()
    )
    return feature_of(window, LessonFeature)


def widths(window: Any) -> list[int]:
    return [window.panel.width(), window.surface_view.width(), window.data_view.width()]


@pytest.mark.parametrize(
    ("width", "height", "full"), [(1600, 900, True), pytest.param(1920, 1080, False, marks=pytest.mark.slow)]
)
def test_a_wide_window_shows_the_lesson_and_the_experiment_at_once(
    open_window: Any, qtbot: Any, width: int, height: int, full: bool
) -> None:
    window = open_window()
    window.set_full(full)
    lessons = wide(window, qtbot, width, height)
    before = widths(window)
    for number in range(len(lessons.lessons)):
        lessons.open(number)
        qtbot.waitUntil(lambda: lessons.panel.isVisible() and window.panel.isVisible())
        qtbot.waitUntil(lambda: lessons.panel.width() > 320)
        title = lessons.panel.title_label
        qtbot.waitUntil(lambda title=title: title.shown_text == title.text(), timeout=5000)
    assert (window.width(), window.height()) == (width, height)
    lessons.open(7)
    for _ in range(3):
        lessons.walk(1)
    window.panel.choosers["network.activation"].setFocus()
    assert lessons.panel.text.isVisible()
    assert "Kill a relu" in lessons.panel.text.toPlainText()
    assert window.panel.diagram.isVisible()
    assert not lessons.reminder.isVisible()
    window.arrangement.hide_page("lessons")

    qtbot.waitUntil(lambda: not lessons.panel.isVisible() and widths(window) == before)


def test_a_lesson_moves_with_the_width_of_the_window_and_stays_open(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = wide(window, qtbot, 1280, 720)
    lessons.open(8)
    lessons.walk(1)
    qtbot.waitUntil(lessons.panel.isVisible)
    assert not window.panel.isVisible()
    wide(window, qtbot)
    qtbot.waitUntil(lambda: lessons.panel.isVisible() and window.panel.isVisible())
    assert window.arrangement.seen("left") == "lessons"
    wide(window, qtbot, 1280, 720)
    qtbot.waitUntil(lambda: lessons.panel.isVisible() and not window.panel.isVisible())
    assert lessons.index == 1


def test_the_lesson_keeps_its_place_through_a_presentation(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = wide(window, qtbot)
    lessons.open(2)
    qtbot.waitUntil(lambda: lessons.panel.isVisible() and window.panel.isVisible())
    window.present("surface")
    assert not lessons.panel.isVisible()
    window.present(None)
    qtbot.waitUntil(lambda: lessons.panel.isVisible() and window.panel.isVisible())


@pytest.mark.parametrize(
    ("number", "step", "said"),
    [(7, 2, "relu and sigmoid"), (7, 3, "dead neurons are crossed out"), (8, 1, "optimiser momentum")],
)
def test_a_step_done_on_the_page_of_the_experiment_keeps_its_sentence_there(
    open_window: Any, qtbot: Any, number: int, step: int, said: str
) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(number)
    for _ in range(step):
        lessons.walk(1)
    window.arrangement.show_page("experiment")
    qtbot.waitUntil(lambda: lessons.reminder.isVisible() and said in lessons.reminder.label.text())
    assert lessons.reminder.height() >= lessons.reminder.label.heightForWidth(lessons.reminder.label.width())
    assert "[[" not in lessons.reminder.label.text()
    assert "*" not in lessons.reminder.label.text()
    assert window.panel.diagram.drawing is not None
    window.arrangement.hide_page("lessons")
    qtbot.waitUntil(lambda: not lessons.reminder.isVisible())


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
def test_the_box_in_use_stays_where_it_is_when_the_goal_is_reached(
    open_window: Any, qtbot: Any, size: tuple[int, int]
) -> None:
    window = open_window()
    window.resize(*size)
    lessons = feature_of(window, LessonFeature)
    lessons.open(8)
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.place is not None and lessons.place.since is not None)
    window.arrangement.show_page("experiment")
    label, box = lessons.reminder.label, window.panel.choosers["training.optimizer"]
    qtbot.waitUntil(lambda: label.isVisible() and box.isVisible())
    reminder, before = lessons.reminder, [(0, 0, 0)]

    def settled() -> bool:
        before.append((reminder.width(), reminder.height(), box.mapTo(window, box.rect().topLeft()).y()))
        return before[-1] == before[-2] and reminder.height() == reminder.heightForWidth(reminder.width())

    qtbot.waitUntil(settled)
    box.setFocus()
    place, height = box.mapTo(window, box.rect().topLeft()), lessons.reminder.height()
    assert not lessons.reminder.tick.isVisible()
    lessons.show_how()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40 and lessons.reached)
    qtbot.waitUntil(lessons.reminder.tick.isVisible)
    assert lessons.reminder.height() == height
    assert box.mapTo(window, box.rect().topLeft()) == place


def test_the_sentence_is_the_goal_or_the_question_where_no_paragraph_speaks_of_the_page() -> None:
    text = 'title = "t"\n[[step]]\ntitle = "the *title*"\ntext = "Run it.{more}"\n'
    steps = [
        parse_lesson(text.format(more=more), "a.toml").steps[0] for more in ("", r"\n\nOn [[experiment]].")
    ]
    assert sentence_of(steps[0]) == "the title"
    assert sentence_of(steps[0], "J below 1.") == "Goal: J below 1."
    assert sentence_of(steps[1], "J below 1.") == "On the page Experiment."


def test_neurons_are_drawn_close_together_before_any_is_left_out() -> None:
    for height in range(82, 300):
        diagram = lay_out(QRectF(0, 0, 280, height), (2, 8, 1), 1.0)
        assert diagram.more == [], height
        column = sorted(node.place.top() for node in diagram.nodes if node.layer == 1)
        assert column[0] >= -1, height
        assert column[-1] + diagram.node_size <= height + 1, height


def test_the_diagram_grows_where_there_is_room_and_no_band_is_empty(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = wide(window, qtbot)
    lessons.open(7)
    for _ in range(3):
        lessons.walk(1)
    panel = window.panel
    qtbot.waitUntil(lambda: panel.diagram.height() >= 420)

    def gap() -> int:
        tiles, fold = panel.datasets, panel.fold
        return (
            fold.mapTo(panel, fold.rect().topLeft()).y() - tiles.mapTo(panel, tiles.rect().bottomLeft()).y()
        )

    qtbot.waitUntil(lambda: 0 < gap() <= 12)


def test_the_heading_that_folds_stands_below_the_others(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    window.resize(1366, 768)
    window.set_full(True)
    fold = window.panel.fold
    qtbot.waitUntil(fold.button.isVisible)
    image = fold.button.grab().toImage()
    ground = image.pixel(image.width() - 1, 0)
    first = next(
        x
        for x in range(image.width())
        if any(image.pixel(x, y) != ground for y in range(2, image.height() - 2))
    )
    assert first <= 4 * window.devicePixelRatioF()
    assert fold.button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_inspector_writes_larger_on_a_large_screen(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = wide(window, qtbot, 1280, 720)
    lessons.open(6)
    lessons.walk(1)
    inspector = feature_of(window, InspectorFeature).view
    qtbot.waitUntil(lambda: bool(inspector.operations))
    small = inspector.board.drawing.line
    wide(window, qtbot)
    qtbot.waitUntil(lambda: inspector.board.drawing.line >= 1.2 * small, timeout=8000)
    wide(window, qtbot, 1280, 720)
    qtbot.waitUntil(lambda: inspector.board.drawing.line == small)
