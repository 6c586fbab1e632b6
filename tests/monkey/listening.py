"""Whatever goes wrong in silence: exceptions of any thread, messages of Qt, failures that the lab reports."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

HARMLESS = (
    "This plugin does not support",
    "QWidget::setMinimumSize",
    "Populating font family aliases",
)
"""What Qt says of its offscreen platform, and no fault of the window."""


@contextmanager
def listening() -> Iterator[list[str]]:
    """A list into which everything is written that goes wrong while it is listened."""
    heard: list[str] = []

    def hear_exception(kind: Any, error: Any, trace: Any) -> None:
        heard.append("".join(traceback.format_exception(kind, error, trace)))

    def hear_thread(details: Any) -> None:
        hear_exception(details.exc_type, details.exc_value, details.exc_traceback)

    def hear_unraisable(details: Any) -> None:
        heard.append(f"ignored in {details.object!r}: {details.exc_value!r}")

    def hear_qt(kind: QtMsgType, _context: Any, message: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not message.startswith(HARMLESS):
            heard.append(f"Qt says: {message}")

    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = hear_exception, hear_thread, hear_unraisable
    before = qInstallMessageHandler(hear_qt)
    try:
        yield heard
    finally:
        qInstallMessageHandler(before)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
