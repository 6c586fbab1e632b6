"""Lines of text below a picture that may change many times a second."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

LINES = 2
"""As high as this from the beginning."""


class Caption(QLabel):
    """Wrapped text that never gives a line back while its width stays: the picture above must not jump."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._begin_anew()

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self._hold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._begin_anew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._begin_anew()

    def _begin_anew(self) -> None:
        self.setMinimumHeight(LINES * self.fontMetrics().lineSpacing())
        self._hold()

    def _hold(self) -> None:
        # Before it is shown its width means nothing.
        if self.isVisible() and self.heightForWidth(self.width()) > self.minimumHeight():
            self.setMinimumHeight(self.heightForWidth(self.width()))
