"""A lesson that is left leaves nothing behind but its run."""

from __future__ import annotations

import pytest

from playground.ui.lessons.feature import LessonFeature
from tests.support.features import feature_of


@pytest.mark.parametrize("by", ["course", pytest.param("closed", marks=pytest.mark.slow)])
def test_a_lesson_that_is_left_gives_back_speed_plane_pages_and_plots(open_window, qtbot, by: str) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    arrangement, surface, data = window.arrangement, window.surface_view, window.data_view
    window.transport.choose_speed(60)
    surface.choose_plane("random", seed=3)
    lessons.open(0)
    assert window.transport.chosen_speed != 60
    lessons.take_up(8)
    assert surface.kind == "parameters"
    lessons.take_up(9)
    lessons.walk(1)
    assert arrangement.page_on_screen("activations")
    lessons.take_up(6)
    lessons.walk(1)
    lessons.show_how()
    assert arrangement.page_is_open("inspector")
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 17)
    window.frame()
    box = data.drawing.box
    box.setRange(xRange=(1.0, 2.0), yRange=(1.0, 2.0), padding=0)
    box.sigRangeChangedManually.emit([True, True])
    assert not data.shows_everything
    if by == "course":
        lessons.panel.course_button.click()
    else:
        arrangement.hide_page("lessons")
        qtbot.waitUntil(lambda: window.transport.chosen_speed == 60 and surface.kind == "random")
    assert window.transport.chosen_speed == 60
    assert (surface.kind, surface.wish.plane.seed) == ("random", 3)
    assert not arrangement.page_is_open("activations")
    assert not arrangement.page_is_open("inspector")
    assert data.shows_everything
    assert window.snapshot.view.parameters.size == 17, "the run is the student's"


def test_what_was_chosen_during_a_lesson_stays(open_window) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    lessons.open(2)
    window.transport.choose_speed(None)
    window.surface_view.change_plane("random", seed=1)
    window.actions_by_name["activations"].trigger()
    lessons.choose(-1)
    assert window.transport.chosen_speed is None
    assert window.surface_view.kind == "random"
    assert window.arrangement.page_on_screen("activations")


def test_a_page_that_was_open_before_a_lesson_stays_open(open_window) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    window.arrangement.show_page("activations")
    lessons.open(1)
    assert window.arrangement.page_on_screen("surface")
    lessons.choose(-1)
    assert window.arrangement.page_on_screen("activations")
