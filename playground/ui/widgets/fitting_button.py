"""A button of a card's tools that gives way in a narrow card."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget


class FittingButton(QToolButton):
    """A button that shows the longest of its texts that fits; where it may vanish, nothing where none does.

    name: what it does, for screen readers; the card's menu holds it too, for cards without room.
    """

    def __init__(self, name: str, *texts: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._texts = texts
        self._widths: tuple[int, ...] = (0,)
        self._may_vanish = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._measure()

    @property
    def has_room(self) -> bool:
        """Whether the shortest of its texts fits."""
        return self.width() >= self._widths[-1]

    def let_vanish(self, on: bool) -> None:
        """Let it vanish where there is no room, or keep the room of its shortest text."""
        self._may_vanish = on
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._widths[0], super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        least = 0 if self._may_vanish else self._widths[-1]
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.has_room:
            super().paintEvent(event)

    def _measure(self) -> None:
        widths = []
        for text in self._texts:
            self.setText(text)
            widths.append(super().sizeHint().width())
        self._widths = tuple(widths)
        self._choose()
        self.updateGeometry()

    def _choose(self) -> None:
        fitting = zip(self._texts, self._widths, strict=True)
        self.setText(next((text for text, width in fitting if width <= self.width()), self._texts[-1]))
