"""Panels on a screen that is too small for them: only there they are scrolled, none of them twice."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

from playground.ui.frame.preferences import FRAME
from playground.ui.style import set_role

SMALLEST_SIZE = QSize(1000, 620)
"""Smallest size of the window, on a screen that holds it."""
LEAST = QSize(560, 170)
"""Smallest visible area of the panels where they are scrolled."""


class PanelArea(QScrollArea):
    """A scroll area that is as large as its content needs, unless the screen cannot hold the window then."""

    content_resized = Signal()
    fitted = Signal(bool)
    """The window has the smallest size for its screen: whether its panels are scrolled there."""

    def __init__(self, content: QWidget):
        super().__init__()
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
        return room.width() < SMALLEST_SIZE.width() or room.height() < SMALLEST_SIZE.height()

    def fit_window(self) -> None:
        """Set the smallest size of the window for its present screen."""
        self.window().setMinimumSize(SMALLEST_SIZE.boundedTo(self.room()))
        self.fitted.emit(self.scrolls)
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


class ColumnArea(PanelArea):
    """The panels of one column below each other; where they are scrolled, each is as high as what is seen."""

    def __init__(self, column: QSplitter):
        super().__init__(column)
        self._panels = column
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def minimumSizeHint(self) -> QSize:
        needed = self._panels.minimumSizeHint()
        if not self.scrolls:
            return needed
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(needed.width() + bar, min(needed.height(), LEAST.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_height()
        return super().eventFilter(watched, event)

    def _share_height(self) -> None:
        """Give each panel the height that is seen, where they have to be scrolled at all."""
        column, seen = self._panels, self.viewport().height()
        panels = (column.widget(place) for place in range(column.count()))
        shown = sum(panel is not None and not panel.isHidden() for panel in panels)
        scrolled = self.scrolls and seen < column.minimumSizeHint().height()
        gaps = (shown - 1) * column.handleWidth()
        height = shown * seen + gaps if scrolled else 0
        if column.minimumHeight() != height:
            column.setMinimumHeight(height)
