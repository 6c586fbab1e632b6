"""Labels and tooltips that show any text as it is: names of files and typed text are no markup."""

from __future__ import annotations

import math
from html import escape

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from playground.numerals import unbroken
from playground.ui.style import set_role

ROOM = 6
"""Pixels that a paragraph needs beside its lines."""


class PlainLabel(QLabel):
    """A label of plain text. Qt's own would read text that looks like HTML as HTML, and load its images."""

    def __init__(self, text: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class Paragraph(PlainLabel):
    """Plain text of as many lines as it needs; role: its part in the style sheet."""

    def __init__(self, text: str = "", role: str | None = None, parent: QWidget | None = None):
        super().__init__(text, parent)
        self.setWordWrap(True)
        if role is not None:
            set_role(self, role)


class RichParagraph(Paragraph):
    """A paragraph of HTML whose lines do not break within a number, or before its per cent sign."""

    def __init__(self, text: str = "", role: str | None = None, parent: QWidget | None = None):
        self._html = ""
        super().__init__("", role, parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._html = text
        # Elsewhere HTML makes a plain space of the narrow one between thousands.
        super().setText(f"<span style='white-space: pre-wrap'>{unbroken(text)}</span>" if text else "")

    def text(self) -> str:
        return self._html


class SteadyParagraph(Paragraph):
    """A paragraph that keeps the height of its longest text so far, so that what is above it stays still.

    Another width begins anew; lines: room that it has in any case.
    """

    def __init__(self, lines: int, role: str | None = None, parent: QWidget | None = None):
        super().__init__("", role, parent)
        self._lines = lines
        self._reserved = 0
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._reserve()

    def setText(self, text: str) -> None:
        super().setText(text)
        if hasattr(self, "_reserved"):
            self._reserve()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._reserved = 0
            self._reserve()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._reserved = 0
            self._reserve()

    def _reserve(self) -> None:
        spacing = QFontMetricsF(self.font()).lineSpacing()
        lines = max(self._lines, round(self.heightForWidth(self.width()) / spacing))
        needed = ROOM + math.ceil(lines * spacing)
        if needed > self._reserved:
            self._reserved = needed
            self.setMinimumHeight(needed)


def plain_tip(text: str) -> str:
    """Return a tooltip that shows this text as it is."""
    # Qt also reads a text as HTML where it holds an escaped bracket.
    markup = "<" in text or "&lt;" in text
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if markup else text


def show_tip(place: QPoint, text: str, widget: QWidget) -> None:
    """Show a text at a place of the screen as a tooltip, as it is."""
    QToolTip.showText(place, plain_tip(text), widget)
