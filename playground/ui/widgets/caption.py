"""One line of text below a picture that may change many times a second; the rest of it on demand."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from playground.ui.widgets.plain_label import plain_tip

ELLIPSIS = " …"
BETWEEN_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z\d])")


class Caption(QLabel):
    """One line, whatever is said: the picture above must not move.

    Of the sentences those are shown that fit, first the one that has to be there, then the ones about J.
    Where the first has no room its short form stands there, or its beginning, and nothing in its place.
    Where some are left out the line ends in "…", and the tooltip, which a click shows too, has all of them.
    """

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        # It has the width of the picture, whatever is said.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._text = self._note = self._shown = self._needed = self._short = ""

    def text(self) -> str:
        return self._text

    @property
    def shown_text(self) -> str:
        """The sentences on the screen."""
        return self._shown

    def setText(self, text: str, needed: str = "", short: str = "") -> None:
        """Say this. needed: the sentence of it that is shown before all others; short: that in few words."""
        if (text, needed, short) != (self._text, self._needed, self._short):
            self._text, self._needed, self._short = text, needed, short
            self._write()

    def set_note(self, note: str) -> None:
        """Set the tooltip for a text that is shown in full."""
        self._note = note
        self._update_tooltip()

    def _write(self) -> None:
        # Painted here: a text of the label would have the whole window laid out anew.
        self._shown = self._fitting()
        self._update_tooltip()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), self._shown)

    def _update_tooltip(self) -> None:
        whole = self._shown == self._text
        self.setToolTip(plain_tip((self._note if whole else self._text) if self._text else ""))
        self.setAccessibleName(self._shown)
        self.setAccessibleDescription("" if whole else self._text)
        self.setCursor(Qt.CursorShape.ArrowCursor if whole else Qt.CursorShape.PointingHandCursor)

    def _fitting(self) -> str:
        metrics, room = self.fontMetrics(), self.width()
        if metrics.horizontalAdvance(self._text) <= room:
            return self._text
        sentences, needed = BETWEEN_SENTENCES.split(self._text), self._needed
        if needed and metrics.horizontalAdvance(needed + ELLIPSIS) > room:
            # Else a sentence would stand in its place that says less.
            short = self._short or needed
            sentences = [short if s == needed else s for s in sentences]
            needed = short
        kept: list[str] = []
        by_importance = sorted(sentences, key=lambda s: (s != needed, " J " not in s))
        for sentence in by_importance:
            more = [s for s in sentences if s in (*kept, sentence)]
            if metrics.horizontalAdvance(" ".join(more) + ELLIPSIS) <= room:
                kept = more
            elif sentence == needed:
                break
        if kept:
            return " ".join(kept) + ELLIPSIS
        return metrics.elidedText(by_importance[0], Qt.TextElideMode.ElideRight, room)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.toolTip():
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.toolTip(), self)
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        # An empty line has the height of a full one.
        margins = self.contentsMargins()
        return QSize(0, self.fontMetrics().lineSpacing() + margins.top() + margins.bottom() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._write()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._write()
