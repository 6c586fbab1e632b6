"""The command palette: a few letters, Return, and the command is carried out."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.ui.help.command_palette import NO_MATCH, CommandPalette
from playground.ui.main_window import MainWindow


@pytest.fixture
def window(open_window: Any) -> MainWindow:
    window: MainWindow = open_window()
    return window


def opened(window: MainWindow, qtbot: Any) -> CommandPalette:
    """The palette, opened by its key."""
    qtbot.keyClick(
        window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    (palette,) = [each for each in window.findChildren(CommandPalette) if each.isVisible()]
    return palette


def test_what_is_typed_at_once_after_its_key_is_not_lost(window: MainWindow, qtbot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.strip.field.setFocus()
    before = window.focusWidget()
    shown = window.windowHandle()
    # The system sends the keys to this window as long as no other one is active.
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(shown, Qt.Key.Key_P, keys)
    for letter in "theme dark":
        QTest.keyClick(shown, Qt.Key(ord(letter.upper())))
    (palette,) = window.findChildren(CommandPalette)
    assert palette.line.text() == "theme dark"
    assert window.rect().contains(palette.geometry())
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert window.preferences.theme == "dark"
    assert not any(each.isVisible() for each in window.findChildren(CommandPalette))
    assert window.focusWidget() is before
    palette = opened(window, qtbot)
    window.panel.choosers["network.activation"].setFocus()
    assert palette.isHidden(), "it closes where something else is used"
    assert window.focusWidget() is window.panel.choosers["network.activation"]


def test_letters_of_a_command_and_return_carry_it_out(window: MainWindow, qtbot) -> None:
    palette = opened(window, qtbot)
    qtbot.keyClicks(palette.line, "full lay")
    assert palette.chosen is window.actions_by_name["full"]
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.preferences.layout == "full"
    assert not palette.isVisible()


def test_arrows_choose_among_what_matches_while_letters_go_on_to_the_line(window: MainWindow, qtbot) -> None:
    palette = opened(window, qtbot)
    qtbot.keyClicks(palette.line, "weights")
    first = palette.chosen
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.chosen is not first
    assert "weights" in palette.chosen.text().replace("&", "") + palette.chosen.statusTip()
    qtbot.keyClicks(palette.line, " again")
    assert palette.line.text() == "weights again"
    assert palette.chosen is window.actions_by_name["same_weights"]


def test_what_cannot_be_done_now_is_not_offered_and_nothing_is_done_where_nothing_matches(
    window: MainWindow, qtbot
) -> None:
    assert not window.actions_by_name["redo"].isEnabled()
    palette = opened(window, qtbot)
    qtbot.keyClicks(palette.line, "redo")
    assert palette.chosen is not window.actions_by_name["redo"]
    palette.line.setText("no such command")
    assert palette.list.item(0).text() == NO_MATCH
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_every_command_with_a_name_is_found_by_it(window: MainWindow, qtbot) -> None:
    palette = opened(window, qtbot)
    offered = [palette.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(palette.list.count())]
    commands = [window.actions_by_name[name] for name in window.actions_by_name.names() if name != "palette"]
    assert {a.objectName() for a in commands if a.isEnabled()} <= {a.objectName() for a in offered}


@pytest.mark.parametrize(
    ("typed", "name"),
    [("theme dark", "theme_dark"), ("export loss", "export_loss"), ("panels data", "panel_data")],
)
def test_a_command_is_found_by_its_menu_too(window: MainWindow, qtbot, typed: str, name: str) -> None:
    palette = opened(window, qtbot)
    qtbot.keyClicks(palette.line, typed)
    assert palette.chosen is window.actions_by_name[name]
    assert "▸" in palette.list.currentItem().text()
