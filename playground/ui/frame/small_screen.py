"""Panels on a screen that is too small for them: they are scrolled there, and nowhere else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from playground.ui.frame.preferences import FRAME
from playground.ui.style import set_role

LEAST = QSize(560, 170)
"""What is seen of the panels at least where they are scrolled."""


class PanelArea(QScrollArea):
    """Takes no less room than its content needs, unless a screen cannot hold the window with all of it."""

    content_resized = Signal()

    def __init__(self, content: QWidget, smallest: QSize):
        """smallest: the size that the window has at least on a screen that holds it."""
        super().__init__()
        self._smallest = smallest
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        set_role(content, "scrolled")
        self.setWidget(content)
        content.installEventFilter(self)

    def room(self) -> QSize:
        """How large a window may be on its screen, the frame left out."""
        return self.screen().availableSize() - FRAME

    @property
    def scrolls(self) -> bool:
        """Whether the screen is too small for the window as it is meant."""
        room = self.room()
        return room.width() < self._smallest.width() or room.height() < self._smallest.height()

    def fit_window(self) -> None:
        """Set the least size of the window for the screen that it is on."""
        self.window().setMinimumSize(self._smallest.boundedTo(self.room()))
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        content = self.widget()
        needed = content.minimumSizeHint() if content is not None else QSize()
        return needed.boundedTo(LEAST) if self.scrolls else needed

    def sizeHint(self) -> QSize:
        content = self.widget()
        return content.sizeHint() if content is not None else super().sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        elif event.type() == QEvent.Type.Resize:
            self.content_resized.emit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Keys that no panel uses are the window's.
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.horizontalScrollBar().maximum() or self.verticalScrollBar().maximum():
            super().wheelEvent(event)
        else:
            event.ignore()
