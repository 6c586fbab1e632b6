"""The log of the program, in files that replace each other, and on the terminal on request.

What is logged: the versions at the start, files that the window opened, saved and exported, and what went
wrong. No Qt.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from playground.startup.crash import LOGGER, log_path
from playground.versions import versions_text

FILE_NAME = "playground.log"
MAX_BYTES, OLDER_FILES = 500_000, 3
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_folder() -> Path | None:
    """Return the folder of the logs; None for a user who has none."""
    path = log_path()
    return path.parent if path is not None else None


def begin_log(verbose: bool = False) -> None:
    """Write to the log from now on; verbose: to stderr too."""
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    for old in LOGGER.handlers[:]:
        LOGGER.removeHandler(old)
        old.close()
    for handler in _handlers(verbose):
        handler.setFormatter(logging.Formatter(LINE))
        LOGGER.addHandler(handler)
    # A log that cannot be written, on a full disk, must not report that on the terminal at each line.
    logging.raiseExceptions = False
    LOGGER.info("Started with %s", versions_text().replace("\n", ", "))


def _handlers(verbose: bool) -> list[logging.Handler]:
    # It takes long to import, and the window stands before it is needed.
    from logging.handlers import RotatingFileHandler

    handlers: list[logging.Handler] = []
    folder = log_folder()
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = RotatingFileHandler(
                folder / FILE_NAME, maxBytes=MAX_BYTES, backupCount=OLDER_FILES, encoding="utf-8"
            )
            handlers.append(file)
        except OSError:
            # As for the crash log: the program starts without it.
            pass
    if verbose and sys.stderr is not None:
        handlers.append(logging.StreamHandler(sys.stderr))
    return handlers
