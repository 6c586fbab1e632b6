"""The frame of a painted picture: it is exported and copied like a plot."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.drawing.kit.theme import Theme
from playground.ui.widgets.plot import plot_menu


class Restyled(Protocol):
    """A drawing that follows a theme."""

    def restyle(self, theme: Theme) -> None: ...


class PaintedView(QWidget):
    """A widget that paints a drawing. A subclass has its paintEvent."""

    export_requested = Signal(str)
    copy_requested = Signal(str)

    def __init__(self, name: str, title: str, drawing: Restyled, parent: QWidget | None = None):
        super().__init__(parent)
        self.name = name
        self._drawing = drawing
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def restyle(self, theme: Theme) -> None:
        """Apply another theme."""
        self._drawing.restyle(theme)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        plot_menu(self, self).popup(event.globalPos())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 110)
