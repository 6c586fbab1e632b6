"""The keyboard focus after a click, so that Space still runs and pauses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget


class FocusKeeper(QObject):
    """An event filter that gives the focus back after a choice by mouse.

    It moves the focus away from a list after a choice, and from a button that received it when another
    control was hidden. It watches the lists that the window has when it is created. A choice by key leaves
    the focus where it is. default_widget: the widget that receives the focus while it is visible. Otherwise
    no widget has the focus, and keys go to the window.
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
            # The signal of the choice, if there was one, is emitted before this.
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
        # Neighbours are one row of controls: the focus stays on the next control of the row.
        if lost and takes_space and new.parentWidget() is not old.parentWidget():
            QTimer.singleShot(0, self, lambda: self._focus_default(new))

    def _focus_default(self, holder: QWidget) -> None:
        """Move the focus to the default widget, unless it has left holder since."""
        if self._window.focusWidget() is not holder:
            return
        if self._default_widget.isVisible():
            self._default_widget.setFocus()
        else:
            holder.clearFocus()
