"""Dialogs and menus that wait for an answer get one: no hand of the monkey can hold the window up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QMessageBox

TICK_MS = 15
NEW = ("", "saved.json", "plot.png", "plot.svg", "history.csv", "no.folder/at.all", "x")
YES_OR_NO = (QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No)
MOST_CLICKS = 3


class Answering(QObject):
    """Clicks about in a dialog that is open, and closes it soon; closes menus."""

    def __init__(self, random: Random):
        super().__init__()
        self._random = random
        self._clicks = 0
        self._dialog: Any = None
        timer = QTimer(self, interval=TICK_MS)
        timer.timeout.connect(self._look)
        timer.start()

    def _look(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
            return
        dialog = QApplication.activeModalWidget()
        if dialog is not self._dialog:
            self._dialog, self._clicks = dialog, 0
        if not isinstance(dialog, QDialog):
            return
        self._clicks += 1
        buttons = [b for b in dialog.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
        if self._clicks <= MOST_CLICKS and buttons and not isinstance(dialog, QFileDialog):
            # Apart from this timer, which stands still while a click waits for a further dialog.
            button = self._random.choice(buttons)
            QTimer.singleShot(0, button, lambda: click(button, dialog))
        else:
            dialog.reject()


def click(button: QAbstractButton, dialog: QDialog) -> None:
    """Click a button of this dialog, unless that has been closed or covered meanwhile."""
    if QApplication.activeModalWidget() is dialog and button.isVisible() and button.isEnabled():
        button.click()


@contextmanager
def answered_dialogs(random: Random, files: list[Path], folder: Path) -> Iterator[None]:
    """While this lasts, file dialogs choose one of the files, a new one, or none, and others are closed."""

    def to_save(*_: Any, **__: Any) -> tuple[str, str]:
        name = random.choice(
            ["", "saved.json", "plot.png", "plot.svg", "history.csv", "no.ending/at.all", "x"]
        )
        return (str(folder / name) if name else ""), ""

    def to_open(*_: Any, **__: Any) -> tuple[str, str]:
        return random.choice(["", *map(str, files)]), ""

    def a_folder(*_: Any, **__: Any) -> str:
        return random.choice(["", str(folder)])

    def yes_or_no(*_: Any, **__: Any) -> QMessageBox.StandardButton:
        return random.choice(YES_OR_NO)

    answering = Answering(random)
    with (
        mock.patch.object(QFileDialog, "getSaveFileName", to_save),
        mock.patch.object(QFileDialog, "getOpenFileName", to_open),
        mock.patch.object(QFileDialog, "getExistingDirectory", a_folder),
        mock.patch.object(QMessageBox, "question", yes_or_no),
        mock.patch.object(QMessageBox, "warning", yes_or_no),
    ):
        yield
    answering.deleteLater()
