"""A number of the run under its name, or beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from playground.numerals import NO_VALUE
from playground.ui.style import set_role
from playground.ui.widgets.card import ElidingLabel

BESIDE_GAP = 10


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
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 6, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._name)
        self._row.addWidget(self._value)

    def set_beside(self, beside: bool) -> None:
        """Place the number beside its name, or under it."""
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        self._row.setSpacing(BESIDE_GAP if beside else 0)

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
        beside = self._row.direction() == QBoxLayout.Direction.LeftToRight
        return (name + BESIDE_GAP + value if beside else max(name, value)) + 6

    def _room(self) -> int:
        """Return the largest width of a number."""
        metrics = self._value.fontMetrics()
        return metrics.horizontalAdvance(self._sample)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(hint.width(), self.reserved), hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.reserved, super().sizeHint().height())
