"""A button of a card's tools that gives way in a narrow card."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget


class FittingButton(QToolButton):
    """A button that shows the longest of its texts that fits, and nothing where none does.

    The card's menu holds what it does, for cards without room. Its accessible name is the longest text.
    """

    def __init__(self, *texts: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._texts = texts
        self.setText(texts[0])
        self.setAccessibleName(texts[0])
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._width_of(self._texts[0]), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @property
    def has_room(self) -> bool:
        """Whether the shortest of its texts fits."""
        return self.width() >= self._width_of(self._texts[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fitting = (text for text in self._texts if self._width_of(text) <= self.width())
        self.setText(next(fitting, self._texts[-1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.has_room:
            super().paintEvent(event)

    def _width_of(self, text: str) -> int:
        metrics = self.fontMetrics()
        other = metrics.horizontalAdvance(text) - metrics.horizontalAdvance(self.text())
        return super().sizeHint().width() + other
