"""A signal with a limited rate, however often it is requested."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal


class Throttle(QObject):
    """A signal, due, at most about once per pause, in milliseconds, and always after the last request.

    For what cannot be read, or is too expensive, when it changes faster.
    """

    due = Signal()

    def __init__(self, milliseconds: int, parent: QObject):
        super().__init__(parent)
        self._pause = QTimer(self, singleShot=True, interval=milliseconds)
        self._pause.timeout.connect(self.due)

    def now(self) -> None:
        """Emit due, and begin a pause."""
        self.due.emit()
        self._pause.start()

    def now_or_soon(self) -> None:
        """Emit due: at once, or at the end of the pause."""
        if not self._pause.isActive():
            self.now()

    def soon(self, milliseconds: int | None = None) -> None:
        """Emit due at the end of the pause. Without one a pause of this many milliseconds begins now."""
        if not self._pause.isActive():
            self._pause.start(self._pause.interval() if milliseconds is None else milliseconds)
