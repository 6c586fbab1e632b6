"""The menus: short, with keys of their own, and with every command."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import ExperimentFile
from playground.ui.frame.actions import name_of
from playground.ui.frame.menus import MOST_ENTRIES
from playground.ui.help.command_palette import CommandPalette
from playground.ui.main_window import MainWindow


def menus(window: MainWindow) -> Iterator[tuple[str, QMenu]]:
    """Every menu of the menu bar by its path, filled as it is when it opens."""

    def walk(menu: QMenu, path: str) -> Iterator[tuple[str, QMenu]]:
        menu.aboutToShow.emit()
        yield path, menu
        for action in menu.actions():
            inner = action.menu()
            if isinstance(inner, QMenu):
                yield from walk(inner, f"{path} ▸ {name_of(action)}")

    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        yield from walk(menu, name_of(action))


@pytest.mark.parametrize("formula", [False, True])
def test_menus_are_short_and_each_key_in_one_leads_to_one_entry(open_window, formula: bool) -> None:
    window = open_window(ExperimentFile(FORMULA_PRESETS["bowl"].experiment) if formula else None)
    lengths = {
        path: sum(action.isVisible() and not action.isSeparator() for action in menu.actions())
        for path, menu in menus(window)
    }
    assert {path: length for path, length in lengths.items() if length > MOST_ENTRIES} == {}
    assert lengths["Run"] >= 5
    doubled = {}
    for path, menu in [("", window.menuBar()), *menus(window)]:
        texts = [action.text().replace("&&", "") for action in menu.actions() if action.isVisible()]
        keys = Counter(key.casefold() for text in texts for key in re.findall("&(.)", text))
        doubled[path] = sorted(key for key, times in keys.items() if times > 1)
    assert {path: keys for path, keys in doubled.items() if keys} == {}


def test_every_command_is_in_a_menu_and_in_the_palette(open_window) -> None:
    window = open_window()
    listed = {action for _, menu in menus(window) for action in menu.actions()}
    commands = {name: window.actions_by_name[name] for name in window.actions_by_name.names()}
    assert {name for name, action in commands.items() if action not in listed} - {"clear_recent"} == set()
    window.commands.show_palette()
    (palette,) = window.findChildren(CommandPalette)
    rows = [palette.list.item(row) for row in range(palette.list.count())]
    offered = {row.data(Qt.ItemDataRole.UserRole) for row in rows}
    missing = {name for name, action in commands.items() if action.isEnabled() and action not in offered}
    assert missing == {"palette"}
    path = next(row.text() for row in rows if row.data(Qt.ItemDataRole.UserRole) is commands["keep_scene"])
    assert path.startswith("Scenes ▸ Keep this as ▸ Keep this as the next free scene")
    palette.reject()
