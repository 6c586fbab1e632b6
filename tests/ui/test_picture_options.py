"""Limits of the colours that are typed, as hands do it: Tab, Return, a wrong number, away."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from playground.drawing.levels import Levels
from playground.ui.picture_options import TYPED, PictureOptions


@pytest.fixture
def options(qtbot: Any) -> PictureOptions:
    options = PictureOptions()
    qtbot.addWidget(options)
    options.show()
    options.show_levels(Levels(0.0158489, 12.5893, True))
    options.limits_box.set_value(TYPED)
    options.limits_box.chosen.emit(TYPED)
    options.menu().popup(QPoint(0, 0))
    qtbot.waitUntil(options.low_field.isVisible)
    options.low_field.setFocus()
    options.low_field.selectAll()
    return options


def menu(options: PictureOptions) -> QMenu:
    found = options.menu()
    assert found is not None
    return found


def test_tab_goes_from_the_lowest_to_the_highest_and_return_takes_it(qtbot, options: PictureOptions) -> None:
    qtbot.keyClicks(options.low_field, "0.5")
    qtbot.keyClick(options.low_field, Qt.Key.Key_Tab)
    assert menu(options).focusWidget() is options.high_field
    options.high_field.selectAll()
    qtbot.keyClicks(options.high_field, "5")
    with qtbot.waitSignal(options.changed):
        qtbot.keyClick(options.high_field, Qt.Key.Key_Return)
    assert menu(options).isVisible()
    assert options.levels(True) == Levels(0.5, 5.0, True)
    qtbot.keyClick(options.high_field, Qt.Key.Key_Backtab)
    assert menu(options).focusWidget() is options.low_field


def test_what_was_typed_is_taken_as_the_panel_closes(options: PictureOptions, qtbot) -> None:
    qtbot.keyClicks(options.low_field, "0.5")
    menu(options).close()
    assert options.levels(True) == Levels(0.5, 12.59, True)


def test_limits_the_wrong_way_round_are_told_at_the_field_and_the_last_good_ones_stay(
    options: PictureOptions, qtbot
) -> None:
    good = options.levels(True)
    qtbot.keyClicks(options.low_field, "50")
    qtbot.keyClick(options.low_field, Qt.Key.Key_Return)
    assert options.problem_label.text() == "Lowest J must be below the highest, 12.6."
    assert options.levels(True) == good
    menu(options).close()
    assert not options.problem_label.text()
    assert options.low_field.text() == "0.01585"


def test_both_limits_may_be_typed_above_the_old_ones_in_either_order(options: PictureOptions, qtbot) -> None:
    qtbot.keyClicks(options.low_field, "50")
    qtbot.keyClick(options.low_field, Qt.Key.Key_Tab)
    options.high_field.selectAll()
    qtbot.keyClicks(options.high_field, "90")
    qtbot.keyClick(options.high_field, Qt.Key.Key_Return)
    assert not options.problem_label.text()
    assert options.levels(True) == Levels(50.0, 90.0, True)


def test_the_limits_on_the_screen_fit_their_fields(options: PictureOptions) -> None:
    for field in (options.low_field, options.high_field):
        words = field.fontMetrics().horizontalAdvance(field.text())
        assert words < field.width() - 12
