"""A sheet of small images as a widget: one of them can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.drawing.images.image_sheet import ImageSheet, SmallImage
from playground.drawing.kit.theme import DARK
from playground.ui.widgets.painted_view import PaintedView

KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class SheetView(PaintedView):
    """Images in rows. `chosen` is emitted with the number of the one that is clicked, or reached by keys."""

    chosen = Signal(int)

    def __init__(self, name: str, title: str, parent: QWidget | None = None):
        self.sheet = ImageSheet(DARK)
        super().__init__(name, title, self.sheet, parent)
        self.images: list[SmallImage] = []
        self.at: int | None = None

    def show_images(self, images: Sequence[SmallImage]) -> None:
        """Show other images; the chosen one stays where there is one of its number."""
        self.images = list(images)
        if self.at is not None and self.at >= len(self.images):
            self.at = None
        self.setAccessibleDescription("; ".join(image.text for image in images if image.text))
        self.update()

    def set_choosable(self) -> None:
        """Let one be chosen, with the mouse and with the arrow keys."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(360, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.sheet.paint(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self.images, self.at)
        if self.hasFocus() and self.at is None:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.focusPolicy() == Qt.FocusPolicy.NoFocus or event.button() != Qt.MouseButton.LeftButton:
            return
        places = self.sheet.places(QRectF(self.rect()).adjusted(1, 1, -1, -1), self.images)
        for index, place in enumerate(places):
            if place.contains(event.position()):
                self._choose(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = KEYS.get(Qt.Key(event.key()))
        if step is None or not self.images:
            super().keyPressEvent(event)
            return
        self._choose((0 if self.at is None else self.at + step) % len(self.images))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _choose(self, index: int) -> None:
        self.at = index
        self.update()
        self.chosen.emit(index)
