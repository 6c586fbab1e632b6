"""The end of the program from outside: signals of the system and the end of a session.

No Qt is imported at module level.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)


@runtime_checkable
class Leaving(Protocol):
    """A window that can be closed without a question."""

    def save_state(self) -> None:
        """Save the state of the window for the next start."""

    def leave(self) -> bool:
        """Save the state and end; return whether all its threads have ended."""


def heard_signals() -> list[int]:
    """Return the signals that end the program.

    Without those that nohup, or a shell's background, has switched off.
    """
    return [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]


@contextmanager
def ends_when_asked(application: QApplication) -> Iterator[None]:
    """Let SIGINT, SIGTERM, SIGHUP and a logout end the program in good order, locked or not.

    Qt's loop does not let Python see signals, so Python writes each into a socket that wakes the loop. A
    second Ctrl+C ends at once.
    """
    from PySide6.QtCore import QSocketNotifier, Qt, QTimer

    def close(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGINT else signal.SIG_IGN)
        # Through the event loop: before it has begun there is nothing to quit.
        QTimer.singleShot(0, lambda: leave(application))

    def log_out(_manager: Any) -> None:
        for window in _windows():
            window.save_state()

    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: reader.recv(64))
    application.commitDataRequest.connect(log_out, Qt.ConnectionType.DirectConnection)
    woken_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, close) for number in heard_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken_before)
        application.commitDataRequest.disconnect(log_out)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


def leave(application: QApplication) -> None:
    """End now: every window saves its state and stops; open dialogs and menus are left.

    Quit would ask the windows, and a window can refuse; exit does not.
    """
    ended = [window.leave() for window in _windows()]
    if not all(ended):
        # A thread that cannot be stopped now would be waited for; everything worth keeping is written.
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(0)
    application.closeAllWindows()
    application.exit(0)


def _windows() -> list[Leaving]:
    from PySide6.QtWidgets import QApplication

    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Leaving)]
