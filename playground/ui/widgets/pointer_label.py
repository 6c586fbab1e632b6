"""The label with the text about the place under the pointer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel

BESIDE, ABOVE = 14, 8
"""Pixels between the pointer and the label."""


class PointerLabel(PlainLabel):
    """A label over its parent, beside the pointer, without mouse events."""

    def __init__(self, parent: QWidget):
        super().__init__(parent=parent)
        self._over = parent
        set_role(self, "readout")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str, x: float, y: float) -> None:
        """Show a text for the pointer at (x, y), above it: to its right, or left where there is no room."""
        self.setText(text)
        self.adjustSize()
        left = x + BESIDE
        if left + self.width() > self._over.width():
            left = x - BESIDE - self.width()
        top = min(max(y - self.height() - ABOVE, 0), self._over.height() - self.height())
        self.move(round(max(left, 0)), round(top))
        self.show()
