"""The command palette: all commands of the window, filtered by typed letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QMenuBar,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from playground.ui.frame.actions import name_of
from playground.ui.style import set_role

NO_MATCH = "No command that can be done now has these words."
LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def menu_paths(bar: QMenuBar) -> dict[QAction, str]:
    """Return for each command of the menu bar the menus that lead to it: "View ▸ Theme"."""
    paths: dict[QAction, str] = {}

    def walk(menu: QMenu, path: str) -> None:
        for action in menu.actions():
            inner = action.menu()
            if isinstance(inner, QMenu):
                walk(inner, f"{path} ▸ {name_of(action)}")
            else:
                paths.setdefault(action, path)

    for action in bar.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            walk(menu, name_of(action))
    return paths


def matching(
    actions: Sequence[QAction], typed: str, paths: Mapping[QAction, str] = MappingProxyType({})
) -> list[QAction]:
    """Return the enabled commands that have every word that was typed in their name, menus or description.

    First those whose name begins with what was typed, then those with the most of the words in their name.
    """
    words = typed.casefold().split()
    found: list[tuple[bool, int, int, QAction]] = []
    for action in actions:
        name, tip = name_of(action).casefold(), action.statusTip().casefold()
        place = paths.get(action, "").casefold()
        if action.isEnabled() and name and all(word in f"{name} {place} {tip}" for word in words):
            begins = name.startswith(typed.strip().casefold())
            in_name = sum(word in name for word in words)
            found.append((not begins, -in_name, len(found), action))
    return [action for *_, action in sorted(found, key=lambda entry: entry[:3])]


class CommandPalette(QDialog):
    """A line and a list; Return carries out the command that is chosen, after the dialog has closed.

    It lies within the window, so that it has the focus at once: another window gets it from the system only
    later, and the letters typed until then would be lost. It closes when something else gets the focus.
    """

    def __init__(
        self, actions: Sequence[QAction], parent: QWidget, paths: Mapping[QAction, str] = MappingProxyType({})
    ):
        """paths: the menus that lead to each command, as menu_paths() has them."""
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "floating")
        self._before = QApplication.focusWidget()
        self._paths = paths
        self.setWindowTitle("Commands")
        self._actions = actions
        self.line = QLineEdit()
        self.line.setAccessibleName("Command")
        self.line.setPlaceholderText("Type a few letters of a command")
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self._place()
        parent.installEventFilter(self)
        self.line.textChanged.connect(self._show)
        self.line.installEventFilter(self)
        self.line.returnPressed.connect(self.accept)
        self.list.itemActivated.connect(lambda _: self.accept())
        self._show("")

    def open(self) -> None:
        """Show it, with the focus in its line."""
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    def done(self, result: int) -> None:
        """Close, and give the focus back where nothing else has taken it."""
        within = self.isAncestorOf(QApplication.focusWidget() or self)
        super().done(result)
        if within and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        # None: another program is in front.
        if now is not None and self.isVisible() and not self.isAncestorOf(now):
            self.reject()

    def _place(self) -> None:
        """Lie in the middle of the window, near its upper edge."""
        ground = self.parentWidget()
        if ground is not None:
            self.resize(min(560, ground.width()), min(420, ground.height()))
            self.move((ground.width() - self.width()) // 2, (ground.height() - self.height()) // 4)

    @property
    def chosen(self) -> QAction | None:
        """The command that Return carries out; None where none matches."""
        item = self.list.currentItem()
        return None if item is None else cast("QAction | None", item.data(Qt.ItemDataRole.UserRole))

    def accept(self) -> None:
        action = self.chosen
        if action is None:
            return
        super().accept()
        action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list with its keys while the line has the focus."""
        if watched is self.parent():
            if event.type() == QEvent.Type.Resize:
                self._place()
            return False
        pressed = event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in LIST_KEYS:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)

    def _show(self, typed: str) -> None:
        self.list.clear()
        found = matching(self._actions, typed, self._paths)
        if not found:
            none = QListWidgetItem(NO_MATCH)
            none.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(none)
        for action in found:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            path = f"{self._paths[action]} ▸ " if action in self._paths else ""
            item = QListWidgetItem(f"{path}{name_of(action)}    {keys}".rstrip())
            item.setToolTip(action.statusTip())
            item.setData(Qt.ItemDataRole.UserRole, action)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
