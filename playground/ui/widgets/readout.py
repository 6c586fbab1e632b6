"""A number of the run under its name, or beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.numerals import NO_VALUE
from playground.ui.style import set_role
from playground.ui.widgets.card import ElidingLabel

BESIDE_GAP, RIGHT_MARGIN = 10, 6


class Readout(QWidget):
    """A name over its number, wide enough for the usual numbers, so that it does not move."""

    def __init__(self, name: str, sample: str, longest_name: str = "", parent: QWidget | None = None):
        """Create it. sample, name: the usual ones; longest_name: where the name changes."""
        super().__init__(parent)
        self._sample = sample
        self._longest_name = longest_name or name
        self._name = ElidingLabel(name)
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        set_role(self._name, "small")
        # Without room for the whole number it ends in "…": half a number would be wrong.
        self._value = ElidingLabel(NO_VALUE)
        set_role(self._value, "value")
        for label in (self._name, self._value):
            # Placed by hand: under a layout each number would have the whole window laid out anew.
            label.setParent(self)
        self._beside = False
        self._more = 0
        """Pixels that the number takes beyond the usual room."""

    def set_sample(self, sample: str) -> None:
        """Take another usual number, for which room is kept."""
        if sample != self._sample:
            self._sample = sample
            self.updateGeometry()

    def set_beside(self, beside: bool) -> None:
        """Place the number beside its name, or under it."""
        if beside != self._beside:
            self._beside = beside
            self._place()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        room = self.contentsRect().adjusted(0, 0, -RIGHT_MARGIN, 0)
        if self._beside:
            name = min(self._name.sizeHint().width(), room.width())
            self._name.setGeometry(room.left(), room.top(), name, room.height())
            self._value.setGeometry(room.adjusted(name + BESIDE_GAP, 0, 0, 0))
            return
        heights = [label.sizeHint().height() for label in (self._name, self._value)]
        spare = max(0, room.height() - sum(heights)) // 2
        self._name.setGeometry(room.left(), room.top(), room.width(), heights[0] + spare)
        self._value.setGeometry(room.adjusted(0, heights[0] + spare, 0, 0))

    def show_value(self, text: str, name: str = "", spoken: str = "", shorter: Sequence[str] = ()) -> None:
        """Write a value, and a new name. spoken: the name in full, for a screen reader.

        shorter: the text for a value that needs more than the usual room.
        """
        renamed = bool(name) and name != self._name.text()
        if renamed:
            self._name.setText(name)
        room = self._room()
        advance = self._value.fontMetrics().horizontalAdvance
        texts = (text, *shorter)
        text = next((known for known in texts if advance(known) <= room), texts[-1])
        if renamed or text != self._value.text():
            self._value.setText(text)
            self.setAccessibleName(f"{spoken or self._name.text()}: {text}")
            more = max(0, advance(text) - room)
            if renamed or more != self._more:
                self._more = more
                self._place()
                self.updateGeometry()
        if spoken:
            self.setToolTip(spoken)

    def show_color(self, color: str) -> None:
        """Write the value in this colour; empty: in that of text."""
        sheet = f"color: {color}" if color else ""
        if sheet != self._value.styleSheet():
            self._value.setStyleSheet(sheet)

    @property
    def name(self) -> str:
        return self._name.text()

    @property
    def value(self) -> str:
        return self._value.text()

    @property
    def reserved(self) -> int:
        """Its width with the longest name and the longest of the usual numbers."""
        names = self._longest_name, self._name.text()
        name = max(map(self._name.fontMetrics().horizontalAdvance, names)) + 2
        value = self._room() + 2
        return (name + BESIDE_GAP + value if self._beside else max(name, value)) + RIGHT_MARGIN

    def _room(self) -> int:
        """Return the largest width of a number."""
        metrics = self._value.fontMetrics()
        return metrics.horizontalAdvance(self._sample)

    def sizeHint(self) -> QSize:
        return QSize(self.reserved + self._more, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.reserved, self._height())

    def _height(self) -> int:
        heights = [label.sizeHint().height() for label in (self._name, self._value)]
        return max(heights) if self._beside else sum(heights)
