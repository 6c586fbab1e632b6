"""Answers to the questions that saving a file asks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox


class Answers:
    """Types a name into the file dialog, answers the questions that come, and keeps them.

    typed and kind: the name, and the entry of the kinds of files. replace: the answer to whether a file may
    be replaced. asked and kinds: the questions so far, and the kinds that file dialogs offered.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.typed, self.kind, self.replace = "", "", False
        self.asked, self.kinds = list[str](), list[str]()
        monkeypatch.setattr(QFileDialog, "getSaveFileName", self._type)
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._answer)
        self._timer.start()

    def _type(self, _parent: object, _title: str, _start: str, kinds: str) -> tuple[str, str]:
        self.kinds.append(kinds)
        return self.typed, self.kind

    def _answer(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            wanted = QMessageBox.StandardButton.Yes if self.replace else QMessageBox.StandardButton.No
            if (button := box.button(wanted)) is None:
                # The window closes, and asks whether to save.
                return
            self.asked.append(box.text())
            assert box.textFormat() == Qt.TextFormat.PlainText
            button.click()

    def stop(self) -> None:
        self._timer.stop()
