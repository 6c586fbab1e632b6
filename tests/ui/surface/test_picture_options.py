"""Limits of the colours that are typed, as hands do it: Tab, Return, a wrong number, away."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from playground.drawing.kit.levels import Levels
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.surface.picture_options import PictureOptions
from playground.ui.surface.wish import AUTOMATIC, HELD, TYPED
from tests.support.features import bench_with
from tests.ui.conftest import OpenBench

open_surface = bench_with(SurfaceFeature)


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


@pytest.mark.parametrize("typed", ["0", "-0.5"])
def test_no_lowest_j_at_or_below_zero_is_taken_on_a_logarithmic_scale(
    options: PictureOptions, qtbot, typed: str
) -> None:
    good = options.levels(True)
    qtbot.keyClicks(options.low_field, typed)
    with qtbot.assertNotEmitted(options.changed):
        qtbot.keyClick(options.low_field, Qt.Key.Key_Return)
    assert options.problem_label.text() == "Lowest J must be above 0 on a logarithmic scale."
    assert options.low_field.property("wrong")
    assert options.levels(True) == good


def test_a_limit_typed_for_the_linear_scale_is_refused_as_the_logarithmic_one_comes(
    options: PictureOptions, qtbot
) -> None:
    sentence, usual = "Lowest J must be above 0 on a logarithmic scale.", options.toolTip()
    options.set_scale(False)
    options.low_field.selectAll()
    qtbot.keyClicks(options.low_field, "-1")
    qtbot.keyClick(options.low_field, Qt.Key.Key_Return)
    assert options.levels(False) == Levels(-1.0, 12.59, False)
    assert not options.problem
    menu(options).close()
    options.set_scale(True)
    assert options.levels(True) is None
    assert options.problem_label.text() == sentence
    assert options.low_field.property("wrong")
    assert options.toolTip() == f"{sentence} Until then the limits are automatic."
    menu(options).popup(QPoint(0, 0))
    menu(options).close()
    assert options.problem_label.text() == sentence, "it is wrong still"
    options.set_scale(False)
    assert not options.problem_label.text()
    assert options.toolTip() == usual
    assert options.levels(False) == Levels(-1.0, 12.59, False)


def test_limits_held_on_the_linear_scale_are_refused_on_the_logarithmic_one_too(
    options: PictureOptions,
) -> None:
    options.set_scale(False)
    options.limits_box.set_value(AUTOMATIC)
    options.show_levels(Levels(0.0, 2.0, False))
    options.limits_box.set_value(HELD)
    options.set_scale(True)
    assert options.levels(True) is None
    assert options.problem_label.text() == "Held limits must begin above 0 on a logarithmic scale."
    options.limits_box.set_value(AUTOMATIC)
    options.limits_box.chosen.emit(AUTOMATIC)
    assert not options.problem_label.text()


def test_both_limits_may_be_typed_above_the_old_ones_in_either_order(options: PictureOptions, qtbot) -> None:
    qtbot.keyClicks(options.low_field, "50")
    qtbot.keyClick(options.low_field, Qt.Key.Key_Tab)
    options.high_field.selectAll()
    qtbot.keyClicks(options.high_field, "90")
    qtbot.keyClick(options.high_field, Qt.Key.Key_Return)
    assert not options.problem_label.text()
    assert options.levels(True) == Levels(50.0, 90.0, True)


@pytest.mark.parametrize(
    ("low", "high"), [("0.123456789", "0.123499999"), ("0.1234561", "0.1234564")], ids=["close", "closer"]
)
def test_typed_limits_keep_all_their_digits_whatever_their_fields_have_room_for(
    options: PictureOptions, qtbot, low: str, high: str
) -> None:
    qtbot.keyClicks(options.low_field, low)
    qtbot.keyClick(options.low_field, Qt.Key.Key_Tab)
    options.high_field.selectAll()
    qtbot.keyClicks(options.high_field, high)
    qtbot.keyClick(options.high_field, Qt.Key.Key_Return)
    typed = Levels(float(low), float(high), True)
    assert options.levels(True) == typed
    assert options.low_field.text() == f"{typed.low:.6g}"
    with qtbot.assertNotEmitted(options.changed):
        options.set_scale(False)
        options.set_scale(True)
        menu(options).close()
    assert options.levels(True) == typed
    assert not options.problem


def test_the_limits_on_the_screen_fit_their_fields(options: PictureOptions) -> None:
    for field in (options.low_field, options.high_field):
        words = field.fontMetrics().horizontalAdvance(field.text())
        assert words < field.width() - 12


def test_the_scale_beside_the_surface_is_that_of_the_limits(qtbot: Any, open_surface: OpenBench) -> None:
    surface = open_surface().surface_view
    options = surface.options
    qtbot.waitUntil(lambda: surface.drawing.levels is not None)
    surface.scale_box.setCurrentIndex(1)
    options.limits_box.set_value(TYPED)
    options.limits_box.chosen.emit(TYPED)
    for field, text in ((options.low_field, "-1"), (options.high_field, "3")):
        field.setText(text)
        assert field.commit()
    qtbot.waitUntil(lambda: surface.drawing.levels == Levels(-1.0, 3.0, False))
    surface.scale_box.setCurrentIndex(0)
    assert options.low_field.problem == "Lowest J must be above 0 on a logarithmic scale."
    qtbot.waitUntil(lambda: surface.drawing.levels.logarithmic)
    surface.summarise()
    assert "ogarithmic scale" not in surface.caption.text()
