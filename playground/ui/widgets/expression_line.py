"""The field for an expression; the character of a fault is underlined."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLineEdit, QWidget

from playground.drawing.kit.theme import DARK, Theme
from playground.expression_parser import MAX_CHARACTERS

PAUSE_MS = 600
"""Time without typing after which a text is read; Enter reads it at once."""


class ExpressionLine(QLineEdit):
    """A field that emits `entered` with a finished text; mark() underlines a character of it."""

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme: Theme = DARK
        self.marked: int | None = None
        self._read = ""
        self.setMaxLength(MAX_CHARACTERS + 1)
        self.setAccessibleName("Expression")
        self.setPlaceholderText("An expression, for example 3*(a + b*c)")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._later.timeout.connect(self._finish)
        self.textEdited.connect(self._typed)
        self.returnPressed.connect(self._enter)

    def show_text(self, text: str) -> None:
        """Show a text from elsewhere."""
        self._later.stop()
        self._read = text
        self.setText(text)
        self.setCursorPosition(0)

    def mark(self, position: int | None, refused: bool | None = None) -> None:
        """Underline the character at a position (beyond the end: what is missing there), or none.

        refused: whether the field has the frame of a wrong entry; None: where a character is marked.
        """
        self.marked = position
        wrong = position is not None if refused is None else refused
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)
        self.update()

    def go_to_mark(self) -> None:
        """Put the cursor where the text cannot be read."""
        if self.marked is not None:
            self.setCursorPosition(min(self.marked, len(self.text())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._read:
            self.setText(self._read)
            self._finish()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._later.isActive():
            self._finish()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.marked is None:
            return
        text, metrics = self.text(), self.fontMetrics()
        position = min(self.marked, len(text))
        # The field gives only the place of its cursor; other places are computed from it.
        origin = self.cursorRect().center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        left = origin + metrics.horizontalAdvance(text[:position])
        width = metrics.horizontalAdvance(text[position : position + 1] or "0")
        left = min(max(left, 8), self.width() - 8 - width)
        middle, below = left + width / 2, (self.height() + metrics.height()) / 2 - 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(self.theme.amber)
        painter.setPen(QPen(color, 2.0))
        painter.drawLine(QPointF(left, below), QPointF(left + width, below))
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        peak = QPointF(middle, below)
        painter.drawPolygon(QPolygonF([peak, peak + QPointF(-4, 5), peak + QPointF(4, 5)]))

    def _typed(self) -> None:
        # The marked character may have moved.
        self.mark(None)
        self._later.start()

    def _enter(self) -> None:
        self._finish()
        self.go_to_mark()

    def _finish(self) -> None:
        self._later.stop()
        self.entered.emit(self.text())
        if not self.property("wrong"):
            self._read = self.text()
