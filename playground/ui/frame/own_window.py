"""A plot in a window of its own, for a second screen, and the card in its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel

USUAL_SIZE = QSize(900, 640)
MARGIN = 10


class OwnWindow(QWidget):
    """A window with one plot, in which the keys of the main window work too. Closing it returns the plot."""

    def __init__(self, plot: QWidget, title: str, main: QWidget, closed: Callable[[], object]):
        super().__init__(main, Qt.WindowType.Window)
        self.setWindowTitle(title)
        set_role(self, "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._closed = closed
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(plot)
        plot.show()
        self.addActions([action for action in main.actions() if isinstance(action, QAction)])
        self.resize(USUAL_SIZE)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._closed()


class Placeholder(QWidget):
    """A card in place of a plot with a window of its own, with a button that brings it back."""

    def __init__(self, title: str, bring_back: Callable[[], object]):
        super().__init__()
        set_role(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words = PlainLabel(f"{title}: in a window of its own.")
        set_role(words, "dim")
        self.button = QPushButton("Bring it back")
        self.button.clicked.connect(lambda: bring_back())
        column = QVBoxLayout(self)
        column.addStretch(1)
        for widget in (words, self.button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
