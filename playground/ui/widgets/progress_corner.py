"""The progress of a surface in a corner of the picture, with a button to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.ui.widgets.share_bar import ShareBar

MARGIN = 8


class ProgressCorner(QWidget):
    """A widget over the upper right corner of a canvas while a computation takes long."""

    cancelled = Signal()

    def __init__(self, canvas: QWidget):
        super().__init__(canvas)
        self.bar = ShareBar("Progress of the surface", 90)
        self.button = QToolButton()
        self.button.setText("Stop here")
        self.button.setToolTip("Be content with the cells that there are")
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar)
        row.addWidget(self.button)
        self.hide()

    def show_share(self, share: float | None) -> None:
        """Show the progress, from 0 to 1; None: nothing is computed."""
        if share is not None:
            self.bar.show_share(share)
        if self.isHidden() == (share is not None):
            self.setVisible(share is not None)
            self.place()

    def place(self) -> None:
        """Move into the corner."""
        canvas = self.parentWidget()
        if canvas is not None:
            self.adjustSize()
            self.move(canvas.width() - self.width() - MARGIN - 60, MARGIN)
