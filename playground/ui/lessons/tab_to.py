"""The next Tab, led to a control out of the order of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class TabTo(QObject):
    """Takes one Tab from what has the focus now.

    The focus itself is not moved: Space still runs and pauses.
    Where the user sets it elsewhere, that is over.
    """

    def __init__(self, window: QWidget):
        super().__init__(window)
        self._window = window
        self._from: QWidget | None = None
        self._to: QWidget | None = None

    def lead_to(self, control: QWidget) -> None:
        """Let the next Tab go to this control."""
        self.forget()
        self._from, self._to = self._window.focusWidget() or self._window, control
        self._from.installEventFilter(self)

    def forget(self) -> None:
        """Leave Tab to the order of the window again."""
        if self._from is not None:
            self._from.removeEventFilter(self)
        self._from = self._to = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and QApplication.activeWindow() is self._window:
            self.forget()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or self._to is None:
            return False
        if event.key() != Qt.Key.Key_Tab or event.modifiers() or not self._to.isVisible():
            return False
        control = self._to
        self.forget()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        return True
