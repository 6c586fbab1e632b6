"""A process that is started before there is a table for it to read."""

from __future__ import annotations

import logging
import threading

from playground.lab.analysis.process import Helper
from playground.lab.tables.process import serve

LOG = logging.getLogger(__name__)


class SpareProcess:
    """Starts a reader's process while the user still looks for the file; take() gives it away.

    Every call but take() returns at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: threading.Thread | None = None
        self._helper: Helper | None = None
        self._wanted = False

    @property
    def pid(self) -> int | None:
        """The number of the process that waits; None where none does."""
        helper = self._helper
        return None if helper is None else helper.pid

    def prepare(self) -> None:
        """Start a process, unless one waits."""
        with self._lock:
            self._wanted = True
            if self._started is None:
                self._started = threading.Thread(target=self._start, name="spare reader", daemon=True)
                self._started.start()

    def take(self) -> Helper:
        """Return the process that waits, or a new one. Raises OSError where none can be started."""
        with self._lock:
            started = self._started
        if started is not None:
            started.join()
        with self._lock:
            helper, self._helper, self._started = self._helper, None, None
        return Helper(serve, "table reader") if helper is None else helper

    def drop(self) -> None:
        """End the process that waits: no table is read."""
        with self._lock:
            self._wanted = False
            helper, self._helper = self._helper, None
            if helper is not None:
                self._started = None
        if helper is not None:
            helper.kill()
            threading.Thread(target=helper.close, daemon=True).start()

    def _start(self) -> None:
        try:
            helper = Helper(serve, "table reader")
        except OSError as error:
            LOG.warning("no process to read a table: %s", error)
            return
        with self._lock:
            if self._wanted:
                self._helper = helper
                return
            self._started = None
        helper.kill()
        helper.close()
