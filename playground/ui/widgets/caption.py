"""Lines of text below a picture that may change many times a second."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from playground.ui.widgets.plain_label import plain_tip

LINES = 2
"""Number of lines in the height from the beginning."""
GROWTH = "0" * 60
"""A text as wide as the extra room: the numbers of a run get longer while it runs, and losses come apart."""
ELLIPSIS = " …"
BETWEEN_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")


class Caption(QLabel):
    """Wrapped text that never gives up a line while its width stays: the picture above must not move.

    While it keeps its height it takes no further line either: a text without room ends in "…", and the
    tooltip has all of it.
    """

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._text = self._note = ""
        self._short = False
        self._occasion: object = None
        self._fresh, self._steady = True, False
        self._begin_anew()

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        # The first text of an occasion counts even where it equals the last one of the occasion before.
        if text != self._text or self._fresh:
            self._text = text
            self._write()

    def set_note(self, note: str) -> None:
        """Set the tooltip for a text that is shown in full."""
        self._note = note
        self._update_tooltip()

    def keep_height(self, occasion: object, steady: bool) -> None:
        """Set the occasion of the texts: lines are counted anew, and the first text keeps room to grow.

        occasion None: the one of before. steady: take no further line; otherwise a text takes the lines that
        it needs.
        """
        eased, self._steady = self._steady and not steady, steady
        if occasion not in (None, self._occasion):
            self._occasion, self._fresh = occasion, True
            self._take_lines()
        elif eased:
            self._write()

    def set_short(self, short: bool) -> None:
        """Take one line: of the sentences those that fit, the ones about J first."""
        if short != self._short:
            self._short = short
            self.setWordWrap(not short)
            self._begin_anew()

    def _write(self) -> None:
        shown = self._fitting() if self._short else self._text
        if self._steady and not self._short and not self._fresh:
            shown = self._cut()
        super().setText(shown)
        self._update_tooltip()
        self._hold()

    def _update_tooltip(self) -> None:
        whole = super().text() == self._text != ""
        self.setToolTip(plain_tip(self._note if whole else self._text))

    def _fitting(self) -> str:
        sentences = BETWEEN_SENTENCES.split(self._text)
        kept: list[str] = []
        by_importance = sorted(sentences, key=lambda s: " J " not in s)
        for sentence in by_importance:
            more = [s for s in sentences if s in (*kept, sentence)]
            if self.fontMetrics().horizontalAdvance(" ".join(more)) <= self.width():
                kept = more
        first = self.fontMetrics().elidedText(by_importance[0], Qt.TextElideMode.ElideRight, self.width())
        return " ".join(kept) or first

    def _cut(self) -> str:
        """Return the beginning of the text that the present height has room for."""
        if self._height_of(self._text) <= self.minimumHeight():
            return self._text
        words = self._text.split(" ")
        low, high = 0, len(words) - 1
        while low < high:
            middle = (low + high + 1) // 2
            fits = self._height_of(" ".join(words[:middle]) + ELLIPSIS) <= self.minimumHeight()
            low, high = (middle, high) if fits else (low, middle - 1)
        return " ".join(words[:low]) + ELLIPSIS

    def _height_of(self, text: str) -> int:
        room = QRect(0, 0, self.width(), 1 << 16)
        return self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()

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
        self._fresh = True
        self._take_lines()
        self._write()

    def _take_lines(self) -> None:
        self.setMinimumHeight((1 if self._short else LINES) * self.fontMetrics().lineSpacing())

    def _hold(self) -> None:
        # Before it is shown its width is not valid.
        if not self.isVisible() or not self._text or self._short:
            return
        if self._fresh or self.heightForWidth(self.width()) > self.minimumHeight():
            self._fresh = False
            grown = self._height_of(f"{self._text} {GROWTH}")
            self.setMinimumHeight(max(self.heightForWidth(self.width()), grown, self.minimumHeight()))
