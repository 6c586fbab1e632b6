"""The label with the text about the place under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from playground.drawing.kit.labels import Box
from playground.ui.style import NO_MAXIMUM, set_role
from playground.ui.widgets.plain_label import PlainLabel

BESIDE, ABOVE, BELOW = 14, 8, 18
"""Pixels between the pointer and the label."""


class PointerLabel(PlainLabel):
    """A label over its parent, beside the pointer, without mouse events."""

    def __init__(self, parent: QWidget):
        super().__init__(parent=parent)
        self._over = parent
        set_role(self, "readout")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str, x: float, y: float, labels: Sequence[Box] = ()) -> None:
        """Show a text for the pointer at (x, y): above it and to its right, as far as there is room.

        labels: boxes that it should not cover; where it would, it is left of the pointer or below it.
        """
        self.setWordWrap(False)
        self.setMaximumWidth(NO_MAXIMUM)
        self.setText(text)
        self.adjustSize()
        if self.width() > self._over.width():
            # What is cut off cannot be read: a long text has a second line.
            self.setMaximumWidth(self._over.width())
            self.setWordWrap(True)
            self.resize(self._over.width(), self.heightForWidth(self._over.width()))
        wide, high = self._over.width() - self.width(), self._over.height() - self.height()
        places = [
            (left, min(max(top, 0.0), max(high, 0.0)))
            for top in (y - self.height() - ABOVE, y + BELOW, y - 2 * self.height() - ABOVE, y + 2 * BELOW)
            for left in (x + BESIDE, x - BESIDE - self.width())
            if 0 <= left <= wide
        ]
        if not places:
            places = [(max(x - BESIDE - self.width(), 0.0), min(max(y - self.height() - ABOVE, 0), high))]
        left, top = min(places, key=lambda place: self._covered(place[0], place[1], labels))
        self.move(round(left), round(top))
        self.show()

    def _covered(self, left: float, top: float, labels: Sequence[Box]) -> float:
        """Return how much of these boxes it would cover there, in square pixels."""
        right, bottom = left + self.width(), top + self.height()
        return sum(
            max(min(right, box[2]) - max(left, box[0]), 0.0)
            * max(min(bottom, box[3]) - max(top, box[1]), 0.0)
            for box in labels
        )
