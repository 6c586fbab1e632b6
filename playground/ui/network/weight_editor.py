"""A small field over the network diagram in which a weight or a bias is typed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.ui.style import set_role
from playground.ui.widgets.number_field import Number, NumberField
from playground.ui.widgets.plain_label import PlainLabel

GAP = 3
"""Pixels between the field and the words about it."""
LARGEST = 1e6
"""Largest weight that can be typed; losses of larger ones are seldom finite."""


class WeightEditor(NumberField):
    """A field that opens over a parameter with its value. Enter sets the typed value, Esc cancels."""

    edited = Signal(int, float)
    """A parameter's place in θ, and the value that was typed for it."""

    def __init__(self, parent: QWidget):
        super().__init__("The value", _check)
        self._diagram = parent
        self.setParent(parent)
        self.index = -1
        self.setFixedWidth(96)
        self.words = PlainLabel(parent=parent)
        set_role(self.words, "readout")
        self.words.setWordWrap(True)
        self.words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.words.hide()
        self.committed.connect(lambda value: self.edited.emit(self.index, float(value)))
        self.hide()

    def open_at(self, index: int, name: str, value: float, place: QPointF) -> None:
        """Open beside a place of the parent, inside of it."""
        self.index, self.name = index, name
        self.setAccessibleName(name)
        self.set_value(float(f"{value:.6g}"))
        parent = self._diagram
        height = self.sizeHint().height()
        x = min(max(place.x() + 8, 0), max(parent.width() - self.width(), 0))
        y = min(max(place.y() - height / 2, 0), max(parent.height() - height, 0))
        self.move(round(x), round(y))
        self.show()
        self.raise_()
        self._show_words()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.selectAll()

    def _show_words(self) -> None:
        """Name the parameter above the field, or below it where there is no room."""
        room, words = self._diagram.rect(), self.words
        words.setText(f"{self.name}: type a value, or drag it up or down in the diagram")
        width = min(words.fontMetrics().horizontalAdvance(words.text()) + 16, room.width())
        words.resize(width, words.heightForWidth(width))
        above = self.y() - words.height() - GAP
        top = above if above >= 0 else self.y() + self.height() + GAP
        words.move(min(self.x(), room.width() - width), min(top, room.height() - words.height()))
        words.show()
        words.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.words.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.isModified():
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.commit():
                self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # The field's own menu, for pasting, does not end the typing.
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.hide()

    def _leave(self) -> None:
        self._diagram.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()


def _check(value: Number) -> None:
    if value is None or abs(value) > LARGEST:
        raise ValueError("must be from −1000000 to 1000000.")
