"""Asking where to save: the one way for every file that the window writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.files.endings import with_ending
from playground.files.foreign_names import shown_name
from playground.files.places import is_there


def ask_where_to_save(
    parent: QWidget,
    title: str,
    start: str | Path,
    kinds: str,
    ending: str,
    beside: Callable[[Path], Sequence[Path]] = lambda path: (),
    *,
    say: Callable[[str], object],
) -> Path | None:
    """Ask for a file to write; None where nothing is to be written.

    The path has the ending, added where it is absent. The system's dialog asks before the very file that was
    typed is replaced; here it is asked about every other file that would be: the one with the added ending,
    and those that beside(path) names, which are written with it. say takes a sentence where they are kept.
    """
    name, _ = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    if not name:
        return None
    path = with_ending(name, ending)
    unasked = [other for other in (path, *beside(path)) if other != Path(name) and is_there(other)]
    if unasked and not may_replace(parent, title, unasked):
        say(kept_words(unasked))
        return None
    return path


def kept_words(files: Sequence[Path]) -> str:
    """What is said where these files were not replaced."""
    return f"Nothing was saved: {_names(files)} {'are' if len(files) > 1 else 'is'} as before."


def _names(files: Sequence[Path]) -> str:
    return " and ".join(f"“{shown_name(file.name)}”" for file in files)


def may_replace(parent: QWidget, title: str, files: Sequence[Path]) -> bool:
    """Ask whether these files, which are there, are to be replaced."""
    there = "are there already. Replace them?" if len(files) > 1 else "is there already. Replace it?"
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"{_names(files)} {there}")
    box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    box.button(QMessageBox.StandardButton.Yes).setText("Replace")
    box.button(QMessageBox.StandardButton.No).setText("Keep")
    box.setDefaultButton(QMessageBox.StandardButton.No)
    answer = box.exec()
    box.deleteLater()
    return answer == QMessageBox.StandardButton.Yes
