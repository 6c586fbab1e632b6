"""The handling of uncaught exceptions: written to a log and shown, never lost.

Exceptions reach `report` from the main thread, from slots, from other threads and, through the lab, from the
helper process. No Qt is imported at module level; without a window the text goes to stderr and the log.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

import platformdirs

from playground.files.places import home
from playground.versions import versions_text

if TYPE_CHECKING:
    from playground.startup.crash_dialog import CrashDialogs

APPLICATION = "Loss Landscape Playground"
MAX_LOG_BYTES = 1_000_000
MAX_REPORTS = 100

log: IO[str] | None = None
"""The file that reports are written to."""
dialogs: CrashDialogs | None = None
"""The dialogs that show reports; None without a window."""
_writing = threading.RLock()
LOGGER = logging.getLogger("playground")
# Without any, Python would write errors to the terminal, where the report stands already.
LOGGER.addHandler(logging.NullHandler())
_written: set[str] = set()


def log_path() -> Path | None:
    """Return the log file: "crash.log" in the system's folder for the program's logs.

    Return None for a user without a home folder, where there is no such folder.
    """
    if home() is None and not os.environ.get("XDG_STATE_HOME"):
        return None
    try:
        folder = Path(platformdirs.user_log_dir(APPLICATION, appauthor=False))
    except RuntimeError:
        return None
    return folder / "crash.log" if folder.is_absolute() else None


def install() -> None:
    """Catch every exception that would otherwise be lost, and crashes of the interpreter, into the log."""
    global log
    path = log_path()
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.exists() and path.stat().st_size > MAX_LOG_BYTES
            log = path.open("w" if fresh else "a", encoding="utf-8")
            faulthandler.enable(log)
    except (OSError, ValueError):
        # A log that cannot be written must not keep the program from starting.
        log = None
    sys.excepthook = _on_exception
    threading.excepthook = _on_thread_exception
    sys.unraisablehook = _on_unraisable


def install_dialog() -> None:
    """Show reports in a dialog too, from now on. Call it in the thread of the window, after QApplication."""
    global dialogs
    from playground.startup.crash_dialog import CrashDialogs

    dialogs = CrashDialogs()


def report(text: str) -> None:
    """Write a traceback to stderr and the log, and show it. May be called from any thread.

    A repeated text is counted, not written again: a slot that fails at every frame must not fill the disk.
    """
    with _writing:
        if text not in _written and len(_written) < MAX_REPORTS:
            _written.add(text)
            stamp = datetime.now().isoformat(timespec="seconds")
            _write(sys.stderr, text)
            _write(log, f"--- {stamp}\n{versions_text()}\n{text}")
    LOGGER.error("unexpected error: %s", text.strip().rpartition("\n")[2])
    if dialogs is not None:
        dialogs.reported.emit(text, str(log_path()) if log is not None else "")


def _write(stream: IO[str] | None, text: str) -> None:
    # A program started without a terminal has no stderr, and a full disk accepts no log.
    if stream is not None:
        with suppress(OSError, ValueError):
            stream.write(text.rstrip() + "\n")
            stream.flush()


def _on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    report("".join(traceback.format_exception(kind, error, trace)))


def _on_thread_exception(details: Any) -> None:
    if details.exc_type is SystemExit:
        return
    name = details.thread.name if details.thread else "a thread"
    lines = traceback.format_exception(details.exc_type, details.exc_value, details.exc_traceback)
    report(f"In {name}:\n{''.join(lines)}")


def _on_unraisable(details: Any) -> None:
    lines = traceback.format_exception(details.exc_type, details.exc_value, details.exc_traceback)
    report(f"{details.err_msg or 'Exception ignored in'} {details.object!r}\n{''.join(lines)}")
