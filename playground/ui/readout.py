"""A number of the run under its name, or beside it."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from playground.ui.card import ElidingLabel
from playground.ui.numbers import NO_VALUE
from playground.ui.style import set_role

DIGIT = re.compile("[0-9]")
BESIDE_GAP = 10


class Readout(QWidget):
    """A name over its number; wide enough for the usual ones, so that it does not jump."""

    def __init__(self, name: str, sample: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._sample = sample
        self._name = QLabel(name)
        set_role(self._name, "small")
        # Where there is no room for all of a number it ends in "…": half of one is a false number.
        self._value = ElidingLabel(NO_VALUE)
        set_role(self._value, "value")
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 6, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._name)
        self._row.addWidget(self._value)

    def set_beside(self, beside: bool) -> None:
        """The number beside its name, or under it."""
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        self._row.setSpacing(BESIDE_GAP if beside else 0)

    def show_value(self, text: str, name: str = "", spoken: str = "") -> None:
        """Write a value, and its name anew; spoken is the name in full, for a screen reader."""
        if name and name != self._name.text():
            self._name.setText(name)
        if text != self._value.text():
            self._value.setText(text)
            self.setAccessibleName(f"{spoken or self._name.text()}: {text}")
        if spoken:
            self.setToolTip(spoken)

    def show_color(self, color: str) -> None:
        """Write the value in this colour; empty: as everything."""
        sheet = f"color: {color}" if color else ""
        if sheet != self._value.styleSheet():
            self._value.setStyleSheet(sheet)

    @property
    def value(self) -> str:
        return self._value.text()

    @property
    def shape(self) -> str:
        """Name and number with a 0 for every digit: of the same shape, they are as good as equally wide."""
        return DIGIT.sub("0", self._name.text() + self._value.text())

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        room = self._value.fontMetrics().horizontalAdvance(self._sample) + 6
        if self._row.direction() == QBoxLayout.Direction.LeftToRight:
            room += self._name.sizeHint().width() + BESIDE_GAP
        return QSize(max(hint.width(), room), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
