"""Panels on a screen that is too small for them: only there they are scrolled."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from playground.ui.frame.preferences import FRAME
from playground.ui.style import set_role

LEAST = QSize(560, 170)
"""Smallest visible area of the panels where they are scrolled."""


class PanelArea(QScrollArea):
    """A scroll area that is as large as its content needs, unless the screen cannot hold the window then."""

    content_resized = Signal()

    def __init__(self, content: QWidget, smallest: QSize):
        """Create it. smallest: the smallest size of the window on a screen that holds it."""
        super().__init__()
        self._smallest = smallest
        self._needed: tuple[QSize, QSize] | None = None
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        set_role(content, "scrolled")
        self.setWidget(content)
        content.installEventFilter(self)

    def room(self) -> QSize:
        """Return the largest size of a window on its screen, without the frame."""
        return self.screen().availableSize() - FRAME

    @property
    def scrolls(self) -> bool:
        """Whether the screen is too small for the window's smallest size."""
        room = self.room()
        return room.width() < self._smallest.width() or room.height() < self._smallest.height()

    def fit_window(self) -> None:
        """Set the smallest size of the window for its present screen."""
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
            # A layout of the whole window takes longer than a frame: only where something needs other room.
            if (needed := (self.sizeHint(), self.minimumSizeHint())) != self._needed:
                self._needed = needed
                self.updateGeometry()
        elif event.type() == QEvent.Type.Resize:
            self.content_resized.emit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Keys that no panel uses go to the window.
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.horizontalScrollBar().maximum() or self.verticalScrollBar().maximum():
            super().wheelEvent(event)
        else:
            event.ignore()
