"""The question where to save: the same for every file that the window writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.files.endings import with_ending
from playground.files.foreign_names import shown_name
from playground.files.places import is_there


def ask_where_to_save(
    parent: QWidget,
    title: str,
    start: str | Path,
    kinds: str,
    ending: str | Mapping[str, str],
    beside: Callable[[Path], Sequence[Path]] = lambda path: (),
    *,
    say: Callable[[str], object],
) -> Path | None:
    """Ask for a file to write; return None where the user cancels. See ask_where_and_how."""
    found = ask_where_and_how(parent, title, start, kinds, ending, lambda path, _: beside(path), say=say)
    return None if found is None else found[0]


def ask_where_and_how(
    parent: QWidget,
    title: str,
    start: str | Path,
    kinds: str,
    ending: str | Mapping[str, str],
    beside: Callable[[Path, str], Sequence[Path]],
    *,
    say: Callable[[str], object],
) -> tuple[Path, str] | None:
    """Ask for a file to write; return it and the chosen entry of kinds, None where the user cancels.

    The path ends in ending, which is added where it is absent; of several, each under its entry in kinds, the
    one that was typed, else that of the entry that was chosen, else the first. The system's dialog asks
    before it replaces the file that was typed. Every other file that would be replaced is asked about here:
    the one with the added ending, and those of beside(path, entry), which are written with it. say
    takes the sentence that is shown where files were not replaced.
    """
    name, chosen = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    if not name:
        return None
    if not isinstance(ending, str):
        endings = ending
        typed = Path(name).suffix.lower()
        first = next(iter(endings.values()))
        ending = typed if typed in endings.values() else endings.get(chosen, first)
    path = with_ending(name, ending)
    unasked = [other for other in (path, *beside(path, chosen)) if other != Path(name) and is_there(other)]
    if unasked and not may_replace(parent, title, unasked):
        say(kept_words(unasked))
        return None
    return path, chosen


def decimal_of_system() -> str:
    """Return the decimal sign of tables for the spreadsheets of the system's language: "." or ","."""
    return "," if QLocale.system().decimalPoint() == "," else "."


def kept_words(files: Sequence[Path]) -> str:
    """Return the sentence that is shown where these files were not replaced."""
    return f"Nothing was saved: {_names(files)} {'are' if len(files) > 1 else 'is'} as before."


def _names(files: Sequence[Path]) -> str:
    return " and ".join(f"“{shown_name(file.name)}”" for file in files)


def may_replace(parent: QWidget, title: str, files: Sequence[Path]) -> bool:
    """Ask whether these existing files may be replaced."""
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
