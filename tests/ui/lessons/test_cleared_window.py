"""A lesson about a lab clears the rest of the window away, and everything comes back."""

from __future__ import annotations

from typing import Any

import pytest

from playground.lessons.format import PANELS, LessonError, parse_lesson
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.frame.layout import CLEARED
from playground.ui.lessons.feature import WIDTH, LessonFeature
from tests.support.features import feature_of


def sizes(window: Any) -> list[int]:
    """Return the widths of the three columns."""
    upper = window.surface_view.parent()
    while not hasattr(upper, "sizes"):
        upper = upper.parent()
    return upper.sizes()


def in_course(window: Any, qtbot: Any) -> list[int]:
    """Open the course, and return the widths of the columns beside it."""
    feature_of(window, LessonFeature).open()
    qtbot.waitUntil(lambda: sizes(window)[0] == WIDTH)
    return sizes(window)


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
def test_the_chain_rule_lab_has_the_room_of_the_network(
    open_window: Any, qtbot: Any, size: tuple[int, int]
) -> None:
    window = open_window()
    window.resize(*size)
    lessons, lab = feature_of(window, LessonFeature), feature_of(window, ChainRuleFeature)
    rest = window.data_view, window.loss_view, window.strip
    before = in_course(window, qtbot)
    lessons.open(5)
    for index in range(4):
        if index:
            lessons.walk(1)
        assert not any(panel.isVisible() for panel in rest)
        qtbot.waitUntil(lambda: lab.lab.width() >= 0.7 * window.width())
        assert all(
            row.label.isVisible() and row.label.text() == name for name, row in lab.lab.rows.rows.items()
        )
        view = lab.lab.view
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar(), lab.lab.rows.verticalScrollBar()):
            qtbot.waitUntil(lambda bar=bar: not bar.isVisible())
    lessons.choose(-1)
    assert all(panel.isVisible() for panel in rest)
    qtbot.waitUntil(lambda: sizes(window) == before)
    assert all(window.arrangement.is_open(name) for name in ("data", "loss", "strip"))


def test_what_is_cleared_is_no_choice_of_the_user(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    window.arrangement.set_open("data", False)
    lessons.open(5)
    assert not window.preferences.switch("closed/strip", False)
    window.arrangement.set_open("strip", True)
    assert window.strip.isVisible(), "what the user asks for comes"
    lessons.choose(-1)
    assert window.loss_view.isVisible()
    assert not window.data_view.isVisible(), "what the user closed stays closed"
    lessons.open(5)
    lessons.walk(1)
    window.arrangement.hide_page("lessons")
    qtbot.waitUntil(lambda: window.loss_view.isVisible())
    assert window.strip.isVisible()


def test_a_presentation_and_a_page_beside_the_loss_bring_their_own_back(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    before = in_course(window, qtbot)
    lessons.open(5)
    window.present("surface")
    assert window.strip.isVisible()
    window.present(None)
    assert not window.strip.isVisible()
    window.arrangement.show_page("bug_hunt")
    assert window.arrangement.page_on_screen("bug_hunt")
    window.arrangement.hide_page("bug_hunt")
    lessons.choose(-1)
    qtbot.waitUntil(lambda: sizes(window) == before)


def test_panels_that_there_are_not_are_refused_with_their_line() -> None:
    text = 'title = "t"\n[[step]]\ntitle = "t"\ntext = "t"\nview = { panels = ["surface"] }\n'
    assert PANELS == CLEARED, "what a lesson may name is what the window can clear away"
    with pytest.raises(LessonError, match=r"line 5.*view\.panels.*data, loss, strip"):
        parse_lesson(text, "mine.toml")


@pytest.mark.parametrize("pair", [("loss", "sharpness"), ("sharpness", "surface"), ("lessons", "loss")])
def test_pages_that_cannot_stand_beside_each_other_are_refused(pair: tuple[str, str]) -> None:
    text = f'title = "t"\n[[step]]\ntitle = "t"\ntext = "t"\nview = {{ side_by_side = {list(pair)} }}\n'
    with pytest.raises(LessonError, match=r"line 5.*view\.side_by_side: cannot have loss in the middle"):
        parse_lesson(text, "mine.toml")


@pytest.mark.parametrize("pair", [("surface", "map"), ("sharpness", "map"), ("inspector", "activations")])
def test_two_pages_of_one_place_stand_beside_each_other(open_window: Any, pair: tuple[str, str]) -> None:
    arrangement = open_window().arrangement
    places = "centre", "right"
    homes = [arrangement.place_of(name) for name in pair]
    arrangement.show_side_by_side(*pair)
    assert tuple(arrangement.seen(place) for place in places) == pair
    arrangement.end_side_by_side()
    assert [arrangement.place_of(name) for name in pair] == homes
    assert arrangement.is_open("data")
