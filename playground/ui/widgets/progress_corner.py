"""The progress of a surface in a corner of the picture, with a button to stop it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.ui.widgets.share_bar import ShareBar

MARGIN = 8


class ProgressCorner(QWidget):
    """A widget over the upper right corner of a canvas while a computation takes long.

    Where something else stands there, it stands below that: see place().
    """

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
        self._taken = QRect()
        self.hide()

    def show_share(self, share: float | None) -> None:
        """Show the progress, from 0 to 1; None: nothing is computed."""
        if share is not None:
            self.bar.show_share(share)
        if self.isHidden() == (share is not None):
            self.setVisible(share is not None)
            self.place()

    def place(self, taken: QRect | None = None) -> None:
        """Move into the corner. taken: the part of the canvas to leave free from now on; None: as before."""
        if taken is not None:
            self._taken = taken
        canvas = self.parentWidget()
        if canvas is not None:
            self.adjustSize()
            corner = QRect(canvas.width() - self.width() - MARGIN - 60, MARGIN, self.width(), self.height())
            if corner.intersects(self._taken):
                corner.moveTop(min(self._taken.bottom() + MARGIN, canvas.height() - corner.height()))
            self.move(corner.topLeft())
