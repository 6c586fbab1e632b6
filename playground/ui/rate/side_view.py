"""The small picture beside the strip: the next step seen from the side, or an earlier one on request."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.rate.side import SideDrawing, SidePicture
from playground.ui.style import set_role


class SideView(QWidget):
    """A SidePicture on the screen. With an earlier step a button leads back to the next one."""

    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.drawing = SideDrawing(DARK)
        self.picture: SidePicture | None = None
        self._width = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("The step seen from the side")
        self.back_button = QToolButton(self)
        self.back_button.setText("next step")
        self.back_button.setToolTip("Show the next step again")
        self.back_button.setAccessibleName("Show the next step again")
        self.back_button.clicked.connect(self.back_requested)
        set_role(self.back_button, "quiet")
        self.back_button.hide()

    def show_picture(self, picture: SidePicture | None, past: bool = False) -> None:
        """Show a step. past: whether it is an earlier one."""
        self.picture = picture
        self.back_button.setVisible(past)
        self.setAccessibleDescription(f"{picture.title}: {picture.side.sentence}" if picture else "")
        self._place_button()
        self.update()

    def set_hidden(self, hidden: bool) -> None:
        """Say in the place of the picture that it stands there once a question is answered, or no more."""
        if hidden != self.drawing.hidden:
            self.drawing.hidden = hidden
            self.update()

    def restyle(self, theme: Theme) -> None:
        self.drawing.restyle(theme)
        self.updateGeometry()
        self.update()

    def set_wide(self, wide: bool) -> None:
        """Put the words beside the picture, or above and below it."""
        if wide != self.drawing.wide:
            self.drawing.wide = wide
            self.updateGeometry()
            self.update()

    def reserve(self, width: int) -> None:
        """Take this width, if more than is needed, so that what stands beside it keeps its place."""
        if width != self._width:
            self._width = width
            self.updateGeometry()

    def width_where(self, wide: bool) -> int:
        """Return the width with the words beside the picture, or above and below it."""
        return math.ceil(self.drawing.size_where(wide)[0])

    def height_where(self, wide: bool) -> int:
        """Return the least height with the words beside the picture, or above and below it."""
        return math.ceil(self.drawing.size_where(wide)[1])

    def sizeHint(self) -> QSize:
        width, height = self.drawing.size()
        return QSize(max(math.ceil(width), self._width), math.ceil(height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: object) -> None:
        self._place_button()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.drawing.paint(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self.picture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.back_button.isHidden():
            self.back_requested.emit()

    def _place_button(self) -> None:
        self.back_button.adjustSize()
        self.back_button.move(self.width() - self.back_button.width(), -3)
