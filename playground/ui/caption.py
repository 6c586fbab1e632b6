"""Lines of text below a picture that may change many times a second."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

LINES = 2
"""As high as this from the beginning."""
GROWTH = "0" * 30
"""Room for so much more is kept: the numbers of a run get longer while it runs."""
BETWEEN_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")


class Caption(QLabel):
    """Wrapped text that never gives a line back while its width stays: the picture above must not jump."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._text = ""
        self._short = False
        self._begin_anew()

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._write()

    def set_short(self, short: bool) -> None:
        """Take one line: of the sentences those that fit, the ones that tell J first."""
        if short != self._short:
            self._short = short
            self.setWordWrap(not short)
            self._begin_anew()

    def _write(self) -> None:
        super().setText(self._fitting() if self._short else self._text)
        self._hold()

    def _fitting(self) -> str:
        sentences = BETWEEN_SENTENCES.split(self._text)
        kept: list[str] = []
        told = sorted(sentences, key=lambda s: " J " not in s)
        for sentence in told:
            more = [s for s in sentences if s in (*kept, sentence)]
            if self.fontMetrics().horizontalAdvance(" ".join(more)) <= self.width():
                kept = more
        first = self.fontMetrics().elidedText(told[0], Qt.TextElideMode.ElideRight, self.width())
        return " ".join(kept) or first

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(0, hint.height()) if self._short else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._begin_anew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._begin_anew()

    def _begin_anew(self) -> None:
        self.setMinimumHeight((1 if self._short else LINES) * self.fontMetrics().lineSpacing())
        self._write()

    def _hold(self) -> None:
        # Before it is shown its width means nothing.
        if not self.isVisible() or self.heightForWidth(self.width()) <= self.minimumHeight():
            return
        room = QRect(0, 0, self.width(), 1 << 16)
        grown = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, f"{self._text} {GROWTH}")
        longest = 0 if self._short else grown.height()
        self.setMinimumHeight(max(self.heightForWidth(self.width()), longest))
