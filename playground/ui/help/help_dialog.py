"""The list of all keys of the window, made from its commands."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from playground.ui.frame import words
from playground.ui.frame.actions import name_of

Row = tuple[str, str]


def command_rows(actions: Sequence[QAction]) -> list[Row]:
    """Return a row for every command that has keys, and what it does, in the given order."""
    rows = []
    for action in actions:
        keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
        if any(keys):
            name = name_of(action)
            tip = action.statusTip()
            rows.append((", ".join(key for key in keys if key), f"{name}: {tip}" if tip else name))
    return rows


def show_keys(actions: Sequence[QAction], parent: QWidget) -> QDialog:
    """Open the list: the most used keys, then every command with its keys."""
    keys = {action.objectName(): action.shortcut().toString() for action in actions}
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keys and hints")
    text = QTextBrowser()
    text.setAccessibleName("Keys and hints")
    text.setHtml(
        f"<p><b>Most used</b></p>{_table(words.most_used(keys))}<p>{escape(words.KEYS_HINT)}</p>"
        f"<p><b>Every command</b></p>{_table(command_rows(actions))}"
    )
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.resize(min(760, parent.width()), min(620, parent.height()))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _table(rows: Sequence[Row]) -> str:
    lines = "".join(
        f"<tr><td style='white-space: nowrap'><b>{escape(keys)}</b></td><td>{escape(what)}</td></tr>"
        for keys, what in rows
    )
    return f"<table cellpadding='3'>{lines}</table>"
