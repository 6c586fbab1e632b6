"""Where the focus goes after a click, so that Space goes on to run and pause."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget


class FocusKeeper(QObject):
    """Takes the focus off a list after a choice by mouse, and off a button that it only fell upon.

    Lists of the window as it is now; a choice by key leaves the focus where it is. home: the widget that gets
    the focus while it is visible; where it is not, nothing has it, and keys go to the window.
    """

    def __init__(self, window: QWidget, default_widget: QWidget):
        super().__init__(window)
        self._window, self._default_widget = window, default_widget
        self._clicked: QObject | None = None
        for box in window.findChildren(QComboBox):
            box.activated.connect(self._chosen(box))
            box.view().viewport().installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._moved)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._clicked = watched
            # The choice, if it was one, is told before this.
            QTimer.singleShot(0, self, self._clear_click)
        return False

    def _clear_click(self) -> None:
        self._clicked = None

    def _chosen(self, box: QComboBox) -> Callable[[int], None]:
        def chosen(_: int) -> None:
            if self._clicked is box.view().viewport():
                QTimer.singleShot(0, self, lambda: self._focus_default(box))

        return chosen

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is None or new is None or new.window() is not self._window:
            return
        lost = old.isHidden() or not old.isVisible() or not old.isEnabled()
        takes_space = isinstance(new, QAbstractButton | QComboBox)
        # Beside each other they are one row of controls: the next one of it is where somebody goes on.
        if lost and takes_space and new.parentWidget() is not old.parentWidget():
            QTimer.singleShot(0, self, lambda: self._focus_default(new))

    def _focus_default(self, holder: QWidget) -> None:
        """Unless the focus has gone elsewhere since."""
        if self._window.focusWidget() is not holder:
            return
        if self._default_widget.isVisible():
            self._default_widget.setFocus()
        else:
            holder.clearFocus()
