"""Labels and tooltips that show any text as it is: names of files and typed text are no markup."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from playground.ui.style import set_role


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


def plain_tip(text: str) -> str:
    """Return a tooltip that shows this text as it is."""
    # Qt also reads a text as HTML where it holds an escaped bracket.
    markup = "<" in text or "&lt;" in text
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if markup else text
